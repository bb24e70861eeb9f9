//! A conversation's log as this client holds it: entries in order, the gaps between them, and what
//! happened beside them. Gaps are not kept: sequence numbers are dense, so a number that is missing
//! is a gap. Edits, deletions and reactions have a place in the order and no row: they change how
//! another entry shows.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chat_core::command::Direction;
use chat_core::event::RosterChange;
use chat_core::{Body, Entry, Millis, RequestId, Seq};

use super::aside::Aside;
use super::marks::{self, Marks};

/// Most entries held per conversation. Older ones are in the cache and are loaded when wanted.
pub const HELD_MAX: usize = 5_000;

/// Most entries held for one that has a row: where nearly all are reactions, the others stay.
const HELD_PER_ROW: usize = 4;

/// The place of something that is shown in a log. Orders everything that can stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The entry that it is, or behind which it stands. 0: before the first.
    pub seq: Seq,
    /// What it is.
    pub part: Part,
}

/// What can stand at one sequence number, in the order in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The line that names the day, in front of the first entry of it.
    Day,
    /// The entry; at 0 the conversation's beginning.
    Entry,
    /// The picture that its file is, where somebody asked for it.
    Picture,
    /// The reactions to it.
    Reactions,
    /// That the other is not there, behind an own entry.
    Promise,
    /// Who came and went after it.
    Aside,
    /// How others join the server in this process; stands once, in one log.
    Note,
    /// The unread line behind it.
    Unread,
    /// The gap behind it.
    Gap,
    /// The own post with this index that is not in the log yet; its `seq` is [`OUTBOX`].
    Outgoing(usize),
    /// The file with this index that is on its way; its `seq` is [`OUTBOX`].
    Upload(usize),
}

/// The `seq` of the keys of own posts that are not in the log yet: behind everything.
pub const OUTBOX: Seq = Seq(u64::MAX);

/// Entries that are not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The last entry that is held before the gap; 0 if there is none.
    pub after: Seq,
    /// The first one behind it.
    pub before: Seq,
    /// Whether they are on their way.
    pub state: GapState,
}

/// What is being done about a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapState {
    /// Nothing yet: it is loaded when it comes near the screen, and not before there is a
    /// connection.
    Missing,
    /// Asked for: a spinner stands here.
    Loading,
    /// The server doesn't have them.
    Lost,
}

impl Gap {
    /// How many entries are missing.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.before.0.saturating_sub(self.after.0 + 1)
    }

    /// Whether none is missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A page that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// From where.
    pub from: Seq,
    /// In which direction.
    pub direction: Direction,
    /// Who was asked.
    pub stage: Stage,
}

/// Who was asked for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The cache, first.
    Cache,
    /// The server, with this request.
    Network(RequestId),
}

/// The entries that are held.
#[derive(Debug, Clone, Default)]
pub struct Log {
    entries: BTreeMap<Seq, Entry>,
    /// Those of them that have a row.
    rows: BTreeSet<Seq>,
    /// What the others make of entries, held or not.
    marks: HashMap<Seq, Marks>,
    asides: BTreeMap<Seq, Aside>,
    /// The last entry there is, as far as is known.
    head: Seq,
    /// The page that is on its way: one at a time.
    pub load: Option<Load>,
    /// When the next page may be asked for, after one was refused.
    pub retry_at: Option<Millis>,
    /// Gaps that nobody can fill: from the first number behind them to the last before them.
    lost: BTreeMap<Seq, Seq>,
    /// Where the cache has nothing.
    uncached: HashSet<(Seq, bool)>,
}

impl Log {
    /// An empty log of a conversation that has entries up to `head`.
    #[must_use]
    pub fn new(head: Seq) -> Log {
        Log {
            head,
            ..Log::default()
        }
    }

