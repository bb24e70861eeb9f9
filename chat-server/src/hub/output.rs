//! What workers are told, once the journal has committed what it rests on.

use std::sync::Arc;

use chat_core::event::{Bye, Refused, RosterChanges, Welcome};
use chat_core::{AccountId, Conversation, ConversationId, Entry, Event, Refusal, RequestId, Seq};

use super::{Answer, By, Effects, FileWork, Paint, storage_refusal};

/// Names a session: the worker that owns it, and a number that the worker never gives twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId {
    /// Which worker.
    pub worker: u16,
    /// Which of its sessions, of all that it ever had.
    pub number: u64,
}

/// What a session gets that was let in.
#[derive(Debug, Clone, PartialEq)]
pub struct LoginDone {
    /// Who it is.
    pub account: AccountId,
    /// What it is told first.
    pub welcome: Welcome,
    /// Where it is in.
    pub conversations: Vec<Conversation>,
}

/// One thing for one or many sessions.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Whether a session is let in.
    Login {
        /// Which session.
        session: SessionId,
        /// With what, or why not.
        result: Box<Result<LoginDone, Refusal>>,
    },
    /// The one answer to a request.
    Answer {
        /// Whose.
        session: SessionId,
        /// The answer.
        event: Event,
    },
    /// Something that a session is told without having asked.
    Push {
        /// Which session.
        session: SessionId,
        /// What.
        event: Event,
    },
    /// A session follows a conversation from here on. Answers the request with `Done`.
    Follow {
        /// Which session.
        session: SessionId,
        /// Its request.
        request: RequestId,
        /// Which conversation.
        conversation: ConversationId,
        /// The last entry that it holds.
        after: Seq,
        /// The last entry that there is.
        head: Seq,
    },
    /// A session no longer follows a conversation.
    Unfollow {
        /// Which session.
        session: SessionId,
        /// Which conversation.
        conversation: ConversationId,
    },
    /// A new entry, for all who follow its conversation.
    Entry(Arc<Entry>),
    /// Changes of a roster, for all who follow its conversation.
    Roster(RosterChanges),
    /// Something for the one who keeps the contents of files.
    Files(FileWork),
    /// A picture is to be drawn.
    Paint(Paint),
    /// A session is closed.
    Close {
        /// Which.
        session: SessionId,
        /// What it is told last.
        bye: Bye,
    },
}

impl Output {
    /// The session that this is for; `None` for what all followers of a conversation get.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Output::Login { session, .. }
            | Output::Answer { session, .. }
            | Output::Push { session, .. }
            | Output::Follow { session, .. }
            | Output::Unfollow { session, .. }
            | Output::Close { session, .. } => Some(*session),
            Output::Entry(_) | Output::Roster(_) | Output::Files(_) | Output::Paint(_) => None,
        }
    }

    /// What is said instead when the records behind this could not be committed: requests are
    /// refused, news is not told.
    #[must_use]
    pub fn failed(self) -> Option<Output> {
        let refused = |request| Event::Refused(Refused::new(request, storage_refusal()));
        match self {
            Output::Login { session, .. } => Some(Output::Login {
                session,
                result: Box::new(Err(storage_refusal())),
            }),
            Output::Answer { session, event } => {
                let request = event.answers()?;
                Some(Output::Answer {
                    session,
                    event: refused(request),
                })
            }
            Output::Follow {
                session, request, ..
            } => Some(Output::Answer {
                session,
                event: refused(request),
            }),
            Output::Files(work) => work.failed().map(Output::Files),
            close @ Output::Close { .. } => Some(close),
            Output::Push { .. }
            | Output::Unfollow { .. }
            | Output::Entry(_)
            | Output::Paint(_)
            | Output::Roster(_) => None,
        }
    }
}

impl Effects {
    /// Nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.outputs.is_empty()
    }

    pub(super) fn answer(&mut self, session: SessionId, event: Event) {
        self.outputs.push(Output::Answer { session, event });
    }

    /// Answers a request with what was decided; `Ok(None)`: another output does.
    pub(super) fn answer_with(&mut self, by: By, answer: Answer) {
        match answer {
            Ok(Some(event)) => self.answer(by.session, event),
            Ok(None) => {}
            Err(refusal) => {
                self.answer(by.session, Refused::new(by.request, refusal).into());
            }
        }
    }

    pub(super) fn push(&mut self, session: SessionId, event: Event) {
        self.outputs.push(Output::Push { session, event });
    }

    pub(super) fn close(&mut self, session: SessionId, bye: Bye) {
        self.outputs.push(Output::Close { session, bye });
    }
}
