//! An `sshd` of this test's own: its configuration, its keys, its port. The system's is never
//! touched, and nothing of the user's is read or written.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::needs::Tools;

/// A free port can be taken by somebody else before `sshd` has it.
const ATTEMPTS: usize = 5;

/// A server that lets in whoever has its key. Ends when it is dropped.
pub(crate) struct Sshd {
    ssh: PathBuf,
    user: String,
    port: u16,
    process: Child,
    dir: TempDir,
}

impl Sshd {
    /// Starts one; `None` where that can't be and is no failure.
    pub(crate) fn start() -> Option<Sshd> {
        let user = run(Command::new("id").arg("-un")).trim().to_owned();
        let tools = Tools::find(&user)?;
        let dir = tempfile::tempdir().expect("a directory");
        for key in ["host_key", "user_key"] {
            let path = dir.path().join(key);
            run(Command::new(&tools.keygen)
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(path));
        }
        if user == "root" {
            // Where root's sshd locks up what is not logged in yet; made by its service otherwise.
            std::fs::create_dir_all("/run/sshd").expect("/run/sshd");
        }
        let started = (0..ATTEMPTS).find_map(|_| listen(&tools.sshd, dir.path()));
        let (process, port) = started.expect("sshd listens");
        Some(Sshd {
            ssh: tools.ssh,
            user,
            port,
            process,
            dir,
        })
    }

    /// What connects to it and runs `script` there, on a terminal.
    pub(crate) fn connect(&self, script: &Path) -> CommandBuilder {
        let in_dir = |name| self.dir.path().join(name).display().to_string();
        let mut command = CommandBuilder::new(&self.ssh);
        command.args(["-tt", "-F", "/dev/null", "-e", "none", "-p"]);
        command.arg(self.port.to_string());
        command.args(["-i", &in_dir("user_key")]);
        for option in [
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=no",
            "LogLevel=ERROR",
            &format!("UserKnownHostsFile={}", in_dir("known_hosts")),
        ] {
            command.args(["-o", option]);
        }
        command.arg(format!("{}@127.0.0.1", self.user));
        command.arg(format!("/bin/sh {}", quoted(script)));
        command
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // It may have ended by itself; whoever needed it has noticed.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Starts `sshd` on a port that was free just now and waits until it listens; `None` if it doesn't.
fn listen(sshd: &Path, dir: &Path) -> Option<(Child, u16)> {
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let config = dir.join("sshd_config");
    std::fs::write(&config, configuration(dir, port)).expect("the configuration");
    let mut process = Command::new(sshd)
        .args(["-D", "-e", "-f"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sshd runs");
    let log = process.stderr.take().expect("it is piped");
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    if lines.any(|line| line.starts_with("Server listening on")) {
        // Read on, so that it never waits for somebody to read. Shown when the test fails.
        std::thread::spawn(move || lines.for_each(|line| println!("sshd: {line}")));
        return Some((process, port));
    }
    process.wait().expect("it closed its log: it has ended");
    None
}

fn configuration(dir: &Path, port: u16) -> String {
    let dir = dir.display();
    format!(
        "ListenAddress 127.0.0.1\n\
         Port {port}\n\
         HostKey \"{dir}/host_key\"\n\
         AuthorizedKeysFile \"{dir}/user_key.pub\"\n\
         AuthenticationMethods publickey\n\
         PermitRootLogin yes\n\
         PidFile none\n\
         StrictModes no\n\
         UseDNS no\n\
         UsePAM no\n\
         PrintMotd no\n\
         PrintLastLog no\n"
    )
}

/// A path as a word of a shell.
pub(crate) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// Runs a command to its end and gives what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}
