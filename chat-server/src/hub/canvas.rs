//! Canvases: opening them, what is drawn on them, and when old strokes are merged into the picture.
//!
//! A canvas is a conversation without members of its own: who is in its parent is in it. The hub
//! holds the light index of each canvas' tail ([`Marks`]), which decides what may be drawn and what
//! may be merged. Pixels are drawn elsewhere (`painter.rs`); the hub decides that what was drawn
//! replaces the entries, as a record like all others.

use std::sync::Arc;

use chat_core::canvas::Marks;
use chat_core::canvas::limits::TAIL_ENTRIES;
use chat_core::command::{Canvas, Post};
use chat_core::event::Opened;
use chat_core::{
    Body, Code, Conversation, ConversationId, ConversationKind, Entry, Event, Refusal, Seq, Text,
};

use super::{Answer, By, Effects, Hub, Kind, Output, Record, too_fast};

/// Entries of one canvas that are not merged, at most: twice what stays after a merge. Only where
/// strokes come faster than pictures are drawn (thousands a second) they wait for that.
pub const ENTRIES_MAX: u64 = 2 * TAIL_ENTRIES;

/// When one may try again who draws faster than that, in milliseconds: what a picture takes.
const MERGE_MS: u64 = 100;

/// A canvas, as far as the hub knows it.
#[derive(Debug, Clone)]
pub struct Board {
    /// Whose canvas it is.
    pub parent: ConversationId,
    /// What may be added and merged.
    pub marks: Marks,
}

/// Two are the same when the same may be done with them; what is merged is forgotten by a restart.
impl PartialEq for Board {
    fn eq(&self, other: &Board) -> bool {
        let extent = |marks: &Marks| (marks.base(), marks.head(), marks.reset());
        self.parent == other.parent && extent(&self.marks) == extent(&other.marks)
    }
}

impl Board {
    /// An empty canvas.
    pub(super) fn new(parent: ConversationId) -> Board {
        Board {
            parent,
            marks: Marks::new(Seq(0)),
        }
    }

    /// Takes in its next entry.
    pub(super) fn take_in(&mut self, entry: &Entry) {
        match &entry.body {
            Body::Draw(act) => self.marks.apply(entry.seq, entry.author, entry.at, act),
            _ => self.marks.skip(entry.seq, entry.at),
        };
    }
}

/// A picture that is to be drawn: what a canvas shows with all entries up to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Which canvas.
    pub canvas: ConversationId,
    /// Up to where at least.
    pub up_to: Seq,
}

/// A picture that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Painted {
    /// Which canvas.
    pub canvas: ConversationId,
    /// The last entry in it, and its bytes; `None` when it could not be drawn.
    pub picture: Option<(Seq, Arc<[u8]>)>,
}

impl Hub {
    /// Opens the canvas of a conversation, and makes it if need be.
    pub(super) fn canvas(&mut self, by: By, c: &Canvas, effects: &mut Effects) -> Answer {
        let parent = c.conversation;
        self.member_of(by, parent)?;
        self.refuse_on_canvas(parent, "a canvas has no canvas of its own")?;
        let id = match self.state.canvases.get(&parent) {
            Some(id) => *id,
            None => {
                self.writable(by.now)?;
                self.meter(by)?;
                let id = self.state.next_conversation();
                self.record(Record::Canvas { id, parent }, effects);
                id
            }
        };
        self.merge_if_due(by, id, effects);
        let conversation = self.describe_canvas(id, parent);
        Ok(Some(Event::Opened(Opened {
            request: by.request,
            conversation,
        })))
    }

    fn describe_canvas(&self, id: ConversationId, parent: ConversationId) -> Conversation {
        let conversation = &self.state.conversations[&id];
        let name = match self.state.conversations.get(&parent).map(|c| &c.kind) {
            Some(Kind::Room { name, .. }) => Text::new(name.as_str()),
            _ => Text::default(),
        };
        let base = self.board(id).map_or(Seq(0), |board| board.marks.base());
        Conversation {
            id,
            kind: ConversationKind::Canvas,
            name,
            peer: None,
            topic: Text::default(),
            head: conversation.head,
            read: conversation.head,
            base: (base > Seq(0)).then_some(base),
        }
    }

    /// The canvas that this conversation is.
    pub(super) fn board(&self, id: ConversationId) -> Option<&Board> {
        self.state.board(id)
    }

    /// Refuses what makes no sense on a canvas.
    pub(super) fn refuse_on_canvas(&self, id: ConversationId, why: &str) -> Result<(), Refusal> {
        match self.board(id) {
            Some(_) => Err(Refusal::new(Code::NotPossible, why)),
            None => Ok(()),
        }
    }

    /// A post to a canvas.
    pub(super) fn draw(&mut self, by: By, c: Post, effects: &mut Effects) -> Answer {
        let act = match &c.body {
            Body::Draw(act) => act,
            Body::Malformed { .. } => return Err(self.malformed(&c.body)),
            _ => {
                let text = "on a canvas one draws: post that to the conversation";
                return Err(Refusal::new(Code::NotPossible, text));
            }
        };
        if let Some(board) = self.board(c.conversation) {
            if board.marks.tail_entries() >= ENTRIES_MAX {
                self.merge_if_due(by, c.conversation, effects);
                let text = "more is drawn here than the server can keep up with: try again";
                return Err(Refusal::new(Code::TooFast, text).retry_after(MERGE_MS));
            }
            let checked = board.marks.check(act, by.account, by.now);
            checked.map_err(|error| Refusal::new(Code::NotPossible, error.to_string()))?;
        }
        self.writable(by.now)?;
        self.meter_stroke(by)?;
        let canvas = c.conversation;
        let posted = self.append(by, canvas, Some(c.post), c.body, effects);
        self.merge_if_due(by, canvas, effects);
        Ok(Some(posted))
    }

    /// Counts one thing that an account draws.
    fn meter_stroke(&mut self, by: By) -> Result<(), Refusal> {
        let Some(rate) = &self.stroke_rate else {
            return Ok(());
        };
        let meter = self.stroke_meters.entry(by.account).or_default();
        rate.take(meter, by.now).map_err(too_fast)
    }

    /// Lets the picture be drawn that replaces old strokes, when there are enough of them.
    fn merge_if_due(&mut self, by: By, canvas: ConversationId, effects: &mut Effects) {
        let due = self
            .board(canvas)
            .and_then(|board| board.marks.merge_due(by.now));
        if let Some(up_to) = due
            && self.painting.insert(canvas)
        {
            effects.outputs.push(Output::Paint(Paint { canvas, up_to }));
        }
    }

    /// A picture was drawn: it replaces the entries that it shows. What can't be stored now is drawn
    /// anew with the next stroke.
    pub(super) fn painted(
        &mut self,
        now: chat_core::Millis,
        painted: Painted,
        effects: &mut Effects,
    ) {
        let Painted { canvas, picture } = painted;
        self.painting.remove(&canvas);
        let Some(marks) = self.board(canvas).map(|board| &board.marks) else {
            return;
        };
        if let Some((base, picture)) = picture
            && marks.base() < base
            && base < marks.head()
            && self.writable(now).is_ok()
        {
            let merged = Record::Merged {
                canvas,
                base,
                picture,
            };
            self.record(merged, effects);
        }
    }
}
