//! What stands in a log, from top to bottom, and how many rows each thing takes: entries, gaps, who
//! came and went, the unread line, own posts on their way. The view draws these rows and `update`
//! scrolls by them, so that both always agree.

use std::borrow::Cow;
use std::ops::Range;

use chat_core::command::Style;
use chat_core::{Body, Entry, Millis, Seq};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::layout::{self, Columns};
use crate::app::aside::{Aside, Told};
use crate::app::conversation::{ConversationView, Outgoing, OutgoingState, Scroll};
use crate::app::log::{Gap, GapState, Key, OUTBOX, Part};
use crate::app::model::{App, Host};
use crate::settings::Joins;
use crate::text;

/// One thing that stands in a log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'a> {
    /// Nothing was before this.
    Beginning,
    /// Another day begins.
    Day(Date),
    /// An entry, and whether it goes on from the one above it: the same author at the same
    /// time as it is written, so that neither need be repeated.
    Entry(&'a Entry, Follows),
    /// Who came and went.
    Aside(&'a Aside),
    /// How others join the server in this process.
    Note(&'a Host),
    /// Here reading stopped; that many came since.
    Unread(u64),
    /// Entries that are not held.
    Gap(Gap),
    /// An own post on its way.
    Outgoing(&'a Outgoing),
}

/// Whether an entry goes on from the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// It stands for itself.
    Nothing,
    /// The nick above is its own, too.
    Nick,
    /// The nick and the time above are its own, too.
    NickAndTime,
}

/// A text in rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// As a terminal can show it.
    pub shown: String,
    /// Its rows, as byte ranges. At least one.
    pub rows: Vec<Range<usize>>,
    /// The column in which they begin.
    pub at: u16,
    /// The rows from here on are a remark on the text, such as why it was refused.
    pub remark_at: usize,
}

/// A row on the screen: a row of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VisibleRow {
    /// Which item.
    pub key: Key,
    /// Which of its rows, from 0.
    pub row: usize,
}

/// A log as it is shown in one width.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    app: &'a App,
    view: &'a ConversationView,
    columns: Columns,
}

