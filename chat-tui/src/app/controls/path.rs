//! Paths in commands: where one ends, and how one with spaces is written. Nothing here looks at a
//! disk.

/// The path at the start of `text` and what follows it, trimmed. A path ends at white space, unless
/// that stands in quotes or behind a backslash; a backslash before anything else is itself, as in
/// `C:\x`.
#[must_use]
pub fn split(text: &str) -> (String, &str) {
    let mut path = String::new();
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => path.push(c),
            (None, '"' | '\'') if path.is_empty() => quote = Some(c),
            (None, '\\') => {
                let next = chars.peek().map(|(_, next)| *next);
                path.push(match next.filter(|next| is_escapable(*next)) {
                    Some(next) => {
                        chars.next();
                        next
                    }
                    None => '\\',
                });
            }
            (None, c) if c.is_whitespace() => return (path, text[at..].trim_start()),
            (None, c) => path.push(c),
        }
    }
    (path, "")
}

/// A path as it is typed: what would end it is escaped.
#[must_use]
pub fn typed(path: &str) -> String {
    // White space at the end of an input goes, escaped or not; a closing quote keeps it.
    if path.ends_with(char::is_whitespace)
        && let Some(quote) = ['"', '\''].into_iter().find(|quote| !path.contains(*quote))
    {
        return format!("{quote}{path}{quote}");
    }
    let mut typed = String::with_capacity(path.len());
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = match c {
            '"' | '\'' => typed.is_empty(),
            // One that stands before what it would escape, or at the end.
            '\\' => chars.peek().copied().is_none_or(is_escapable),
            c => c.is_whitespace(),
        };
        if escaped {
            typed.push('\\');
        }
        typed.push(c);
    }
    typed
}

/// Whether a backslash before it stands for nothing else.
fn is_escapable(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '\\')
}

/// The path that a pasted text looks like: one line, absolute or from the home directory, as file
/// managers and terminals write one that is dropped (quoted, with escapes, or as a `file:` address).
#[must_use]
pub fn pasted(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.contains('\n') {
        return None;
    }
    if let Some(address) = text.strip_prefix("file://") {
        return address
            .starts_with('/')
            .then(|| unescaped(address))
            .flatten();
    }
    let (path, rest) = split(text);
    let absolute = |path: &str| {
        let drive = path.as_bytes();
        // `/word` is a command rather than a file in the root directory.
        let below = path.strip_prefix('/').and_then(|rest| rest.split_once('/'));
        below.is_some_and(|(top, _)| !top.is_empty() && !top.contains(char::is_whitespace))
            || path.starts_with("~/")
            || matches!(drive, [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic())
    };
    match rest {
        "" => Some(path),
        // Unquoted, with bare spaces.
        _ => Some(text.to_owned()),
    }
    .filter(|path| absolute(path))
}

/// An address without its percent signs; `None` if they don't stand for a text.
fn unescaped(address: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match (first, behind) {
            (b'%', [high, low, behind @ ..]) => {
                let digit = |c: &u8| char::from(*c).to_digit(16);
                bytes.push((digit(high)? * 16 + digit(low)?) as u8);
                rest = behind;
            }
            (b'%', _) => return None,
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, path: &str, rest: &str) {
        assert_eq!(split(text), (path.to_owned(), rest), "{text:?}");
    }

    #[test]
    fn a_path_ends_where_it_is_meant_to() {
        check("a.txt", "a.txt", "");
        check("a.txt  for you ", "a.txt", "for you ");
        check(r"my\ plan.pdf here", "my plan.pdf", "here");
        check("'my plan.pdf' here", "my plan.pdf", "here");
        check("\"it's.pdf\"", "it's.pdf", "");
        check(r"C:\x\y.txt z", r"C:\x\y.txt", "z");
        check("it's", "it's", "");
        check("'open", "open", "");
        check("", "", "");
    }

    #[test]
    fn what_is_typed_for_a_path_is_read_as_that_path() {
        for path in [
            "a b",
            "'x",
            "\"",
            "tab\there",
            "小 明.png",
            "plain",
            r"a\ b",
            r"a\\b",
            r"\",
            r"dir\",
            r#"\""#,
            r"C:\x",
            " ",
            "end ",
            "it's an \"end\"",
        ] {
            check(&format!("{} rest", typed(path)), path, "rest");
        }
    }

    #[test]
    fn dropped_files_are_recognised() {
        let path = |text| pasted(text).unwrap_or_default();
        assert_eq!(path("/home/x/a b.png"), "/home/x/a b.png");
        assert_eq!(path(" '/home/x/a b.png' "), "/home/x/a b.png");
        assert_eq!(path(r"/home/x/a\ b.png"), "/home/x/a b.png");
        assert_eq!(path("~/a.png"), "~/a.png");
        assert_eq!(path("file:///home/x/a%20b.png"), "/home/x/a b.png");
        assert_eq!(path(r"C:\x\a.png"), r"C:\x\a.png");
        for text in [
            "hello",
            "a/b",
            "//comment",
            "/a\n/b",
            "",
            "file:///%zz",
            "see /etc/hosts",
            "/quit",
            "/msg bob see a/b",
        ] {
            assert_eq!(pasted(text), None, "{text:?}");
        }
    }
}
