//! Text to display-safe text. Borrows when there is nothing to do.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// What a tab becomes: stops can't be kept, since rows are wrapped and indented afterwards.
pub const TAB: &str = "    ";

/// What a combining mark without a base is put on.
const DOTTED_CIRCLE: char = '\u{25cc}';

/// What stands for a character that is wider than two columns.
const REPLACEMENT: char = '\u{fffd}';

/// How emoji sequences are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Emoji {
    /// In parts that every terminal draws in the same width: 👩‍🚀 as 👩🚀, without skin tones.
    #[default]
    Safe,
    /// As they are, for terminals that measure by grapheme cluster.
    Full,
}

/// `text` as a terminal can show it. Line feeds stay; tabs become [`TAB`]; control and invisible
/// characters go; a combining mark without a base gets one; a single regional indicator becomes
/// its letter. Showing what was shown already changes nothing.
#[must_use]
pub fn shown(text: &str, emoji: Emoji) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        push_cluster(&mut out, cluster, emoji);
    }
    Cow::Owned(out)
}

/// As [`shown`], on one line: line feeds become spaces.
#[must_use]
pub fn shown_line(text: &str, emoji: Emoji) -> Cow<'_, str> {
    match shown(text, emoji) {
        line if !line.contains('\n') => line,
        lines => Cow::Owned(lines.replace('\n', " ")),
    }
}

/// Whether nothing needs doing: printable ASCII and line feeds.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|b| (0x20..0x7f).contains(&b) || b == b'\n')
}

fn push_cluster(out: &mut String, cluster: &str, emoji: Emoji) {
    match cluster {
        "\n" | "\r\n" => out.push('\n'),
        "\t" => out.push_str(TAB),
        _ if is_flag(cluster) => out.push_str(cluster),
        _ if emoji == Emoji::Full && is_emoji_sequence(cluster) => out.push_str(cluster),
        _ => push_parts(out, cluster),
    }
}

/// Two regional indicators and nothing else.
fn is_flag(cluster: &str) -> bool {
    cluster.chars().count() == 2 && cluster.chars().all(is_regional_indicator)
}

fn is_regional_indicator(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// One emoji of several characters that the tables hold to be two columns wide.
fn is_emoji_sequence(cluster: &str) -> bool {
    let is_joined = |c: char| matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let starts_wide = cluster
        .chars()
        .next()
        .is_some_and(|c| !c.is_ascii() && c.width().is_some_and(|w| w > 0));
    starts_wide && cluster.chars().any(is_joined) && super::cells::cluster_width(cluster) == 2
}

/// The characters of a cluster that can be seen, each zero-width one behind a base.
fn push_parts(out: &mut String, cluster: &str) {
    let mut has_base = false;
    for c in cluster.chars() {
        if is_regional_indicator(c) {
            out.push(letter_of(c));
            has_base = false;
            continue;
        }
        if is_dropped(c) || (has_base && matches!(c, '\u{1f3fb}'..='\u{1f3ff}')) {
            continue;
        }
        match width_of(c) {
            0 if has_base => out.push(c),
            0 => {
                out.push(DOTTED_CIRCLE);
                if attaches(c) {
                    out.push(c);
                }
                has_base = true;
            }
            1 | 2 => {
                out.push(c);
                has_base = true;
            }
            _ => {
                out.push(REPLACEMENT);
                has_base = true;
            }
        }
    }
}

/// Whether a zero-width character joins the character before it, whatever that is.
fn attaches(c: char) -> bool {
    let mut pair = String::from(DOTTED_CIRCLE);
    pair.push(c);
    pair.graphemes(true).count() == 1
}

fn letter_of(indicator: char) -> char {
    let place = u32::from(indicator) - 0x1f1e6;
    char::from_u32(u32::from('A') + place).unwrap_or(REPLACEMENT)
}

/// Control characters, and what shows nothing in any terminal or a different thing in each.
fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20e3}' // the keycap: drawn over its digit, beside it or not at all
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn width_of(c: char) -> usize {
    // The sound marks extend their cluster but take a column of their own in every terminal.
    if matches!(c, '\u{ff9e}' | '\u{ff9f}') {
        return 1;
    }
    c.width().unwrap_or(0)
}
