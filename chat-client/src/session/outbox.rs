//! Posts that the server has not acknowledged, in the order in which they were made. Pure.
//!
//! A bounded number is on the way at a time. What a connection took with it is sent again on the
//! next one, with the same id and `again`. A server that finds the posts too fast shrinks the window
//! to one, so that from there on nothing overtakes what has to wait; it grows again with each
//! acknowledgement.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chat_core::{Code, Command, PostId, Refusal, RequestId, Seq, command};

use crate::config::Pending;
use crate::handle::Waiter;

/// Posts on the way at a time: enough to fill a commit of the server, few enough to leave room for
/// requests below the 256 that a server reads ahead.
const WINDOW: usize = 64;

/// Posts that wait, at 8 KiB each at worst 80 MiB: a day of writing offline, not a runaway program.
const WAITING_MAX: usize = 10_000;

/// The wait after "too fast" without a time, and the least and most that is believed.
const TOO_FAST: Duration = Duration::from_secs(1);
const TOO_FAST_MIN: Duration = Duration::from_millis(50);
const TOO_FAST_MAX: Duration = Duration::from_secs(60);

/// The wait after the server could not store a post: a full disk or a locked file takes a moment.
const STORAGE: Duration = Duration::from_secs(2);

/// How often that is tried before a person is told.
const STORAGE_TRIES: u32 = 5;

#[derive(Debug)]
enum State {
    /// Never sent.
    Fresh,
    /// May be stored already.
    Again,
    /// On its way.
    Sent(RequestId),
}

#[derive(Debug)]
struct Item {
    pending: Pending,
    state: State,
    storage_tries: u32,
    waiter: Option<Waiter<Seq>>,
    /// Since when it waits; absent for one of an earlier run.
    since: Option<Instant>,
}

/// A post that is done with.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) pending: Pending,
    pub(super) answer: Result<Seq, Refusal>,
    pub(super) waiter: Option<Waiter<Seq>>,
}

#[derive(Debug)]
pub(super) struct Outbox {
    items: VecDeque<Item>,
    /// How many may be on the way.
    window: usize,
    /// Nothing is sent before.
    not_before: Option<Instant>,
}

impl Outbox {
    /// `earlier`: what a run before this one left behind.
    pub(super) fn new(earlier: Vec<Pending>) -> Outbox {
        let item = |pending| Item {
            pending,
            state: State::Again,
            storage_tries: 0,
            waiter: None,
            since: None,
        };
        Outbox {
            items: earlier.into_iter().map(item).collect(),
            window: WINDOW,
            not_before: None,
        }
    }

    /// Takes a post, or returns it refused because too many wait. One that waits already is taken
    /// once.
    pub(super) fn push(
        &mut self,
        pending: Pending,
        waiter: Option<Waiter<Seq>>,
        now: Instant,
    ) -> Option<Outcome> {
        if self.items.len() >= WAITING_MAX {
            let text = format!("{WAITING_MAX} posts wait for the server: wait until some are sent");
            return Some(Outcome {
                pending,
                answer: Err(Refusal::new(Code::TooFast, text)),
                waiter,
            });
        }
        if waiter.is_some() || !self.items.iter().any(|i| i.pending.post == pending.post) {
            self.items.push_back(Item {
                pending,
                state: State::Fresh,
                storage_tries: 0,
                waiter,
                since: Some(now),
            });
        }
        None
    }

    /// The next post to send, if one may be sent now; `id` makes its request id.
    pub(super) fn next(&mut self, now: Instant, id: impl FnOnce() -> RequestId) -> Option<Command> {
        if self.not_before.is_some_and(|at| now < at) {
            return None;
        }
        // What is on its way stands in front, but for a few that must go again.
        let sent = |item: &Item| matches!(item.state, State::Sent(_));
        let on_the_way = self
            .items
            .iter()
            .take(2 * WINDOW)
            .filter(|item| sent(item))
            .count();
        if on_the_way >= self.window {
            return None;
        }
        let item = self.items.iter_mut().find(|item| !sent(item))?;
        let request = id();
        let again = matches!(item.state, State::Again);
        item.state = State::Sent(request);
        Some(
            command::Post {
                request,
                conversation: item.pending.conversation,
                post: item.pending.post,
                body: item.pending.body.clone(),
                again,
            }
            .into(),
        )
    }

