//! How each is started: no limit on connections, queues or rates, no names looked up, nothing
//! stored, no pings while it is measured.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rivals::Rival;

/// Where servers lie that are not in the path of a user.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

impl Rival {
    /// Its program.
    fn program(self) -> &'static str {
        match self {
            Rival::Redis => "redis-server",
            Rival::Nats => "nats-server",
            other => other.name(),
        }
    }

    /// Where its program is; `None` where it isn't installed.
    pub(crate) fn binary(self) -> Option<PathBuf> {
        if self.is_bare() {
            return std::env::current_exe().ok();
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .chain(SYSTEM.map(PathBuf::from))
            .map(|dir| dir.join(self.program()))
            .find(|file| file.is_file())
    }
}

/// What starts it on `port`, with its files in `dir`.
pub(super) fn command(rival: Rival, dir: &Path, port: u16) -> io::Result<Command> {
    let file = dir.join("config");
    let here = dir.display();
    let config = match rival {
        // Those who are slow for a moment are not thrown out.
        Rival::Redis => format!(
            "bind 127.0.0.1\nport {port}\ndir {here}\nsave \"\"\nappendonly no\nmaxclients 19900\n\
             tcp-backlog 4096\nclient-output-buffer-limit pubsub 0 0 0\n"
        ),
        Rival::Inspircd => format!(
            r#"<server name="irc.test" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@irc.test">
<bind address="127.0.0.1" port="{port}" type="clients">
<power diepass="bench-1" restartpass="bench-2">
<connect allow="*" timeout="60" pingfreq="1h" hardsendq="100M" softsendq="10M" recvq="10M"
 threshold="4000000" commandrate="1000" fakelag="no" localmax="1000000" globalmax="1000000"
 maxconnwarn="no" resolvehostnames="no" useident="no" limit="1000000" maxchans="100">
<dns server="127.0.0.1" timeout="5">
<performance softlimit="1000000" somaxconn="4096" clonesonconnect="no" quietbursts="yes">
<pid file="{here}/pid">
<log method="file" type="*" level="none" target="{here}/log">
"#
        ),
        Rival::Ngircd => format!(
            "[Global]\nName = irc.test\nInfo = bench\nAdminEMail = bench@irc.test\n\
             Listen = 127.0.0.1\nPorts = {port}\nMotdPhrase = bench\nServerUID = irc\nServerGID = irc\n\
             [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxNickLength = 16\n\
             MaxPenaltyTime = 0\nPingTimeout = 3600\n\
             [Options]\nDNS = no\nIdent = no\nPAM = no\n"
        ),
        Rival::Nats => format!(
            "listen: \"127.0.0.1:{port}\"\nping_interval: \"1h\"\nmax_connections: 100000\n"
        ),
        Rival::Mosquitto => format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n\
             max_queued_messages 0\nset_tcp_nodelay true\nlog_type none\n"
        ),
        Rival::Bare | Rival::BareWrite => String::new(),
    };
    fs::write(&file, config)?;
    let binary = rival
        .binary()
        .unwrap_or_else(|| PathBuf::from(rival.program()));
    let mut command = Command::new(binary);
    command.current_dir(dir);
    match rival {
        Rival::Redis => command.arg(file),
        Rival::Inspircd => command
            .args(["--runasroot", "--nofork", "--config"])
            .arg(file),
        Rival::Ngircd => {
            readable_by_all(dir)?;
            command.args(["-n", "-f"]).arg(file)
        }
        Rival::Nats | Rival::Mosquitto => command.arg("-c").arg(file),
        Rival::Bare => command.args(["bare", &port.to_string()]),
        Rival::BareWrite => command.args(["bare", &port.to_string(), "--write"]),
    };
    Ok(command)
}

/// ngIRCd reads its configuration again as somebody who may do little.
#[cfg(unix)]
fn readable_by_all(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable_by_all(_: &Path) -> io::Result<()> {
    Ok(())
}
