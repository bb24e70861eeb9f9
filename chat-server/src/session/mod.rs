//! One connected client: its side of the protocol as a state machine without IO.
//!
//! It is given frames, outputs of the hub and what was read from the store, and says what it wants
//! done ([`Act`]); what is to be sent gathers in its [`Outbox`]. It knows no sockets, no clocks and
//! no other sessions.
//!
//! | file | owns |
//! |---|---|
//! | `login.rs` | hello, challenge, login |
//! | `live.rs` | requests, and what is delivered |
//! | `found.rs` | what was read from the store for it |
//! | `cursors.rs` | what each followed conversation is sent next |
//! | `uploads.rs` | what it uploads |
//! | `outbox.rs` | what is still to be sent |

mod cursors;
mod found;
mod live;
mod login;
mod outbox;
#[cfg(test)]
mod tests;
mod uploads;

use std::collections::BTreeSet;
use std::sync::Arc;

use chat_core::command::{Command, History};
use chat_core::event::{Bye, Ping, Pong};
use chat_core::identity::{ChannelBinding, NONCE_BYTES};
use chat_core::limits::{ANSWER_MS, FRAME_BYTES, FRAME_BYTES_BEFORE_LOGIN, SILENT_MS};
use chat_core::wire::Received;
use chat_core::{AccountId, Code, ConversationId, Event, RequestId, Seq};

use crate::contents::Part;
use crate::hub::{Input, SessionId};
use crate::journal::Wanted;
pub use cursors::{Cursors, Next, Room};
pub use outbox::{FULL_BYTES, Haste, OVERFULL_BYTES, Outbox, SLICES};
use uploads::Uploads;

/// The longest answer that is no list: a name, a topic and what stands around them. With this, a
/// client that sends requests and reads nothing is owed at most an outbox full of answers.
const ANSWER_BYTES: usize = 640;

/// The longest list or page.
const LIST_BYTES: usize = 56 * 1024;

/// Pings are due at multiples of this, in milliseconds: a worker wakes up once for many.
const TOGETHER_MS: Tick = 5_000;

/// Milliseconds on a clock that never jumps, from some start.
pub type Tick = u64;

/// What all sessions of a server share.
#[derive(Debug)]
pub struct Terms {
    /// The invite that newcomers show, if the server asks for one.
    pub invite: Option<String>,
    /// Time to log in, in milliseconds.
    pub login_ms: u64,
    /// Bytes that may be sent before the login.
    pub login_bytes: usize,
    /// Program and version.
    pub agent: String,
}

/// What a new session starts with.
#[derive(Debug)]
pub struct Start {
    /// Its name.
    pub id: SessionId,
    /// Random.
    pub nonce: [u8; NONCE_BYTES],
    /// What its TLS channel exports; zeros without TLS.
    pub binding: ChannelBinding,
    /// When it started.
    pub now: Tick,
}

/// What a session wants done.
#[derive(Debug)]
pub enum Act {
    /// The hub is to decide.
    Hub(Input),
    /// The store is to be read; the answer goes to [`Session::found`].
    Read(Wanted),
    /// Bytes of an upload; the answer goes to [`Session::handle_chunk_done`].
    Chunk(Box<Part>),
}

/// Where a session stands.
#[derive(Debug)]
enum Phase {
    /// Not logged in.
    Stranger(Box<Stranger>),
    /// Logged in.
    Live(AccountId),
    /// What is in the outbox is sent, then it is closed.
    Closing(Code),
}

/// What matters only before the login.
#[derive(Debug)]
struct Stranger {
    step: Step,
    nonce: [u8; NONCE_BYTES],
    binding: ChannelBinding,
    started: Tick,
    bytes: usize,
}

/// How far a login has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Waits for `Hello`.
    Hello,
    /// Waits for `Login`.
    Challenged,
    /// The hub decides whether it is let in.
    Deciding,
}

