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
    let (xs, ys) = scale.spans(glyphs);
    let line = |ys: &[Span]| {
        let cell = |xs: &[Span]| {
            let mut parts = [0; 8];
            let places = ys.iter().flat_map(|y| xs.iter().map(move |x| (x, y)));
            for (part, (x, y)) in parts.iter_mut().zip(places) {
                *part = colour(picture, *x, *y);
            }
            match glyphs {
                Glyphs::Half => half(parts[0], parts[1]),
                Glyphs::Braille => dots(parts),
                Glyphs::Octants => blocks(parts),
            }
        };
        xs.chunks_exact(across.into()).map(cell).collect()
    };
    ys.chunks_exact(down.into()).map(line).collect()
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

/// What a part shows of these pixels.
fn colour(picture: &Picture, (left, right): Span, (top, bottom): Span) -> u8 {
    let width = usize::from(WIDTH);
    let row = |y: usize| &picture.pixels()[y * width + left..y * width + right];
    let first = row(top)[0];
    if right - left == 1 && bottom - top == 1 {
        return first;
    }
    if (top..bottom).all(|y| row(y).iter().all(|pixel| *pixel == first)) {
        return first;
    }
    most((top..bottom).flat_map(|y| row(y).iter().copied())).unwrap_or(0)
}

/// The colour that most have, leaving empty ones out; the lowest of several.
fn most(values: impl Iterator<Item = u8>) -> Option<u8> {
    let mut counts = [0u16; COLOURS as usize + 1];
    let mut first = (0, Reverse(0));
    for value in values.filter(|value| *value != 0) {
        let count = &mut counts[usize::from(value)];
        *count = count.saturating_add(1);
        first = first.max((*count, Reverse(value)));
    }
    Some(first.1.0).filter(|value| *value != 0)
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
