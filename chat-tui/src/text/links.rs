//! Links in texts, and the pieces of a wrapped row that belong to one.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

/// Schemes that are safe to open by a click. Others (`file:`, `javascript:`, handlers of programs)
/// stay text.
const SCHEMES: &[&str] = &[
    "http", "https", "ftp", "ftps", "sftp", "gemini", "gopher", "irc", "ircs", "chat",
];

/// The links of a text, in order, as byte ranges.
#[must_use]
pub fn links(shown: &str) -> Vec<Range<usize>> {
    if !shown.contains("://") {
        return Vec::new();
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
        .links(shown)
        .filter(|link| has_known_scheme(link.as_str()))
        .map(|link| link.start()..link.end())
        .collect()
}

fn has_known_scheme(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    SCHEMES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme))
}

/// A row cut where links start and end: each piece with the index of its link. A link that was
/// wrapped has the same index in all its rows.
pub fn segments(
    row: Range<usize>,
    links: &[Range<usize>],
) -> impl Iterator<Item = (Range<usize>, Option<usize>)> {
    let mut at = row.start;
    std::iter::from_fn(move || {
        if at >= row.end {
            return None;
        }
        let start = at;
        let next = links.iter().position(|link| link.end > start);
        let (end, link) = match next.map(|index| (index, &links[index])) {
            Some((index, link)) if link.start <= start => (link.end, Some(index)),
            Some((_, link)) => (link.start, None),
            None => (row.end, None),
        };
        at = end.min(row.end);
        Some((start..at, link))
    })
}
