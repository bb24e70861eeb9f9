//! Files: what an entry says of one. The content travels in chunks and is addressed by its hash; the
//! name is for people to read and never a path.

use std::fmt;

use minicbor::{Decode, Encode};
use unicode_normalization::char::is_combining_mark;

use crate::limits::{FILE_NAME_BYTES, MEDIA_BYTES};
use crate::text::Text;

/// The BLAKE3 hash of a content, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct ContentHash(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 32],
);

impl fmt::Display for ContentHash {
    /// As 64 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A file, as its entry describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Of the content.
    pub hash: ContentHash,
    /// What the author calls it: one line of at most [`FILE_NAME_BYTES`], to be read, never to be opened
    /// or saved under. May be empty.
    pub name: Text,
    /// What the author says that it is, as a media type such as `image/png`; empty when unknown.
    pub media: Text,
    /// Length of the content in bytes.
    pub bytes: u64,
    /// What the author says about it.
    pub caption: Text,
}

/// The fields on the wire; the caption is the entry's text.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct FileFields {
    #[n(0)]
    hash: ContentHash,
    #[n(1)]
    name: Text,
    #[n(2)]
    media: Option<Text>,
    #[n(3)]
    bytes: u64,
}

impl File {
    /// Cleaned and cut: it may come from anybody.
    pub(crate) fn received(fields: FileFields, caption: Text) -> File {
        let media = fields.media.unwrap_or_default();
        File {
            hash: fields.hash,
            name: Text::line(fields.name.as_str(), FILE_NAME_BYTES),
            media: Text::line(media.as_str(), MEDIA_BYTES),
            bytes: fields.bytes,
            caption,
        }
    }

    pub(crate) fn fields(&self) -> FileFields {
        FileFields {
            hash: self.hash,
            name: self.name.clone(),
            media: Some(self.media.clone()).filter(|media| !media.is_empty()),
            bytes: self.bytes,
        }
    }
}

/// The name under which a file that somebody called `name` may be saved in a directory, on any system:
/// one component, not hidden, no character that a file system or a shell gives a meaning to, no device name,
/// at most [`FILE_NAME_BYTES`] with its ending kept. Never empty.
#[must_use]
pub fn saved_as(name: &str) -> String {
    let line = crate::text::line(name, usize::MAX);
    // What looks like a path means its last part.
    let last = line.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = |c: char| match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{200b}'..='\u{200f}' | '\u{2060}' => '_',
        c => c,
    };
    let mapped: String = last.chars().map(harmless).collect();
    // Hidden on Unix in front, dropped by Windows at the end; a leading `-` reads as an option.
    let trimmed = mapped
        // A mark that stood on one of those has nothing to stand on.
        .trim_start_matches(|c: char| {
            matches!(c, '.' | '-' | '~') || c.is_whitespace() || is_combining_mark(c)
        })
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let cut = cut(trimmed);
    let stem = cut.split('.').next().unwrap_or_default();
    match cut.as_str() {
        "" => "file".to_owned(),
        _ if is_device(stem.trim_end()) => self::cut(&format!("_{cut}")),
        _ => cut,
    }
}

/// At most [`FILE_NAME_BYTES`] less room for a number, the ending kept.
fn cut(name: &str) -> String {
    // ` (9999)` and a `.part` fit behind it in the 255 bytes that file systems take.
    let max = FILE_NAME_BYTES - 16;
    if name.len() <= max {
        return name.to_owned();
    }
    let ending = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 16 => &name[dot..],
        _ => "",
    };
    let mut end = max - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let kept = name[..end].trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    format!("{kept}{ending}")
}

/// Whether Windows takes a name for a device, whatever ending it has.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    matches!(
        stem.as_str(),
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$"
    ) || stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"))
        .is_some_and(|n| {
            matches!(
                n,
                "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, want: &str) {
        assert_eq!(saved_as(name), want, "{name:?}");
    }

    #[test]
    fn clean_screen_a_name_is_one_harmless_component() {
        check("report.pdf", "report.pdf");
        check("Grüße 小明 👋.txt", "Grüße 小明 👋.txt");
        check("../../x", "x");
        check("/etc/passwd", "passwd");
        check("C:\\x", "x");
        check("C:x", "C_x");
        check(".bashrc", "bashrc");
        check("..", "file");
        check("", "file");
        check("a/", "file");
        check("-\u{301}", "file");
        check("~\u{301}a", "a");
        check("-rf", "rf");
        check("~root", "root");
        check("\x1b]52;c;x\x07a\x1b[31m.txt\n", "a.txt");
        check("a\u{202e}gpj.exe", "agpj.exe");
        check("nul", "_nul");
        check("COM1.txt", "_COM1.txt");
        check("a.", "a");
        check("what? <b>|c*", "what_ _b__c_");
    }

    #[test]
    fn bounded_a_long_name_keeps_its_ending() {
        let saved = saved_as(&format!("{}.tar.gz", "小".repeat(4000)));
        assert!(saved.len() <= FILE_NAME_BYTES, "{}", saved.len());
        assert!(saved.ends_with(".gz"), "{saved}");
        assert!(saved_as(&"a".repeat(4000)).len() <= FILE_NAME_BYTES);
        // Where it is cut, a dot and what follows a device's name can come to stand at the end.
        let saved = saved_as(&format!("{}.{}", "a".repeat(238), "b".repeat(20)));
        assert_eq!(saved, "a".repeat(238));
        assert_eq!(saved_as(&format!("con{}x", " ".repeat(240))), "_con");
        let saved = saved_as(&format!("con.{}", "b".repeat(300)));
        assert_eq!(saved_as(&saved), saved);
    }
}
