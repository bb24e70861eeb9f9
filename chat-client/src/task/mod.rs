//! The task behind a [`Client`](crate::Client): attempt after attempt until something final. It owns
//! the connection, the clock and the channels to the program; what it does with a connection that is
//! logged in is decided by [`crate::session`].
//!
//! Whatever it waits for, it also takes what the program asks and hands over events
//! ([`Task::signal`]), so that neither waits for the network.

mod dial;
mod files;
mod login;
mod online;

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chat_core::event::Bye;
use chat_core::{Code, Fingerprint, Identity, Link, Refusal, Text};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::backoff;
use crate::config::Config;
use crate::error::Error;
use crate::event::Event;
use crate::handle::Input;
use crate::net::Loss;
use crate::session::Session;
use crate::trust::Trust;

use self::files::Files;

/// A connection that was good for this long starts the backoff anew when it is lost. One that breaks
/// sooner may be broken by us.
const STEADY: Duration = Duration::from_secs(10);

/// How an attempt ends.
enum Ended {
    /// For good.
    Closed(Error),
    /// It will be tried again, and not before the hint.
    Lost { why: String, hint: Option<Duration> },
    /// It is to be tried again at once, because of something that the program said.
    Anew,
}

/// Whether this address is known to be a server of this protocol. Until then a failure is a wrong
/// address; afterwards it is an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    None,
    Spoke,
}

/// What the program says that concerns the connection.
enum Signal {
    /// Something for the session, which has it already.
    Work,
    Accept(Fingerprint),
    /// A nick and an invite, which are kept already.
    LoginAs,
    Reconnect,
    Quit(Option<Text>),
}

pub(crate) struct Task {
    link: Link,
    address: String,
    agent: String,
    identity: Arc<Identity>,
    /// As wished by the program.
    nick: Option<String>,
    /// As accepted by the server.
    nick_had: Option<String>,
    invite: Option<String>,
    trust: Trust,
    proof: Proof,
    online_since: Option<Instant>,
    session: Session,
    files: Files,
    inputs: mpsc::UnboundedReceiver<Input>,
    events: mpsc::Sender<Event>,
}

impl Task {
    pub(crate) fn new(
        config: Config,
        inputs: mpsc::UnboundedReceiver<Input>,
        events: mpsc::Sender<Event>,
    ) -> Task {
        let session = Session::new(&config);
        Task {
            address: config.link.address(),
            agent: config.agent,
            identity: config.identity,
            nick: config.nick,
            nick_had: None,
            invite: config.link.invite.clone(),
            trust: Trust::new(config.link.fingerprint, config.pin),
            proof: config.resume.map_or(Proof::None, |_| Proof::Spoke),
            link: config.link,
            online_since: None,
            session,
            files: Files::new(),
            inputs,
            events,
        }
    }

    pub(crate) async fn run(mut self) {
        let error = self.live().await;
        tracing::info!(%error, "client ends");
        self.session.end();
        self.session.tell(Event::Closed(error));
        // Whoever quits waits for this.
        drop(self.inputs);
        while let Some(event) = self.session.next_event() {
            if self.events.send(event).await.is_err() {
                break;
            }
        }
    }

    async fn live(&mut self) -> Error {
        let mut failures = 0;
        loop {
            let attempt = failures + 1;
            tracing::info!(address = %self.address, attempt, "connecting");
            self.session.tell(Event::Connecting { attempt });
            self.online_since = None;
            let Err(ended) = self.attempt().await;
            self.session.offline();
            if self.online_since.is_some_and(|at| at.elapsed() >= STEADY) {
                failures = 0;
            }
            match ended {
                Ended::Closed(error) => return error,
                Ended::Anew => failures = 0,
                Ended::Lost { why, hint } => {
                    failures += 1;
                    let retry_in = backoff::wait(failures, random(), hint);
                    tracing::warn!(why, ?retry_in, "offline");
                    self.session.tell(Event::Offline { why, retry_in });
                    if let Err(error) = self.pause(retry_in).await {
                        return error;
                    }
                }
            }
        }
    }

    async fn attempt(&mut self) -> Result<Infallible, Ended> {
        let (mut wire, binding) = self.dial().await?;
        let welcome = self.login(&mut wire, &binding).await?;
        self.online_since = Some(Instant::now());
        self.session.online(welcome, Instant::now());
        Err(self.online(wire).await)
    }

    /// Waits between two attempts, at most that long.
    async fn pause(&mut self, length: Duration) -> Result<(), Error> {
        let mut waited = pin!(sleep(length));
        loop {
            tokio::select! {
                () = &mut waited => return Ok(()),
                signal = self.signal() => match signal {
                    Signal::Reconnect => return Ok(()),
                    Signal::Quit(_) => return Err(Error::Left),
                    Signal::Work | Signal::Accept(_) | Signal::LoginAs => {}
                }
            }
        }
    }

