//! `--plain` on a terminal: questions are asked there, and the terminal stays as it is.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::common::{Host, Peer};

/// How long anything may take that should happen at once.
const SOON: Duration = Duration::from_secs(60);

/// A program on a terminal of its own.
struct Terminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    bytes: mpsc::Receiver<Vec<u8>>,
    seen: String,
    // The other end is closed with it.
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Terminal {
    fn start(arguments: &[&str]) -> Terminal {
        let pair = native_pty_system()
            .openpty(PtySize::default())
            .expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chat-tui"));
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("started");
        let mut output = pair.master.try_clone_reader().expect("a reader");
        let (sender, bytes) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal {
            child,
            keys: pair.master.take_writer().expect("a writer"),
            bytes,
            seen: String::new(),
            _master: pair.master,
        }
    }

    /// Waits until that is on the terminal, behind what was waited for before.
    fn sees(&mut self, part: &str) {
        loop {
            if let Some(at) = self.seen.find(part) {
                self.seen.drain(..at + part.len());
                return;
            }
            match self.bytes.recv_timeout(SOON) {
                Ok(bytes) => {
                    assert!(!bytes.contains(&0x1b), "a control sequence");
                    self.seen += &String::from_utf8_lossy(&bytes);
                }
                Err(_) => panic!("no {part:?} in {:?}", self.seen),
            }
        }
    }

    fn types(&mut self, line: &str) {
        self.keys.write_all(line.as_bytes()).expect("typed");
    }

    fn ends(mut self) -> u32 {
        // What is still written has to go somewhere.
        while self.bytes.recv_timeout(SOON).is_ok() {}
        self.child.wait().expect("ended").exit_code()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_for_the_certificate_and_the_nick() {
    let host = Host::start().await;
    let _ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().to_str().expect("a path").to_owned();
    let port = host.link.port;
    let fingerprint = host.link.fingerprint.expect("has one").to_string();
    let asked = tokio::task::spawn_blocking(move || {
        let bare = format!("127.0.0.1:{port}");
        let words = [
            "--plain",
            "join",
            &bare,
            "--nick",
            "ann",
            "--data-dir",
            &data,
        ];
        let mut terminal = Terminal::start(&words);
        terminal.sees(&fingerprint);
        terminal.sees("(yes/no)");
        terminal.types("what\n");
        terminal.sees("(yes/no)");
        terminal.types("yes\n");
        terminal.sees("an empty line for ");
        terminal.types("bob\n");
        terminal.sees(" as bob");
        terminal.sees("now in #lobby");
        terminal.types("/jion x\n");
        terminal.sees("the nearest is /join");
        terminal.types("hello\n");
        terminal.sees("<bob> hello");
        terminal.types("/quit\n");
        assert_eq!(terminal.ends(), 0, "what was mended is no failure");

        // Both are remembered.
        let mut again = Terminal::start(&["--plain", "--data-dir", &data]);
        again.sees(" as bob");
        again.types("\x04");
        assert_eq!(again.ends(), 0);

        let mut sent = Terminal::start(&["send", &bare, "lobby", "hi", "--data-dir", &data]);
        sent.types("");
        assert_eq!(sent.ends(), 0);
    });
    asked.await.expect("as it should be");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_not_used() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().to_str().expect("a path").to_owned();
    let bare = format!("127.0.0.1:{}", host.link.port);
    let asked = tokio::task::spawn_blocking(move || {
        let words = ["send", &bare, "lobby", "hi", "--data-dir", &data];
        let mut terminal = Terminal::start(&words);
        terminal.sees("(yes/no)");
        terminal.types("no\n");
        terminal.sees("not joined");
        assert_eq!(terminal.ends(), 1);

        // The end of the input is no answer, either.
        let words = ["--plain", "join", &bare, "--data-dir", &data];
        let mut terminal = Terminal::start(&words);
        terminal.sees("(yes/no)");
        terminal.types("\x04");
        terminal.sees("is not known here");
        assert_eq!(terminal.ends(), 1);
        assert!(!std::path::Path::new(&data).join("known_servers").exists());
    });
    asked.await.expect("as it should be");
    drop(host);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_in_lines_asks_for_everything_that_is_not_offered_rightly() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().to_str().expect("a path").to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::start(&["--plain", "--data-dir", &data]);
        let answers = [
            ("Type host or join", ""),
            ("called?", "ann"),
            ("(Enter: 0.0.0.0)", "127.0.0.1"),
            ("(Enter: 7878)", "seven"),
            ("1 to 65535", "0"),
            ("(Enter: 10000)", ""),
        ];
        for (asked, answer) in answers {
            terminal.sees(asked);
            terminal.types(&format!("{answer}\n"));
        }
        terminal.sees("join link: chat://127.0.0.1:");
        terminal.sees(" as ann");
        terminal.types("hello\n");
        terminal.sees("<ann> hello");
        terminal.types("/quit\n");
        assert_eq!(terminal.ends(), 0);
    });
    asked.await.expect("as it should be");
}
