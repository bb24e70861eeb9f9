//! Units of display and their widths, in the way in which ratatui's buffer counts them.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// What stands where something was cut off.
const ELLIPSIS: &str = "…";

/// The columns of one grapheme cluster.
pub(super) fn cluster_width(cluster: &str) -> usize {
    match cluster.as_bytes() {
        [0x20..0x7f] => 1,
        [_] => 0,
        _ => usize::from(cluster.cell_width()),
    }
}

/// The units of `shown` text with their widths in columns: 1 or 2, and 0 for a line feed. Each fits
/// in one cell of a buffer.
#[must_use]
pub fn cells(shown: &str) -> Cells<'_> {
    Cells {
        rest: shown,
        parts: "",
    }
}

/// Iterator of [`cells`].
#[derive(Debug, Clone)]
pub struct Cells<'a> {
    /// What comes behind `parts`; starts at a boundary of clusters.
    rest: &'a str,
    /// What is left of a cluster that is too wide for a cell.
    parts: &'a str,
}

impl<'a> Cells<'a> {
    /// The next cluster. Most are one ASCII character with another one behind, which needs no
    /// tables.
    fn cluster(&mut self) -> Option<&'a str> {
        let len = match self.rest.as_bytes() {
            [] => return None,
            [0..0x80] | [0..0x80, 0..0x80, ..] => 1,
            _ => self.rest.graphemes(true).next()?.len(),
        };
        let (cluster, rest) = self.rest.split_at(len);
        self.rest = rest;
        Some(cluster)
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<(&'a str, usize)> {
        if self.parts.is_empty() {
            let cluster = self.cluster()?;
            let width = cluster_width(cluster);
            if width <= 2 {
                return Some((cluster, width));
            }
            // A conjunct of several letters: terminals draw them one by one.
            self.parts = cluster;
        }
        let (part, rest) = self.parts.split_at(part_len(self.parts));
        self.parts = rest;
        Some((part, cluster_width(part)))
    }
}

/// The bytes of the first character and the zero-width ones behind it.
fn part_len(parts: &str) -> usize {
    parts
        .char_indices()
        .skip(1)
        .find(|&(at, c)| cluster_width(&parts[at..at + c.len_utf8()]) > 0)
        .map_or(parts.len(), |(at, _)| at)
}

/// The columns that `shown` text takes on one line.
#[must_use]
pub fn width(shown: &str) -> usize {
    if shown.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return shown.len();
    }
    cells(shown).map(|(_, width)| width).sum()
}

/// `shown` text, cut with `…` if it is wider than `width_max` columns. A wide character is never
/// cut in half, so that the result may be narrower.
#[must_use]
pub fn fit(shown: &str, width_max: usize) -> Cow<'_, str> {
    // A text of few bytes can't be wide: no character takes more columns than bytes.
    if shown.len() <= width_max || width(shown) <= width_max {
        return Cow::Borrowed(shown);
    }
    if width_max == 0 {
        return Cow::Borrowed("");
    }
    let mut used = 0;
    let mut end = 0;
    for (unit, width) in cells(shown) {
        if used + width > width_max - 1 {
            break;
        }
        used += width;
        end += unit.len();
    }
    Cow::Owned(format!("{}{ELLIPSIS}", &shown[..end]))
}
