//! The light index of a canvas' tail: which strokes and resets are in it, whose, and since when.
//! Decides what may be added and what may be merged; holds no pixels.

use std::collections::{BTreeMap, VecDeque};

use super::error::ActError;
use crate::canvas::limits::{KEEP_ENTRIES, KEEP_MS, TAIL_ENTRIES, UNRESET_MS};
use crate::canvas::{Act, Part, Stroke, StrokeId};
use crate::id::{AccountId, Millis, Seq};

/// How much longer than [`TAIL_ENTRIES`] a tail becomes before it is cut: cutting a board copies a
/// picture, so not for each entry.
pub(super) const SLACK_ENTRIES: u64 = TAIL_ENTRIES / 2;

/// Fewer entries than this are not worth merging: it draws them all and compresses a picture.
const MERGE_ENTRIES: u64 = KEEP_ENTRIES / 2;

/// A stroke in the tail.
#[derive(Debug, Clone, Copy)]
struct Begun {
    /// Its first piece in the tail.
    seq: Seq,
    author: AccountId,
    id: StrokeId,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It begins in the tail and is not undone.
    Whole,
    /// It begins in the tail and is undone.
    Undone,
    /// It begins in what is merged: nobody may change it any more. An undo of it that is in the log
    /// was made before it was merged.
    Rest,
}

/// What applying an act changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// A piece of the stroke whose first piece in the tail is there.
    Drawn(Seq),
    /// The stroke whose first piece is there is gone.
    Undone(Seq),
    /// The canvas is empty.
    Reset,
    /// The reset there is void.
    Unreset(Seq),
    /// Nothing.
    Nothing,
}

/// The index of a canvas' tail. Bounded: of an entry some 100 bytes, and never of more than
/// 1½ × [`TAIL_ENTRIES`], also when nobody merges.
#[derive(Debug, Clone)]
pub struct Marks {
    base: Seq,
    /// What is behind this is in the index: the base, or later when nobody merges.
    start: Seq,
    /// The latest time of an entry.
    latest: Millis,
    /// When each entry of the index was made; never falling, so that age is a prefix.
    times: VecDeque<Millis>,
    /// Strokes by their first piece.
    begun: VecDeque<Begun>,
    /// The newest stroke of an author with an id.
    ids: BTreeMap<(AccountId, StrokeId), Seq>,
    /// Resets that are in force, oldest first.
    resets: Vec<Seq>,
    /// The last piece of a stroke.
    drawn: Option<Seq>,
}

impl Marks {
    /// The index of a tail that starts behind `base`: apply its entries next.
    #[must_use]
    pub fn new(base: Seq) -> Marks {
        Marks {
            base,
            start: base,
            latest: Millis(0),
            times: VecDeque::new(),
            begun: VecDeque::new(),
            ids: BTreeMap::new(),
            resets: Vec::new(),
            drawn: None,
        }
    }

    /// The entries up to this one are merged.
    #[must_use]
    pub fn base(&self) -> Seq {
        self.base
    }

    /// The last entry.
    #[must_use]
    pub fn head(&self) -> Seq {
        Seq(self.start.0 + self.times.len() as u64)
    }

    /// Entries behind the base.
    #[must_use]
    pub fn tail_entries(&self) -> u64 {
        self.head().0 - self.base.0
    }

    /// Whether `author` may add `act` next, at the time `now`.
    ///
    /// # Errors
    /// [`ActError`], a sentence for the author.
    pub fn check(&self, act: &Act, author: AccountId, now: Millis) -> Result<(), ActError> {
        match act {
            Act::Stroke(stroke) => self.check_stroke(stroke.part(), stroke.id(), author),
            Act::Undo(id) => self.check_undo(*id, author, now),
            Act::Reset => match (self.resets.last(), self.drawn) {
                (Some(reset), drawn) if drawn < Some(*reset) => Err(ActError::EmptyAlready),
                _ => Ok(()),
            },
            Act::Unreset(reset) => self.check_unreset(*reset, now),
        }
    }

    fn check_stroke(&self, part: Part, id: StrokeId, author: AccountId) -> Result<(), ActError> {
        let known = self.state(author, id);
        match (part, known) {
            (Part::First, None | Some(State::Rest)) => Ok(()),
            (Part::First, Some(_)) => Err(ActError::IdInUse),
            (Part::Next, Some(State::Whole)) => Ok(()),
            (Part::Next, _) => Err(ActError::NothingToContinue),
        }
    }

