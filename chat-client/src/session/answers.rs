//! Answers: to the program, to those who wait, and to the client's own requests.

use std::time::{Duration, Instant};

use chat_core::{Code, ConversationKind, Refusal, RequestId};

use super::Session;
use super::outbox::Outcome;
use super::requests::{Asker, Request};
use crate::event::Event;

/// The wait before a request of the client's own is repeated, when the server gives no time.
const REPEAT: Duration = Duration::from_secs(2);

impl Session {
    pub(super) fn answered(&mut self, request: RequestId, said: chat_core::Event, now: Instant) {
        let answer = match said {
            chat_core::Event::Refused(refused) => Err(Refusal::from(refused)),
            said => Ok(said),
        };
        if self.outbox.asked(request) || self.strokes.asked(request) {
            return self.post_answered(request, answer, now);
        }
        if self.transfers.asked(request) {
            self.transfers.answered(request, answer, now);
            return self.post_files(now);
        }
        let Some(asked) = self.requests.answered(request) else {
            return tracing::warn!(%request, "answer to nothing that was asked");
        };
        match (asked.asker, answer) {
            (Asker::Follow(id), Ok(_)) => self.cursors.confirmed(id, request),
            (Asker::Roster(_), Ok(chat_core::Event::RosterPage(page))) => self.roster_page(page),
            (asker @ Asker::Canvas(_), answer) => {
                let command = asked.command;
                self.canvas_answered((Request { asker, command }, request), answer, now);
            }
            (asker @ (Asker::Follow(_) | Asker::Roster(_)), Err(refusal)) => {
                let command = asked.command;
                self.own_refused(Request { asker, command }, request, &refusal, now);
            }
            (asker, answer) => {
                if let Ok(chat_core::Event::Opened(opened)) = &answer
                    && opened.conversation.kind != ConversationKind::Canvas
                {
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
        let outbox = match self.strokes.asked(request) {
            true => &mut self.strokes,
            false => &mut self.outbox,
        };
        if let Some(outcome) = outbox.answered(request, answer, now) {
            self.tell_outcome(outcome, now);
        }
    }

    /// A request of the client's own is refused: now is a bad time for it, or it makes no sense any
    /// more because the account has left.
    fn own_refused(&mut self, asked: Request, id: RequestId, refusal: &Refusal, now: Instant) {
        if matches!(refusal.code, Code::TooFast | Code::Storage) {
            return self.postpone(asked, refusal, now);
        }
        tracing::info!(code = %refusal.code, "a follow or roster request was refused");
        match asked.asker {
            Asker::Follow(conversation) if self.cursors.is_asked(conversation, id) => {
                self.left(conversation);
            }
            Asker::Follow(_) => {}
            Asker::Roster(conversation) => self.rosters.left(conversation),
            Asker::Caller(_) | Asker::Waiter(_) | Asker::Canvas(_) => {}
        }
    }

    /// Asks the same again when the server says, or in a while.
    pub(super) fn postpone(&mut self, asked: Request, refusal: &Refusal, now: Instant) {
        let wait = refusal.retry_after_ms.map(Duration::from_millis);
        let wait = wait.unwrap_or(REPEAT).max(REPEAT / 10);
        self.requests.postpone(asked, now + wait);
    }

    pub(super) fn answer(&mut self, asker: Asker, answer: Result<chat_core::Event, Refusal>) {
        match asker {
            Asker::Caller(request) => self.tell(Event::Answer { request, answer }),
            // Somebody who stopped waiting needs no answer.
            Asker::Waiter(waiter) => drop(waiter.send(answer)),
            Asker::Follow(_) | Asker::Roster(_) | Asker::Canvas(_) => {}
        }
    }

    pub(super) fn tell_outcome(&mut self, outcome: Outcome, now: Instant) {
        let post = outcome.pending.post;
        if self.transfers.owns(post) {
            self.transfers.posted(post, outcome.answer, now);
            return;
        }
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
}