    /// Waits for `work`, but not longer than `limit` and not against the program's will.
    async fn during<T, E: From<io::Error>>(
        &mut self,
        limit: Duration,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<Result<T, E>, Ended> {
        let mut work = pin!(timeout(limit, work));
        loop {
            tokio::select! {
                done = &mut work => return Ok(done.unwrap_or_else(|_| {
                    let text = format!("no answer within {} seconds", limit.as_secs());
                    Err(io::Error::new(io::ErrorKind::TimedOut, text).into())
                })),
                signal = self.signal() => match signal {
                    Signal::Reconnect => return Err(Ended::Anew),
                    Signal::Quit(_) => return Err(Ended::Closed(Error::Left)),
                    Signal::Work | Signal::Accept(_) | Signal::LoginAs => {}
                }
            }
        }
    }

    /// Hands over events, has done what is to be done with files, and waits for the next thing that the
    /// program says or that became of a file. Cancel safe.
    async fn signal(&mut self) -> Signal {
        self.work_on_files();
        self.hand_over();
        let (inputs, events, files) = (&mut self.inputs, &self.events, &mut self.files);
        let room = async { drop(events.reserve().await) };
        let input = tokio::select! {
            input = inputs.recv() => input,
            Some((id, report)) = files.next() => {
                self.session.reported(id, report, Instant::now());
                return Signal::Work;
            }
            // The program has read events: there may be room to read from the server again.
            () = room, if self.session.has_event() => {
                self.hand_over();
                return Signal::Work;
            }
        };
        self.take(input)
    }

    /// Begins what is to be done with files now.
    fn work_on_files(&mut self) {
        while let Some((id, job)) = self.session.next_job() {
            self.files.perform(id, job);
        }
    }

    /// Hands over the events for which there is room now.
    fn hand_over(&mut self) {
        while self.session.has_event() {
            match self.events.try_reserve() {
                Ok(permit) => {
                    if let Some(event) = self.session.next_event() {
                        permit.send(event);
                    }
                }
                Err(mpsc::error::TrySendError::Full(())) => break,
                // Nobody wants to know.
                Err(mpsc::error::TrySendError::Closed(())) => drop(self.session.next_event()),
            }
        }
    }

    fn take(&mut self, input: Option<Input>) -> Signal {
        let now = Instant::now();
        match input {
            Some(Input::Post(pending, waiter)) => self.session.post(pending, waiter, now),
            Some(Input::Send(command)) => self.session.send(command),
            Some(Input::Ask(command, waiter)) => self.session.ask(command, waiter),
            Some(Input::Follow(conversation, after)) => self.session.follow(conversation, after),
            Some(Input::SendFile {
                id,
                post,
                path,
                conversation,
                caption,
            }) => {
                let what = (conversation, caption);
                self.session.send_file(id, post, path, what, now);
            }
            Some(Input::SaveFile {
                id,
                conversation,
                seq,
                file,
                dir,
            }) => {
                let place = (conversation, seq);
                self.session.save_file(id, place, file, dir, now);
            }
            Some(Input::FetchBytes {
                id,
                conversation,
                seq,
                file,
                bytes_max,
                waiter,
            }) => {
                let (place, what) = ((conversation, seq), (file, bytes_max));
                self.session.fetch_bytes(id, place, what, waiter, now);
            }
            Some(Input::Cancel(id)) => self.session.cancel(id, now),
            Some(Input::Canvas(parent)) => self.session.open_canvas(parent),
            Some(Input::CloseCanvas(parent)) => self.session.close_canvas(parent),
            Some(Input::Accept(fingerprint)) => return Signal::Accept(fingerprint),
            Some(Input::LoginAs { nick, invite }) => {
                self.nick = Some(nick);
                self.nick_had = None;
                self.invite = invite.or_else(|| self.invite.take());
                return Signal::LoginAs;
            }
            Some(Input::Reconnect) => return Signal::Reconnect,
            Some(Input::Quit(text)) => return Signal::Quit(text),
            // The last handle is gone.
            None => return Signal::Quit(None),
        }
        Signal::Work
    }

    /// What a lost connection means.
    fn lost(&self, loss: &Loss) -> Ended {
        let address = self.address.clone();
        match (self.proof, loss) {
            (Proof::None, Loss::Nonsense(why)) => Ended::Closed(Error::NotThisProtocol {
                address,
                why: why.clone(),
            }),
            (Proof::None, Loss::Io(error)) => self.unreachable(error),
            (Proof::None, Loss::Closed) => Ended::Closed(Error::Unreachable {
                address,
                why: "it closed the connection".into(),
            }),
            (Proof::Spoke, loss) => {
                let why = match loss {
                    Loss::Closed => "the server closed the connection".into(),
                    Loss::Io(error) => format!("the connection broke ({})", reason(error)),
                    Loss::Nonsense(why) => format!("the server sent something else ({why})"),
                };
                Ended::Lost { why, hint: None }
            }
        }
    }

    fn unreachable(&self, error: &io::Error) -> Ended {
        let error = Error::Unreachable {
            address: self.address.clone(),
            why: reason(error),
        };
        self.failed(error)
    }

    /// An error that is final unless this address is known to be right.
    fn failed(&self, error: Error) -> Ended {
        match self.proof {
            Proof::None => Ended::Closed(error),
            Proof::Spoke => Ended::Lost {
                why: error.to_string(),
                hint: None,
            },
        }
    }

    /// What the server's last word means.
    fn bye(&self, bye: Bye) -> Ended {
        let address = self.address.clone();
        let refusal = Refusal::new(bye.code, bye.text.to_string());
        match bye.code {
            Code::TlsRequired => Ended::Closed(Error::TlsRequired { address }),
            Code::Version => Ended::Closed(Error::Version {
                address,
                why: refusal.text,
            }),
            Code::Left => Ended::Closed(Error::Left),
            Code::BadSignature => Ended::Closed(Error::Refused(refusal)),
            Code::ProtocolViolation => self.failed(Error::Refused(refusal)),
            _ => Ended::Lost {
                why: refusal.text,
                hint: bye.retry_after_ms.map(Duration::from_millis),
            },
        }
    }
}

/// What the system said, for people.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let text = text.trim_start_matches("failed to lookup address information: ");
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

/// A random number; without randomness the middle, which is no reason to stay offline.
fn random() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX / 2)
}
