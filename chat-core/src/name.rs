//! Nicks and room names: parsed or refused.
//!
//! A name is normalised (NFKC), drawn from the characters that UTS #39 allows in identifiers, and
//! from scripts that go together ("highly restrictive"). Two names are the same when their
//! [`NameKey`]s are: case folding and the confusable skeleton of UTS #39 §4, so that `ALICE` and
//! `a1ice` can't stand beside `alice`.

use std::fmt;
use std::sync::LazyLock;

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::GeneralSecurityProfile;
use unicode_security::confusable_detection::skeleton;
use unicode_security::restriction_level::{RestrictionLevel, RestrictionLevelDetection};

use crate::limits::{NICK_CHARS, ROOM_CHARS};
use crate::text;

/// What names are compared by. Never shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(String);

impl NameKey {
    fn of(name: &str) -> NameKey {
        // Most names are ASCII, of which each character has a key of its own.
        static ASCII: LazyLock<Vec<String>> = LazyLock::new(|| {
            let key = |c| NameKey::look_up(char::from(c).encode_utf8(&mut [0; 1])).0;
            (0..128).map(key).collect()
        });
        match name.is_ascii() {
            true => NameKey(
                name.bytes()
                    .map(|c| ASCII[usize::from(c)].as_str())
                    .collect(),
            ),
            false => NameKey::look_up(name),
        }
    }

    fn look_up(name: &str) -> NameKey {
        let folded = caseless::default_case_fold_str(name);
        let shape: String = skeleton(&folded).collect();
        // The skeleton of a digit can be a capital: fold once more, so that b0b is bob.
        NameKey(caseless::default_case_fold_str(&shape))
    }

    /// The key as text, for a store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a name is not allowed. The message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name can't be empty: type at least one letter or digit")]
    Empty,
    /// Longer than the limit, in characters.
    #[error("that name is too long: use at most {0} characters")]
    TooLong(usize),
    /// A character that UTS #39 doesn't allow in identifiers, or one that separates things here.
    #[error("{} can't stand in a name: use letters, digits, '_', '-' and '.'", shown(*.0))]
    NotAllowed(char),
    /// Starts with punctuation.
    #[error("a name can't start with {}: start it with a letter or a digit", shown(*.0))]
    Start(char),
    /// Letters of scripts that are not written together.
    #[error("that name mixes alphabets that look alike: use letters of one alphabet")]
    MixedScripts,
}

fn shown(c: char) -> String {
    if c == ' ' {
        "a space".to_owned()
    } else if c.is_control()
        || is_combining_mark(c)
        || c.is_whitespace()
        || text::is_hidden(c)
        || matches!(c, '\u{200b}'..='\u{200f}')
    {
        format!("U+{:04X}", u32::from(c))
    } else {
        format!("'{c}'")
    }
}

/// The rules that nicks and room names share. `name` is without its sigil.
fn parse(name: &str, chars_max: usize) -> Result<String, NameError> {
    let name = name.trim();
    // Before normalising: what is far too long isn't worth the work.
    if name.len() > chars_max * 8 {
        return Err(NameError::TooLong(chars_max));
    }
    let name: String = name.nfkc().collect();
    let first = name.chars().next().ok_or(NameError::Empty)?;
    if let Some(bad) = name.chars().find(|c| !allowed(*c)) {
        return Err(NameError::NotAllowed(bad));
    }
    // Some marks count as letters, but none can stand alone.
    if is_combining_mark(first) || !(first.is_alphanumeric() || first == '_') {
        return Err(NameError::Start(first));
    }
    // A client cleans what it is sent: a name must survive that.
    let clean = text::clean(&name);
    if clean != name {
        let mut pairs = name
            .chars()
            .zip(clean.chars().map(Some).chain(std::iter::repeat(None)));
        let bad = pairs.find(|(c, kept)| Some(*c) != *kept);
        return Err(NameError::NotAllowed(bad.map_or(first, |(c, _)| c)));
    }
    if name.chars().count() > chars_max {
        return Err(NameError::TooLong(chars_max));
    }
    if !name
        .as_str()
        .check_restriction_level(RestrictionLevel::HighlyRestrictive)
    {
        return Err(NameError::MixedScripts);
    }
    Ok(name)
}

fn allowed(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
    } else {
        // Joiners are allowed in some identifiers, but here they would be invisible.
        GeneralSecurityProfile::identifier_allowed(c) && !matches!(c, '\u{200c}' | '\u{200d}')
    }
}

/// What a person is called. Unique on a server by its [`NameKey`]; says nothing about rights.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nick(String);

impl Nick {
    /// Parses a wished nick; a leading `@` is taken as the sigil of a person and dropped.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong and what to do.
    pub fn parse(raw: &str) -> Result<Nick, NameError> {
        let raw = raw.trim();
        parse(raw.strip_prefix('@').unwrap_or(raw), NICK_CHARS).map(Nick)
    }