    fn check_undo(&self, id: StrokeId, author: AccountId, now: Millis) -> Result<(), ActError> {
        match self.undo(author, now) {
            Some(newest) if newest == id => Ok(()),
            _ if self.state(author, id) == Some(State::Undone) => Err(ActError::UndoneAlready),
            Some(newest) => Err(ActError::NotNewest { newest }),
            None => Err(ActError::NothingToUndo),
        }
    }

    fn check_unreset(&self, reset: Seq, now: Millis) -> Result<(), ActError> {
        if self.resets.binary_search(&reset).is_err() {
            return Err(ActError::NoSuchReset);
        }
        if self.resets.last() != Some(&reset) {
            return Err(ActError::ResetSince);
        }
        match self.unreset(now) {
            Some(_) => Ok(()),
            None => Err(ActError::TooLate),
        }
    }

    /// The stroke that `author` can undo next.
    #[must_use]
    pub fn undo(&self, author: AccountId, now: Millis) -> Option<StrokeId> {
        let reset = self.reset().unwrap_or_default();
        self.begun
            .iter()
            .rev()
            .take_while(|begun| begun.seq > reset && self.is_open(begun.seq, now))
            .find(|begun| begun.author == author && begun.state == State::Whole)
            .map(|begun| begun.id)
    }

    /// The reset that anybody can take back now.
    #[must_use]
    pub fn unreset(&self, now: Millis) -> Option<Seq> {
        let young =
            |reset: &Seq| self.age(*reset, now) <= UNRESET_MS && self.behind(*reset) < TAIL_ENTRIES;
        self.reset().filter(young)
    }

    /// The reset that is in force: what is older doesn't show.
    #[must_use]
    pub fn reset(&self) -> Option<Seq> {
        self.resets.last().copied()
    }

    /// The last entry that nothing added from `now` on can change: up to it may be merged. Nothing
    /// when there is nothing to merge. What remains behind it is at most [`TAIL_ENTRIES`]. Who decides
    /// to merge [rebases](Marks::rebase) at once: a clock that goes back must not open it again.
    #[must_use]
    pub fn merge_point(&self, now: Millis) -> Option<Seq> {
        let now = now.max(self.latest);
        let kept = KEEP_ENTRIES as usize;
        let settled = self.times.len().saturating_sub(kept);
        let old = self
            .times
            .range(..settled)
            .take_while(|time| now.since(**time) >= KEEP_MS)
            .count();
        let beyond = self.times.len().saturating_sub(TAIL_ENTRIES as usize);
        let point = Seq(self.start.0 + old.max(beyond) as u64);
        (point > self.base).then_some(point)
    }

    /// The same, when it is worth the work: a good number of entries at once.
    #[must_use]
    pub fn merge_due(&self, now: Millis) -> Option<Seq> {
        self.merge_point(now)
            .filter(|point| point.0 - self.base.0 >= MERGE_ENTRIES)
    }

    /// A number for a new stroke of `author`: `wish`, or the next that is free. Random wishes below
    /// 2^14 keep strokes short and the devices of one account apart.
    #[must_use]
    pub fn free_id(&self, author: AccountId, wish: u32) -> StrokeId {
        // The tail is bounded, so the search ends.
        (0..)
            .map(|further| StrokeId(wish.wrapping_add(further)))
            .find(|id| !self.ids.contains_key(&(author, *id)))
            .unwrap_or(StrokeId(wish))
    }

    /// Takes in the next entry, which is in the log and so valid. `false`, and nothing done, when
    /// `seq` is not the one behind the [head](Marks::head).
    pub fn apply(&mut self, seq: Seq, author: AccountId, at: Millis, act: &Act) -> bool {
        let next = seq == self.head().next();
        if next {
            self.change(author, at, act);
            self.bound();
        }
        next
    }

    /// Takes in the next entry, of a kind that this version doesn't know. Answers as
    /// [`apply`](Marks::apply) does.
    pub fn skip(&mut self, seq: Seq, at: Millis) -> bool {
        let next = seq == self.head().next();
        if next {
            self.push(at);
            self.bound();
        }
        next
    }

