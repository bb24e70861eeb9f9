//! What a client does with canvases: opens them, follows them, asks for their picture, draws.

use chat_core::canvas::{Act, Board, Colour, Part, Picture, Point, Shape, Size, Stroke, StrokeId};
use chat_core::event;
use chat_core::{Body, Conversation, ConversationId, Entry, Millis, Seq};

use super::{Asked, Client};
use crate::store::Store;
use crate::violation::{Checked, Violation, ensure};

/// A canvas that was opened.
#[derive(Debug)]
pub(super) struct Sheet {
    parent: ConversationId,
    /// `None` until its picture has come.
    board: Option<Board>,
    /// Entries that came before it.
    waiting: Vec<Entry>,
}

/// Strokes that are drawn without lifting one's hand for long.
const SCRIBBLE: usize = 40;

/// A clock that makes nothing old.
const EARLY: Millis = Millis(0);

impl Client {
    /// Opens the canvas of one of its places.
    pub(super) fn open_canvas(&mut self, place: usize) {
        if let Some(parent) = self.place(place)
            && self.is_ready()
        {
            self.ask(Asked::Canvas(parent));
        }
    }

    /// Opens again what was open on another connection.
    pub(super) fn reopen_canvases(&mut self) {
        let places = &self.places;
        self.sheets
            .retain(|_, sheet| places.contains_key(&sheet.parent));
        let parents: Vec<_> = self.sheets.values().map(|sheet| sheet.parent).collect();
        parents
            .into_iter()
            .for_each(|parent| self.ask(Asked::Canvas(parent)));
    }

    /// A canvas is opened: goes on where it was, or starts with the picture.
    pub(super) fn canvas_opened(&mut self, parent: ConversationId, canvas: &Conversation) {
        // It may have left meanwhile.
        if !self.places.contains_key(&parent) {
            return;
        }
        let base = canvas.base.unwrap_or_default();
        let sheet = self.sheets.entry(canvas.id).or_insert(Sheet {
            parent,
            board: None,
            waiting: Vec::new(),
        });
        sheet.waiting.clear();
        let after = match &sheet.board {
            Some(board) if board.head() >= base => board.head(),
            _ => {
                if sheet.board.take().is_some() {
                    self.seen.count("a canvas is opened anew");
                }
                base
            }
        };
        self.ask(Asked::FollowCanvas(canvas.id, after));
    }

    /// A canvas is followed from here on.
    pub(super) fn canvas_followed(&mut self, id: ConversationId, after: Seq) {
        self.on().following.insert(id, Some(after));
        match self.sheets.get_mut(&id) {
            Some(sheet) if sheet.board.is_none() => {
                sheet.waiting.clear();
                self.ask(Asked::Snapshot(id));
            }
            _ => {}
        }
    }

    /// What it wanted to follow is merged.
    pub(super) fn canvas_gone(&mut self, id: ConversationId) {
        if let Some(sheet) = self.sheets.get_mut(&id) {
            sheet.board = None;
            let parent = sheet.parent;
            self.ask(Asked::Canvas(parent));
        }
    }

    /// Its conversation is left.
    pub(super) fn canvas_left(&mut self, parent: ConversationId) {
        let of = |sheet: &Sheet| sheet.parent == parent;
        let left: Vec<_> = self.sheets.iter().filter(|(_, sheet)| of(sheet)).collect();
        let left: Vec<ConversationId> = left.into_iter().map(|(id, _)| *id).collect();
        for id in left {
            self.sheets.remove(&id);
            self.on().following.remove(&id);
        }
    }