    /// Whether a request is one of a post on its way.
    pub(super) fn asked(&self, request: RequestId) -> bool {
        self.place(request).is_some()
    }

    fn place(&self, request: RequestId) -> Option<usize> {
        let sent = |item: &Item| matches!(item.state, State::Sent(id) if id == request);
        self.items.iter().take(2 * WINDOW).position(sent)
    }

    /// The server's answer to a post. `None` while it will be tried again.
    pub(super) fn answered(
        &mut self,
        request: RequestId,
        answer: Result<Seq, Refusal>,
        now: Instant,
    ) -> Option<Outcome> {
        let place = self.place(request)?;
        let item = &mut self.items[place];
        let wait = match &answer {
            Err(refusal) if refusal.code == Code::TooFast => {
                let told = refusal.retry_after_ms.map(Duration::from_millis);
                Some(told.unwrap_or(TOO_FAST).clamp(TOO_FAST_MIN, TOO_FAST_MAX))
            }
            Err(refusal) if refusal.code == Code::Storage => {
                item.storage_tries += 1;
                (item.storage_tries < STORAGE_TRIES).then_some(STORAGE)
            }
            _ => None,
        };
        if let Some(wait) = wait {
            item.state = State::Again;
            self.window = 1;
            self.not_before = self.not_before.max(Some(now + wait));
            return None;
        }
        if answer.is_ok() {
            self.window = (self.window + 1).min(WINDOW);
        }
        let item = self.items.remove(place)?;
        Some(Outcome {
            pending: item.pending,
            answer,
            waiter: item.waiter,
        })
    }

    /// The connection is gone: what was on its way goes again.
    pub(super) fn offline(&mut self) {
        for item in &mut self.items {
            if matches!(item.state, State::Sent(_)) {
                item.state = State::Again;
            }
        }
        self.not_before = None;
    }

    /// Gives up every post, for the same reason.
    pub(super) fn refuse_all(&mut self, refusal: &Refusal) -> Vec<Outcome> {
        let refused = |item: Item| Outcome {
            pending: item.pending,
            answer: Err(refusal.clone()),
            waiter: item.waiter,
        };
        self.items.drain(..).map(refused).collect()
    }

    /// Takes out a post that was never sent. Whether there was such a one.
    pub(super) fn withdraw(&mut self, post: PostId) -> bool {
        let fresh = |item: &Item| item.pending.post == post && matches!(item.state, State::Fresh);
        let place = self.items.iter().position(fresh);
        place.is_some_and(|place| self.items.remove(place).is_some())
    }

    /// Gives up what waits for longer than `age`, the oldest first.
    pub(super) fn give_up(
        &mut self,
        now: Instant,
        age: Duration,
        refusal: &Refusal,
    ) -> Vec<Outcome> {
        let mut given_up = Vec::new();
        let old = |item: &Item| item.since.is_some_and(|since| now >= since + age);
        while self.items.front().is_some_and(old) {
            given_up.extend(self.items.pop_front().map(|item| Outcome {
                pending: item.pending,
                answer: Err(refusal.clone()),
                waiter: item.waiter,
            }));
        }
        given_up
    }

    /// Lets nobody wait any longer; the posts stay.
    pub(super) fn release(&mut self) -> Vec<Waiter<Seq>> {
        let waiters = self.items.iter_mut().filter_map(|item| item.waiter.take());
        waiters.collect()
    }

    /// Whether somebody waits for a post.
    pub(super) fn is_waited_for(&self) -> bool {
        self.items.iter().any(|item| item.waiter.is_some())
    }

    /// Whether everything is acknowledged.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// When [`Outbox::next`] is worth asking again without anything happening.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        self.not_before
            .filter(|at| *at > now && !self.items.is_empty())
    }
}

#[cfg(test)]
mod tests;
