//! A picture that follows its log: a base with what is merged, and the tail that may still change.

use std::collections::{BTreeSet, VecDeque};

use super::marks::{Change, Marks, SLACK_ENTRIES};
use crate::canvas::limits::{KEEP_ENTRIES, TAIL_ENTRIES};
use crate::canvas::{Act, Picture, Stroke};
use crate::id::{AccountId, Millis, Seq};

/// Entries between two pictures that are kept, so that taking back something recent draws little
/// anew: 60 KiB each, at most 24 of them.
const KEPT_EVERY: u64 = KEEP_ENTRIES;

/// What is drawn by an entry of the tail.
#[derive(Debug, Clone)]
struct Piece {
    stroke: Stroke,
    /// The first piece of its stroke in the tail.
    begun: Seq,
}

/// A canvas: its log up to some entry, and the picture that it gives. Bounded: it merges by itself
/// what is more than [`TAIL_ENTRIES`] back, which nothing can change, whatever clocks say.
#[derive(Debug, Clone)]
pub struct Board {
    base: Picture,
    marks: Marks,
    /// One for each entry behind the base.
    tail: VecDeque<Option<Piece>>,
    /// Strokes of the tail that are undone, by their first entry.
    undone: BTreeSet<Seq>,
    picture: Picture,
    /// The picture as it is behind some entries, oldest first.
    kept: VecDeque<(Seq, Picture)>,
}

impl Default for Board {
    fn default() -> Board {
        Board::new(Seq(0), Picture::new())
    }
}

impl Board {
    /// A canvas that is `picture` with all entries up to `base`.
    #[must_use]
    pub fn new(base: Seq, picture: Picture) -> Board {
        Board {
            base: picture.clone(),
            marks: Marks::new(base),
            tail: VecDeque::new(),
            undone: BTreeSet::new(),
            picture,
            kept: VecDeque::new(),
        }
    }

    /// What it shows.
    #[must_use]
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// The picture with what is merged, up to [`base`](Board::base).
    #[must_use]
    pub fn base_picture(&self) -> &Picture {
        &self.base
    }

    /// The entries up to this one are merged.
    #[must_use]
    pub fn base(&self) -> Seq {
        self.marks.base()
    }

