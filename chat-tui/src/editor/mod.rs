//! The input line: a readline editor of multi-line text by grapheme clusters. Pure; it owns the
//! text, the cursor, what was killed and what can be undone, and never keys, widgets or the history
//! of what was sent.
//!
//! `ratatui-textarea` is not used because its cursor moves by `char` (it stops inside 👩‍🚀 and é) and
//! its soft wrapping can't be asked for without drawing.

mod history;
mod kill;
mod layout;
mod motion;
#[cfg(test)]
mod tests;

use std::ops::Range;

use history::{History, Kind};
use kill::{Direction, KillRing};
pub use layout::Layout;

/// One thing that a key does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    /// Types a character. Control characters are ignored.
    Insert(char),
    /// Starts a new line.
    Newline,
    /// Deletes the cluster before the cursor.
    Backspace,
    /// Deletes the cluster behind the cursor.
    Delete,
    /// One cluster to the left.
    Left,
    /// One cluster to the right.
    Right,
    /// To the start of the word.
    WordLeft,
    /// Behind the end of the word.
    WordRight,
    /// To the start of the line.
    Home,
    /// To the end of the line.
    End,
    /// One line up, in the same column as far as there is one.
    Up,
    /// One line down, in the same column as far as there is one.
    Down,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
    /// Kills back to white space (`unix-word-rubout`, Ctrl+W).
    DeleteWordBefore,
    /// Kills back to the start of the word (`backward-kill-word`, Alt+Backspace).
    DeleteSubwordBefore,
    /// Kills to the end of the word.
    DeleteWordAfter,
    /// Kills to the start of the line; there, the line break before it.
    DeleteToStart,
    /// Kills to the end of the line; there, the line break behind it.
    DeleteToEnd,
    /// Inserts what was killed last.
    Yank,
    /// Directly after [`Edit::Yank`]: replaces it by what was killed before.
    YankPop,
    /// Takes back the last change.
    Undo,
    /// Makes again what was taken back last.
    Redo,
    /// Swaps the clusters around the cursor.
    TransposeChars,
}

/// The text being typed. See the module.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: String,
    /// Byte offset, always on a boundary of grapheme clusters.
    cursor: usize,
    /// Whether the text is only offered, see [`Editor::offer`].
    offered: bool,
    kills: KillRing,
    history: History,
}

/// Two editors are equal when they show the same, whatever led there.
impl PartialEq for Editor {
    fn eq(&self, other: &Editor) -> bool {
        let shown = |editor: &Editor| (editor.cursor, editor.offered);
        self.text == other.text && shown(self) == shown(other)
    }
}

impl Eq for Editor {}

impl Editor {
    /// An empty one.
    #[must_use]
    pub fn new() -> Editor {
        Editor::default()
    }

    /// What is typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor: a byte offset in [`Editor::text`], on a boundary of grapheme clusters.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether the text is only offered, see [`Editor::offer`].
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.offered
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the cursor is on the first line.
    #[must_use]
    pub fn is_on_first_line(&self) -> bool {
        motion::line_start(&self.text, self.cursor) == 0
    }

    /// Whether the cursor is on the last line.
    #[must_use]
    pub fn is_on_last_line(&self) -> bool {
        motion::line_end(&self.text, self.cursor) == self.text.len()
    }

    /// Replaces everything and forgets what could be undone: another draft. The cursor goes to the
    /// end.
    pub fn set_text(&mut self, text: &str) {
        self.text = clean(text);
        self.cursor = self.text.len();
        self.offered = false;
        self.history = History::default();
    }

    /// Sets a text that can be taken as it is, or changed. What is typed before anything else is done
    /// with it stands in its place.
    pub fn offer(&mut self, text: &str) {
        self.set_text(text);
        self.offered = !self.is_empty();
    }

    /// Takes the text and leaves an empty editor, which still knows what was killed.
    pub fn take(&mut self) -> String {
        self.history = History::default();
        self.offered = false;
        self.cursor = 0;
        std::mem::take(&mut self.text)
    }

    /// Inserts a text at the cursor, as one step to undo. Control characters other than line feeds
    /// and tabs are dropped.
    pub fn insert(&mut self, text: &str) {
        let text = clean(text);
        if !text.is_empty() {
            self.splice(self.gap(), &text, Kind::Other);
        }
    }