    /// This nick with a number behind it, cut to fit: what to propose when it is taken.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Nick {
        let digits = n.to_string();
        let kept = self
            .0
            .chars()
            .take(NICK_CHARS - digits.len().min(NICK_CHARS - 1));
        Nick(kept.collect::<String>() + &digits)
    }

    /// What it is compared by.
    #[must_use]
    pub fn key(&self) -> NameKey {
        NameKey::of(&self.0)
    }

    /// The nick, without a sigil.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A nick that a server sent: cleaned and cut, not judged by rules that may be older.
    #[must_use]
    pub fn received(raw: &str) -> Nick {
        Nick(text::line(raw, NICK_CHARS * 4))
    }
}

impl fmt::Display for Nick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A room's name with its `#`, in lower case. Unique on a server by its [`NameKey`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomName(String);

impl RoomName {
    /// Parses a room's name, with or without its `#`.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong and what to do.
    pub fn parse(raw: &str) -> Result<RoomName, NameError> {
        let raw = raw.trim();
        let name = parse(raw.strip_prefix('#').unwrap_or(raw), ROOM_CHARS - 1)?;
        // Some lower case is not allowed where its upper case is.
        let name = parse(&name.to_lowercase(), ROOM_CHARS - 1)?;
        Ok(RoomName(format!("#{name}")))
    }

    /// A name that was parsed before it was stored: cleaned and cut, not judged by rules that may
    /// be newer.
    #[must_use]
    pub fn stored(raw: &str) -> RoomName {
        RoomName(text::line(raw, ROOM_CHARS * 4))
    }

    /// The room that exists on every server and that newcomers are in.
    #[must_use]
    pub fn lobby() -> RoomName {
        RoomName("#lobby".into())
    }

    /// What it is compared by.
    #[must_use]
    pub fn key(&self) -> NameKey {
        NameKey::of(&self.0)
    }

    /// The name, with its `#`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<C> minicbor::Encode<C> for Nick {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Nick {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Nick, decode::Error> {
        Ok(Nick::received(d.str()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        let got = match Nick::parse(raw) {
            Ok(nick) => nick.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(
            got.contains(want),
            "{raw:?}: {got:?} does not contain {want:?}"
        );
    }

    #[test]
    fn nicks_are_parsed_or_refused() {
        check("alice", "alice");
        check(" @alice ", "alice");
        check("Zoë.b-2_", "Zoë.b-2_");
        check("小明", "小明");
        check("", "can't be empty");
        check("@", "can't be empty");
        check(&"x".repeat(10_240), "too long");
        check(&"x".repeat(21), "too long");
        check("a b", "a space");
        check("a\x1b[31m", "U+001B");
        check("a\u{202e}b", "U+202E");
        check("a\u{200d}b", "U+200D");
        check("a\u{200b}b", "U+200B");
        check("-x", "can't start with '-'");
        check("ൊ", "can't start with U+0D4A");
        check(&format!("ക{}", "\u{d4d}".repeat(9)), "U+0D4D");
        check("аlice", "mixes alphabets");
        check("a:b", "':'");
    }

    #[test]
    fn names_that_look_alike_are_the_same() {
        let key = |raw: &str| Nick::parse(raw).expect("allowed").key();
        assert_eq!(key("alice"), key("ALICE"));
        assert_eq!(key("alice"), key("a1ice"));
        assert_eq!(key("bob"), key("b0b"));
        assert_eq!(key("ａｌｉｃｅ"), key("alice"), "full width");
        assert_ne!(key("alice"), key("alice2"));
        // All Cyrillic, so one alphabet, but it looks like "ace".
        assert_eq!(key("асе"), key("ace"));
    }

    #[test]
    fn ascii_is_looked_up_character_by_character() {
        let ascii = || (0..128).map(char::from);
        for pair in ascii().flat_map(|one| ascii().map(move |next| String::from_iter([one, next])))
        {
            assert_eq!(NameKey::of(&pair), NameKey::look_up(&pair), "{pair:?}");
        }
    }

    #[test]
    fn rooms_have_their_sigil_and_are_lower_case() {
        assert_eq!(
            RoomName::parse("General").expect("allowed").as_str(),
            "#general"
        );
        assert_eq!(
            RoomName::parse("#general").expect("allowed").as_str(),
            "#general"
        );
        assert_eq!(RoomName::parse("lobby"), Ok(RoomName::stored("#lobby")));
        assert_eq!(RoomName::parse("lobby"), Ok(RoomName::lobby()));
        assert_eq!(RoomName::parse("#"), Err(NameError::Empty));
    }

    #[test]
    fn a_numbered_nick_still_fits() {
        let nick = Nick::parse(&"x".repeat(NICK_CHARS)).expect("allowed");
        assert_eq!(nick.numbered(12).as_str().chars().count(), NICK_CHARS);
        assert_eq!(
            Nick::parse("alice").expect("allowed").numbered(2).as_str(),
            "alice2"
        );
    }
}
