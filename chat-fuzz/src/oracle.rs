//! What holds of whatever a person is shown, and of whatever one side tells the other.

use std::borrow::Cow;

use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES};
use minicbor::Decoder;
use minicbor::data::Type;

/// What must not reach a terminal from a peer: controls, and what reorders or hides text.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' | '\u{2028}' | '\u{2029}')
}

/// A text of one or more lines does nothing to a terminal.
#[track_caller]
pub(crate) fn clean(text: &str) {
    let bad = |c: &char| is_harmful(*c) && !matches!(c, '\n' | '\t');
    assert_eq!(text.chars().find(bad), None, "in {text:?}");
}

/// A line does nothing to a terminal, and is one.
#[track_caller]
pub(crate) fn clean_line(line: &str) {
    let bad = |c: &char| is_harmful(*c);
    assert_eq!(line.chars().find(bad), None, "in {line:?}");
}

/// Something said to a person: one line, not empty, not endless.
#[track_caller]
pub(crate) fn sentence(text: &str) {
    clean_line(text);
    assert!(!text.trim().is_empty(), "nothing is said");
    assert!(text.len() < 2_000, "{} bytes: {text:?}", text.len());
}

/// Every text in a well-formed CBOR item is clean.
#[track_caller]
pub(crate) fn clean_cbor(item: &[u8]) {
    let mut d = Decoder::new(item);
    while d.position() < item.len() {
        // What is inside follows.
        match d.datatype().expect("well-formed") {
            Type::Array => drop(d.array().expect("an array")),
            Type::Map => drop(d.map().expect("a map")),
            Type::Tag => drop(d.tag().expect("a tag")),
            Type::String => clean(d.str().expect("a text")),
            _ => d.skip().expect("well-formed"),
        }
    }
}

/// A frame of something that a server says: within the limit, and clean.
#[track_caller]
pub(crate) fn told(frame: &[u8]) {
    let body = &frame[LENGTH_BYTES..];
    assert!(body.len() <= FRAME_BYTES, "a frame of {}", body.len());
    clean_cbor(body);
}

/// Bytes as a text; what is none becomes U+FFFD.
pub(crate) fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}