/// What the store is being read for.
#[derive(Debug)]
enum Reading {
    /// A cursor that lags behind this entry.
    CatchUp(ConversationId, Seq),
    /// A page that was asked for.
    Page(RequestId, ConversationId),
    /// A piece of a file in this conversation, from this place on.
    Piece(RequestId, ConversationId, u64),
    /// The picture of a canvas.
    Picture(RequestId, ConversationId),
    /// Whether a post that is sent again is stored, and what a post is about.
    Post(Box<Command>),
}

/// See the module.
#[derive(Debug)]
pub struct Session {
    id: SessionId,
    terms: Arc<Terms>,
    phase: Phase,
    out: Outbox,
    cursors: Cursors,
    /// Requests that the hub has not answered.
    unanswered: usize,
    /// The list that the hub was asked for: one at a time.
    listing: Option<RequestId>,
    reading: Option<Reading>,
    /// A request that waits until the store has answered another.
    waiting: Option<Box<(Wanted, Reading)>>,
    /// Conversations that it asked to follow, until the hub has answered.
    asked_to_follow: Vec<(RequestId, ConversationId)>,
    /// A page that was asked for right behind the wish to follow its conversation.
    page_behind_follow: Option<Box<History>>,
    /// Rosters of which changes were not sent.
    stale_rosters: BTreeSet<ConversationId>,
    uploads: Uploads,
    heard: Tick,
    pinged: bool,
}

impl Session {
    /// A session that waits for `Hello`.
    #[must_use]
    pub fn new(start: Start, terms: Arc<Terms>) -> Session {
        Session {
            id: start.id,
            terms,
            phase: Phase::Stranger(Box::new(Stranger {
                step: Step::Hello,
                nonce: start.nonce,
                binding: start.binding,
                started: start.now,
                bytes: 0,
            })),
            out: Outbox::default(),
            cursors: Cursors::default(),
            unanswered: 0,
            listing: None,
            reading: None,
            waiting: None,
            asked_to_follow: Vec::new(),
            page_behind_follow: None,
            stale_rosters: BTreeSet::new(),
            uploads: Uploads::default(),
            heard: start.now,
            pinged: false,
        }
    }

    // Getters.

    /// Its name.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// What is to be sent.
    #[must_use]
    pub fn out(&self) -> &Outbox {
        &self.out
    }

    /// The conversations that it follows.
    #[must_use]
    pub fn cursors(&self) -> &Cursors {
        &self.cursors
    }

