//! Canvases that are open: from the number and the picture to one entry after the other, without a
//! hole, over reconnects. Pure.
//!
//! A canvas is opened, followed from where its entries begin (or from where this client is), and then its
//! picture is asked for, which holds what came before. What comes while the picture is on its way waits for it.
//! When the server has merged what was missed, it begins anew.

use std::collections::BTreeMap;

use chat_core::event::Picture;
use chat_core::{Conversation, ConversationId, Entry, RequestId, Seq};

use super::cursors::Step;

/// Open ones: a person looks at one or two; each costs its followers what is drawn.
const OPEN_MAX: usize = 8;

/// Entries that wait for a picture: what a server keeps of a canvas on which many draw. With more it
/// begins anew.
const HELD_MAX: usize = 16 * 1_024;

/// How often in a row one begins anew before it is given up: each time the server had merged more.
const ANEW_MAX: u32 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No connection.
    Closed,
    Opening(RequestId),
    /// Asked for; what comes belongs to an earlier request.
    Following(RequestId),
    /// Entries come, and wait for the picture.
    Picturing(RequestId),
    Live,
}

#[derive(Debug)]
struct Canvas {
    conversation: Option<Conversation>,
    stage: Stage,
    /// The last entry that came.
    cursor: Seq,
    /// The last entry in the picture that was told; `None` before there was one.
    pictured: Option<Seq>,
    held: Vec<Entry>,
    anew: u32,
}

/// What is to be asked for next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Open(ConversationId),
    Follow { canvas: ConversationId, after: Seq },
    Picture(ConversationId),
}

/// What follows from an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Turn {
    Nothing,
    Ask(Ask),
    /// To be told, with the entries behind it.
    Tell {
        canvas: Conversation,
        seq: Seq,
        picture: Vec<u8>,
        entries: Vec<Entry>,
    },
    /// It begins anew too often.
    GiveUp,
}

/// What an entry means.
#[derive(Debug, PartialEq)]
pub(super) enum EntryStep {
    /// It is of no open canvas.
    NotACanvas(Entry),
    Tell(Entry),
    Skip,
    Ask(ConversationId, Ask),
    Hole {
        expected: Seq,
    },
}

/// By the conversation whose canvas it is.
#[derive(Debug, Default)]
pub(super) struct Canvases {
    all: BTreeMap<ConversationId, Canvas>,
    is_online: bool,
}

impl Canvases {
    /// The program wants one, from its picture on. `Err`: too many are open.
    pub(super) fn open(&mut self, parent: ConversationId) -> Result<Turn, ()> {
        if !self.all.contains_key(&parent) && self.all.len() >= OPEN_MAX {
            return Err(());
        }
        self.all.insert(
            parent,
            Canvas {
                conversation: None,
                stage: Stage::Closed,
                cursor: Seq(0),
                pictured: None,
                held: Vec::new(),
                anew: 0,
            },
        );
        Ok(match self.is_online {
            true => Turn::Ask(Ask::Open(parent)),
            false => Turn::Nothing,
        })
    }

    /// Nobody wants it any more. Whether it was open.
    pub(super) fn close(&mut self, parent: ConversationId) -> bool {
        self.all.remove(&parent).is_some()
    }

    /// There is a connection: each is opened again.
    pub(super) fn ready(&mut self) -> Vec<ConversationId> {
        self.is_online = true;
        self.all.keys().copied().collect()
    }

    pub(super) fn offline(&mut self) {
        self.is_online = false;
        for canvas in self.all.values_mut() {
            canvas.stage = Stage::Closed;
            canvas.forget_held();
        }
    }

    /// Gives up all of them.
    pub(super) fn close_all(&mut self) -> Vec<ConversationId> {
        std::mem::take(&mut self.all).into_keys().collect()
    }

    /// A request is on its way.
    pub(super) fn asked(&mut self, parent: ConversationId, ask: &Ask, request: RequestId) {
        if let Some(canvas) = self.all.get_mut(&parent) {
            canvas.stage = match ask {
                Ask::Open(_) => Stage::Opening(request),
                Ask::Follow { .. } => Stage::Following(request),
                Ask::Picture(_) => Stage::Picturing(request),
            };
        }
    }