impl<'a> Feed<'a> {
    /// The log of `view` in a pane of this width.
    #[must_use]
    pub fn new(app: &'a App, view: &'a ConversationView, width: u16) -> Feed<'a> {
        Feed {
            app,
            view,
            columns: layout::columns(&app.options, width),
        }
    }

    /// Where the parts of its rows are.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The conversation whose log this is.
    #[must_use]
    pub fn view(&self) -> &'a ConversationView {
        self.view
    }

    /// Where the unread line stands, if there is one.
    #[must_use]
    pub fn unread(&self) -> Option<Key> {
        let seq = self.unread_after()?;
        Some(Key {
            seq,
            part: Part::Unread,
        })
    }

    /// Whether an item can be picked in selection mode: posts can.
    #[must_use]
    pub fn is_selectable(key: Key) -> bool {
        match key.part {
            Part::Entry => key.seq > Seq(0),
            Part::Outgoing(_) | Part::Note => true,
            Part::Day | Part::Aside | Part::Unread | Part::Gap => false,
        }
    }

    /// What is picked; if that is gone, what took its place.
    #[must_use]
    pub fn settled_selection(&self) -> Option<Key> {
        let picked = self.view.selected?;
        let mut at = Some(self.at_or_after(picked));
        while let Some(key) = at.filter(|key| !Feed::is_selectable(*key)) {
            at = self.previous(key);
        }
        at
    }

    /// The item with this key.
    #[must_use]
    pub fn item(&self, key: Key) -> Option<Item<'a>> {
        let log = &self.view.log;
        match key.part {
            Part::Outgoing(index) => self.view.outbox.get(index).map(Item::Outgoing),
            Part::Day => self.day(key.seq).map(Item::Day),
            Part::Entry if key.seq == Seq(0) => {
                log.gap_after(Seq(0)).is_none().then_some(Item::Beginning)
            }
            Part::Entry => log
                .get(key.seq)
                .map(|entry| Item::Entry(entry, self.follows(entry))),
            Part::Aside => self.aside(key.seq).map(Item::Aside),
            Part::Note => self.note(key.seq).map(Item::Note),
            Part::Unread => {
                (self.unread_after() == Some(key.seq)).then(|| Item::Unread(self.unread_below()))
            }
            Part::Gap => log.gap_after(key.seq).map(Item::Gap),
        }
    }

    /// Entries behind the unread line, held or not, but for own ones.
    fn unread_below(&self) -> u64 {
        let line = self.view.unread_line.unwrap_or(self.view.info.read);
        let own = |entry: &&Entry| self.app.is_me(entry.author);
        let own = self.view.log.entries_after(line).filter(own).count();
        let all = self.view.log.head().0.saturating_sub(line.0);
        all.saturating_sub(own as u64)
    }

    /// The rows that an item's text takes; `None` for items that are one row and no text.
    #[must_use]
    pub fn lines(&self, item: Item<'_>) -> Option<Lines> {
        match item {
            Item::Entry(entry, _) => Some(self.wrapped(&entry_text(entry), "")),
            Item::Outgoing(outgoing) => {
                let remark = match &outgoing.state {
                    OutgoingState::Refused { reason, .. } => reason.as_str(),
                    _ => "",
                };
                Some(self.wrapped(&self.outgoing_text(outgoing), remark))
            }
            Item::Note(host) => Some(self.note_lines(host)),
            _ => None,
        }
    }

    /// The rows that tell who came and went. At least one.
    #[must_use]
    pub fn told(&self, aside: &'a Aside) -> Cow<'a, [Told]> {
        match self.app.options.joins {
            Joins::Show => Cow::Borrowed(&aside.told),
            Joins::Fold | Joins::Hide => Cow::Owned(vec![Told {
                at: aside.at,
                what: aside.summary(),
            }]),
        }
    }

    /// How many rows an item takes.
    #[must_use]
    pub fn height(&self, key: Key) -> usize {
        match self.item(key) {
            Some(Item::Aside(aside)) => self.told(aside).len(),
            Some(item) => self.lines(item).map_or(1, |lines| lines.rows.len()),
            None => 1,
        }
    }

    /// The last item.
    #[must_use]
    pub fn last(&self) -> Key {
        match self.view.outbox.len().checked_sub(1) {
            Some(index) => outgoing_key(index),
            None => self.last_at(self.view.log.last()),
        }
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
        if let Part::Outgoing(index) = key.part {
            return (index + 1 < self.view.outbox.len()).then(|| outgoing_key(index + 1));
        }
        let here = PARTS.into_iter().filter(|part| *part > key.part);
        if let Some(found) = self.first_of(key.seq, here) {
            return Some(found);
        }
        if let Some(entry) = self.view.log.entries_after(key.seq).next() {
            return self.first_of(entry.seq, PARTS.into_iter());
        }
        (!self.view.outbox.is_empty()).then(|| outgoing_key(0))
    }

    /// The item above.
    #[must_use]
    pub fn previous(&self, key: Key) -> Option<Key> {
        match key.part {
            Part::Outgoing(0) => return Some(self.last_at(self.view.log.last())),
            Part::Outgoing(index) => return Some(outgoing_key(index - 1)),
            _ => {}
        }
        let here = PARTS.into_iter().rev().filter(|part| *part < key.part);
        if let Some(found) = self.first_of(key.seq, here) {
            return Some(found);
        }
        if key.seq == Seq(0) {
            return None;
        }
        let above = self.view.log.entries_before(key.seq).next_back();
        Some(self.last_at(above.map_or(Seq(0), |entry| entry.seq)))
    }

    /// What is on a screen of this many rows, from top to bottom. Short logs begin at its top.
    #[must_use]
    pub fn visible(&self, height: usize) -> Vec<VisibleRow> {
        let top = self.top(height);
        let mut rows = Vec::with_capacity(height);
        let mut at = Some(top.key);
        let mut skip = top.row;
        while let Some(key) = at {
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
        self.up(VisibleRow { key, row }, height.saturating_sub(1))
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

    fn wrapped(&self, text: &str, remark: &str) -> Lines {
        let shown = text::shown(text, self.app.options.emoji);
        let width = usize::from(self.columns.text);
        let mut rows = text::wrap(&shown, width);
        let remark_at = rows.len();
        if remark.is_empty() {
            return Lines {
                shown: shown.into_owned(),
                rows,
                at: self.columns.text_at,
                remark_at,
            };
        }
        let remark = text::shown_line(remark, self.app.options.emoji);
        let start = shown.len();
        let moved = |row: Range<usize>| row.start + start..row.end + start;
        rows.extend(text::wrap(&remark, width).into_iter().map(moved));
        Lines {
            shown: shown.into_owned() + &remark,
            rows,
            at: self.columns.text_at,
            remark_at,
        }
    }

    fn outgoing_text(&self, outgoing: &'a Outgoing) -> Cow<'a, str> {
        match outgoing.style {
            Style::Said => Cow::Borrowed(outgoing.text.as_str()),
            Style::Action => Cow::Owned(format!("{} {}", self.app.nick(), outgoing.text)),
        }
    }

    /// The day that begins with this entry.
    fn day(&self, seq: Seq) -> Option<Date> {
        let entry = self.view.log.get(seq)?;
        let date = date(entry.at, &self.app.zone);
        let above = self.view.log.entries_before(seq).next_back();
        let same = above.is_some_and(|above| self::date(above.at, &self.app.zone) == date);
        (!same).then_some(date)
    }

    /// What is told behind an entry about the server in this process.
    fn note(&self, seq: Seq) -> Option<&'a Host> {
        let host = self.app.host.as_ref()?;
        (host.told == Some((self.view.id(), seq))).then_some(host)
    }

    /// The command stands on a row of its own, in the text's column or from the left, so that it
    /// can be selected as one piece wherever it fits.
    fn note_lines(&self, host: &Host) -> Lines {
        let Columns { text_at, text, .. } = self.columns;
        let said = format!(
            "others join with\n{}\n/link copies it again",
            host.command()
        );
        let shown = text::shown(&said, self.app.options.emoji).into_owned();
        let widest = shown.lines().map(text::width).max().unwrap_or(0);
        let (at, width) = if widest <= usize::from(text) {
            (text_at, text)
        } else {
            (0, text_at + text)
        };
        let rows = text::wrap(&shown, usize::from(width));
        Lines {
            at,
            remark_at: rows.len(),
            rows,
            shown,
        }
    }

    /// Who came and went after an entry, as far as that is shown.
    fn aside(&self, seq: Seq) -> Option<&'a Aside> {
        let aside = self.view.log.aside(seq)?;
        let shown = match self.app.options.joins {
            Joins::Show => true,
            Joins::Fold => !aside.is_empty(),
            Joins::Hide => false,
        };
        shown.then_some(aside)
    }

    fn follows(&self, entry: &Entry) -> Follows {
        let plain = |body: &Body| matches!(body, Body::Post(_));
        let above = self.view.log.entries_before(entry.seq).next_back();
        let Some(above) = above.filter(|above| {
            above.seq.next() == entry.seq
                && above.author == entry.author
                && above.nick == entry.nick
                && plain(&above.body)
                && plain(&entry.body)
        }) else {
            return Follows::Nothing;
        };
        let broken = self.aside(above.seq).is_some()
            || self.note(above.seq).is_some()
            || self.unread_after() == Some(above.seq)
            || self.day(entry.seq).is_some();
        match (broken, self.app.options.time.repeats(above.at, entry.at)) {
            (true, _) => Follows::Nothing,
            (false, true) => Follows::NickAndTime,
            (false, false) => Follows::Nick,
        }
    }

    /// Behind which held entry (or 0) the unread line stands.
    fn unread_after(&self) -> Option<Seq> {
        let line = self.view.unread_line?;
        let log = &self.view.log;
        log.entries_after(line).next()?;
        let above = log.entries_before(line.next()).next_back();
        Some(above.map_or(Seq(0), |entry| entry.seq))
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
const PARTS: [Part; 6] = [
    Part::Day,
    Part::Entry,
    Part::Aside,
    Part::Note,
    Part::Unread,
    Part::Gap,
];

/// The key of an own post on its way.
#[must_use]
pub fn outgoing_key(index: usize) -> Key {
    Key {
        seq: OUTBOX,
        part: Part::Outgoing(index),
    }
}

/// What an entry says, as it stands in the text column.
#[must_use]
pub fn entry_text(entry: &Entry) -> Cow<'_, str> {
    match &entry.body {
        Body::Post(text) => Cow::Borrowed(text.as_str()),
        Body::Action(text) => Cow::Owned(format!("{} {text}", entry.nick)),
        Body::Topic(text) if text.is_empty() => {
            Cow::Owned(format!("{} removed the topic", entry.nick))
        }
        Body::Topic(text) => Cow::Owned(format!("{} set the topic: {text}", entry.nick)),
        _ => Cow::Borrowed("(something that this version can't show: update it)"),
    }
}

/// The day of a moment.
#[must_use]
pub fn date(at: Millis, zone: &TimeZone) -> Date {
    zone.to_datetime(timestamp(at)).date()
}

/// A moment of any day, as `2026-11-20 14:02`.
#[must_use]
pub fn moment(at: Millis, zone: &TimeZone) -> String {
    let at = zone.to_datetime(timestamp(at));
    let (date, time) = (at.date(), at.time());
    format!("{date} {:02}:{:02}", time.hour(), time.minute())
}

/// A moment as jiff knows it.
#[must_use]
pub fn timestamp(at: Millis) -> Timestamp {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    // A server may say anything; what no calendar has becomes the last moment that it has.
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}
