//! What these tests share: a server on port 0, people who are connected to it, and the program in
//! pipes. Everything is waited for with a limit, and nothing is slept for.

use std::future::Future;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use chat_client::{Client, Event, Events};
use chat_core::event::Change;
use chat_core::{ConversationId, Entry, Identity, Link, Seq};
use chat_server::Server;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long anything may take that should happen at once. Only a failing test waits for it.
const SOON: Duration = Duration::from_secs(60);

/// Waits for something that should happen soon.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(SOON, future).await {
        Ok(done) => done,
        Err(_) => panic!("{what} did not happen"),
    }
}

/// A server in this process, whose data outlives it.
pub(crate) struct Host {
    dir: TempDir,
    change: fn(&mut chat_server::Config),
    pub(crate) link: Link,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), chat_server::RunError>>,
}

impl Host {
    /// A server that takes posts as fast as it can store them.
    pub(crate) async fn start() -> Host {
        Host::start_with(|config| config.limits.post_burst = 0).await
    }

    /// A server with another configuration than the default.
    pub(crate) async fn start_with(change: fn(&mut chat_server::Config)) -> Host {
        let dir = tempfile::tempdir().expect("a directory");
        Host::serve(dir, 0, change).await
    }

    async fn serve(dir: TempDir, port: u16, change: fn(&mut chat_server::Config)) -> Host {
        let mut config = chat_server::Config::default();
        config.server.listen = ([127, 0, 0, 1], port).into();
        config.server.data_dir = dir.path().join("server");
        change(&mut config);
        let server = Server::bind(config).await.expect("the server starts");
        let link = server.join_link().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async {
            stopped.await.unwrap_or_default();
        }));
        Host {
            dir,
            change,
            link,
            stop,
            running,
        }
    }

    /// Stops it, as a signal would, and starts it again on the same port and data.
    pub(crate) async fn restart(self) -> Host {
        let port = self.link.port;
        self.stop.send(()).expect("it runs");
        soon("the server's end", self.running)
            .await
            .expect("it does not panic")
            .expect("it ends well");
        Host::serve(self.dir, port, self.change).await
    }

    /// Stops it, as a signal would.
    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("it runs");
        soon("the server's end", self.running)
            .await
            .expect("it does not panic")
            .expect("it ends well");
    }

    /// The link as an argument.
    pub(crate) fn link(&self) -> String {
        self.link.to_string()
    }
}

/// Somebody who is connected with the client library.
pub(crate) struct Peer {
    pub(crate) client: Client,
    events: Events,
    pub(crate) lobby: ConversationId,
}

impl Peer {
    pub(crate) async fn join(host: &Host, seed: u8, nick: &str) -> Peer {
        let identity = Identity::from_seed(&[seed; 32]);
        let mut config = chat_client::Config::new(host.link.clone(), identity);
        config.nick = Some(nick.to_owned());
        let (client, mut events) = chat_client::connect(config);
        let mut lobby = None;
        soon("a login", async {
            loop {
                match events.next().await.expect("the client lives") {
                    Event::Announced(c) if c.name.as_str() == "#lobby" => lobby = Some(c.id),
                    Event::Ready => return,
                    Event::Closed(error) => panic!("closed: {error}"),
                    Event::LoginRefused(refusal) => panic!("refused: {refusal}"),
                    _ => {}
                }
            }
        })
        .await;
        Peer {
            client,
            events,
            lobby: lobby.expect("everybody is in the lobby"),
        }
    }

    /// Says something and waits until it is stored.
    pub(crate) async fn say(&self, conversation: ConversationId, text: &str) -> Seq {
        soon("an acknowledgement", self.client.say(conversation, text))
            .await
            .expect("stored")
    }

    /// Waits until somebody joins that room.
    pub(crate) async fn sees_join(&mut self, room: ConversationId) {
        soon("a join", async {
            loop {
                match self.events.next().await.expect("the client lives") {
                    Event::RosterChanged {
                        conversation,
                        change,
                    } if conversation == room && change.what == Change::Joined => return,
                    Event::Closed(error) => panic!("closed: {error}"),
                    _ => {}
                }
            }
        })
        .await;
    }

