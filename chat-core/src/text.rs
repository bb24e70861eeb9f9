//! What a message may contain. Cleaning happens when text enters the server (so that what is
//! stored is clean) and again when a client decodes it (so that a client need not trust a server):
//! no byte from a peer reaches a terminal as a control sequence.
//!
//! The rules:
//! - escape sequences (ECMA-48: `ESC [ …`, `ESC ] …`, `ESC P …` and their C1 forms) go as a whole;
//!   every other control character goes, except line feed and tab; CR and CRLF become line feed;
//! - bidirectional overrides, embeddings and isolates go (they reorder what stands around them:
//!   UTS #55, CVE-2021-42574), as do the tag characters and the byte order mark (invisible text);
//! - of the combining marks on one character the first [`COMBINING_MARKS`] stay, and none at the start
//!   of a line;
//! - line and paragraph separators become line feeds.

use std::borrow::Cow;
use std::fmt;

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use unicode_normalization::char::is_combining_mark;

use crate::limits::COMBINING_MARKS;

/// Clean text of one or more lines: see the module for what that means. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(String);

impl Text {
    /// Cleans `raw`. White space at the end and empty lines at the start go too.
    #[must_use]
    pub fn new(raw: &str) -> Text {
        let clean = clean(raw);
        let trimmed = clean.trim_end().trim_start_matches('\n');
        Text(trimmed.to_owned())
    }

    /// Cleans `raw` to one line of at most `bytes_max` bytes: line feeds and tabs become spaces.
    #[must_use]
    pub fn line(raw: &str, bytes_max: usize) -> Text {
        Text(line(raw, bytes_max))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Text {
        Text::new(raw)
    }
}

impl<C> minicbor::Encode<C> for Text {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Text {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Text, decode::Error> {
        Ok(Text::new(d.str()?))
    }
}

/// Cleans `raw` to one line of at most `bytes_max` bytes, cut at a character.
#[must_use]
pub fn line(raw: &str, bytes_max: usize) -> String {
    let clean = clean(raw);
    let mut out = String::with_capacity(clean.len().min(bytes_max));
    // A mark whose white space goes has nothing to stand on.
    let start = |c: char| c.is_whitespace() || is_combining_mark(c);
    for c in clean.trim_end().trim_start_matches(start).chars() {
        let c = if c == '\n' || c == '\t' { ' ' } else { c };
        if out.len() + c.len_utf8() > bytes_max {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Applies the rules of this module to `raw`; borrows when there is nothing to do.
#[must_use]
pub fn clean(raw: &str) -> Cow<'_, str> {
    let harmless = |b: u8| b == b'\n' || b == b'\t' || (0x20..0x7f).contains(&b);
    if raw.bytes().all(harmless) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut marks = 0;
    let mut strings = Strings::MayEnd;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        if is_combining_mark(c) {
            marks += 1;
            if marks <= COMBINING_MARKS && !matches!(out.chars().last(), None | Some('\n' | '\t')) {
                out.push(c);
            }
            continue;
        }
        let before = out.len();
        match c {
            '\r' => {
                if chars.next_if_eq(&'\n').is_some() {
                    strings = Strings::MayEnd;
                }
                out.push('\n');
            }
            '\n' => {
                strings = Strings::MayEnd;
                out.push(c);
            }
            '\t' => out.push(c),
            '\u{1b}' => skip_escape(&mut chars, &mut strings),
            '\u{9b}' => skip_control_sequence(&mut chars),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => {
                skip_string(&mut chars, &mut strings);
            }
            '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            c if c.is_control() || is_hidden(c) => {}
            c => out.push(c),
        }
        // Joiners, and what goes, keep the count: marks can't be multiplied by putting such between.
        if out.len() > before && !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}') {
            marks = 0;
        }
    }
    Cow::Owned(out)
}

/// Characters that reorder or hide text.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidirectional
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'            // byte order mark, annotations
        | '\u{e0000}'..='\u{e007f}'                       // tags
        | '\u{206a}'..='\u{206f}') // deprecated format characters
}