    /// Whether an answer is to what is waited for.
    pub(super) fn is_asked(&self, parent: ConversationId, request: RequestId) -> bool {
        self.all
            .get(&parent)
            .is_some_and(|canvas| match canvas.stage {
                Stage::Opening(asked) | Stage::Following(asked) | Stage::Picturing(asked) => {
                    asked == request
                }
                Stage::Closed | Stage::Live => false,
            })
    }

    /// It is open.
    pub(super) fn opened(&mut self, parent: ConversationId, conversation: Conversation) -> Turn {
        let Some(canvas) = self.all.get_mut(&parent) else {
            return Turn::Nothing;
        };
        let base = conversation.base.unwrap_or_default();
        let goes_on = canvas.pictured.is_some()
            && canvas.id() == Some(conversation.id)
            && canvas.cursor >= base
            && canvas.cursor <= conversation.head;
        if !goes_on {
            canvas.pictured = None;
            canvas.held.clear();
            canvas.cursor = base;
        }
        let follow = Ask::Follow {
            canvas: conversation.id,
            after: canvas.cursor,
        };
        canvas.conversation = Some(conversation);
        Turn::Ask(follow)
    }

    /// Its entries come now.
    pub(super) fn followed(&mut self, parent: ConversationId) -> Turn {
        let Some(canvas) = self.all.get_mut(&parent) else {
            return Turn::Nothing;
        };
        match (canvas.pictured, canvas.id()) {
            (None, Some(id)) => Turn::Ask(Ask::Picture(id)),
            _ => {
                canvas.stage = Stage::Live;
                canvas.anew = 0;
                Turn::Nothing
            }
        }
    }

    /// Its picture came.
    pub(super) fn pictured(&mut self, parent: ConversationId, said: Picture) -> Turn {
        let Some(canvas) = self.all.get_mut(&parent) else {
            return Turn::Nothing;
        };
        let Some(conversation) = canvas.conversation.clone() else {
            return Turn::Nothing;
        };
        canvas.stage = Stage::Live;
        canvas.pictured = Some(said.seq);
        canvas.anew = 0;
        let mut entries = std::mem::take(&mut canvas.held);
        let first = canvas.cursor.0 - entries.len() as u64;
        if said.seq.0 < first {
            // What lies between is neither in the picture nor coming.
            return self.anew(parent);
        }
        entries.retain(|entry| entry.seq > said.seq);
        Turn::Tell {
            canvas: conversation,
            seq: said.seq,
            picture: said.data,
            entries,
        }
    }

    /// It has to begin with its picture again.
    pub(super) fn anew(&mut self, parent: ConversationId) -> Turn {
        let Some(canvas) = self.all.get_mut(&parent) else {
            return Turn::Nothing;
        };
        canvas.pictured = None;
        canvas.forget_held();
        canvas.anew += 1;
        match canvas.anew > ANEW_MAX {
            true => Turn::GiveUp,
            false => Turn::Ask(Ask::Open(parent)),
        }
    }

    /// An entry came.
    pub(super) fn entry(&mut self, entry: Entry) -> EntryStep {
        let of = |canvas: &Canvas| canvas.id() == Some(entry.conversation);
        let Some((parent, canvas)) = self.all.iter_mut().find(|(_, canvas)| of(canvas)) else {
            return EntryStep::NotACanvas(entry);
        };
        let parent = *parent;
        if !matches!(canvas.stage, Stage::Picturing(_) | Stage::Live) {
            return EntryStep::Skip;
        }
        if let Step::Hole { expected } = step(canvas.cursor, entry.seq) {
            return EntryStep::Hole { expected };
        }
        canvas.cursor = entry.seq;
        match canvas.pictured {
            Some(pictured) if entry.seq <= pictured => EntryStep::Skip,
            Some(_) => EntryStep::Tell(entry),
            None if canvas.held.len() < HELD_MAX => {
                canvas.held.push(entry);
                EntryStep::Skip
            }
            None => match self.anew(parent) {
                Turn::Ask(ask) => EntryStep::Ask(parent, ask),
                _ => EntryStep::Skip,
            },
        }
    }
}

fn step(held: Seq, seq: Seq) -> Step {
    match held.next() {
        expected if expected == seq => Step::Next,
        expected => Step::Hole { expected },
    }
}

impl Canvas {
    fn id(&self) -> Option<ConversationId> {
        Some(self.conversation.as_ref()?.id)
    }

    fn forget_held(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests;
