//! How a text lies in rows of a given width, and where its cursor is. Long lines are wrapped at any
//! cluster, as readline does, so that typing never moves what stands before the cursor.
//!
//! The input is always shown with [`Emoji::Safe`]: where the cursor is must never be in doubt.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::{self, Emoji};

/// The visible rows of a text and its cursor among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The visible rows, as byte ranges of the text, without line feeds. At least one.
    pub rows: Vec<Range<usize>>,
    /// Rows above the visible ones.
    pub above: usize,
    /// Rows in all.
    pub total: usize,
    /// The cursor's column, below the width.
    pub x: u16,
    /// The cursor's row among the visible ones.
    pub y: u16,
}

impl Layout {
    pub(super) fn new(text: &str, cursor: usize, width: u16, height_max: u16) -> Layout {
        let width = usize::from(width.max(1));
        let height = usize::from(height_max.max(1));
        let mut rows = rows(text, cursor, width);
        let row = rows
            .iter()
            .rposition(|row| row.start <= cursor)
            .unwrap_or(0);
        let x = columns(&text[rows[row].start..cursor.max(rows[row].start)]);
        let total = rows.len();
        let above = total
            .saturating_sub(height)
            .min(row.saturating_sub(height / 2));
        let rows = rows.drain(above..total.min(above + height)).collect();
        Layout {
            rows,
            above,
            total,
            x: u16::try_from(x.min(width - 1)).unwrap_or(u16::MAX),
            y: u16::try_from(row - above).unwrap_or(u16::MAX),
        }
    }
}

/// All rows. Behind a full one stands an empty one where the cursor is at its end.
fn rows(text: &str, cursor: usize, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    let mut used = 0;
    let end_line = |rows: &mut Vec<Range<usize>>, start: usize, end: usize, used: usize| {
        rows.push(start..end);
        if used >= width && cursor == end {
            rows.push(end..end);
        }
    };
    for (at, cluster) in text.grapheme_indices(true) {
        if cluster == "\n" {
            end_line(&mut rows, start, at, used);
            start = at + 1;
            used = 0;
            continue;
        }
        let columns = columns(cluster);
        if used + columns > width && at > start {
            rows.push(start..at);
            start = at;
            used = 0;
        }
        used += columns;
    }
    end_line(&mut rows, start, text.len(), used);
    rows
}

fn columns(text: &str) -> usize {
    text::width(&text::shown(text, Emoji::Safe))
}