/// What is known of control strings on this line.
#[derive(PartialEq)]
enum Strings {
    MayEnd,
    /// One was searched to the end of the line: nothing behind it ends any. Searching again for each
    /// would take the square of the length.
    NeverEnd,
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// What follows ESC (ECMA-48 §5.3, §5.4): a control sequence, a control string or a short one.
fn skip_escape(chars: &mut Chars<'_>, strings: &mut Strings) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            skip_control_sequence(chars);
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            chars.next();
            skip_string(chars, strings);
        }
        Some(' '..='/') => {
            while chars.next_if(|c| matches!(c, ' '..='/')).is_some() {}
            chars.next_if(|c| matches!(c, '0'..='~'));
        }
        Some('0'..='~') => {
            chars.next();
        }
        _ => {}
    }
}

/// Parameters and intermediates, then one final byte.
fn skip_control_sequence(chars: &mut Chars<'_>) {
    while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
    chars.next_if(|c| matches!(c, '@'..='~'));
}

/// Up to and with BEL, ST or `ESC \`. One that doesn't end on its line is no control string: only
/// its introducer goes, so that the text behind a stray ESC is not lost.
fn skip_string(chars: &mut Chars<'_>, strings: &mut Strings) {
    if *strings == Strings::NeverEnd {
        return;
    }
    let mut ahead = chars.clone();
    while let Some(c) = ahead.next() {
        match c {
            '\u{7}' | '\u{9c}' => {
                *chars = ahead;
                return;
            }
            '\u{1b}' => {
                ahead.next_if_eq(&'\\');
                *chars = ahead;
                return;
            }
            '\n' => break,
            _ => {}
        }
    }
    *strings = Strings::NeverEnd;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        assert_eq!(Text::new(raw).as_str(), want);
    }

    #[test]
    fn clean_screen_control_sequences_go() {
        check("plain\nlines\tkept", "plain\nlines\tkept");
        check("\x1b[31mred\x1b[0m", "red");
        check("\x1b]52;c;aGk=\x07after", "after");
        check("\x1b]8;;http://x\x1b\\link", "link");
        check("\u{9b}2Jx\u{9d}0;title\u{9c}y", "xy");
        check("a\0b\x07c\x7fd\u{80}e", "abcde");
        check("stray \x1b] stays readable", "stray  stays readable");
        check("one\r\ntwo\rthree\u{2028}four", "one\ntwo\nthree\nfour");
        check("\x1b(Bx\x1bcy", "xy");
    }

    #[test]
    fn clean_screen_nothing_reorders_or_hides() {
        check("a\u{202e}b\u{2066}c\u{e0041}d\u{feff}", "abcd");
        check("שלום ok", "שלום ok");
        check("👨‍👩‍👧 ❤️", "👨‍👩‍👧 ❤️");
    }

    #[test]
    fn clean_screen_combining_marks_are_bounded() {
        let zalgo = format!("a{}b", "\u{301}".repeat(10_000));
        check(&zalgo, &format!("a{}b", "\u{301}".repeat(COMBINING_MARKS)));
        let joined = format!("a{}", "\u{301}\u{200d}".repeat(100));
        let kept = Text::new(&joined)
            .as_str()
            .chars()
            .filter(|c| *c == '\u{301}')
            .count();
        assert_eq!(kept, COMBINING_MARKS);
        let hidden = format!("a{}", "\u{301}\0\u{302}\u{feff}".repeat(100));
        assert_eq!(
            Text::new(&hidden).as_str().chars().count(),
            1 + COMBINING_MARKS
        );
        check("\n\u{301}a", "a");
    }

    #[test]
    fn bounded_cleaning_takes_as_long_as_the_text_is() {
        // Each begins a control string that never ends; searched for each time, that takes minutes.
        for (opening, kept) in [("\u{9d}", ""), ("\r\u{90}", ""), ("\u{9f}x", "x")] {
            let raw = opening.repeat(1 << 19);
            let clean = Text::new(&raw);
            assert_eq!(clean.as_str(), kept.repeat(1 << 19));
        }
        check("\u{9d}a\n\u{9d}b\u{7}c", "a\nc");
        check("\u{9d}a\r\n\x1b]b\u{9c}c", "a\nc");
    }

    #[test]
    fn a_line_is_one_line_and_bounded() {
        assert_eq!(line("a\nb\tc", 100), "a b c");
        assert_eq!(line("ééé", 5), "éé");
        assert_eq!(line("ab cd", 3), "ab");
        assert_eq!(line("\t\u{301}a", 100), "a");
    }
}