    /// Replaces a range of bytes, as one step to undo, and puts the cursor behind it. A range that
    /// cuts a cluster or the text's end is widened or cut to fit.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let start = motion::floor(&self.text, range.start);
        let end = motion::ceil(&self.text, range.end.max(start));
        let text = clean(text);
        self.splice(start..end, &text, Kind::Other);
    }

    /// Puts the cursor at a byte offset, or the next boundary behind it.
    pub fn set_cursor(&mut self, at: usize) {
        self.move_to(motion::ceil(&self.text, at));
    }

    /// Does one thing.
    pub fn apply(&mut self, edit: Edit) {
        let (text, at) = (self.text.as_str(), self.cursor);
        match edit {
            Edit::Insert(c) => self.type_char(c),
            Edit::Newline => self.splice(self.gap(), "\n", Kind::Other),
            Edit::Backspace => self.splice(motion::left(text, at)..at, "", Kind::Delete),
            Edit::Delete => self.splice(at..motion::right(text, at), "", Kind::Delete),
            Edit::Left => self.move_to(motion::left(text, at)),
            Edit::Right => self.move_to(motion::right(text, at)),
            Edit::WordLeft => self.move_to(motion::word_left(text, at)),
            Edit::WordRight => self.move_to(motion::word_right(text, at)),
            Edit::Home => self.move_to(motion::line_start(text, at)),
            Edit::End => self.move_to(motion::line_end(text, at)),
            Edit::Up => self.move_to(motion::up(text, at)),
            Edit::Down => self.move_to(motion::down(text, at)),
            Edit::TextStart => self.move_to(0),
            Edit::TextEnd => self.move_to(text.len()),
            Edit::DeleteWordBefore => self.kill_before(motion::chunk_left(text, at)),
            Edit::DeleteSubwordBefore => self.kill_before(motion::word_left(text, at)),
            Edit::DeleteWordAfter => self.kill_after(motion::word_right(text, at)),
            Edit::DeleteToStart => self.kill_before(motion::kill_start(text, at)),
            Edit::DeleteToEnd => self.kill_after(motion::kill_end(text, at)),
            Edit::Yank => self.yank(),
            Edit::YankPop => self.yank_pop(),
            Edit::Undo => self.undo(),
            Edit::Redo => self.redo(),
            Edit::TransposeChars => self.transpose(),
        }
    }

    /// How the text lies in rows of `width` columns, of which at most `height_max` are visible.
    #[must_use]
    pub fn layout(&self, width: u16, height_max: u16) -> Layout {
        Layout::new(&self.text, self.cursor, width, height_max)
    }

    fn type_char(&mut self, c: char) {
        if c.is_control() && c != '\t' {
            return;
        }
        let kind = if c.is_whitespace() {
            Kind::Other
        } else {
            Kind::Type
        };
        self.splice(self.gap(), c.encode_utf8(&mut [0; 4]), kind);
    }

    /// Where what is typed goes: to the cursor, or in place of what was offered.
    fn gap(&self) -> Range<usize> {
        match self.offered {
            true => 0..self.text.len(),
            false => self.cursor..self.cursor,
        }
    }

    fn move_to(&mut self, at: usize) {
        self.cursor = at;
        self.offered = false;
        self.history.seal();
        self.kills.seal();
    }

    /// A change that is no kill.
    fn splice(&mut self, range: Range<usize>, with: &str, kind: Kind) {
        self.kills.seal();
        self.change(range, with, kind);
    }

    /// The one place that changes the text and remembers how it was.
    fn change(&mut self, range: Range<usize>, with: &str, kind: Kind) {
        if range.is_empty() && with.is_empty() {
            return;
        }
        self.offered = false;
        self.history.remember(kind, &self.text, self.cursor);
        self.text.replace_range(range.clone(), with);
        // What was typed may join its neighbours: the cursor goes behind the whole cluster.
        self.cursor = motion::ceil(&self.text, range.start + with.len());
    }

    fn kill_before(&mut self, start: usize) {
        self.kill(start..self.cursor, Direction::Before);
    }

    fn kill_after(&mut self, end: usize) {
        self.kill(self.cursor..end, Direction::After);
    }

    fn kill(&mut self, range: Range<usize>, direction: Direction) {
        if !range.is_empty() {
            self.kills.kill(&self.text[range.clone()], direction);
            self.change(range, "", Kind::Other);
        }
    }

    fn yank(&mut self) {
        let Some(text) = self.kills.yank().map(str::to_owned) else {
            return;
        };
        let gap = self.gap();
        let start = gap.start;
        self.splice(gap, &text, Kind::Other);
        self.kills.yanked(start..self.cursor);
    }

    fn yank_pop(&mut self) {
        let Some((range, text)) = self.kills.rotate() else {
            return;
        };
        self.splice(range.clone(), &text, Kind::Other);
        self.kills.yanked(range.start..self.cursor);
    }

    fn undo(&mut self) {
        if let Some((text, cursor)) = self.history.undo(&self.text, self.cursor) {
            (self.text, self.cursor) = (text, cursor);
            self.kills.seal();
        }
    }

    fn redo(&mut self) {
        if let Some((text, cursor)) = self.history.redo(&self.text, self.cursor) {
            (self.text, self.cursor) = (text, cursor);
            self.kills.seal();
        }
    }

    fn transpose(&mut self) {
        let (text, at) = (self.text.as_str(), self.cursor);
        // At the end of a line the two clusters before the cursor change places.
        let middle = if at == motion::line_end(text, at) {
            motion::left(text, at)
        } else {
            at
        };
        let start = motion::left(text, middle);
        let end = motion::right(text, middle);
        if start < motion::line_start(text, at) || start == middle {
            return;
        }
        let swapped = format!("{}{}", &text[middle..end], &text[start..middle]);
        self.splice(start..end, &swapped, Kind::Other);
    }
}

/// Line feeds and tabs stay; every other control character goes.
fn clean(text: &str) -> String {
    chat_core::text::clean(text).into_owned()
}