    /// The next entry, own ones as well.
    pub(crate) async fn entry(&mut self) -> Entry {
        soon("an entry", async {
            loop {
                match self.events.next().await.expect("the client lives") {
                    Event::Entry(entry) => return entry,
                    Event::Closed(error) => panic!("closed: {error}"),
                    _ => {}
                }
            }
        })
        .await
    }
}

/// The program, running in pipes.
pub(crate) struct Run {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<ChildStderr>,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// What of standard output was not read before.
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Starts the program with these arguments and this data directory.
    pub(crate) fn start(dir: &Path, arguments: &[&str]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chat-tui"))
            .args(arguments)
            .arg("--data-dir")
            .arg(dir)
            .env("TZ", "UTC")
            .env("TERM", "xterm-256color")
            .env("USER", "tester")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        Run {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().expect("piped")),
            stderr: child.stderr.take(),
            child,
        }
    }

    /// Writes to its standard input.
    pub(crate) async fn type_in(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        soon("standard input", stdin.write_all(text.as_bytes()))
            .await
            .expect("written");
    }

    /// Closes its standard input.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }

    /// The next line of its standard output.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = soon("a line", self.stdout.read_line(&mut line));
        assert!(read.await.expect("read") > 0, "it ended");
        line.trim_end_matches('\n').to_owned()
    }

    /// The next line of its standard output with `part` in it.
    pub(crate) async fn line_with(&mut self, part: &str) -> String {
        soon(&format!("a line with {part:?}"), async {
            loop {
                let line = self.line().await;
                if line.contains(part) {
                    return line;
                }
            }
        })
        .await
    }

    /// Nobody reads its standard output any more. Gives the rest of the run.
    pub(crate) async fn close_output(self) -> ExitStatus {
        let Run {
            mut child,
            stdin,
            stdout,
            stderr,
        } = self;
        drop(stdout);
        let status = soon("the end", child.wait()).await.expect("waited for");
        drop((stdin, stderr));
        status
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let id = self.child.id().expect("it runs");
        let id = i32::try_from(id).expect("a process number");
        let pid = rustix::process::Pid::from_raw(id).expect("a process number");
        rustix::process::kill_process(pid, signal).expect("signalled");
    }

    /// Closes its input and waits for its end.
    pub(crate) async fn end(mut self) -> Ended {
        self.end_input();
        let (mut out, mut err) = (String::new(), String::new());
        let mut stderr = self.stderr.take().expect("piped");
        let read = async {
            tokio::try_join!(
                self.stdout.read_to_string(&mut out),
                stderr.read_to_string(&mut err)
            )
        };
        soon("the end of the output", read).await.expect("read");
        let status = soon("the end", self.child.wait()).await.expect("ended");
        Ended { status, out, err }
    }
}

/// Runs the program to its end, with that on its standard input.
pub(crate) async fn run(dir: &Path, arguments: &[&str], input: &str) -> Ended {
    let mut run = Run::start(dir, arguments);
    // One that fails at once does not read.
    let stdin = run.stdin.as_mut().expect("piped");
    drop(soon("standard input", stdin.write_all(input.as_bytes())).await);
    run.end().await
}

impl Ended {
    /// It did what it was asked to.
    #[track_caller]
    pub(crate) fn succeeded(&self) {
        let (out, err) = (&self.out, &self.err);
        assert_eq!(self.status.code(), Some(0), "out: {out}\nerr: {err}");
    }

    /// It failed, and the last line on standard error says why.
    #[track_caller]
    pub(crate) fn failed_with(&self, why: &str) {
        let last = self.err.lines().last().unwrap_or_default();
        assert_eq!(self.status.code(), Some(1), "{}", self.err);
        assert!(last.contains(why), "{why:?} is not in {:?}", self.err);
    }

    /// Neither output has anything but text and line feeds in it.
    #[track_caller]
    pub(crate) fn is_clean(&self) {
        for text in [&self.out, &self.err] {
            let bad = |c: char| {
                (c.is_control() && c != '\n' && c != '\t')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!text.contains(bad), "{text:?}");
        }
    }
}

/// Text that would do harm to a terminal, and nothing of it in one line.
pub(crate) const HARD: &str =
    "a\x1b[2J\x1b]52;c;aGk=\x07b \u{9b}31m\u{9d}0;t\u{9c}c \u{202e}d\u{2066}e\x08\x7f\0f";

/// What is left of it.
pub(crate) const HARMLESS: &str = "ab c def";
