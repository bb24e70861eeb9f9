//! `:)` as an emoji, for those who want that: only where it stands for itself, never within links, paths
//! or code.

use std::borrow::Cow;

/// What is written, and what it becomes.
const SMILEYS: &[(&str, &str)] = &[
    (":)", "🙂"),
    (":-)", "🙂"),
    ("(:", "🙂"),
    (":D", "😀"),
    (":-D", "😀"),
    ("xD", "😆"),
    ("XD", "😆"),
    (";)", "😉"),
    (";-)", "😉"),
    (":(", "🙁"),
    (":-(", "🙁"),
    (":'(", "😢"),
    (":P", "😛"),
    (":p", "😛"),
    (":-P", "😛"),
    (":-p", "😛"),
    (":O", "😮"),
    (":o", "😮"),
    (":-O", "😮"),
    (":-o", "😮"),
    (":|", "😐"),
    (":-|", "😐"),
    (":/", "😕"),
    (":-/", "😕"),
    (":*", "😘"),
    (":-*", "😘"),
    ("8)", "😎"),
    ("8-)", "😎"),
    ("<3", "❤️"),
    ("</3", "💔"),
    ("^^", "😊"),
];

/// What a smiley may be followed by without a space between.
const AFTER: &[char] = &['.', ',', '!', '?', ';', ':'];

/// The text with its smileys as emoji. Lines that are indented by four, and what stands between
/// backticks, are code.
#[must_use]
pub fn replaced(text: &str) -> Cow<'_, str> {
    if !SMILEYS.iter().any(|(smiley, _)| text.contains(smiley)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            out.push_str(line);
        } else if fenced || line.starts_with("    ") || line.starts_with('\t') {
            out.push_str(line);
        } else {
            push_line(&mut out, line);
        }
    }
    Cow::Owned(out)
}

fn push_line(out: &mut String, line: &str) {
    let mut ticks = line.matches('`').count();
    let mut in_code = false;
    for word in line.split_inclusive(char::is_whitespace) {
        let here = word.matches('`').count();
        let trimmed = word.trim_end();
        match smiley(trimmed).filter(|_| !in_code && here == 0) {
            Some((emoji, rest)) => {
                out.push_str(emoji);
                out.push_str(rest);
                out.push_str(&word[trimmed.len()..]);
            }
            None => out.push_str(word),
        }
        ticks -= here;
        // A backtick that nothing closes is a character.
        if here % 2 == 1 {
            in_code = !in_code && ticks > 0;
        }
    }
}

/// The emoji that a word stands for, and the punctuation behind it.
fn smiley(word: &str) -> Option<(&'static str, &str)> {
    SMILEYS.iter().find_map(|(smiley, emoji)| {
        let rest = word.strip_prefix(smiley)?;
        rest.trim_start_matches(AFTER)
            .is_empty()
            .then_some((*emoji, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(replaced(text), want, "{text:?}");
    }

    #[test]
    fn smileys_that_stand_for_themselves_become_emoji() {
        check("hi :)", "hi 🙂");
        check(":-D", "😀");
        check("yes ;), no :(.", "yes 😉, no 🙁.");
        check("one :)\n<3 two", "one 🙂\n❤️ two");
        check("  :P  ", "  😛  ");
        check("nothing here", "nothing here");
    }

    #[test]
    fn links_paths_and_words_stay_as_they_are() {
        for text in [
            "http://x.example/:)",
            "see http://example.org",
            ":/etc",
            "C:/x",
            "a:)",
            "list:D",
            "(see this :)x",
            "10:30",
            "std::fmt",
            "xDrive",
            ":):)",
            "x <3000",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn code_stays_as_it_is() {
        for text in [
            "`a :) b`",
            "so `:)` is",
            "    indented :)",
            "```\ncode :)\n```",
            "```rust\nmatch :) {\n    x :)",
        ] {
            check(text, text);
        }
        check("`a` :) `b`", "`a` 🙂 `b`");
        check("a ` alone :)", "a ` alone 🙂");
    }
}
