//! IRC clients beside ours: WeeChat and irssi on an ngIRCd of this machine, in as full a room. All
//! three have to be installed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use portable_pty::CommandBuilder;
use serde::Serialize;

use super::crowd::Talk;
use super::terminal::{Margins, Terminal};
use super::{PEOPLE, ROOMS, SETTLED, words};

/// How long the server may take to listen.
const START: Duration = Duration::from_secs(10);

/// Who is measured beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Rival {
    Weechat,
    Irssi,
}

/// ngIRCd, and people who are in its `#lobby`.
pub(super) struct Irc {
    process: Child,
    people: Vec<TcpStream>,
    port: u16,
    dir: tempfile::TempDir,
}

impl Irc {
    pub(super) fn start() -> anyhow::Result<Irc> {
        let dir = tempfile::tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let config = dir.path().join("ngircd.conf");
        std::fs::write(
            &config,
            format!(
                "[Global]\nName = irc.example\nInfo = bench\nListen = 127.0.0.1\nPorts = {port}\n\
                 [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxNickLength = 20\n\
                 MaxPenaltyTime = 0\nPingTimeout = 3600\n[Options]\nDNS = no\nIdent = no\nPAM = no\n"
            ),
        )?;
        let process = Command::new("ngircd")
            .args(["-n", "-f"])
            .arg(&config)
            .stdout(std::process::Stdio::null())
            .spawn()
            .context("cannot start ngircd: install it")?;
        let mut irc = Irc {
            process,
            people: Vec::new(),
            port,
            dir,
        };
        for n in 0..PEOPLE {
            let stream = irc.connect(&words::nick(n))?;
            irc.people.push(stream);
        }
        Ok(irc)
    }

    fn connect(&self, nick: &str) -> anyhow::Result<TcpStream> {
        let until = Instant::now() + START;
        let mut stream = loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => break stream,
                Err(error) if Instant::now() > until => bail!("ngircd doesn't listen: {error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        stream.set_nodelay(true)?;
        write!(stream, "NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n")?;
        let mut heard = Vec::new();
        let mut buffer = [0; 4096];
        // 001: the registration is over.
        while !String::from_utf8_lossy(&heard).contains(" 001 ") {
            match stream.read(&mut buffer)? {
                0 => bail!("ngircd has hung up: {}", String::from_utf8_lossy(&heard)),
                read => heard.extend_from_slice(&buffer[..read]),
            }
        }
        write!(stream, "JOIN #lobby\r\n")?;
        let mut reader = stream.try_clone()?;
        std::thread::spawn(move || while matches!(reader.read(&mut buffer), Ok(1..)) {});
        Ok(stream)
    }

    /// Starts a client that is in every room and shows `#lobby`.
    pub(super) fn visit(&self, rival: Rival) -> anyhow::Result<Terminal> {
        let home = self.dir.path().join("home");
        let port = self.port.to_string();
        let rooms: Vec<String> = (0..ROOMS).map(|n| format!("#{}", words::room(n))).collect();
        let rooms = rooms.join(",");
        let command = match rival {
            Rival::Weechat => {
                let mut command = CommandBuilder::new("weechat");
                command.args(["-d", &home.to_string_lossy()]);
                for run in [
                    format!("/server add l 127.0.0.1/{port} -nossl"),
                    "/set irc.server.l.nicks me".to_owned(),
                    "/connect l".to_owned(),
                ] {
                    command.args(["-r", &run]);
                }
                command
            }
            Rival::Irssi => {
                let mut command = CommandBuilder::new("irssi");
                command.arg(format!("--home={}", home.display()));
                command.args(["-c", "127.0.0.1", "-p", &port, "-n", "me"]);
                command
            }
        };
        let mut terminal = Terminal::start(command, Margins::No)?;
        terminal.wait("the server", |t| t.shown().contains("irc.example"))?;
        terminal.settle()?;
        terminal.keys(&format!("/join {rooms}\r"))?;
        terminal.pass(Duration::from_secs(1))?;
        terminal.keys("/join #lobby\r")?;
        // irssi sends a few commands at once and then one in a while.
        terminal.wait("#lobby", |t| t.shown().contains("has joined #lobby"))?;
        terminal.pass(SETTLED)?;
        Ok(terminal)
    }
}

impl Talk for Irc {
    fn say(&mut self, n: usize, text: &str) -> anyhow::Result<()> {
        let n = n % self.people.len();
        Ok(self.people[n].write_all(format!("PRIVMSG #lobby :{text}\r\n").as_bytes())?)
    }
}

impl Drop for Irc {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
