//! One person's chat over ssh: the terminal on this side, and what happens on the other one.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};

use tempfile::TempDir;

use crate::sshd::{Sshd, quoted, run};
use crate::terminal::{PATIENCE, Terminal};

/// What stands on the screen before the client takes it.
pub(crate) const BEFORE: &str = "what was there before";

/// The other machine's disk, as far as one person's client uses it.
pub(crate) struct Account {
    nick: &'static str,
    dir: TempDir,
}

impl Account {
    pub(crate) fn new(nick: &'static str) -> Account {
        let dir = tempfile::tempdir().expect("a directory");
        fs::write(dir.path().join("client.toml"), "").expect("settings");
        run(Command::new("mkfifo").arg(dir.path().join("alive")));
        Account { nick, dir }
    }

    /// Logs in and runs the client with these words.
    pub(crate) fn visits(&self, sshd: &Sshd, words: &str) -> Visit<'_> {
        let script = self.dir.path().join("script");
        fs::write(&script, self.script(words)).expect("the script");
        let terminal = Terminal::run(sshd.connect(&script), 80, 24);
        Visit {
            terminal,
            alive: watch(self.dir.path().join("alive")),
            account: self,
        }
    }

    /// What runs on the other side: the client, which alone holds the pipe `alive`, between two
    /// looks at the terminal's modes.
    fn script(&self, words: &str) -> String {
        let dir = self.dir.path();
        format!(
            "cd {dir} || exit 9\n\
             echo '{BEFORE}'\n\
             stty -g >modes-before\n\
             {client} {words} --nick {nick} --data-dir data --config client.toml 9>alive\n\
             status=$?\n\
             stty -g >modes-after\n\
             exit $status\n",
            dir = quoted(dir),
            client = quoted(Path::new(env!("CARGO_BIN_EXE_chat-tui"))),
            nick = self.nick,
        )
    }
}

/// See the module. The other side has ended when this is dropped.
pub(crate) struct Visit<'a> {
    pub(crate) terminal: Terminal,
    alive: Receiver<io::Result<()>>,
    account: &'a Account,
}

impl Visit<'_> {
    /// Waits until the client's process on the other side is gone.
    pub(crate) fn wait_until_gone(&self) {
        let gone = self.alive.recv_timeout(PATIENCE);
        gone.expect("a client is stuck").expect("the pipe is read");
    }

    /// The terminal's modes on the other side, before the client and after.
    pub(crate) fn modes(&self) -> (String, String) {
        let dir = self.account.dir.path();
        let read = |name| fs::read_to_string(dir.join(name)).expect("the script wrote it");
        (read("modes-before"), read("modes-after"))
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.terminal.cut();
        // Its files are removed next. Whether it was stuck is asked where that is the question.
        drop(self.alive.recv_timeout(PATIENCE));
    }
}

/// Tells when nobody holds the pipe any more. The system lets go of it for a process that ends,
/// however it ends, and a process that nobody has waited for does not count as one that lives.
fn watch(pipe: PathBuf) -> Receiver<io::Result<()>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let nothing = File::open(pipe).and_then(|mut pipe| pipe.read_to_end(&mut Vec::new()));
        // Nobody asks any more when the test has failed.
        drop(sender.send(nothing.map(drop)));
    });
    receiver
}
