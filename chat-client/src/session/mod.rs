//! What a client knows and decides, without a connection, a clock or a task: cursors, rosters, posts
//! and requests. Bytes, time and waiting are the shell's ([`crate::task`]).
//!
//! Its doors: what the program asks ([`post`](Session::post), [`send`](Session::send),
//! [`follow`](Session::follow)), what happens to the connection ([`online`](Session::online),
//! [`received`](Session::received), [`offline`](Session::offline)), and what is to be done then
//! ([`next_command`](Session::next_command), [`next_event`](Session::next_event),
//! [`deadline`](Session::deadline)).
//!
//! | file | owns |
//! |---|---|
//! | `heard.rs`, `answers.rs` | what follows from what the server says |
//! | `cursors.rs` | how far each conversation is held, and what entry is the next |
//! | `outbox.rs` | posts until they are acknowledged |
//! | `transfers/`, `files.rs` | files on their way, and their place in the session |
//! | `canvases.rs`, `drawing.rs` | canvases that are open, and their place in the session |
//! | `requests.rs` | whose request it is, and that each has one answer |
//! | `rosters.rs` | rosters from pages and changes |
//! | `liveness.rs` | pings |

mod answers;
mod canvases;
mod cursors;
mod drawing;
mod files;
mod heard;
mod liveness;
mod outbox;
mod requests;
mod rosters;
mod transfers;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Instant;

use chat_core::event::Welcome;
use chat_core::{Body, Code, Command, ConversationId, Refusal, RequestId, Seq};

use crate::config::{Config, Pending, Resume};
use crate::event::Event;
use crate::handle::{Waiter, ended};

use canvases::Canvases;
use cursors::Cursors;
pub(crate) use liveness::{Liveness, Pulse};
use outbox::Outbox;
use requests::{Asker, Requests};
use rosters::Rosters;
use transfers::Transfers;
pub(crate) use transfers::{Job, Leftover, Report};

/// Events that wait for the program. With more, nothing is read from the server, which then feeds
/// this client from its store: nothing is lost and nothing grows.
const EVENTS: usize = 1_024;

/// The same while the program waits for an answer, which may stand behind that many entries: it
/// can't read events meanwhile if it does both in one task.
const EVENTS_WHILE_WAITING: usize = 16 * 1_024;

/// What the server said makes no sense: the connection is given up.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Violation(String);

/// Whether there is a connection, logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Up,
    Down,
}

#[derive(Debug)]
pub(crate) struct Session {
    line: Line,
    epoch: Option<[u8; 16]>,
    cursors: Cursors,
    rosters: Rosters,
    outbox: Outbox,
    /// What is drawn: apart, so that it neither waits for what is said nor holds it up.
    strokes: Outbox,
    canvases: Canvases,
    transfers: Transfers,
    requests: Requests,
    events: VecDeque<Event>,
}

impl Session {
    pub(crate) fn new(config: &Config) -> Session {
        let (epoch, cursors) = match config.resume.clone() {
            Some(Resume { epoch, cursors }) => (Some(epoch), cursors),
            None => Default::default(),
        };
        Session {
            line: Line::Down,
            epoch,
            cursors: Cursors::new(config.follow, config.catch_up_max, cursors),
            rosters: Rosters::default(),
            outbox: Outbox::new(config.pending.clone()),
            strokes: Outbox::new(Vec::new()),
            canvases: Canvases::default(),
            transfers: Transfers::new(),
            requests: Requests::default(),
            events: VecDeque::new(),
        }
    }

    // What the program asks.

    pub(crate) fn post(&mut self, pending: Pending, waiter: Option<Waiter<Seq>>, now: Instant) {
        let outbox = match pending.body {
            Body::Draw(_) => &mut self.strokes,
            _ => &mut self.outbox,
        };
        if let Some(refused) = outbox.push(pending, waiter, now) {
            self.tell_outcome(refused, now);
        }
    }

    pub(crate) fn send(&mut self, command: Command) {
        // Without an id there is nobody to answer; the id 0 names none of the caller's requests.
        let asker = Asker::Caller(command.request().unwrap_or_default());
        self.request(asker, command);
    }

    pub(crate) fn ask(&mut self, command: Command, waiter: Waiter<chat_core::Event>) {
        self.request(Asker::Waiter(waiter), command);
    }

    pub(crate) fn follow(&mut self, id: ConversationId, after: Option<Seq>) {
        if let Some(plan) = self.cursors.ask(id, after) {
            self.start_following(id, plan);
        }
    }

