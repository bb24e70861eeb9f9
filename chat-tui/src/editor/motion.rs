//! Where the cursor can go. Every function takes a text and a byte offset on a boundary of
//! grapheme clusters, and gives another one.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    if is_boundary(text, at) {
        at
    } else {
        left(text, at)
    }
}

/// The boundary at or behind `at`.
pub(super) fn ceil(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    if is_boundary(text, at) {
        at
    } else {
        right(text, at)
    }
}

fn is_boundary(text: &str, at: usize) -> bool {
    // The whole text is given, so that no context is ever missing.
    GraphemeCursor::new(at, text.len(), true)
        .is_boundary(text, 0)
        .unwrap_or(true)
}

/// One cluster to the left.
pub(super) fn left(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true)
        .prev_boundary(text, 0)
        .ok()
        .flatten()
        .unwrap_or(0)
}

/// One cluster to the right.
pub(super) fn right(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true)
        .next_boundary(text, 0)
        .ok()
        .flatten()
        .unwrap_or(text.len())
}

/// The start of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |feed| feed + 1)
}

/// The end of the line, before its line feed.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed)
}

/// Where killing to the start of the line begins: at a line's start, before the line feed.
pub(super) fn kill_start(text: &str, at: usize) -> usize {
    match line_start(text, at) {
        start if start == at => left(text, at),
        start => start,
    }
}

/// Where killing to the end of the line stops: at a line's end, behind the line feed.
pub(super) fn kill_end(text: &str, at: usize) -> usize {
    match line_end(text, at) {
        end if end == at => right(text, at),
        end => end,
    }
}

/// The start of the word before `at`.
pub(super) fn word_left(text: &str, at: usize) -> usize {
    let start = text[..at]
        .split_word_bound_indices()
        .rev()
        .find(|(_, segment)| is_word(segment))
        .map_or(0, |(start, _)| start);
    floor(text, start)
}

/// The end of the word behind `at`.
pub(super) fn word_right(text: &str, at: usize) -> usize {
    let end = text[at..]
        .split_word_bound_indices()
        .find(|(_, segment)| is_word(segment))
        .map_or(text.len(), |(start, segment)| at + start + segment.len());
    ceil(text, end)
}

/// The start of what stands between `at` and the white space before it.
pub(super) fn chunk_left(text: &str, at: usize) -> usize {
    let end = text[..at].trim_end().len();
    let start = text[..end]
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())
        .map_or(0, |(start, c)| start + c.len_utf8());
    floor(text, start)
}

/// Letters, digits, and what is written without spaces; not punctuation, not white space. Emoji
/// count as words, so that a row of them can be skipped.
fn is_word(segment: &str) -> bool {
    segment
        .chars()
        .any(|c| c.is_alphanumeric() || c == '_' || u32::from(c) >= 0x1_f000)
}

/// The line above, in the same column as far as there is one; on the first line, its start.
pub(super) fn up(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    match start.checked_sub(1) {
        Some(end) => in_column(text, line_start(text, end), column(text, start, at)),
        None => 0,
    }
}

/// The line below, in the same column as far as there is one; on the last line, its end.
pub(super) fn down(text: &str, at: usize) -> usize {
    match line_end(text, at) {
        end if end == text.len() => end,
        end => in_column(text, end + 1, column(text, line_start(text, at), at)),
    }
}

/// Clusters between the start of the line and `at`.
fn column(text: &str, start: usize, at: usize) -> usize {
    text[start..at].graphemes(true).count()
}

fn in_column(text: &str, start: usize, column: usize) -> usize {
    let end = line_end(text, start);
    text[start..end]
        .grapheme_indices(true)
        .nth(column)
        .map_or(end, |(offset, _)| start + offset)
}
