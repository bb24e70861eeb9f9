//! A picture as characters with colours, scaled to a pane.
//!
//! A part of a cell that shows several pixels takes the colour that most of its drawn pixels have
//! (the lower number where two have as many), and is empty only when all are: so a thin line stays,
//! however small the pane. A cell that has more colours than its character can show takes those
//! that most of its parts have.

use std::cmp::Reverse;

use super::glyphs::{Glyphs, braille, octant};
use super::scale::{Scale, Span};
use crate::canvas::Picture;
use crate::canvas::limits::{COLOURS, WIDTH};

/// A character with its colours; 0 is none, else a colour's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// The character: one column wide.
    pub glyph: char,
    /// Of what is filled.
    pub ink: u8,
    /// Of what is behind it.
    pub paper: u8,
}

/// The picture in a pane of `columns` × `rows`: lines of cells, as many as [`Scale::fit`] says.
#[must_use]
pub fn to_text(picture: &Picture, columns: u16, rows: u16, glyphs: Glyphs) -> Vec<Vec<Cell>> {
    let Some(scale) = Scale::fit(columns, rows) else {
        return Vec::new();
    };
    let (across, down) = glyphs.parts();
    let (across, down) = (usize::from(across), usize::from(down));
    let (xs, ys) = scale.spans(glyphs);
    // The colours of all parts in a row of cells, one row of parts behind the other.
    let mut colours = vec![0; xs.len() * down];
    let line = |ys: &[Span]| {
        for (y, colours) in ys.iter().zip(colours.chunks_exact_mut(xs.len())) {
            show(picture, &xs, *y, colours);
        }
        let part = |row: usize, column: usize| colours[row * xs.len() + column];
        let eight = |column: usize| {
            let rows = [0, 1, 2, 3].map(|row| [part(row, 2 * column), part(row, 2 * column + 1)]);
            let [[a, b], [c, d], [e, f], [g, h]] = rows;
            [a, b, c, d, e, f, g, h]
        };
        let cell = |column: usize| match glyphs {
            Glyphs::Half => half(part(0, column), part(1, column)),
            Glyphs::Braille => dots(eight(column)),
            Glyphs::Octants => blocks(eight(column)),
        };
        (0..xs.len() / across).map(cell).collect()
    };
    ys.chunks_exact(down).map(line).collect()
}

/// The picture as plain lines without colours and without spaces at their ends, each with a line
/// feed; empty lines at the end are left out.
#[must_use]
pub fn to_plain(picture: &Picture, columns: u16, glyphs: Glyphs) -> String {
    let mut out = String::new();
    for line in to_text(picture, columns, u16::MAX, glyphs) {
        let glyph = |cell: Cell| if cell.paper == 0 { cell.glyph } else { '█' };
        let line: String = line.into_iter().map(glyph).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// What the parts of one row show.
fn show(picture: &Picture, xs: &[Span], (top, bottom): Span, colours: &mut [u8]) {
    let width = usize::from(WIDTH);
    let rows = &picture.pixels()[top * width..bottom * width];
    if rows.iter().all(|pixel| *pixel == 0) {
        colours.fill(0);
        return;
    }
    for ((left, right), colour) in xs.iter().zip(colours) {
        *colour = match (right - left, bottom - top) {
            (1, 1) => rows[*left],
            _ => {
                let pixels = rows.chunks_exact(width).flat_map(|row| &row[*left..*right]);
                most(pixels.copied()).unwrap_or(0)
            }
        };
    }
}

/// The colour that most have, leaving empty ones out; the lowest of several.
fn most(values: impl Iterator<Item = u8>) -> Option<u8> {
    let mut values = values.filter(|value| *value != 0).peekable();
    values.peek()?;
    let mut counts = [0u16; COLOURS as usize + 1];
    let mut first = (0, Reverse(0));
    for value in values {
        let count = &mut counts[usize::from(value)];
        *count = count.saturating_add(1);
        first = first.max((*count, Reverse(value)));
    }
    Some(first.1.0)
}

fn half(upper: u8, lower: u8) -> Cell {
    let (glyph, ink, paper) = match (upper, lower) {
        (0, 0) => (' ', 0, 0),
        (ink, 0) => ('▀', ink, 0),
        (0, ink) => ('▄', ink, 0),
        (upper, lower) if upper == lower => ('█', upper, 0),
        (upper, lower) => ('▀', upper, lower),
    };
    Cell { glyph, ink, paper }
}

fn dots(parts: [u8; 8]) -> Cell {
    if parts == [0; 8] {
        return half(0, 0);
    }
    match most(parts.into_iter()) {
        None => half(0, 0),
        Some(ink) => Cell {
            glyph: braille(bits(parts, |part| part != 0)),
            ink,
            paper: 0,
        },
    }
}

fn blocks(parts: [u8; 8]) -> Cell {
    if parts == [parts[0]; 8] {
        return half(parts[0], parts[0]);
    }
    let Some(ink) = most(parts.into_iter()) else {
        return half(0, 0);
    };
    let full = !parts.contains(&0);
    let paper = most(parts.into_iter().filter(|part| *part != ink)).filter(|_| full);
    let filled = bits(parts, |part| match paper {
        Some(_) => part == ink,
        None => part != 0,
    });
    Cell {
        glyph: octant(filled),
        ink,
        paper: paper.unwrap_or(0),
    }
}

fn bits(parts: [u8; 8], filled: impl Fn(u8) -> bool) -> u8 {
    let set = (0..).zip(parts).filter(|(_, part)| filled(*part));
    set.fold(0, |bits, (bit, _)| bits | 1 << bit)
}
