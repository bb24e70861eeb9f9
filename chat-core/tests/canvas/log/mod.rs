//! The log of a canvas, through one door: a server that takes what may be added.

mod rules;
mod splits;

use chat_core::canvas::{
    Act, ActError, Board, Colour, Marks, Part, Picture, Point, Shape, Size, Stroke, StrokeId,
};
use chat_core::{AccountId, Millis, Seq};

pub(crate) type Entry = (Seq, AccountId, Millis, Act);

/// A canvas as a server has it.
pub(crate) struct Server {
    pub(crate) marks: Marks,
    pub(crate) log: Vec<Entry>,
    pub(crate) now: Millis,
}

impl Server {
    pub(crate) fn new() -> Server {
        Server {
            marks: Marks::new(Seq(0)),
            log: Vec::new(),
            now: Millis(1_000_000),
        }
    }

    pub(crate) fn post(&mut self, author: u64, act: Act) -> Result<Seq, ActError> {
        let author = AccountId(author);
        self.marks.check(&act, author, self.now)?;
        let seq = self.marks.head().next();
        assert!(self.marks.apply(seq, author, self.now, &act));
        self.log.push((seq, author, self.now, act));
        Ok(seq)
    }

    pub(crate) fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }

    /// The board of somebody who has followed from the start.
    pub(crate) fn board(&self) -> Board {
        let mut board = Board::default();
        assert_eq!(board.apply_all(self.log.clone()), self.log.len());
        board
    }

    /// The board of somebody who comes now, when everything up to `base` is merged.
    pub(crate) fn newcomer(&self, base: Seq) -> Board {
        let mut merged = self.board();
        let picture = if merged.merge_to(base) {
            let snapshot = merged.base_picture().to_snapshot();
            Picture::from_snapshot(&snapshot).expect("a snapshot")
        } else {
            Picture::new()
        };
        let mut board = Board::new(base, picture);
        board.apply_all(self.log[base.0 as usize..].to_vec());
        board
    }
}

/// The picture by the rules alone: no base, nothing kept.
pub(crate) fn plainly(log: &[Entry]) -> Picture {
    let mut gone = vec![false; log.len()];
    for (place, (_, author, _, act)) in log.iter().enumerate() {
        let Act::Undo(id) = act else { continue };
        let own = |(_, who, _, act): &Entry| match act {
            Act::Stroke(stroke) if who == author && stroke.id() == *id => Some(stroke.part()),
            _ => None,
        };
        let first = log[..place]
            .iter()
            .rposition(|entry| own(entry) == Some(Part::First))
            .expect("only what was begun is undone");
        for (entry, gone) in log[first..].iter().zip(&mut gone[first..]) {
            if own(entry).is_some() {
                *gone = true;
            }
        }
        // What was begun with the same number later stays.
        let later = log[place..]
            .iter()
            .position(|entry| own(entry) == Some(Part::First));
        if let Some(later) = later {
            gone[place + later..].fill(false);
        }
    }
    let unreset = |seq: Seq| log.iter().any(|(_, _, _, act)| *act == Act::Unreset(seq));
    let reset = log
        .iter()
        .rposition(|(seq, _, _, act)| *act == Act::Reset && !unreset(*seq));
    let mut picture = Picture::new();
    let start = reset.map_or(0, |place| place + 1);
    for ((_, _, _, act), gone) in log.iter().zip(&gone).skip(start) {
        if let (Act::Stroke(stroke), false) = (act, gone) {
            picture.draw(stroke);
        }
    }
    picture
}

pub(crate) fn dot(id: u32) -> Stroke {
    let point = Point::nearest((id % 320) as i32, (id / 320) as i32 % 192);
    let shape = Shape::Pen(vec![point]);
    Stroke::new(StrokeId(id), Part::First, Colour::DEFAULT, Size::ONE, shape).expect("a dot")
}

pub(crate) fn piece(id: u32, part: Part) -> Act {
    let start = dot(id).first();
    let point = match part {
        Part::First => start,
        // Where no first piece is.
        Part::Next => Point::nearest(start.x().into(), i32::from(start.y()) + 100),
    };
    let (colour, shape) = (Colour::DEFAULT, Shape::Pen(vec![point]));
    Act::Stroke(Stroke::new(StrokeId(id), part, colour, Size::ONE, shape).expect("a dot"))
}

pub(crate) fn first(id: u32) -> Act {
    piece(id, Part::First)
}

pub(crate) fn next(id: u32) -> Act {
    piece(id, Part::Next)
}

pub(crate) fn undo(id: u32) -> Act {
    Act::Undo(StrokeId(id))
}
