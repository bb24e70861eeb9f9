//! Rows of a given width out of text of any length.

use std::ops::Range;

use super::cells::cells;

/// What must not start a row (a small part of JIS X 4051): closing punctuation of wide scripts.
const NOT_FIRST: &str =
    "、。，．・：；？！）］｝〉》」』】〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々";

/// Breaks `shown` text into rows of at most `width` columns (at least 2): at line feeds, at spaces,
/// between wide characters, and within what is too long for a row. Gives byte ranges of the text;
/// what lies between two of them is one line feed or the spaces of a break. Never empty.
#[must_use]
pub fn wrap(shown: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Rows::new(width.max(2));
    for (unit, columns) in cells(shown) {
        match unit {
            "\n" => rows.line_feed(),
            " " => rows.space(),
            _ => rows.unit(unit, columns),
        }
    }
    rows.finish()
}

/// A place where the row may end.
#[derive(Debug, Clone, Copy)]
struct Break {
    /// Where the row then ends.
    end: usize,
    /// Where the next one then starts.
    next: usize,
    /// The columns of the row before `next`.
    used: usize,
}

/// What the last unit was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing, or white space that starts the line.
    Indent,
    Space,
    Narrow,
    Wide,
}

/// The rows so far and the one being filled.
struct Rows {
    width: usize,
    done: Vec<Range<usize>>,
    start: usize,
    /// Behind the last unit that fits; spaces that don't fit hang over unseen.
    end: usize,
    used: usize,
    /// Behind the last unit.
    at: usize,
    last: Last,
    last_break: Option<Break>,
}

impl Rows {
    fn new(width: usize) -> Rows {
        Rows {
            width,
            done: Vec::new(),
            start: 0,
            end: 0,
            used: 0,
            at: 0,
            last: Last::Indent,
            last_break: None,
        }
    }

    fn line_feed(&mut self) {
        self.done.push(self.start..self.end);
        self.at += 1;
        self.start_at(self.at);
        self.last = Last::Indent;
    }

    fn space(&mut self) {
        let word_end = match (self.last, self.last_break) {
            (Last::Space, Some(before)) => before.end,
            _ => self.at,
        };
        self.at += 1;
        if self.used < self.width {
            self.used += 1;
            self.end = self.at;
        }
        if self.last != Last::Indent {
            self.last = Last::Space;
            self.last_break = Some(Break {
                end: word_end,
                next: self.at,
                used: self.used,
            });
        }
    }

    fn unit(&mut self, unit: &str, columns: usize) {
        let is_wide = columns > 1;
        let between = self.last == Last::Wide || (is_wide && self.last == Last::Narrow);
        if between && !NOT_FIRST.contains(unit) {
            self.last_break = Some(Break {
                end: self.at,
                next: self.at,
                used: self.used,
            });
        }
        while self.used + columns > self.width && self.at > self.start {
            self.end_row();
        }
        self.used += columns;
        self.at += unit.len();
        self.end = self.at;
        self.last = if is_wide { Last::Wide } else { Last::Narrow };
    }

    /// Ends the row at the last place where it may, or else right here.
    fn end_row(&mut self) {
        match self.last_break.take() {
            Some(at) => {
                self.done.push(self.start..at.end);
                self.start = at.next;
                self.used -= at.used;
            }
            None => {
                self.done.push(self.start..self.end);
                self.start_at(self.at);
            }
        }
    }

    fn start_at(&mut self, at: usize) {
        self.start = at;
        self.end = at;
        self.used = 0;
        self.last_break = None;
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        self.done.push(self.start..self.end);
        self.done
    }
}