    /// The last entry.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.marks.head()
    }

    /// What may be added and merged.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Takes in the next entry, which is in the log and so valid. `false`, and nothing done, when
    /// `seq` is not the one behind the [head](Board::head).
    pub fn apply(&mut self, seq: Seq, author: AccountId, at: Millis, act: Act) -> bool {
        self.apply_all([(seq, author, at, act)]) == 1
    }

    /// Takes in several entries and draws anew at most once. Says how many: it stops at the first
    /// that is not the one behind the [head](Board::head).
    pub fn apply_all(
        &mut self,
        entries: impl IntoIterator<Item = (Seq, AccountId, Millis, Act)>,
    ) -> usize {
        let mut taken = 0;
        // From where on what shows is no longer what the log says.
        let mut stale: Option<Seq> = None;
        for (seq, author, at, act) in entries {
            if seq != self.head().next() {
                break;
            }
            taken += 1;
            let change = self.marks.change(author, at, &act);
            self.tail.push_back(piece(act, change));
            if let Change::Undone(stroke) = change {
                self.undone.insert(stroke);
            }
            match change {
                Change::Undone(from) | Change::Unreset(from) => {
                    stale = Some(stale.map_or(from, |stale| stale.min(from)));
                }
                _ if stale.is_some() => {}
                Change::Reset => self.picture.clear(),
                Change::Drawn(_) | Change::Nothing => self.advance(seq),
            }
            if self.is_long() {
                stale.take().into_iter().for_each(|from| self.redraw(from));
                self.trim();
            }
        }
        stale.into_iter().for_each(|from| self.redraw(from));
        taken
    }

    /// Takes in the next entry, of a kind that this version doesn't know. Answers as
    /// [`apply`](Board::apply) does.
    pub fn skip(&mut self, seq: Seq, at: Millis) -> bool {
        let next = seq == self.head().next();
        if next {
            self.marks.push(at);
            self.tail.push_back(None);
            self.trim();
        }
        next
    }

    /// The last entry that may be merged: see [`Marks::merge_point`].
    #[must_use]
    pub fn merge_point(&self, now: Millis) -> Option<Seq> {
        self.marks.merge_point(now)
    }

    /// Makes what the entries up to `seq` show the base. What they show is decided by the whole log:
    /// a stroke of theirs that was undone later isn't in it. `false`, and nothing done, when `seq`
    /// is not behind the base or beyond the head.
    pub fn merge_to(&mut self, seq: Seq) -> bool {
        if seq <= self.base() || seq > self.head() {
            return false;
        }
        let (from, mut picture) = self.start(seq);
        self.draw(&mut picture, from, seq);
        self.tail.drain(..(seq.0 - self.base().0) as usize);
        self.base = picture;
        self.marks.rebase(seq);
        self.kept.retain(|(at, _)| *at > seq);
        // Of an undone stroke there may be pieces in the tail, although it began before.
        let begun: BTreeSet<Seq> = self
            .tail
            .iter()
            .flatten()
            .map(|piece| piece.begun)
            .collect();
        self.undone.retain(|stroke| begun.contains(stroke));
        true
    }

    fn is_long(&self) -> bool {
        self.marks.tail_entries() > TAIL_ENTRIES + SLACK_ENTRIES
    }

    /// Merges what is too far back to be changed, when there is much of it.
    fn trim(&mut self) {
        if self.is_long() {
            self.merge_to(Seq(self.head().0 - TAIL_ENTRIES));
        }
    }

    /// Draws the entry `seq`, which is the last, on the picture.
    fn advance(&mut self, seq: Seq) {
        let before = Seq(seq.0 - 1);
        let mut picture = std::mem::take(&mut self.picture);
        self.draw(&mut picture, before, seq);
        if seq.0.is_multiple_of(KEPT_EVERY) {
            self.kept.push_back((seq, picture.clone()));
        }
        self.picture = picture;
    }

    /// Draws what shows of the entries from `from` on.
    fn redraw(&mut self, from: Seq) {
        self.kept.retain(|(at, _)| *at < from);
        let head = self.head();
        let (mut at, mut picture) = self.start(head);
        while at < head {
            let until = Seq((at.0 / KEPT_EVERY + 1) * KEPT_EVERY).min(head);
            self.draw(&mut picture, at, until);
            if until.0.is_multiple_of(KEPT_EVERY) {
                self.kept.push_back((until, picture.clone()));
            }
            at = until;
        }
        self.picture = picture;
    }

    /// The last entry up to `seq` behind which the picture is known, and the picture.
    fn start(&self, seq: Seq) -> (Seq, Picture) {
        let reset = self.marks.reset_until(seq);
        let kept = self.kept.iter().rev().find(|(at, _)| *at <= seq);
        match (kept, reset) {
            (Some((at, picture)), reset) if Some(*at) >= reset => (*at, picture.clone()),
            (_, Some(reset)) => (reset, Picture::new()),
            _ => (self.base(), self.base.clone()),
        }
    }

    /// Draws what shows of the entries behind `after` up to `until`.
    fn draw(&self, picture: &mut Picture, after: Seq, until: Seq) {
        let place = |seq: Seq| (seq.0 - self.base().0) as usize;
        let shown = |piece: &&Piece| !self.undone.contains(&piece.begun);
        for piece in self
            .tail
            .range(place(after)..place(until))
            .flatten()
            .filter(shown)
        {
            picture.draw(&piece.stroke);
        }
    }
}

fn piece(act: Act, change: Change) -> Option<Piece> {
    match (act, change) {
        (Act::Stroke(stroke), Change::Drawn(begun)) => Some(Piece { stroke, begun }),
        _ => None,
    }
}
