//! Where a text names somebody.

use std::ops::Range;

/// The places where `text` says `nick` as a word of its own, whatever its case.
pub(super) fn of(nick: &str, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, c)) = text[from..].char_indices().next() {
        let start = from + start;
        from = start + c.len_utf8();
        if !is_bounded(text[..start].chars().next_back()) {
            continue;
        }
        if let Some(end) = match_at(nick, text, start)
            && is_bounded(text[end..].chars().next())
        {
            found.push(start..end);
            from = end;
        }
    }
    found
}

/// Whether a word may begin or end beside this character.
fn is_bounded(beside: Option<char>) -> bool {
    beside.is_none_or(|c| !c.is_alphanumeric() && c != '_')
}

/// Where `nick` ends in `text` if it stands at `start`.
fn match_at(nick: &str, text: &str, start: usize) -> Option<usize> {
    let mut rest = text[start..].char_indices();
    let mut end = start;
    for wanted in nick.chars() {
        let (at, c) = rest.next()?;
        if c != wanted && !c.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
        end = start + at + c.len_utf8();
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(nick: &str, text: &str, want: &[&str]) {
        let got: Vec<&str> = super::of(nick, text)
            .into_iter()
            .map(|at| &text[at])
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn a_nick_is_found_as_a_word_in_any_case() {
        check("ann", "ann: hi Ann, ANN!", &["ann", "Ann", "ANN"]);
        check("ann", "anna hannah _ann ann1", &[]);
        check("ann", "@ann", &["ann"]);
        check("ära", "ÄRA ära?", &["ÄRA", "ära"]);
        check("ann", "", &[]);
    }
}
