//! What the server says without having been asked, or as an answer: taken apart and handed to the
//! part that it concerns.

use std::time::Instant;

use chat_core::event::{self, RosterPage};
use chat_core::{Code, Conversation, ConversationId, Entry, Refusal, RequestId, command};

use super::canvases::{EntryStep, Turn};
use super::cursors::{Plan, Step};
use super::requests::Asker;
use super::rosters::{ChangeStep, PageStep};
use super::{Session, Violation};
use crate::event::Event;

impl Session {
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

    pub(super) fn announced(&mut self, conversation: Conversation) {
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
        self.open_canvases();
    }

    fn entry(&mut self, entry: Entry) -> Result<(), Violation> {
        let (conversation, seq) = (entry.conversation, entry.seq);
        let hole = |expected| {
            Err(Violation(format!(
                "entry {seq} of conversation {conversation} instead of {expected}"
            )))
        };
        let entry = match self.canvases.entry(entry) {
            EntryStep::NotACanvas(entry) => entry,
            EntryStep::Tell(entry) => {
                self.tell(Event::Entry(entry));
                return Ok(());
            }
            EntryStep::Skip => return Ok(()),
            EntryStep::Ask(parent, ask) => {
                self.canvas_turn(parent, Turn::Ask(ask));
                return Ok(());
            }
            EntryStep::Hole { expected } => return hole(expected),
        };
        match self.cursors.entry(entry.conversation, entry.seq) {
            Step::Next => self.tell(Event::Entry(entry)),
            Step::NotOurs => {}
            Step::Hole { expected } => return hole(expected),
        }
        Ok(())
    }

    pub(super) fn left(&mut self, conversation: ConversationId) {
        self.rosters.left(conversation);
        self.canvas_left(conversation);
        if self.cursors.left(conversation) {
            self.tell(Event::Left { conversation });
        }
    }

    pub(super) fn start_following(&mut self, conversation: ConversationId, plan: Plan) {
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

    pub(super) fn roster_page(&mut self, page: RosterPage) {
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
}