    /// Takes in the next entry and says what it changes. Who calls this bounds the tail.
    pub(super) fn change(&mut self, author: AccountId, at: Millis, act: &Act) -> Change {
        let seq = self.push(at);
        match act {
            Act::Stroke(stroke) => {
                self.drawn = Some(seq);
                Change::Drawn(self.piece(seq, author, stroke))
            }
            Act::Undo(id) => match self.stroke_mut(author, *id) {
                Some(begun) if begun.state == State::Whole => {
                    begun.state = State::Undone;
                    Change::Undone(begun.seq)
                }
                // What is merged stays unknown to whoever asks what may be added.
                Some(begun) if begun.state == State::Rest => Change::Undone(begun.seq),
                _ => Change::Nothing,
            },
            Act::Reset => {
                self.resets.push(seq);
                Change::Reset
            }
            Act::Unreset(reset) => match self.resets.binary_search(reset) {
                Ok(place) => {
                    self.resets.remove(place);
                    Change::Unreset(*reset)
                }
                Err(_) => Change::Nothing,
            },
        }
    }

    /// Says that the entries up to `base` are merged. A base that is not behind the old one, or is
    /// beyond the head, changes nothing.
    pub fn rebase(&mut self, base: Seq) {
        if base > self.base && base <= self.head() {
            self.base = base;
            self.forget(base);
        }
    }

    /// Takes in an entry that changes nothing; its number. Who calls this bounds the tail.
    pub(super) fn push(&mut self, at: Millis) -> Seq {
        self.latest = self.latest.max(at);
        self.times.push_back(self.latest);
        self.head()
    }

    /// A piece at `seq`; where its stroke has its first one.
    fn piece(&mut self, seq: Seq, author: AccountId, stroke: &Stroke) -> Seq {
        let key = (author, stroke.id());
        let state = match (stroke.part(), self.ids.get(&key)) {
            (Part::Next, Some(first)) => return *first,
            (Part::Next, None) => State::Rest,
            (Part::First, _) => State::Whole,
        };
        self.ids.insert(key, seq);
        self.begun.push_back(Begun {
            seq,
            author,
            id: stroke.id(),
            state,
        });
        seq
    }

    /// Forgets what can't be undone any more, where nobody merges.
    fn bound(&mut self) {
        if self.times.len() as u64 > TAIL_ENTRIES + SLACK_ENTRIES {
            self.forget(Seq(self.head().0 - TAIL_ENTRIES));
        }
    }

    fn forget(&mut self, until: Seq) {
        if until <= self.start {
            return;
        }
        self.times.drain(..(until.0 - self.start.0) as usize);
        self.start = until;
        while let Some(begun) = self.begun.pop_front_if(|begun| begun.seq <= until) {
            let key = (begun.author, begun.id);
            if self.ids.get(&key) == Some(&begun.seq) {
                self.ids.remove(&key);
            }
        }
        self.resets.retain(|reset| *reset > until);
    }

    /// The reset in force that was the last one at `seq`.
    pub(super) fn reset_until(&self, seq: Seq) -> Option<Seq> {
        let count = self.resets.partition_point(|reset| *reset <= seq);
        self.resets[..count].last().copied()
    }

    /// Entries that the next one will be behind `seq`.
    fn behind(&self, seq: Seq) -> u64 {
        self.head().0 + 1 - seq.0
    }

    /// Milliseconds since the entry was made, which is in the index.
    fn age(&self, seq: Seq, now: Millis) -> u64 {
        let place = seq.0.checked_sub(self.start.0 + 1);
        let time = place.and_then(|place| self.times.get(place as usize));
        now.max(self.latest)
            .since(time.copied().unwrap_or_default())
    }

    /// Whether a stroke that began there may still be undone.
    fn is_open(&self, seq: Seq, now: Millis) -> bool {
        let behind = self.behind(seq);
        let young = behind <= KEEP_ENTRIES || self.age(seq, now) < KEEP_MS;
        behind < TAIL_ENTRIES && young
    }

    fn place(&self, author: AccountId, id: StrokeId) -> Option<usize> {
        let seq = self.ids.get(&(author, id))?;
        self.begun.binary_search_by_key(seq, |begun| begun.seq).ok()
    }

    fn state(&self, author: AccountId, id: StrokeId) -> Option<State> {
        Some(self.begun.get(self.place(author, id)?)?.state)
    }

    fn stroke_mut(&mut self, author: AccountId, id: StrokeId) -> Option<&mut Begun> {
        let place = self.place(author, id)?;
        self.begun.get_mut(place)
    }
}