    /// The picture of a canvas.
    pub(super) fn picture(&mut self, event: event::Picture, store: &Store) -> Checked {
        let (id, seq) = (event.conversation, event.seq);
        ensure!(
            seq <= store.head(id),
            "durable before visible: a picture of {id} up to {seq}"
        );
        let Some(sheet) = self.sheets.get_mut(&id) else {
            return Ok(());
        };
        // It asked twice.
        if sheet.board.is_some() {
            return Ok(());
        }
        let picture = Picture::from_snapshot(&event.data)
            .map_err(|error| Violation(format!("canvas: {error}")))?;
        let mut board = Board::new(seq, picture);
        for entry in std::mem::take(&mut sheet.waiting) {
            if entry.seq > seq {
                take_in(&mut board, entry)?;
            }
        }
        sheet.board = Some(board);
        Ok(())
    }

    /// The next entry of a canvas; whether it is one.
    pub(super) fn drawn(&mut self, entry: &Entry) -> Checked<bool> {
        let Some(sheet) = self.sheets.get_mut(&entry.conversation) else {
            return Ok(false);
        };
        match &mut sheet.board {
            Some(board) if entry.seq <= board.head() => {}
            Some(board) => take_in(board, entry.clone())?,
            None => sheet.waiting.push(entry.clone()),
        }
        Ok(true)
    }

    /// Draws, or takes something back.
    pub(super) fn draw(&mut self, canvas: usize, what: u8) {
        let ready = self.sheets.iter().filter(|(_, s)| s.board.is_some());
        let ready: Vec<ConversationId> = ready.map(|(id, _)| *id).collect();
        let Some(id) = ready.get(canvas % ready.len().max(1)).copied() else {
            return;
        };
        let board = self.sheets[&id].board.as_ref().expect("it is ready");
        let (marks, account) = (board.marks(), self.account.unwrap_or_default());
        let newest = marks.undo(account, EARLY);
        let new = StrokeId(self.number as u32 * 1_000_000 + self.posts as u32);
        let act = match (what % 8, newest) {
            (5, Some(stroke)) => line(stroke, Part::Next, what),
            (6, Some(stroke)) => Act::Undo(stroke),
            (7, _) => match marks.unreset(EARLY) {
                Some(reset) if what < 128 => Act::Unreset(reset),
                _ => Act::Reset,
            },
            _ => line(new, Part::First, what),
        };
        self.say_there(id, Body::Draw(act));
    }

    /// Draws a lot.
    pub(super) fn scribble(&mut self, canvas: usize) {
        (0..SCRIBBLE).for_each(|n| self.draw(canvas, (n * 8) as u8));
    }

    /// What it shows of each canvas that it follows is what the whole log shows.
    pub(super) fn check_canvases(&self, store: &Store) -> Checked {
        for (id, sheet) in &self.sheets {
            let Some(board) = &sheet.board else {
                ensure!(false, "liveness: the picture of {id} has not come");
                continue;
            };
            ensure!(
                board.head() == store.head(*id),
                "order: client {} holds canvas {id} up to {}, and {} are committed",
                self.number,
                board.head(),
                store.head(*id)
            );
            ensure!(
                board.picture() == store.board(*id).picture(),
                "canvas: client {} shows something else on {id} than its log",
                self.number
            );
        }
        Ok(())
    }
}

fn line(id: StrokeId, part: Part, what: u8) -> Act {
    let point = |n: u32| Point::nearest((n % 320) as i32, (n / 7 % 192) as i32);
    let place = id.0.wrapping_mul(2_654_435_761) >> 8;
    let shape = Shape::Pen(vec![point(place), point(place + u32::from(what))]);
    let colour = Colour::new(1 + what % 16).expect("there is one");
    Act::Stroke(Stroke::new(id, part, colour, Size::ONE, shape).expect("it is short"))
}

fn take_in(board: &mut Board, entry: Entry) -> Checked {
    let Entry {
        conversation,
        seq,
        at,
        author,
        body,
        ..
    } = entry;
    let Body::Draw(act) = body else {
        return Err(Violation(format!("canvas: {body:?} on {conversation}")));
    };
    let head = board.head();
    ensure!(
        board.apply(seq, author, at, act),
        "order: {seq} of canvas {conversation} behind {head}"
    );
    Ok(())
}
