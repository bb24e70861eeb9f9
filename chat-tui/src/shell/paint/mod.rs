//! Turns one screen into the next with as few bytes as possible: a key costs one to a few, an
//! arriving line scrolls a region and repaints what differs. Pure: takes cells, gives bytes.
//!
//! A [`Buffer`] and a list of links is what a screen should show; [`Painter`] holds what the terminal
//! shows, where its cursor and what its pen is. Terminals disagree on the width of some clusters
//! (emoji sequences, variation selectors): behind such a one the cursor is never taken for granted,
//! and a row that has one is written as a whole.
//!
//! A terminal with left and right margins moves the log between the lists beside it; one without
//! can only move whole rows, and what stands in the lists is written again.
//!
//! Cells under a [`Graphic`] are marked as [`CellDiffOption::Skip`]: nothing is written there, and no
//! row is moved while there are graphics, as terminals differ on whether those move with the text.

mod cursor;
#[cfg(test)]
mod graphics;
#[cfg(test)]
#[path = "../../../tests/pty/margins.rs"]
mod margins;
mod pen;
mod scroll;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::layout::{Position, Rect, Size};

use self::cursor::Cursor;
use self::pen::Pen;
use crate::view::links::LinkSpan;

/// A frame longer than this is put between the marks of a synchronised update: shorter ones arrive
/// as a whole anyway, and the marks are 16 bytes.
const SYNCHRONISED_FROM: usize = 512;

/// Blank cells from which erasing is shorter than writing spaces.
const ERASE_FROM: u16 = 8;

/// Unchanged cells up to which writing them again is shorter than going around them.
const BRIDGE_MAX: u16 = 4;

/// A picture that the terminal draws over cells, as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graphic {
    /// The cells, each marked as [`CellDiffOption::Skip`]. The last row of the screen is none of
    /// them: terminals scroll when something is drawn there.
    pub area: Rect,
    /// What draws it when the cursor is in its first cell. It leaves the pen as it is.
    pub sequence: Arc<str>,
}

/// What the screen should show.
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    /// The cells; they begin at 0, 0.
    pub cells: &'a Buffer,
    /// Where links are.
    pub links: &'a [LinkSpan],
    /// What lies over cells.
    pub graphics: &'a [Graphic],
    /// Where rows move up and down together, if anywhere.
    pub log: Rect,
    /// Where the cursor is; hidden if nowhere.
    pub cursor: Option<Position>,
}

/// Whether the terminal has left and right margins, and they have been switched on (DECLRMM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Margins {
    /// It hasn't said so.
    #[default]
    Unknown,
    /// It moves what is between them alone.
    Usable,
}

/// What the terminal shows.
#[derive(Debug, Default)]
pub struct Painter {
    /// Whether margins may be set.
    pub margins: Margins,
    cells: Buffer,
    links: Vec<LinkSpan>,
    graphics: Vec<Graphic>,
    cursor: Cursor,
    pen: Pen,
    link: Option<String>,
    known: Known,
}

/// Whether what the terminal shows is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Known {
    /// No: it has to be cleared first.
    #[default]
    No,
    Yes,
}

impl Painter {
    /// Forgets what the terminal shows: the next picture is painted as a whole.
    pub fn forget(&mut self) {
        *self = Painter {
            margins: self.margins,
            ..Painter::default()
        };
    }

    /// The bytes that make the terminal show `next`; empty if it does.
    #[must_use]
    pub fn paint(&mut self, next: &Picture<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        let size = next.cells.area.as_size();
        if self.known == Known::No || self.cells.area.as_size() != size {
            self.clear(&mut out, size);
        } else if self.graphics.is_empty()
            && next.graphics.is_empty()
            && let Some(shift) = self.shift_to(next)
        {
            self.scroll(&mut out, shift);
        }
        for y in 0..size.height {
            self.paint_row(&mut out, next, y);
        }
        self.set_link(&mut out, None);
        self.paint_graphics(&mut out, next);
        // It is as large as that by now, and keeps its memory.
        self.cells.content.clone_from(&next.cells.content);
        self.links = next.links.to_vec();
        match next.cursor {
            Some(at) => {
                self.cursor.go(&mut out, at.x, at.y);
                self.cursor.show(&mut out);
            }
            None => self.cursor.hide(&mut out),
        }
        if out.len() > SYNCHRONISED_FROM {
            out.splice(0..0, *b"\x1b[?2026h");
            out.extend_from_slice(b"\x1b[?2026l");
        }
        out
    }

