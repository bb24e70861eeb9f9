//! Strokes, pictures and the log of a canvas.

use arbitrary::{Result, Unstructured};
use chat_core::canvas::limits::{
    COLOURS, PIXELS, SNAPSHOT_BYTES, STROKE_BYTES, STROKE_POINTS, TAIL_ENTRIES,
};
use chat_core::canvas::{Act, Board, Marks, Picture, Shape, Stroke, StrokeId};
use chat_core::{AccountId, Millis, Seq};

use crate::Target;
use crate::oracle;

/// The bytes of a stroke, or of a picture.
pub(crate) const STROKE: Target = Target {
    name: "stroke",
    run: stroke,
    bytes_max: 2 * 1024,
    words: &["\u{1b}[m", "\u{301}", "\0", "\u{1}"],
};

/// What several people do on a canvas, and when who merges.
pub(crate) const CANVAS: Target = Target {
    name: "canvas",
    run: canvas,
    bytes_max: 2 * 1024,
    words: &["\0\0\0\0", "\u{1}", "\u{7f}"],
};

/// Steps on a canvas: each may draw a picture anew.
const STEPS_MAX: usize = 400;

fn stroke(data: &[u8]) {
    match Stroke::from_bytes(data) {
        Ok(stroke) => {
            assert!(data.len() <= STROKE_BYTES);
            assert_eq!(stroke.to_bytes(), data, "a stroke has one form");
            if let Shape::Pen(points) | Shape::Eraser(points) = stroke.shape() {
                assert!((1..=STROKE_POINTS).contains(&points.len()));
            }
            if let Shape::Text(_, text) = stroke.shape() {
                oracle::clean_line(text);
            }
            let mut picture = Picture::new();
            picture.draw(&stroke);
            again(&picture);
        }
        Err(error) => oracle::sentence(&error.to_string()),
    }
    match Picture::from_snapshot(data) {
        Ok(picture) => again(&picture),
        Err(error) => oracle::sentence(&error.to_string()),
    }
}

/// A picture is what its bytes say.
fn again(picture: &Picture) {
    assert_eq!(picture.pixels().len(), PIXELS);
    assert!(picture.pixels().iter().all(|pixel| *pixel <= COLOURS));
    let bytes = picture.to_snapshot();
    assert!(bytes.len() <= SNAPSHOT_BYTES);
    assert_eq!(bytes.is_empty(), picture.is_empty());
    assert_eq!(Picture::from_snapshot(&bytes).as_ref(), Ok(picture));
}

/// A log, and three who follow it: one that never merges by itself, one that merges now and then, and
/// what a server keeps of it to decide.
struct Log {
    whole: Board,
    merging: Board,
    marks: Marks,
    now: Millis,
    /// Numbers of strokes that were made.
    strokes: u32,
}

fn canvas(data: &[u8]) {
    let mut log = Log {
        whole: Board::default(),
        merging: Board::default(),
        marks: Marks::new(Seq(0)),
        now: Millis(1_800_000_000_000),
        strokes: 0,
    };
    let mut u = Unstructured::new(data);
    for _ in 0..STEPS_MAX {
        // When the bytes end, so does what happens.
        if u.is_empty() || log.step(&mut u).is_err() {
            break;
        }
        log.check();
    }
    again(log.whole.picture());
}

impl Log {
    fn step(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let author = AccountId(u.int_in_range(1..=3)?);
        match u.int_in_range(0..=9u8)? {
            0..=3 => self.draw(u, author),
            4 => {
                let undo = self.marks.undo(author, self.now);
                let guess = StrokeId(u.int_in_range(0..=self.strokes)?);
                self.act(author, Act::Undo(undo.unwrap_or(guess)));
                Ok(())
            }
            5 => {
                self.act(author, Act::Reset);
                Ok(())
            }
            6 => {
                let guess = Seq(u.int_in_range(0..=self.marks.head().0 + 1)?);
                let wish = self.marks.unreset(self.now).unwrap_or(guess);
                self.act(author, Act::Unreset(wish));
                Ok(())
            }
            7 => {
                // Clocks jump, and not only forward.
                self.now = match u.int_in_range(0..=4u8)? {
                    0 => Millis(self.now.0.saturating_sub(u.arbitrary::<u16>()?.into())),
                    1 => self.now.plus(11 * 60 * 1_000),
                    _ => self.now.plus(u.arbitrary::<u16>()?.into()),
                };
                Ok(())
            }
            8 => {
                let seq = self.marks.head().next();
                for took in [
                    self.whole.skip(seq, self.now),
                    self.merging.skip(seq, self.now),
                    self.marks.skip(seq, self.now),
                ] {
                    assert!(took, "the next entry is taken in");
                }
                Ok(())
            }
            _ => {
                if let Some(point) = self.merging.merge_point(self.now) {
                    assert!(self.merging.merge_to(point), "what may be merged is");
                    self.marks.rebase(point);
                    self.resume();
                }
                Ok(())
            }
        }
    }

    fn draw(&mut self, u: &mut Unstructured<'_>, author: AccountId) -> Result<()> {
        let length = u.int_in_range(0..=24usize)?.min(u.len());
        let mut bytes = u.bytes(length)?.to_vec();
        if let [tool, size, ..] = &mut bytes[..] {
            // Mostly something that there is.
            *tool &= 0x7f;
            *size &= 0xf1;
        }
        if let Ok(stroke) = Stroke::from_bytes(&bytes) {
            self.strokes = self.strokes.max(stroke.id().0.min(1 << 20));
            self.act(author, Act::Stroke(stroke));
        }
        Ok(())
    }

    /// One act, where it is allowed.
    fn act(&mut self, author: AccountId, act: Act) {
        let decided = self.marks.check(&act, author, self.now);
        let same = self.whole.marks().check(&act, author, self.now);
        assert_eq!(decided, same, "merged or not, the same is allowed: {act:?}");
        if let Err(error) = decided {
            return oracle::sentence(&error.to_string());
        }
        let seq = self.marks.head().next();
        assert!(self.marks.apply(seq, author, self.now, &act));
        assert!(self.whole.apply(seq, author, self.now, act.clone()));
        assert!(self.merging.apply(seq, author, self.now, act));
    }

    /// A newcomer gets the base as bytes.
    fn resume(&self) {
        let bytes = self.merging.base_picture().to_snapshot();
        assert!(bytes.len() <= SNAPSHOT_BYTES);
        let base = Picture::from_snapshot(&bytes).expect("it was just written");
        assert_eq!(&base, self.merging.base_picture());
    }

    fn check(&self) {
        assert!(
            self.whole.picture() == self.merging.picture(),
            "the same picture"
        );
        let head = self.marks.head();
        assert_eq!((self.whole.head(), self.merging.head()), (head, head));
        assert!(self.merging.base() <= head);
        let tail = self.merging.marks().tail_entries();
        assert!(tail <= TAIL_ENTRIES, "a tail of {tail}");
    }
}
