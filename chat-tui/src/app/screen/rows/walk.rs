//! Goes through a log by items and by rows: what is above, what is below, what fills a screen.

use chat_core::Seq;

use super::{Feed, VisibleRow, outgoing_key, upload_key};
use crate::app::conversation::Scroll;
use crate::app::log::{GapState, Key, Part};

impl Feed<'_> {
    /// The last item.
    #[must_use]
    pub fn last(&self) -> Key {
        let last_upload = self.view.uploads.len().checked_sub(1).map(upload_key);
        last_upload
            .or_else(|| self.outgoing_before(self.view.outbox.len()))
            .unwrap_or_else(|| self.last_said())
    }

    /// The first item at this place or behind it.
    #[must_use]
    pub fn at_or_after(&self, key: Key) -> Key {
        if self.item(key).is_some() {
            return key;
        }
        self.next(key).unwrap_or_else(|| self.last())
    }

    /// The item below.
    #[must_use]
    pub fn next(&self, key: Key) -> Option<Key> {
        match key.part {
            Part::Outgoing(index) => return self.outgoing_from(index + 1),
            Part::Upload(index) => return self.upload_at(index + 1),
            _ => {}
        }
        let here = PARTS.into_iter().filter(|part| *part > key.part);
        if let Some(found) = self.first_of(key.seq, here) {
            return Some(found);
        }
        if let Some(below) = self.view.log.row_after(key.seq) {
            return self.first_of(below, PARTS.into_iter());
        }
        self.outgoing_from(0)
    }

    fn upload_at(&self, index: usize) -> Option<Key> {
        (index < self.view.uploads.len()).then(|| upload_key(index))
    }

    /// The item above.
    #[must_use]
    pub fn previous(&self, key: Key) -> Option<Key> {
        let above_outgoing = |index| {
            let above = self.outgoing_before(index);
            Some(above.unwrap_or_else(|| self.last_said()))
        };
        match key.part {
            Part::Outgoing(index) => return above_outgoing(index),
            Part::Upload(0) => return above_outgoing(self.view.outbox.len()),
            Part::Upload(index) => return Some(upload_key(index - 1)),
            _ => {}
        }
        let here = PARTS.into_iter().rev().filter(|part| *part < key.part);
        if let Some(found) = self.first_of(key.seq, here) {
            return Some(found);
        }
        if key.seq == Seq(0) {
            return None;
        }
        let above = self.view.log.row_before(key.seq);
        Some(self.last_at(above.map_or(Seq(0), |entry| entry.seq)))
    }

    /// What is on a screen of this many rows, from top to bottom. Short logs begin at its top.
    #[must_use]
    pub fn visible(&self, height: usize) -> Vec<VisibleRow> {
        let top = self.top(height);
        let mut rows = Vec::with_capacity(height);
        let mut at = Some(top.key);
        let mut skip = top.row;
        while let Some(key) = at.filter(|key| !self.is_cleared(*key)) {
            for row in skip..self.height(key) {
                if rows.len() == height {
                    return rows;
                }
                rows.push(VisibleRow { key, row });
            }
            skip = 0;
            at = self.next(key);
        }
        rows
    }

    /// The topmost row on a screen of this many rows.
    #[must_use]
    pub fn top(&self, height: usize) -> VisibleRow {
        match self.view.scroll {
            Scroll::Newest => self.newest_top(height),
            Scroll::At { key, row } => {
                let found = self.at_or_after(key);
                let row = if found == key { row } else { 0 };
                VisibleRow {
                    key: found,
                    row: row.min(self.height(found).saturating_sub(1)),
                }
            }
        }
    }

    fn newest_top(&self, height: usize) -> VisibleRow {
        let key = self.last();
        let row = self.height(key).saturating_sub(1);
        let top = self.up(VisibleRow { key, row }, height.saturating_sub(1));
        let cleared = self.view.cleared.filter(|cleared| *cleared >= top.key);
        match cleared.map(|cleared| self.next(cleared)) {
            None => top,
            Some(Some(key)) => VisibleRow { key, row: 0 },
            // Nothing came since: the screen is empty, and up from here is the last screen.
            Some(None) => VisibleRow { key, row },
        }
    }

    /// Whether an item was cleared away.
    fn is_cleared(&self, key: Key) -> bool {
        self.view.scroll == Scroll::Newest && self.view.cleared.is_some_and(|at| key <= at)
    }

    /// The last item but for own posts on their way.
    #[must_use]
    pub fn last_said(&self) -> Key {
        self.last_at(self.view.log.last_row())
    }

    /// The first own post or, behind those, file below the log with this index or a later one.
    fn outgoing_from(&self, index: usize) -> Option<Key> {
        let posts = self.view.outbox.iter().enumerate().skip(index);
        let mut below = posts.filter(|(_, post)| self.view.stands_below(post));
        let found = below.next().map(|(index, _)| outgoing_key(index));
        found.or_else(|| self.upload_at(0))
    }

    /// The last own post below the log with an index before this one.
    fn outgoing_before(&self, index: usize) -> Option<Key> {
        let posts = self.view.outbox.iter().enumerate().take(index);
        let mut below = posts.filter(|(_, post)| self.view.stands_below(post));
        below.next_back().map(|(index, _)| outgoing_key(index))
    }

    /// The row `rows` above, or the topmost there is.
    #[must_use]
    pub fn up(&self, from: VisibleRow, rows: usize) -> VisibleRow {
        let VisibleRow { mut key, mut row } = from;
        let mut left = rows;
        while left > row {
            let Some(above) = self.previous(key) else {
                return VisibleRow { key, row: 0 };
            };
            left -= row + 1;
            key = above;
            row = self.height(key) - 1;
        }
        VisibleRow {
            key,
            row: row - left,
        }
    }

    /// The row `rows` below, or the last there is.
    #[must_use]
    pub fn down(&self, from: VisibleRow, rows: usize) -> VisibleRow {
        let VisibleRow { mut key, mut row } = from;
        let mut left = rows;
        loop {
            let below = self.height(key) - 1 - row;
            if left <= below {
                return VisibleRow {
                    key,
                    row: row + left,
                };
            }
            let Some(next) = self.next(key) else {
                return VisibleRow {
                    key,
                    row: row + below,
                };
            };
            left -= below + 1;
            key = next;
            row = 0;
        }
    }

    /// The scroll position that has this row on top of a screen of `height` rows, or the lowest one
    /// that fills the screen: that is at the end, unless there are gaps in what is unread.
    #[must_use]
    pub fn scroll_to(&self, top: VisibleRow, height: usize) -> Scroll {
        let lowest = self.newest_top(height);
        let top = top.min(lowest);
        if top == lowest && !self.unread_gap_below(top.key) {
            return Scroll::Newest;
        }
        Scroll::At {
            key: top.key,
            row: top.row,
        }
    }

    fn unread_gap_below(&self, key: Key) -> bool {
        std::iter::successors(Some(key), |key| self.next(*key)).any(|key| self.is_unread_gap(key))
    }

    /// Whether an item is a gap among what is unread: it stands for many screens to come.
    fn is_unread_gap(&self, key: Key) -> bool {
        let log = &self.view.log;
        let gap = match key.part {
            Part::Gap => log.gap_after(key.seq),
            _ => None,
        };
        gap.is_some_and(|gap| {
            self.view.unread_line.is_some_and(|line| line <= gap.after)
                && gap.state != GapState::Lost
                && log.get(gap.before).is_some()
        })
    }

    fn last_at(&self, seq: Seq) -> Key {
        let entry = Key {
            seq,
            part: Part::Entry,
        };
        self.first_of(seq, PARTS.into_iter().rev()).unwrap_or(entry)
    }

    fn first_of(&self, seq: Seq, mut parts: impl Iterator<Item = Part>) -> Option<Key> {
        parts
            .find(|part| self.exists(Key { seq, part: *part }))
            .map(|part| Key { seq, part })
    }

    fn exists(&self, key: Key) -> bool {
        self.item(key).is_some()
    }
}

/// What can stand at a sequence number, in order.
const PARTS: [Part; 9] = [
    Part::Day,
    Part::Entry,
    Part::Picture,
    Part::Reactions,
    Part::Promise,
    Part::Aside,
    Part::Note,
    Part::Unread,
    Part::Gap,
];
