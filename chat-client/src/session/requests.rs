//! Requests and whose they are. Pure.
//!
//! A bounded number is unanswered; what is more waits its turn. Each gets exactly one answer, also
//! when the connection breaks.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use chat_core::{Code, Command, ConversationId, Refusal, RequestId};

use crate::handle::Waiter;

/// Unanswered requests. With the posts on their way this stays below the 256 that a server reads
/// ahead ([`chat_core::limits::UNANSWERED`]).
const WINDOW: usize = 128;

/// Requests of the program that wait their turn: more is a program that doesn't wait for answers.
const WAITING_MAX: usize = 1_024;

/// The client's own ids start here: above those of callers and of [`Client::ask`](crate::Client).
const FIRST_OWN: u64 = 1 << 40;

/// Callers' ids stay below this.
const CALLERS_END: u64 = 1 << 32;

/// Whose request it is.
#[derive(Debug)]
pub(super) enum Asker {
    /// The program's, answered by an event.
    Caller(RequestId),
    /// Somebody waits for it.
    Waiter(Waiter<chat_core::Event>),
    /// The client's own, to follow a conversation.
    Follow(ConversationId),
    /// The client's own, for a page of a roster.
    Roster(ConversationId),
    /// The client's own, for the canvas of a conversation.
    Canvas(ConversationId),
}

impl Asker {
    fn is_own(&self) -> bool {
        matches!(self, Asker::Follow(_) | Asker::Roster(_) | Asker::Canvas(_))
    }
}

/// A request and whose it is.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) asker: Asker,
    pub(super) command: Command,
}

#[derive(Debug, Default)]
pub(super) struct Requests {
    own: u64,
    waiting: VecDeque<Request>,
    unanswered: HashMap<RequestId, Request>,
    /// To be asked again then: at most one per followed conversation and kind.
    later: Vec<(Instant, Request)>,
}

impl Requests {
    /// An id for a request of the client's own.
    pub(super) fn own_id(&mut self) -> RequestId {
        self.own += 1;
        RequestId(FIRST_OWN + self.own)
    }

    /// Takes a request, or says whose it is and why it can't be sent.
    pub(super) fn push(&mut self, asker: Asker, command: Command) -> Result<(), (Asker, Refusal)> {
        if let Some(refusal) = self.objection(&asker, &command) {
            return Err((asker, refusal));
        }
        self.waiting.push_back(Request { asker, command });
        Ok(())
    }

    fn objection(&self, asker: &Asker, command: &Command) -> Option<Refusal> {
        if asker.is_own() {
            return None;
        }
        let Some(id) = command.request() else {
            return Some(Refusal::new(Code::NotPossible, "that is no request"));
        };
        let method = match command {
            Command::Post(_) => "post or say",
            Command::Follow(_) => "follow",
            Command::Quit(_) => "quit",
            _ if self.waiting.len() >= WAITING_MAX => {
                let text = "too many requests wait for the server: wait for their answers";
                return Some(Refusal::new(Code::TooFast, text));
            }
            _ if matches!(asker, Asker::Caller(_)) && id.0 >= CALLERS_END => {
                let text = "request ids of callers are below 4294967296";
                return Some(Refusal::new(Code::NotPossible, text));
            }
            _ if self.unanswered.contains_key(&id) => {
                let text = format!("a request with the id {id} is unanswered: choose another");
                return Some(Refusal::new(Code::NotPossible, text));
            }
            _ => return None,
        };
        let text = format!("this goes through the client's method {method}");
        Some(Refusal::new(Code::NotPossible, text))
    }

    /// The next request to send, if one may be sent now.
    pub(super) fn next(&mut self, now: Instant) -> Option<Command> {
        if self.unanswered.len() >= WINDOW {
            return None;
        }
        let due = self.later.iter().position(|(at, _)| *at <= now);
        let request = match due {
            Some(due) => self.later.swap_remove(due).1,
            None => self.waiting.pop_front()?,
        };
        let command = request.command.clone();
        self.unanswered.insert(command.request()?, request);
        Some(command)
    }