    fn request(&mut self, asker: Asker, command: Command) {
        let taken = match self.line {
            Line::Up => self.requests.push(asker, command),
            Line::Down => Err((asker, not_connected())),
        };
        if let Err((asker, refusal)) = taken {
            self.answer(asker, Err(refusal));
        }
    }

    // What happens to the connection.

    /// The login is done. In another store than the one known, what was kept is void.
    pub(crate) fn online(&mut self, welcome: Welcome, now: Instant) {
        let new_epoch = self.epoch.is_some_and(|epoch| epoch != welcome.epoch);
        self.epoch = Some(welcome.epoch);
        self.line = Line::Up;
        if new_epoch {
            self.cursors.void();
        }
        self.tell(Event::Online {
            welcome: welcome.clone(),
            new_epoch,
        });
        if new_epoch {
            let text = "the server has started afresh, so this was not sent: send it again";
            let refusal = Refusal::new(Code::NotAMember, text);
            let mut refused = self.outbox.refuse_all(&refusal);
            refused.extend(self.strokes.refuse_all(&refusal));
            for refused in refused {
                self.tell_outcome(refused, now);
            }
            self.close_canvases(&refusal);
        }
        self.transfers.online(&welcome, new_epoch, now);
    }

    /// The connection is gone: who waits for an answer is told so. Posts wait for the next one.
    pub(crate) fn offline(&mut self) {
        self.line = Line::Down;
        self.cursors.offline();
        self.rosters.offline();
        self.outbox.offline();
        self.strokes.offline();
        self.canvases.offline();
        self.transfers.offline();
        for asker in self.requests.offline() {
            self.answer(asker, Err(not_connected()));
        }
    }

    // What is to be done.

    /// The next command to send, if the connection is up and one may be sent now.
    pub(crate) fn next_command(&mut self, now: Instant) -> Option<Command> {
        if self.line == Line::Down {
            return None;
        }
        self.give_up_strokes(now);
        let requests = &mut self.requests;
        let command = requests
            .next(now)
            .or_else(|| self.outbox.next(now, || requests.own_id()))
            .or_else(|| self.strokes.next(now, || requests.own_id()));
        if command.is_some() || requests.is_crowded() {
            return command;
        }
        let is_open = |id| self.cursors.is_settled(id);
        self.transfers
            .next_command(now, is_open, || requests.own_id())
    }

    /// When [`Session::next_command`] is worth asking again without anything happening.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let all = [
            self.requests.deadline(now),
            self.outbox.deadline(now),
            self.strokes.deadline(now),
            self.transfers.deadline(now),
        ];
        all.into_iter().flatten().min()
    }

    /// Whether every post is acknowledged.
    pub(crate) fn is_settled(&self) -> bool {
        self.outbox.is_empty() && self.strokes.is_empty()
    }

    /// An id for a request of the shell's.
    pub(crate) fn own_id(&mut self) -> RequestId {
        self.requests.own_id()
    }

    /// Adds an event.
    pub(crate) fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// The next event for the program.
    pub(crate) fn next_event(&mut self) -> Option<Event> {
        let told = || self.transfers.next_news().map(Event::Transfer);
        self.events.pop_front().or_else(told)
    }

    /// Whether there is an event for the program.
    pub(crate) fn has_event(&self) -> bool {
        !self.events.is_empty() || self.transfers.has_news()
    }

    /// Whether more may be read from the server, given what the program has not read. Those who
    /// wait for an answer for too long to keep everything meanwhile are told so: else they would
    /// wait for what stands behind events that only they can read.
    pub(crate) fn has_room(&mut self) -> bool {
        if self.events.len() < EVENTS {
            return true;
        }
        let waits = self.requests.is_waited_for() || self.outbox.is_waited_for();
        if !waits && !self.transfers.is_waited_for() {
            return false;
        }
        if self.events.len() < EVENTS_WHILE_WAITING {
            return true;
        }
        let text = "too many events are unread: read them in another task than the one that waits";
        self.release(&Refusal::new(Code::Other, text));
        false
    }

    /// Nothing more will happen: nobody is left waiting.
    pub(crate) fn end(&mut self) {
        self.offline();
        self.release(&ended());
    }

    /// Lets those who wait go, with a reason. What they asked for goes on.
    fn release(&mut self, refusal: &Refusal) {
        for asker in self.requests.release() {
            self.answer(asker, Err(refusal.clone()));
        }
        for waiter in self
            .outbox
            .release()
            .into_iter()
            .chain(self.strokes.release())
        {
            drop(waiter.send(Err(refusal.clone())));
        }
        self.transfers.release(refusal);
    }
}

fn not_connected() -> Refusal {
    Refusal::new(
        Code::Other,
        "there is no connection to the server: try again when there is",
    )
}