    fn clear(&mut self, out: &mut Vec<u8>, size: Size) {
        *self = Painter {
            cells: Buffer::empty(Rect::from((Position::ORIGIN, size))),
            known: Known::Yes,
            margins: self.margins,
            ..Painter::default()
        };
        out.extend_from_slice(b"\x1b[0m\x1b[2J");
    }

    /// What the terminal could move by itself.
    fn shift_to(&self, next: &Picture<'_>) -> Option<scroll::Shift> {
        let whole = next.cells.area;
        let log = next.log.intersection(whole);
        let between = self.margins == Margins::Usable && !log.is_empty() && self.is_apart(log);
        let log = between.then_some(log);
        let areas = [Some(whole), log];
        scroll::find(&self.cells, next.cells, areas.into_iter().flatten())
    }

    /// Whether nothing that is shown lies across the sides of an area: terminals differ on what
    /// becomes of a wide character that is moved in part.
    fn is_apart(&self, area: Rect) -> bool {
        let wide = |x: u16, y: u16| self.cells[(x, y)].cell_width() > 1;
        let cut = |link: &LinkSpan, x: u16| link.x < x && x < link.x + link.width;
        let is_cut = |x: u16| {
            (area.top()..area.bottom()).any(|y| wide(x - 1, y))
                || self.links.iter().any(|link| cut(link, x))
        };
        let width = self.cells.area.width;
        let mut sides = [area.left(), area.right()].into_iter();
        !sides.any(|x| (1..width).contains(&x) && is_cut(x))
    }

    fn scroll(&mut self, out: &mut Vec<u8>, shift: scroll::Shift) {
        // What scrolls in has the pen's background.
        self.pen.become_plain(out);
        shift.write(out, self.cells.area.width);
        // Setting the region puts the cursor home.
        self.cursor.is_at(0, 0);
        shift.apply(&mut self.cells, &mut self.links);
    }

    /// Draws those that were not there. What is under one that is gone has been written by now, as
    /// its cells are no longer marked.
    fn paint_graphics(&mut self, out: &mut Vec<u8>, next: &Picture<'_>) {
        for graphic in next.graphics {
            if self.graphics.contains(graphic) {
                continue;
            }
            // It erases what is under it, with the pen's background.
            self.pen.become_plain(out);
            self.cursor.go(out, graphic.area.x, graphic.area.y);
            out.extend_from_slice(graphic.sequence.as_bytes());
            self.cursor.forget();
        }
        self.graphics = next.graphics.to_vec();
    }

    fn paint_row(&mut self, out: &mut Vec<u8>, next: &Picture<'_>, y: u16) {
        if self.shows_row(next, y) {
            return;
        }
        let width = next.cells.area.width;
        let risky =
            (0..width).any(|x| is_risky(&self.cells[(x, y)]) || is_risky(&next.cells[(x, y)]));
        let changed = |x| self.is_changed(next, x, y);
        let Some(first) = (0..width).find(|x| changed(*x)) else {
            return;
        };
        let last = (0..width).rev().find(|x| changed(*x)).unwrap_or(first);
        let (first, last) = if risky { (0, width - 1) } else { (first, last) };
        // Decided before anything is written, while `self` still holds what is shown.
        let dirty: Vec<bool> = (first..=last).map(|x| risky || changed(x)).collect();

        let mut x = first;
        while x <= last {
            let is_dirty = |x: u16| dirty.get(usize::from(x - first)).copied().unwrap_or(false);
            if is_covered(&next.cells[(x, y)]) {
                x += 1;
                continue;
            }
            if !is_dirty(x) && !self.bridges(next, x, y, &is_dirty) {
                x += 1;
                continue;
            }
            let blank = blank_run(next, x, last, y);
            if blank >= ERASE_FROM && (x..x + blank).any(is_dirty) {
                self.erase(out, next, x, y, blank);
                x += blank;
                continue;
            }
            x += self.write_cell(out, next, x, y);
        }
    }

    /// Whether a row is exactly as it should be, as nearly all are after a key.
    fn shows_row(&self, next: &Picture<'_>, y: u16) -> bool {
        let width = usize::from(next.cells.area.width);
        let row = usize::from(y) * width..(usize::from(y) + 1) * width;
        let here = |link: &&LinkSpan| link.y == y;
        let links = self.links.iter().filter(here);
        self.cells.content[row.clone()] == next.cells.content[row]
            && links.eq(next.links.iter().filter(here))
    }