    /// Whether it has logged in.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live(_))
    }

    /// Whether it may have uploads.
    #[must_use]
    pub fn has_uploads(&self) -> bool {
        self.uploads.any()
    }

    /// Why it is to be closed once its outbox is empty.
    #[must_use]
    pub fn closing(&self) -> Option<Code> {
        match self.phase {
            Phase::Closing(code) => Some(code),
            _ => None,
        }
    }

    /// The longest frame that it takes now.
    #[must_use]
    pub fn frame_bytes_max(&self) -> usize {
        match self.phase {
            Phase::Live(_) => FRAME_BYTES,
            _ => FRAME_BYTES_BEFORE_LOGIN,
        }
    }

    /// Whether it takes no frame now: it has enough to answer, or its client doesn't read.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.is_deciding()
            || self.closing().is_some()
            || self.waiting.is_some()
            || self.listing.is_some()
            || self.page_behind_follow.is_some()
            || matches!(
                self.reading,
                Some(
                    Reading::Page(..)
                        | Reading::Piece(..)
                        | Reading::Picture(..)
                        | Reading::Post(_)
                )
            )
            || self.uploads.is_full()
            || !self.has_room()
    }

    /// Whether all that there is to do for it now may be done a little later: what it is to be sent
    /// waits for nothing but itself.
    #[must_use]
    pub fn may_wait(&self) -> bool {
        self.out.may_wait()
            && self.closing().is_none()
            && self.waiting.is_none()
            && self.cursors.lagging().is_none()
    }

    fn is_deciding(&self) -> bool {
        matches!(&self.phase, Phase::Stranger(stranger) if stranger.step == Step::Deciding)
    }

    /// Whether more may be asked for it: what it is owed counts as if it lay in the outbox.
    fn has_room(&self) -> bool {
        let lists = usize::from(self.listing.is_some()) + usize::from(self.reading.is_some());
        let answers = self.unanswered + self.uploads.unanswered();
        let owed = answers * ANSWER_BYTES + lists * LIST_BYTES;
        self.out.bytes() + owed < FULL_BYTES
    }

    /// When [`Session::handle_time`] is to be called at the latest.
    #[must_use]
    pub fn deadline(&self) -> Tick {
        match &self.phase {
            Phase::Live(_) if self.pinged => self.ping_due() + ANSWER_MS,
            Phase::Live(_) => self.ping_due(),
            Phase::Stranger(stranger) => stranger.started + self.terms.login_ms,
            Phase::Closing(_) => self.heard,
        }
    }

    /// When it is pinged if nothing is heard: together with others.
    fn ping_due(&self) -> Tick {
        (self.heard + SILENT_MS).next_multiple_of(TOGETHER_MS)
    }

    // What happens to it.

    /// `bytes` have arrived at `now`.
    pub fn handle_bytes(&mut self, bytes: usize, now: Tick) {
        self.heard = now;
        self.pinged = false;
        if let Phase::Stranger(stranger) = &mut self.phase {
            stranger.bytes += bytes;
            if stranger.bytes > self.terms.login_bytes {
                self.close(
                    Code::ProtocolViolation,
                    "too much was sent before the login",
                );
            }
        }
    }

    /// `bytes` of the outbox are sent.
    pub fn handle_sent(&mut self, bytes: usize) {
        self.out.advance(bytes);
    }

    /// The body of a frame has arrived.
    pub fn handle_frame(&mut self, body: &[u8], acts: &mut Vec<Act>) {
        match Command::decode(body) {
            Err(error) => self.violation(&error.to_string()),
            Ok(Received::Unknown { kind, request }) => self.unknown(kind, request),
            Ok(Received::Message(Command::Ping(Ping { token }))) => {
                self.send(&Pong { token }.into())
            }
            Ok(Received::Message(Command::Pong(_))) => {}
            Ok(Received::Message(command)) => match self.phase {
                Phase::Stranger(_) => self.log_in(command, acts),
                Phase::Live(account) => self.request(account, command, acts),
                Phase::Closing(_) => {}
            },
        }
    }

    /// It is `now`: pings, or gives up. The caller calls it at [`Session::deadline`] or later.
    pub fn handle_time(&mut self, now: Tick) {
        if now < self.deadline() {
            return;
        }
        match self.phase {
            Phase::Live(_) if self.pinged => {
                self.close(Code::Dead, "nothing was heard from you for too long")
            }
            Phase::Live(_) => {
                self.pinged = true;
                self.send(&Ping { token: now }.into());
            }
            Phase::Closing(_) => {}
            Phase::Stranger(_) => self.close(Code::LoginTimeout, "the login took too long"),
        }
    }

    /// The peer sent something that no client sends.
    pub fn violation(&mut self, reason: &str) {
        self.close(
            Code::ProtocolViolation,
            &format!("that is not the chat protocol: {reason}"),
        );
    }

    /// Says why, then closes.
    pub fn close(&mut self, code: Code, text: &str) {
        self.say_bye(Bye {
            code,
            text: text.into(),
            retry_after_ms: None,
        });
    }

    /// Says `bye`, then closes.
    pub fn say_bye(&mut self, bye: Bye) {
        if self.closing().is_none() {
            self.phase = Phase::Closing(bye.code);
            self.send(&bye.into());
        }
    }

    fn send(&mut self, event: &Event) {
        self.out.push_own(Haste::Now, |out| event.append_to(out));
    }
}
