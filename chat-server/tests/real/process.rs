//! A server in a process of its own, which can be killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use chat_core::Link;

/// The server's binary.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_chat-server");

/// A server in a process of its own, killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) link: Link,
}

impl Process {
    pub(crate) fn start(dir: &tempfile::TempDir, port: u16) -> Process {
        Process::with(dir, port, &[])
    }

    /// One that speaks plain TCP.
    pub(crate) fn plain(dir: &tempfile::TempDir, port: u16) -> Process {
        Process::with(dir, port, &["--plaintext"])
    }

    fn with(dir: &tempfile::TempDir, port: u16, arguments: &[&str]) -> Process {
        let file = dir.path().join("server.toml");
        std::fs::write(&file, "[limits]\npost_burst = 0\nstroke_burst = 0\n").expect("written");
        let mut child = Command::new(BINARY)
            .arg("--config")
            .arg(file)
            .args(["--listen", &format!("127.0.0.1:{port}"), "--data-dir"])
            .arg(dir.path().join("server"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut line = |what: &str| {
            let line = lines.next().expect("a line").expect("text");
            line.strip_prefix(what)
                .unwrap_or_else(|| panic!("{line:?} is not {what:?}"))
                .to_owned()
        };
        let address = line("listening on ");
        let link: Link = line("join link: ").parse().expect("a link");
        assert_eq!(address, link.address());
        Process { child, link }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: what a crash is. One that has ended and was waited for is left alone.
        self.child.kill().expect("it runs, or was waited for");
        self.child.wait().expect("it has ended");
    }
}