    fn is_changed(&self, next: &Picture<'_>, x: u16, y: u16) -> bool {
        let (old, new) = (&self.cells[(x, y)], &next.cells[(x, y)]);
        let covered = |cells: &Buffer| x > 0 && cells[(x - 1, y)].cell_width() > 1;
        let uncovered = covered(&self.cells) && !covered(next.cells);
        (!same(old, new) && !covered(next.cells))
            || uncovered
            || link_at(&self.links, x, y) != link_at(next.links, x, y)
    }

    /// Whether an unchanged cell is written again because that is shorter than going around it.
    fn bridges(&self, next: &Picture<'_>, x: u16, y: u16, dirty: &impl Fn(u16) -> bool) -> bool {
        let ahead = (1..=BRIDGE_MAX).find(|ahead| dirty(x + ahead));
        self.cursor.is(x, y)
            && ahead.is_some_and(|ahead| {
                (x..x + ahead).all(|x| {
                    let cell = &next.cells[(x, y)];
                    !is_covered(cell)
                        && cell.cell_width() == 1
                        && cell.symbol().len() == 1
                        && Pen::of(cell) == self.pen
                        && link_at(next.links, x, y) == self.link.as_deref()
                })
            })
    }

    fn erase(&mut self, out: &mut Vec<u8>, next: &Picture<'_>, x: u16, y: u16, cells: u16) {
        self.set_link(out, None);
        self.pen.become_plain(out);
        self.cursor.go(out, x, y);
        if x + cells == next.cells.area.width {
            out.extend_from_slice(b"\x1b[K");
        } else {
            out.extend_from_slice(format!("\x1b[{cells}X").as_bytes());
        }
    }

    /// Writes one cell and gives how many columns it has.
    fn write_cell(&mut self, out: &mut Vec<u8>, next: &Picture<'_>, x: u16, y: u16) -> u16 {
        let width = next.cells.area.width;
        let cell = &next.cells[(x, y)];
        let columns = cell.cell_width().max(1);
        if x + columns > width {
            // Half a wide character at the edge: nothing that could be shown.
            return 1;
        }
        self.pen.become_pen(out, Pen::of(cell));
        self.set_link(out, link_at(next.links, x, y));
        self.cursor.go(out, x, y);
        if is_risky(cell) {
            // If the terminal thinks it narrower, there are spaces behind it.
            out.resize(out.len() + usize::from(columns), b' ');
            self.cursor.forget();
            self.cursor.go(out, x, y);
        }
        out.extend_from_slice(cell.symbol().as_bytes());
        if is_risky(cell) {
            self.cursor.forget();
        } else {
            self.cursor.advanced(columns, width);
        }
        columns
    }

    fn set_link(&mut self, out: &mut Vec<u8>, url: Option<&str>) {
        if self.link.as_deref() == url {
            return;
        }
        let target = url.unwrap_or_default();
        out.extend_from_slice(format!("\x1b]8;;{target}\x1b\\").as_bytes());
        self.link = url.map(str::to_owned);
    }
}

/// How many cells from `x` up to `last` are blank as erasing leaves them.
fn blank_run(next: &Picture<'_>, x: u16, last: u16, y: u16) -> u16 {
    let blank = |x: &u16| {
        let cell = &next.cells[(*x, y)];
        !is_covered(cell)
            && cell.symbol() == " "
            && Pen::of(cell) == Pen::default()
            && link_at(next.links, *x, y).is_none()
    };
    let cells = (x..=last).take_while(blank).count();
    u16::try_from(cells).unwrap_or(0)
}

fn link_at(links: &[LinkSpan], x: u16, y: u16) -> Option<&str> {
    let link = links.iter().find(|link| link.contains(x, y))?;
    Some(&link.url)
}

/// Whether both look the same. What was under a graphic looks like nothing that is known.
fn same(shown: &Cell, next: &Cell) -> bool {
    is_covered(next)
        || (!is_covered(shown)
            && shown.symbol() == next.symbol()
            && Pen::of(shown) == Pen::of(next))
}

/// Whether a graphic lies over it.
fn is_covered(cell: &Cell) -> bool {
    cell.diff_option == CellDiffOption::Skip
}

/// Whether terminals disagree on the cell's width: more than one code point, other than a base with
/// marks that take no column anywhere.
fn is_risky(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    if symbol.len() < 3 {
        return false;
    }
    let mut chars = symbol.chars();
    let base = chars.next();
    let emoji = |c: char| matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{20e3}');
    base.is_some_and(emoji) || chars.any(|c| emoji(c) || !is_mark(c))
}

fn is_mark(c: char) -> bool {
    use unicode_width::UnicodeWidthChar;
    c.width() == Some(0)
}
