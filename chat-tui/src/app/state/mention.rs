//! Where a text names a nick: as a word of its own, in whatever case.

use std::ops::Range;

/// Whether `text` names `nick`.
#[must_use]
pub fn names(text: &str, nick: &str) -> bool {
    find(text, nick, 0).is_some()
}

/// The places where `text` names `nick`.
#[must_use]
pub fn places(text: &str, nick: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(|| {
        let found = find(text, nick, from)?;
        from = found.end;
        Some(found)
    })
    .collect()
}

/// The first place at `from` or behind it.
fn find(text: &str, nick: &str, from: usize) -> Option<Range<usize>> {
    let mut before = text[..from].chars().next_back();
    for (at, c) in text[from..].char_indices() {
        let start = from + at;
        if !before.is_some_and(is_word)
            && let Some(end) = match_at(text, nick, start)
            && !continues(&text[end..])
        {
            return Some(start..end);
        }
        before = Some(c);
    }
    None
}

/// Where `nick` ends in `text` if it stands at `start`. Letters are compared one by one, so that
/// places are places in the text as it is written.
fn match_at(text: &str, nick: &str, start: usize) -> Option<usize> {
    let mut rest = text[start..].chars();
    for wanted in nick.chars() {
        let c = rest.next()?;
        if c != wanted && !c.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    (!nick.is_empty()).then(|| text.len() - rest.as_str().len())
}

/// What a nick is made of, so that `bobby` and `bob_2` don't name bob.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the word goes on: `-` and `.` only join when something follows, so that "ask bob." and
/// "bob- I mean" name bob.
fn continues(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('-' | '.') => chars.next().is_some_and(is_word),
        Some(c) => is_word(c),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nick_is_named_as_a_word_of_its_own() {
        for text in [
            "bob: hi", "hi BOB", "@bob?", "ask bob.", "(bob)", "bob", "bob's",
        ] {
            assert!(names(text, "Bob"), "{text}");
        }
        for text in [
            "bobby",
            "kebob",
            "bob_2",
            "bob-2",
            "bob.example",
            "",
            "b ob",
        ] {
            assert!(!names(text, "bob"), "{text}");
        }
        assert!(names("grüß ÄNNE!", "änne"));
        assert!(!names("anything", ""));
    }

    #[test]
    fn places_are_places_in_the_text_as_it_is_written() {
        let said = |text: &str, nick| -> Vec<String> {
            let places = places(text, nick).into_iter();
            places.map(|place| text[place].to_owned()).collect()
        };
        assert_eq!(said("ann: hi Ann, ANNA, ann", "ann"), ["ann", "Ann", "ann"]);
        assert_eq!(said("İİ ära ÄRA", "ära"), ["ära", "ÄRA"]);
        assert!(said("", "ann").is_empty());
    }
}
