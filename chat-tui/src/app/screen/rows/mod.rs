//! What stands in a log, from top to bottom, and how many rows each thing takes: entries, gaps, who
//! came and went, the unread line, own posts on their way. The view draws these rows and `update`
//! scrolls by them, so that both always agree.

mod chips;
mod moments;
mod walk;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use chat_core::{AccountId, Body, Entry, Seq};
use jiff::civil::Date;
use ratatui::layout::Size;

use super::layout::{self, Columns};
use crate::app::aside::{Aside, Told};
use crate::app::conversation::{ConversationView, Outgoing};
use crate::app::files::Progress;
use crate::app::log::{Gap, Key, OUTBOX, Part};
use crate::app::model::{App, Host};
use crate::app::pictures::{Hung, PictureState, Raster};
use crate::settings::Joins;

pub use chips::Chip;
pub use moments::{date, moment, timestamp};
pub use words::entry_text;

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
    /// The picture that the file of the entry above is.
    Picture(&'a Hung),
    /// The reactions to the entry above.
    Reactions(&'a Entry),
    /// The person of this nick was not there, and gets what was written when they come back.
    Promise(&'a str),
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
    /// A file on its way.
    Upload(&'a Progress),
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
    /// What is said of the text itself, such as that it was edited: bytes of `shown`.
    pub mark: Range<usize>,
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
            Part::Outgoing(_) | Part::Upload(_) | Part::Note => true,
            Part::Day
            | Part::Picture
            | Part::Reactions
            | Part::Promise
            | Part::Aside
            | Part::Unread
            | Part::Gap => false,
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
            Part::Outgoing(index) => {
                let post = self.view.outbox.get(index);
                post.filter(|post| self.view.stands_below(post))
                    .map(Item::Outgoing)
            }
            Part::Upload(index) => self.view.uploads.get(index).map(Item::Upload),
            Part::Day => self.day(key.seq).map(Item::Day),
            Part::Entry if key.seq == Seq(0) => {
                log.gap_after(Seq(0)).is_none().then_some(Item::Beginning)
            }
            Part::Entry => log
                .get(key.seq)
                .map(|entry| Item::Entry(entry, self.follows(entry))),
            Part::Picture => self.picture(key.seq).map(Item::Picture),
            Part::Reactions => {
                let entry = log.get(key.seq);
                entry
                    .filter(|entry| self.view.has_reactions(entry.seq, self.me()))
                    .map(Item::Reactions)
            }
            Part::Promise => self.promise(key.seq).map(Item::Promise),
            Part::Aside => self.aside(key.seq).map(Item::Aside),
            Part::Note => self.note(key.seq).map(Item::Note),
            Part::Unread => {
                (self.unread_after() == Some(key.seq)).then(|| Item::Unread(self.unread_below()))
            }
            Part::Gap => log.gap_after(key.seq).map(Item::Gap),
        }
    }

    fn me(&self) -> Option<AccountId> {
        self.app.me.as_ref().map(|me| me.account)
    }

    /// What is behind the unread line: news of others, and all that is not held.
    fn unread_below(&self) -> u64 {
        let line = self.view.unread_line.unwrap_or(self.view.info.read);
        let (mut held, mut news) = (0, 0);
        for entry in self.view.log.entries_after(line) {
            held += 1;
            news += u64::from(self.is_news(entry));
        }
        let all = self.view.log.head().0.saturating_sub(line.0);
        news + all.saturating_sub(held)
    }

    fn is_news(&self, entry: &Entry) -> bool {
        entry.body.is_news() && !self.app.is_me(entry.author)
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
            Some(Item::Reactions(entry)) => self.chips(entry).len(),
            Some(Item::Picture(hung)) => self.picture_rows(hung),
            Some(item) => self.lines(item).map_or(1, |lines| lines.rows.len()),
            None => 1,
        }
    }

    /// What somebody wants to see below an entry.
    fn picture(&self, seq: Seq) -> Option<&'a Hung> {
        self.app.pictures.get(self.view.id(), seq)
    }

    fn picture_rows(&self, hung: &Hung) -> usize {
        match &hung.state {
            PictureState::Here(_, raster) => usize::from(self.picture_cells(raster).height),
            _ => self
                .lines(Item::Picture(hung))
                .map_or(1, |lines| lines.rows.len()),
        }
    }

    /// The columns and rows that a picture takes, from the text's column.
    #[must_use]
    pub fn picture_cells(&self, raster: &Raster) -> Size {
        let rows = layout::areas(self.app).log.height;
        let surface = self.app.pictures.surface;
        surface.map_or(Size::new(1, 1), |surface| {
            surface.cells(raster, self.columns.text, rows)
        })
    }

    /// The day that begins with this entry.
    fn day(&self, seq: Seq) -> Option<Date> {
        let entry = self.view.log.get(seq)?;
        let date = date(entry.at, &self.app.zone);
        let above = self.view.log.row_before(seq);
        let same = above.is_some_and(|above| self::date(above.at, &self.app.zone) == date);
        (!same).then_some(date)
    }

    /// Who was not there for an entry.
    fn promise(&self, seq: Seq) -> Option<&'a str> {
        let said = self.view.promise.at == Some(seq);
        said.then(|| self.view.info.name.as_str())
    }

    /// What is told behind an entry about the server in this process.
    fn note(&self, seq: Seq) -> Option<&'a Host> {
        let host = self.app.host.as_ref()?;
        (host.told == Some((self.view.id(), seq))).then_some(host)
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
        let plain = |body: &Body| matches!(body, Body::Post(_) | Body::Removed);
        let log = &self.view.log;
        let Some(above) = log.row_before(entry.seq).filter(|above| {
            log.gap_after(above.seq).is_none()
                && above.author == entry.author
                && above.nick == entry.nick
                && plain(&above.body)
                && plain(&entry.body)
        }) else {
            return Follows::Nothing;
        };
        let broken = self.aside(above.seq).is_some()
            || self.promise(above.seq).is_some()
            || self.note(above.seq).is_some()
            || self.unread_after() == Some(above.seq)
            || self.day(entry.seq).is_some();
        match (broken, self.app.options.time.repeats(above.at, entry.at)) {
            (true, _) => Follows::Nothing,
            (false, true) => Follows::NickAndTime,
            (false, false) => Follows::Nick,
        }
    }

    /// Behind which entry (or 0) the unread line stands.
    fn unread_after(&self) -> Option<Seq> {
        let line = self.view.unread_line?;
        let log = &self.view.log;
        log.entries_after(line).find(|entry| self.is_news(entry))?;
        let above = log.row_before(line.next());
        Some(above.map_or(Seq(0), |entry| entry.seq))
    }
}

/// The key of a file on its way.
#[must_use]
pub fn upload_key(index: usize) -> Key {
    Key {
        seq: OUTBOX,
        part: Part::Upload(index),
    }
}

/// The key of an own post on its way.
#[must_use]
pub fn outgoing_key(index: usize) -> Key {
    Key {
        seq: OUTBOX,
        part: Part::Outgoing(index),
    }
}