    /// Whether some wait although they may be sent: what matters less waits as well.
    pub(super) fn is_crowded(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whose request an answer is to.
    pub(super) fn answered(&mut self, request: RequestId) -> Option<Request> {
        self.unanswered.remove(&request)
    }

    /// Asks the same again later.
    pub(super) fn postpone(&mut self, request: Request, until: Instant) {
        self.later.push((until, request));
    }

    /// The connection is gone: those whose requests have no answer now.
    pub(super) fn offline(&mut self) -> Vec<Asker> {
        self.later.clear();
        let unanswered = self.unanswered.drain().map(|(_, request)| request);
        let waiting = self.waiting.drain(..);
        let askers = unanswered.chain(waiting).map(|request| request.asker);
        askers.filter(|asker| !asker.is_own()).collect()
    }

    /// Takes out those who wait, so that they can be told something else than the answer.
    pub(super) fn release(&mut self) -> Vec<Asker> {
        let waits = |request: &Request| matches!(request.asker, Asker::Waiter(_));
        let unanswered = self.unanswered.extract_if(|_, request| waits(request));
        let mut askers: Vec<_> = unanswered.map(|(_, request)| request.asker).collect();
        let (waiting, rest) = self.waiting.drain(..).partition(waits);
        self.waiting = rest;
        askers.extend(VecDeque::into_iter(waiting).map(|request: Request| request.asker));
        askers
    }

    /// Whether somebody waits for an answer.
    pub(super) fn is_waited_for(&self) -> bool {
        let mut all = self.unanswered.values().chain(&self.waiting);
        all.any(|request| matches!(request.asker, Asker::Waiter(_)))
    }

    /// When [`Requests::next`] is worth asking again without anything happening.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        let times = self.later.iter().map(|(at, _)| *at);
        times.filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_core::command::{Follow, Rooms};

    fn rooms(id: u64) -> Command {
        let request = RequestId(id);
        Rooms {
            request,
            after: None,
        }
        .into()
    }

    #[track_caller]
    fn check(id: u64, command: Command, want: &str) {
        let mut requests = Requests::default();
        requests
            .push(Asker::Caller(RequestId(1)), rooms(1))
            .expect("taken");
        requests.next(Instant::now()).expect("sent");
        let got = requests.push(Asker::Caller(RequestId(id)), command);
        let got = got.map_or_else(|(_, refusal)| refusal.text, |()| "taken".into());
        assert!(got.contains(want), "{got:?} does not contain {want:?}");
    }

    #[test]
    fn what_can_not_be_sent_is_refused() {
        check(2, rooms(2), "taken");
        check(1, rooms(1), "is unanswered");
        check(1 << 32, rooms(1 << 32), "are below");
        check(0, chat_core::event::Ping { token: 1 }.into(), "no request");
        let follow = Follow {
            request: RequestId(2),
            conversation: ConversationId(1),
            after: None,
        };
        check(2, follow.into(), "method follow");
    }

    #[test]
    fn bounded_few_are_unanswered_and_some_wait() {
        let mut requests = Requests::default();
        let now = Instant::now();
        let mut taken = 0;
        while requests
            .push(Asker::Caller(RequestId(taken)), rooms(taken))
            .is_ok()
        {
            taken += 1;
        }
        assert_eq!(taken, WAITING_MAX as u64);
        for _ in 0..WINDOW {
            requests.next(now).expect("sent");
        }
        assert_eq!(requests.next(now), None);
        assert!(requests.answered(RequestId(0)).is_some());
        assert!(requests.answered(RequestId(0)).is_none());
        assert!(requests.next(now).is_some());
    }

    #[test]
    fn a_broken_connection_answers_everybody() {
        let mut requests = Requests::default();
        let now = Instant::now();
        for id in 1..=3 {
            let asker = Asker::Caller(RequestId(id));
            requests.push(asker, rooms(id)).expect("taken");
        }
        let own = requests.own_id();
        requests
            .push(Asker::Roster(ConversationId(1)), rooms(own.0))
            .expect("taken");
        requests.next(now);
        requests.next(now);
        assert_eq!(requests.offline().len(), 3);
        assert_eq!(requests.next(now), None);
    }

    #[test]
    fn what_is_postponed_is_asked_again() {
        let mut requests = Requests::default();
        let now = Instant::now();
        let own = requests.own_id();
        requests
            .push(Asker::Roster(ConversationId(1)), rooms(own.0))
            .expect("taken");
        requests.next(now);
        let request = requests.answered(own).expect("asked");
        let later = now + std::time::Duration::from_secs(1);
        requests.postpone(request, later);
        assert_eq!(requests.next(now), None);
        assert_eq!(requests.deadline(now), Some(later));
        assert_eq!(requests.next(later), Some(rooms(own.0)));
    }
}
