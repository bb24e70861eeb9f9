//! What a client knows and decides, without a connection, a clock or a task: cursors, rosters, posts
//! and requests. Bytes, time and waiting are the shell's ([`crate::task`]).
//!
//! Its doors: what the program asks ([`post`](Session::post), [`send`](Session::send),
//! [`follow`](Session::follow)), what happens to the connection ([`online`](Session::online),
//! [`received`](Session::received), [`offline`](Session::offline)), and what is to be done then
//! ([`next_command`](Session::next_command), [`next_event`](Session::next_event),
//! [`deadline`](Session::deadline)).

mod cursors;
mod liveness;
mod outbox;
mod requests;
mod rosters;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chat_core::event::{self, RosterPage, Welcome};
use chat_core::{
    Code, Command, Conversation, ConversationId, Entry, Refusal, RequestId, Seq, command,
};

use crate::config::{Config, Pending, Resume};
use crate::event::Event;
use crate::handle::{Waiter, ended};

use cursors::{Cursors, Plan, Step};
pub(crate) use liveness::{Liveness, Pulse};
use outbox::{Outbox, Outcome};
use requests::{Asker, Request, Requests};
use rosters::{ChangeStep, PageStep, Rosters};

/// Events that wait for the program. With more, nothing is read from the server, which then feeds
/// this client from its store: nothing is lost and nothing grows.
const EVENTS: usize = 1_024;

/// The same while the program waits for an answer, which may stand behind that many entries: it
/// can't read events meanwhile if it does both in one task.
const EVENTS_WHILE_WAITING: usize = 16 * 1_024;