    /// The last entry there is, held or not.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.head
    }

    /// Learns that there are entries up to here.
    pub fn reaches(&mut self, head: Seq) {
        self.head = self.head.max(head);
    }

    /// The last entry that is held; 0 if there is none.
    #[must_use]
    pub fn last(&self) -> Seq {
        self.entries
            .last_key_value()
            .map_or(Seq(0), |(seq, _)| *seq)
    }

    /// The first entry that is held.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.entries.first_key_value().map(|(seq, _)| *seq)
    }

    /// An entry, if it is held.
    #[must_use]
    pub fn get(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(&seq)
    }

    /// How many entries are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries that are held, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// The entries that are held behind `seq`, in order.
    pub fn entries_after(&self, seq: Seq) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.range(seq.next()..).map(|(_, entry)| entry)
    }

    /// The entries that are held before `seq`, in order.
    pub fn entries_before(&self, seq: Seq) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.range(..seq).map(|(_, entry)| entry)
    }

    /// The last entry with a row; 0 if there is none.
    #[must_use]
    pub fn last_row(&self) -> Seq {
        self.rows.last().copied().unwrap_or_default()
    }

    /// The next entry with a row behind `seq`.
    #[must_use]
    pub fn row_after(&self, seq: Seq) -> Option<Seq> {
        self.rows.range(seq.next()..).next().copied()
    }

    /// The entry with a row before `seq`.
    #[must_use]
    pub fn row_before(&self, seq: Seq) -> Option<&Entry> {
        let above = self.rows.range(..seq).next_back()?;
        self.entries.get(above)
    }

    /// What edits, deletions and reactions make of an entry; `None` where there are none.
    #[must_use]
    pub fn marks(&self, seq: Seq) -> Option<&Marks> {
        self.marks.get(&seq)
    }

    /// Whether the newest `rows` entries with a row are held without a gap, or all there ever were.
    #[must_use]
    pub fn is_whole_at_end(&self, rows: usize) -> bool {
        let last = self.last();
        let from = self.rows.iter().rev().nth(rows).copied().unwrap_or(Seq(1));
        let held = self.entries.range(from..).count();
        u64::try_from(held).is_ok_and(|held| held == last.next().0 - from.0)
    }

    /// Who came and went directly after `seq`.
    #[must_use]
    pub fn aside(&self, seq: Seq) -> Option<&Aside> {
        self.asides.get(&seq)
    }

    /// Puts an entry in its place. Gives whether it is new: entries never change, but for those that
    /// were taken back, so one that is already held is left alone.
    pub fn insert(&mut self, entry: Entry) -> Inserted {
        self.reaches(entry.seq);
        let mut entry = entry;
        if self.marks(entry.seq).is_some_and(Marks::is_removed) {
            entry.body = Body::Removed;
        }
        match self.entries.entry(entry.seq) {
            std::collections::btree_map::Entry::Occupied(mut held) => {
                if entry.body == Body::Removed {
                    held.get_mut().body = Body::Removed;
                }
                Inserted::Held
            }
            std::collections::btree_map::Entry::Vacant(place) => {
                let entry = place.insert(entry);
                match marks::target(entry) {
                    None => {
                        self.rows.insert(entry.seq);
                    }
                    Some(of) => {
                        let entry = entry.clone();
                        self.mark(of, &entry);
                    }
                }
                Inserted::New
            }
        }
    }

    fn mark(&mut self, of: Seq, by: &Entry) {
        self.marks.entry(of).or_default().add(by);
        if let (Body::Deletion { .. }, Some(target)) = (&by.body, self.entries.get_mut(&of)) {
            target.body = Body::Removed;
        }
    }

    /// Lets the oldest entries go, down to `held_max` with a row.
    pub fn trim(&mut self, held_max: usize) {
        let is_over = |log: &Log| {
            log.rows.len() > held_max || log.entries.len() > held_max.saturating_mul(HELD_PER_ROW)
        };
        if !is_over(self) {
            return;
        }
        while is_over(self) {
            let Some((seq, entry)) = self.entries.pop_first() else {
                break;
            };
            self.rows.remove(&seq);
            self.unmark(&entry);
        }
        // The cache has them by now.
        self.uncached.clear();
        if let Some(first) = self.first() {
            self.asides = self.asides.split_off(&first);
        }
    }

    /// What an entry that goes has made of another comes back with it.
    fn unmark(&mut self, gone: &Entry) {
        let Some(of) = marks::target(gone) else {
            return;
        };
        if let Some(marks) = self.marks.get_mut(&of) {
            marks.forget(gone.seq);
            if marks.is_empty() {
                self.marks.remove(&of);
            }
        }
    }

    /// Forgets all entries: their numbers are void.
    pub fn clear(&mut self) {
        *self = Log::default();
    }

    /// The gap behind `seq`, which is 0 or an entry with a row, and before the next one with a row.
    /// Several gaps with nothing but reactions between them are one.
    #[must_use]
    pub fn gap_after(&self, seq: Seq) -> Option<Gap> {
        let end = self.row_after(seq).unwrap_or(self.head.next());
        let mut gap = Gap {
            after: seq,
            before: end,
            state: GapState::Missing,
        };
        if gap.is_empty() {
            return None;
        }
        let between = || self.entries.range(seq.next()..end).map(|(seq, _)| *seq);
        for held in between() {
            if held != gap.after.next() {
                break;
            }
            gap.after = held;
        }
        if gap.is_empty() {
            return None;
        }
        for held in between().rev() {
            if held.next() != gap.before {
                break;
            }
            gap.before = held;
        }
        let loading = self.load.is_some_and(|load| match load.direction {
            Direction::Before => load.from == gap.before,
            Direction::After => load.from == gap.after,
        });
        if loading {
            gap.state = GapState::Loading;
        } else if self
            .lost
            .get(&gap.before)
            .is_some_and(|after| *after <= gap.after)
        {
            gap.state = GapState::Lost;
        }
        Some(gap)
    }

    /// Remembers that nobody has what lies between these two.
    pub fn lose(&mut self, after: Seq, before: Seq) {
        self.lost.insert(before, after);
    }

    /// Whether the cache was asked for a page from there and had none.
    #[must_use]
    pub fn cache_lacks(&self, from: Seq, direction: Direction) -> bool {
        self.uncached
            .contains(&(from, direction == Direction::Before))
    }

    /// Remembers that the cache has no page from there.
    pub fn note_cache_lacks(&mut self, from: Seq, direction: Direction) {
        self.uncached.insert((from, direction == Direction::Before));
    }

    /// Remembers that a row of the roster changed after the newest entry, unless that says nothing.
    pub fn note(&mut self, change: &RosterChange, now: Millis) {
        let after = self.last_row();
        let aside = self.asides.entry(after).or_default();
        aside.add(change, now);
        if aside.told.is_empty() {
            self.asides.remove(&after);
        }
    }
}

/// Whether an entry was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// It was.
    New,
    /// It was held already.
    Held,
}
