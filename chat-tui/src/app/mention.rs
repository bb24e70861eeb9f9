//! Whether a text names a nick: as a word of its own, in whatever case.

use super::roster::fold;

/// Whether `text` names `nick`.
#[must_use]
pub fn names(text: &str, nick: &str) -> bool {
    let nick = fold(nick);
    if nick.is_empty() {
        return false;
    }
    let text = fold(text);
    text.match_indices(&nick).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + found.len()..];
        !before.is_some_and(is_word) && !continues(after)
    })
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
}