/// The wait before a request of the client's own is repeated, when the server gives no time.
const REPEAT: Duration = Duration::from_secs(2);

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
            requests: Requests::default(),
            events: VecDeque::new(),
        }
    }

    // What the program asks.

    pub(crate) fn post(&mut self, pending: Pending, waiter: Option<Waiter<Seq>>) {
        if let Some(refused) = self.outbox.push(pending, waiter) {
            self.tell_outcome(refused);
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

    /// The login is done. Whether the store is another one than the one known.
    pub(crate) fn online(&mut self, welcome: Welcome) {
        let new_epoch = self.epoch.is_some_and(|epoch| epoch != welcome.epoch);
        self.epoch = Some(welcome.epoch);
        self.line = Line::Up;
        if new_epoch {
            self.cursors.void();
        }
        self.tell(Event::Online { welcome, new_epoch });
        if new_epoch {
            let text = "the server has started afresh, so this was not sent: send it again";
            let refusal = Refusal::new(Code::NotAMember, text);
            for refused in self.outbox.refuse_all(&refusal) {
                self.tell_outcome(refused);
            }
        }
    }

    /// The connection is gone: who waits for an answer is told so. Posts wait for the next one.
    pub(crate) fn offline(&mut self) {
        self.line = Line::Down;
        self.cursors.offline();
        self.rosters.offline();
        self.outbox.offline();
        for asker in self.requests.offline() {
            self.answer(asker, Err(not_connected()));
        }
    }

    /// The server said something, after the login.
    pub(crate) fn received(
        &mut self,
        said: chat_core::Event,
        now: Instant,
    ) -> Result<(), Violation> {
        use chat_core::Event as Said;
        match said {
            Said::Announced(said) => self.announced(said.conversation),
            Said::Ready(_) => self.ready(),
            Said::Entry(entry) => return self.entry(entry),
            Said::RosterChanges(said) => self.roster_changes(said),
            Said::RosterStale(said) if self.rosters.is_stale(said.conversation) => {
                self.ask_for_roster(said.conversation);
            }
            Said::RosterStale(_) => {}
            Said::ReadMarker(said) => self.tell(Event::ReadMarker {
                conversation: said.conversation,
                seq: said.seq,
            }),
            Said::Left(said) => self.left(said.conversation),
            Said::Me(said) => self.tell(Event::Me(said.person)),
            said => match said.answers() {
                Some(request) => self.answered(request, said, now),
                // Pings and the end of a connection are the shell's.
                None => {
                    let text = format!("a message of kind {} after the login", said.kind());
                    return Err(Violation(text));
                }
            },
        }
        Ok(())
    }

    /// The server said something of a kind that this version doesn't know. If that is an answer, it
    /// is still one.
    pub(crate) fn received_unknown(&mut self, kind: u16, request: Option<RequestId>) {
        tracing::debug!(kind, "message of an unknown kind skipped");
        let request = request.filter(|_| (16..32).contains(&kind));
        if let Some(request) = request.and_then(|request| self.requests.answered(request)) {
            let text = "the server's answer is of a kind that this client doesn't know: update it";
            self.answer(request.asker, Err(Refusal::new(Code::Other, text)));
        }
    }

    fn announced(&mut self, conversation: Conversation) {
        let id = conversation.id;
        let (new, plan) = self.cursors.announce(id, conversation.head);
        if new {
            self.tell(Event::Announced(conversation));
        }
        if let Some(plan) = plan {
            self.start_following(id, plan);
        }
    }

    fn ready(&mut self) {
        self.tell(Event::Ready);
        for (conversation, plan) in self.cursors.ready() {
            self.start_following(conversation, plan);
        }
    }

    fn entry(&mut self, entry: Entry) -> Result<(), Violation> {
        match self.cursors.entry(entry.conversation, entry.seq) {
            Step::Next => self.tell(Event::Entry(entry)),
            Step::NotOurs => {}
            Step::Hole { expected } => {
                return Err(Violation(format!(
                    "entry {} of conversation {} instead of {expected}",
                    entry.seq, entry.conversation
                )));
            }
        }
        Ok(())
    }

    fn left(&mut self, conversation: ConversationId) {
        self.rosters.left(conversation);
        if self.cursors.left(conversation) {
            self.tell(Event::Left { conversation });
        }
    }

    fn start_following(&mut self, conversation: ConversationId, plan: Plan) {
        if let Some(held) = plan.held {
            self.tell(Event::Skipped {
                conversation,
                after: held,
                before: plan.after.next(),
            });
        }
        let request = self.requests.own_id();
        self.cursors.requested(conversation, request);
        let follow = command::Follow {
            request,
            conversation,
            after: Some(plan.after),
        };
        self.request(Asker::Follow(conversation), follow.into());
        self.ask_for_roster(conversation);
    }

    fn ask_for_roster(&mut self, conversation: ConversationId) {
        let request = self.requests.own_id();
        self.rosters.asked(conversation, request);
        let roster = command::Roster {
            request,
            conversation,
            after: None,
        };
        self.request(Asker::Roster(conversation), roster.into());
    }

    fn roster_changes(&mut self, said: event::RosterChanges) {
        let conversation = said.conversation;
        match self
            .rosters
            .changes(conversation, said.version, said.changes)
        {
            ChangeStep::Nothing => {}
            ChangeStep::Gap => self.ask_for_roster(conversation),
            ChangeStep::Tell(changes) => {
                for change in changes {
                    self.tell(Event::RosterChanged {
                        conversation,
                        change,
                    });
                }
            }
        }
    }

    fn roster_page(&mut self, page: RosterPage) {
        let conversation = page.conversation;
        match self.rosters.page(page) {
            PageStep::Old => {}
            PageStep::Whole(people) => self.tell(Event::Roster {
                conversation,
                people,
            }),
            PageStep::More(after) => {
                let request = self.requests.own_id();
                self.rosters.asked_more(conversation, request);
                let roster = command::Roster {
                    request,
                    conversation,
                    after: Some(after),
                };
                self.request(Asker::Roster(conversation), roster.into());
            }
        }
    }

    // Answers.

    fn answered(&mut self, request: RequestId, said: chat_core::Event, now: Instant) {
        let answer = match said {
            chat_core::Event::Refused(refused) => Err(Refusal::from(refused)),
            said => Ok(said),
        };
        if self.outbox.asked(request) {
            return self.post_answered(request, answer, now);
        }
        let Some(asked) = self.requests.answered(request) else {
            return tracing::warn!(%request, "answer to nothing that was asked");
        };
        match (asked.asker, answer) {
            (Asker::Follow(id), Ok(_)) => self.cursors.confirmed(id, request),
            (Asker::Roster(_), Ok(chat_core::Event::RosterPage(page))) => self.roster_page(page),
            (asker @ (Asker::Follow(_) | Asker::Roster(_)), Err(refusal)) => {
                let command = asked.command;
                self.own_refused(Request { asker, command }, request, &refusal, now);
            }
            (asker, answer) => {
                if let Ok(chat_core::Event::Opened(opened)) = &answer {
                    self.announced(opened.conversation.clone());
                }
                self.answer(asker, answer);
            }
        }
    }

    fn post_answered(
        &mut self,
        request: RequestId,
        answer: Result<chat_core::Event, Refusal>,
        now: Instant,
    ) {
        let answer = match answer {
            Ok(chat_core::Event::Posted(posted)) => Ok(posted.seq),
            Ok(_) => Err(Refusal::new(Code::Other, "the server answered nonsense")),
            Err(refusal) => Err(refusal),
        };
        if let Some(outcome) = self.outbox.answered(request, answer, now) {
            self.tell_outcome(outcome);
        }
    }

    /// A request of the client's own is refused: now is a bad time for it, or it makes no sense any
    /// more because the account has left.
    fn own_refused(&mut self, asked: Request, id: RequestId, refusal: &Refusal, now: Instant) {
        if matches!(refusal.code, Code::TooFast | Code::Storage) {
            let wait = refusal.retry_after_ms.map(Duration::from_millis);
            return self
                .requests
                .postpone(asked, now + wait.unwrap_or(REPEAT).max(REPEAT / 10));
        }
        tracing::info!(code = %refusal.code, "a follow or roster request was refused");
        match asked.asker {
            Asker::Follow(conversation) if self.cursors.is_asked(conversation, id) => {
                self.left(conversation);
            }
            Asker::Follow(_) => {}
            Asker::Roster(conversation) => self.rosters.left(conversation),
            Asker::Caller(_) | Asker::Waiter(_) => {}
        }
    }

    fn answer(&mut self, asker: Asker, answer: Result<chat_core::Event, Refusal>) {
        match asker {
            Asker::Caller(request) => self.tell(Event::Answer { request, answer }),
            // Somebody who stopped waiting needs no answer.
            Asker::Waiter(waiter) => drop(waiter.send(answer)),
            Asker::Follow(_) | Asker::Roster(_) => {}
        }
    }

    fn tell_outcome(&mut self, outcome: Outcome) {
        if let Some(waiter) = outcome.waiter {
            drop(waiter.send(outcome.answer.clone()));
        }
        self.tell(match outcome.answer {
            Ok(seq) => Event::Posted {
                post: outcome.pending.post,
                conversation: outcome.pending.conversation,
                seq,
            },
            Err(refusal) => Event::PostRefused {
                pending: outcome.pending,
                refusal,
            },
        });
    }

    // What is to be done.

    /// The next command to send, if the connection is up and one may be sent now.
    pub(crate) fn next_command(&mut self, now: Instant) -> Option<Command> {
        if self.line == Line::Down {
            return None;
        }
        let requests = &mut self.requests;
        requests
            .next(now)
            .or_else(|| self.outbox.next(now, || requests.own_id()))
    }

    /// When [`Session::next_command`] is worth asking again without anything happening.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let both = [self.requests.deadline(now), self.outbox.deadline(now)];
        both.into_iter().flatten().min()
    }

    /// Whether every post is acknowledged.
    pub(crate) fn is_settled(&self) -> bool {
        self.outbox.is_empty()
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
        self.events.pop_front()
    }

    /// Whether there is an event for the program.
    pub(crate) fn has_event(&self) -> bool {
        !self.events.is_empty()
    }

    /// Whether more may be read from the server, given what the program has not read. Those who
    /// wait for an answer for too long to keep everything meanwhile are told so: else they would
    /// wait for what stands behind events that only they can read.
    pub(crate) fn has_room(&mut self) -> bool {
        if self.events.len() < EVENTS {
            return true;
        }
        if !self.requests.is_waited_for() && !self.outbox.is_waited_for() {
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
        for waiter in self.outbox.release() {
            drop(waiter.send(Err(refusal.clone())));
        }
    }
}

fn not_connected() -> Refusal {
    Refusal::new(
        Code::Other,
        "there is no connection to the server: try again when there is",
    )
}
