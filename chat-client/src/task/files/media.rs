//! What a content seems to be: by its first bytes, and where these say little by the ending of its
//! name. A hint for people and for what shows it, never more.

use std::path::Path;

use chat_core::Text;
use chat_core::limits::MEDIA_BYTES;

/// How much of the content is looked at.
pub(super) const BEGIN: usize = 8 * 1024;

/// A media type, empty for unknown.
pub(super) fn of(path: &Path, begin: &[u8]) -> Text {
    let seen = infer::get(begin).map(|kind| kind.mime_type());
    let named = mime_guess::from_path(path).first_raw();
    let media = match (seen, named) {
        // Many formats are archives of their own making.
        (Some("application/zip" | "application/gzip") | None, Some(named)) => named,
        (Some(seen), _) => seen,
        (None, None) if is_text(begin) => "text/plain",
        (None, None) => "",
    };
    Text::line(media, MEDIA_BYTES)
}

fn is_text(begin: &[u8]) -> bool {
    let valid = match std::str::from_utf8(begin) {
        Ok(text) => text,
        // Cut within a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&begin[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty() && !valid.contains(|c: char| c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, begin: &[u8], want: &str) {
        assert_eq!(of(Path::new(name), begin).as_str(), want, "{name}");
    }

    #[test]
    fn a_content_is_known_by_its_bytes_and_else_by_its_ending() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        check("a.png", png, "image/png");
        check("a.txt", png, "image/png");
        check("notes", "Grüße\n".as_bytes(), "text/plain");
        check("notes", &"ü".as_bytes()[..1], "");
        check("a.pdf", b"%PDF-1.7\n", "application/pdf");
        check("a.svg", b"<svg></svg>", "image/svg+xml");
        check("a.rs", b"fn main() {}", "text/x-rust");
        check("a.tar.gz", b"\x1f\x8b\x08\0", "application/gzip");
        check("blob", b"\0\x01\x02\x03", "");
    }
}
