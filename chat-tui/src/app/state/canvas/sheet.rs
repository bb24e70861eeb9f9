//! One canvas as this client holds it: its log's picture, the entries that wait to be drawn, and
//! where the hand is. What comes is drawn in strides, so that a busy canvas is not drawn anew for
//! each of its entries.

use chat_core::canvas::limits::{HEIGHT, UNRESET_MS, WIDTH};
use chat_core::canvas::{Act, Board, Marks, Picture, Point};
use chat_core::{AccountId, Body, ConversationId, Entry, Millis, Nick, Seq};

use super::hand::Hand;
use super::own::{Own, OwnState};

/// Shortest time between two strides, in milliseconds: twenty redraws a second.
const STRIDE_MS: u64 = 50;

/// Entries that wait at most; more are drawn at once. A second of twenty people who draw.
const INBOX_MAX: usize = 512;

/// How long somebody is said to draw after the last piece came, in milliseconds.
const DRAWING_MS: u64 = 1_500;

/// What is done on a canvas as soon as it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// It is saved in this file.
    Save(String),
    /// The own last stroke is undone.
    Undo,
    /// The last reset is taken back.
    Unreset,
    /// It is emptied; that was asked and answered.
    Reset,
}

/// An entry of the log that is not drawn yet.
#[derive(Debug, Clone)]
struct Incoming {
    seq: Seq,
    author: AccountId,
    at: Millis,
    /// Nothing for what this version doesn't know.
    act: Option<Act>,
}

/// A canvas.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Whose canvas it is.
    pub parent: ConversationId,
    /// Its own number; nothing until it is opened.
    pub canvas: Option<ConversationId>,
    /// Up to here it was drawn on when it was opened.
    head: Seq,
    /// What is drawn from its log.
    board: Board,
    inbox: Vec<Incoming>,
    /// When what waits is drawn.
    pub due: Option<Millis>,
    strode: Millis,
    /// Where the hand is.
    pub cursor: Point,
    /// What it does.
    pub hand: Hand,
    /// What is to be done as soon as it is there.
    pub errands: Vec<Errand>,
    /// Who else draws, and until when that is said.
    pub drawing: Option<(Nick, Millis)>,
    /// The last reset that came, whose it is, and until when it can be taken back.
    reset: Option<(Seq, Nick, Millis)>,
    /// Whether the connection that it was opened on is gone for good.
    pub lost: bool,
}

impl Sheet {
    /// One that is asked for.
    #[must_use]
    pub fn new(parent: ConversationId) -> Sheet {
        Sheet {
            parent,
            canvas: None,
            head: Seq(0),
            board: Board::default(),
            inbox: Vec::new(),
            due: None,
            strode: Millis(0),
            cursor: Point::nearest(i32::from(WIDTH) / 2, i32::from(HEIGHT) / 2),
            hand: Hand::Idle,
            errands: Vec::new(),
            drawing: None,
            reset: None,
            lost: false,
        }
    }

    /// It is there: `picture` has every entry up to `seq`, and entries up to `head` are on their way.
    pub fn open(&mut self, canvas: ConversationId, seq: Seq, head: Seq, picture: Picture) {
        self.canvas = Some(canvas);
        self.head = head;
        self.board = Board::new(seq, picture);
        self.inbox.clear();
        self.due = None;
    }

    /// Whether everything that was there when it was opened is here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.canvas.is_some() && self.last() >= self.head
    }

    /// The last entry that came.
    fn last(&self) -> Seq {
        self.inbox
            .last()
            .map_or(self.board.head(), |incoming| incoming.seq)
    }

    /// An entry of its log has come.
    pub fn push(&mut self, entry: Entry, now: Millis) {
        if entry.seq != self.last().next() {
            // In the picture already.
            return;
        }
        let act = match entry.body {
            Body::Draw(act) => Some(act),
            _ => None,
        };
        if act == Some(Act::Reset) {
            self.reset = Some((entry.seq, entry.nick, now.plus(UNRESET_MS)));
        }
        self.inbox.push(Incoming {
            seq: entry.seq,
            author: entry.author,
            at: entry.at,
            act,
        });
        let due = match self.inbox.len() {
            INBOX_MAX.. => now,
            _ => now.max(self.strode.plus(STRIDE_MS)),
        };
        self.due.get_or_insert(due);
    }

    /// Somebody else draws.
    pub fn draws(&mut self, nick: Nick, now: Millis) {
        self.drawing = Some((nick, now.plus(DRAWING_MS)));
    }

    /// Draws what waits. Gives the last entry that is drawn.
    pub fn stride(&mut self, now: Millis) -> Seq {
        self.due = None;
        self.strode = now;
        let mut inbox = std::mem::take(&mut self.inbox).into_iter().peekable();
        while inbox.peek().is_some() {
            let known = std::iter::from_fn(|| {
                let Incoming {
                    seq,
                    author,
                    at,
                    act,
                } = inbox.next_if(|incoming| incoming.act.is_some())?;
                Some((seq, author, at, act?))
            });
            self.board.apply_all(known);
            if let Some(unknown) = inbox.next_if(|incoming| incoming.act.is_none()) {
                self.board.skip(unknown.seq, unknown.at);
            }
        }
        self.board.head()
    }

    /// What its log shows, as far as it is drawn.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// What it shows with these own acts on top, which are not drawn from the log yet.
    #[must_use]
    pub fn picture<'a>(
        &self,
        own: impl Iterator<Item = &'a Own> + Clone,
        me: AccountId,
        now: Millis,
    ) -> Picture {
        let takes_back = |own: &Own| matches!(own.act, Act::Undo(_) | Act::Unreset(_));
        if own.clone().any(takes_back) {
            // What lies below shows again: as the log will have it.
            let mut board = self.board.clone();
            let first = board.head().0 + 1;
            let acts = (first..).zip(own);
            board.apply_all(acts.map(|(seq, own)| (Seq(seq), me, now, own.act.clone())));
            return board.picture().clone();
        }
        let mut picture = self.board.picture().clone();
        for own in own {
            match &own.act {
                Act::Stroke(stroke) => picture.draw(stroke),
                Act::Reset => picture.clear(),
                Act::Undo(_) | Act::Unreset(_) => {}
            }
        }
        picture
    }

    /// What may be undone and taken back once these own acts are in the log.
    #[must_use]
    pub fn marks<'a>(
        &self,
        own: impl Iterator<Item = &'a Own>,
        me: AccountId,
        now: Millis,
    ) -> Marks {
        let mut marks = self.board.marks().clone();
        for own in own {
            marks.apply(marks.head().next(), me, now, &own.act);
        }
        marks
    }

    /// The reset that anybody can take back now, and whose it is.
    #[must_use]
    pub fn reset(&self, now: Millis) -> Option<(Seq, &Nick)> {
        let (seq, nick, _) = self.reset.as_ref().filter(|(.., until)| now < *until)?;
        let in_force = self.board.marks().reset() == Some(*seq);
        in_force.then_some((*seq, nick))
    }

    /// When something of it changes by itself: what waits is drawn, or what is said of it is over.
    pub fn wakes(&self) -> impl Iterator<Item = Millis> {
        let said = self.drawing.as_ref().map(|(_, until)| *until);
        let reset = self.reset.as_ref().map(|(.., until)| *until);
        [self.due, said, reset].into_iter().flatten()
    }
}

impl OwnState {
    /// Whether the log up to `head` has it.
    #[must_use]
    pub fn is_in(self, head: Seq) -> bool {
        matches!(self, OwnState::Stored(_, seq) if seq <= head)
    }
}
