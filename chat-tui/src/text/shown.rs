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
    // First what stands alone, so that what it separated makes clusters.
    let text = without_controls(text);
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

fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str(TAB),
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
    out
}

fn push_cluster(out: &mut String, cluster: &str, emoji: Emoji) {
    let whole =
        cluster == "\n" || is_flag(cluster) || (emoji == Emoji::Full && is_emoji_sequence(cluster));
    if whole {
        out.push_str(cluster);
    } else {
        push_parts(out, cluster);
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

/// What the zero-width characters of a cluster stand on so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    None,
    /// The dotted circle, which only marks of any base join.
    Circle,
    Own,
}

/// The characters of a cluster that can be seen, each zero-width one behind a base.
fn push_parts(out: &mut String, cluster: &str) {
    let mut base = Base::None;
    let mut chars = cluster.chars().peekable();
    while let Some(c) = chars.next() {
        // A letter that joins what follows it, such as a dot reph, may have a flag behind it.
        if is_regional_indicator(c)
            && let Some(second) = chars.next_if(|next| is_regional_indicator(*next))
        {
            out.extend([c, second]);
            base = Base::Own;
            continue;
        }
        if is_dropped(c) || (base != Base::None && matches!(c, '\u{1f3fb}'..='\u{1f3ff}')) {
            continue;
        }
        if c.width() == Some(0) && base == Base::None {
            out.push(DOTTED_CIRCLE);
            base = Base::Circle;
        }
        match c.width() {
            Some(0) if base == Base::Own || attaches(c) => out.push(c),
            Some(0) | None => {}
            Some(columns) => {
                out.push(spacing(c, columns));
                base = Base::Own;
            }
        }
    }
}

/// What stands for a character that takes columns of its own.
fn spacing(c: char, columns: usize) -> char {
    match c {
        // A flag needs two of them.
        '\u{1f1e6}'..='\u{1f1ff}' => letter_of(c),
        // ratatui counts the half-width sound marks twice: the wide ones.
        '\u{ff9e}' => '\u{309b}',
        '\u{ff9f}' => '\u{309c}',
        _ if columns > 2 => REPLACEMENT,
        _ => c,
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

/// What shows nothing and stands alone: format characters, fillers, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// What is part of a cluster and shows nothing, or something else in each terminal: joiners,
/// variation selectors, the keycap.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200c}' | '\u{200d}'
        | '\u{20e3}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}
