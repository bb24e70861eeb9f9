//! Messages to frames and back: a body is CBOR (RFC 8949), `[kind, payload]`, the payload a map
//! with integer keys. Unknown keys are skipped; an unknown kind is a value, not an error, so that
//! old and new peers understand each other.
//!
//! Bodies are checked for form before anything is decoded: definite lengths, at most
//! [`NESTING`] levels, no claim of more items than there are bytes, nothing behind the payload. So
//! decoding neither recurses nor allocates beyond the frame.

use minicbor::data::Type;
use minicbor::{Decoder, Encode, Encoder};

use crate::frame;
use crate::id::RequestId;
use crate::limits::NESTING;

/// What a body turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Received<M> {
    /// A message.
    Message(M),
    /// A well-formed body of a kind that this version doesn't know, with its request id if the
    /// payload has one (key 0, an unsigned integer).
    Unknown {
        /// The kind.
        kind: u16,
        /// What an answer would name.
        request: Option<RequestId>,
    },
}

/// Why a body is not a message: a protocol violation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not well-formed CBOR.
    #[error("malformed CBOR: {0}")]
    Malformed(String),
    /// Deeper than [`NESTING`].
    #[error("CBOR nested deeper than {NESTING} levels")]
    TooDeep,
    /// An array, a map or a string that can't be in the frame.
    #[error("CBOR that claims more than its frame holds")]
    Claim,
    /// Well-formed, but not `[kind, payload]` or without a field that the kind needs.
    #[error("not a message: {0}")]
    Shape(String),
}

/// Checks the form of `body`: exactly one item, as the module says.
///
/// # Errors
/// [`WireError`], never [`WireError::Shape`].
pub fn check(body: &[u8]) -> Result<(), WireError> {
    let malformed = |e: minicbor::decode::Error| WireError::Malformed(e.to_string());
    let mut d = Decoder::new(body);
    // What remains to be read on each open level, innermost last.
    let mut open = [0u64; NESTING + 1];
    let mut depth = 0;
    open[0] = 1;
    loop {
        while open[depth] == 0 {
            if depth == 0 {
                let end = d.position() == body.len();
                return if end {
                    Ok(())
                } else {
                    Err(WireError::Malformed("bytes behind the message".into()))
                };
            }
            depth -= 1;
        }
        open[depth] -= 1;
        let rest = (body.len() - d.position()) as u64;
        let items = match d.datatype().map_err(malformed)? {
            Type::Array => d.array().map_err(malformed)?.unwrap_or(0),
            Type::Map => d
                .map()
                .map_err(malformed)?
                .unwrap_or(0)
                .checked_mul(2)
                .ok_or(WireError::Claim)?,
            Type::Tag => {
                d.tag().map_err(malformed)?;
                // The tagged item stands in the tag's place.
                open[depth] += 1;
                continue;
            }
            Type::ArrayIndef
            | Type::MapIndef
            | Type::BytesIndef
            | Type::StringIndef
            | Type::Break => {
                return Err(WireError::Malformed(
                    "indefinite lengths are not used here".into(),
                ));
            }
            Type::Bytes => {
                d.bytes().map_err(|_| WireError::Claim)?;
                continue;
            }
            Type::String => {
                d.str().map_err(malformed)?;
                continue;
            }
            _ => {
                d.skip().map_err(malformed)?;
                continue;
            }
        };
        if items > rest {
            return Err(WireError::Claim);
        }
        if items > 0 {
            depth += 1;
            if depth > NESTING {
                return Err(WireError::TooDeep);
            }
            open[depth] = items;
        }
    }
}

/// Appends a frame of `kind` with `payload`.
pub(crate) fn append(out: &mut Vec<u8>, kind: u16, payload: &impl Encode<()>) {
    frame::append(out, |out| {
        let mut e = Encoder::new(out);
        // Writing to a Vec can't fail.
        let _ = e
            .array(2)
            .and_then(|e| e.u16(kind))
            .and_then(|e| e.encode(payload));
    });
}

/// Appends a frame of `kind` whose payload is already encoded.
pub(crate) fn append_raw(out: &mut Vec<u8>, kind: u16, payload: &[u8]) {
    frame::append(out, |out| {
        let mut e = Encoder::new(&mut *out);
        let _ = e.array(2).and_then(|e| e.u16(kind));
        out.extend_from_slice(payload);
    });
}

/// Checks `body` and reads `[kind,`, leaving the decoder at the payload.
pub(crate) fn open(body: &[u8]) -> Result<(u16, Decoder<'_>), WireError> {
    check(body)?;
    let mut d = Decoder::new(body);
    match d.array() {
        Ok(Some(2)) => {}
        _ => return Err(WireError::Shape("not an array of two".into())),
    }
    let kind = d.u16().map_err(shape)?;
    match d.datatype() {
        Ok(Type::Map) => Ok((kind, d)),
        _ => Err(WireError::Shape("the payload is not a map".into())),
    }
}

pub(crate) fn shape(error: minicbor::decode::Error) -> WireError {
    WireError::Shape(error.to_string())
}

/// The request id in a payload of an unknown kind.
pub(crate) fn request_in(d: &mut Decoder<'_>) -> Option<RequestId> {
    let entries = d.map().ok()??;
    for _ in 0..entries {
        if d.datatype().ok()? == Type::U8 && d.u8().ok()? == 0 {
            return d.u64().ok().map(RequestId);
        }
        d.skip().ok()?;
    }
    None
}

/// Makes an enum of messages from its kinds: `Kind = number` with a struct of the same name.
macro_rules! messages {
    ($(#[$doc:meta])* $name:ident { $($kind:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("Kind ", $number, ".")] $kind($kind),)*
        }

        impl $name {
            /// The number of this message's kind.
            #[must_use]
            pub fn kind(&self) -> u16 {
                match self {
                    $($name::$kind(_) => $number,)*
                }
            }

            /// Appends this message as a frame.
            pub fn append_to(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$kind(payload) => $crate::wire::append(out, $number, payload),)*
                }
            }

            /// This message as a frame.
            #[must_use]
            pub fn to_frame(&self) -> Vec<u8> {
                let mut out = Vec::new();
                self.append_to(&mut out);
                out
            }

            /// Reads the body of a frame.
            ///
            /// # Errors
            /// [`WireError`](crate::wire::WireError) when the body violates the protocol.
            pub fn decode(body: &[u8]) -> Result<$crate::wire::Received<$name>, $crate::wire::WireError> {
                let (kind, mut d) = $crate::wire::open(body)?;
                match kind {
                    $($number => d
                        .decode::<$kind>()
                        .map(|payload| $crate::wire::Received::Message($name::$kind(payload)))
                        .map_err($crate::wire::shape),)*
                    kind => Ok($crate::wire::Received::Unknown {
                        kind,
                        request: $crate::wire::request_in(&mut d),
                    }),
                }
            }
        }

        $(impl From<$kind> for $name {
            fn from(payload: $kind) -> $name {
                $name::$kind(payload)
            }
        })*
    };
}
pub(crate) use messages;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_is(body: &[u8], want: Result<(), &str>) {
        let got = check(body).map_err(|e| e.to_string());
        match (got, want) {
            (Ok(()), Ok(())) => {}
            (Err(got), Err(want)) if got.contains(want) => {}
            (got, want) => panic!("{body:02x?}: {got:?}, not {want:?}"),
        }
    }

    #[test]
    fn bounded_the_form_of_a_body() {
        check_is(&[0x82, 0x01, 0xa0], Ok(()));
        check_is(&[0x82, 0x01, 0xa1, 0x00, 0xc1, 0x05], Ok(()));
        check_is(&[], Err("malformed"));
        check_is(&[0x82, 0x01], Err("malformed"));
        check_is(&[0x82, 0x01, 0xa0, 0x00], Err("bytes behind"));
        check_is(&[0x9f, 0xff], Err("indefinite"));
        check_is(&[0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0], Err("claims more"));
        check_is(
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            Err("claims more"),
        );
        check_is(&[0x5b, 0x10, 0, 0, 0, 0, 0, 0, 0], Err("claims more"));
        check_is(&[0x81; 10_000], Err("nested deeper"));
        check_is(&[0xa1; 10_000], Err("nested deeper"));
        check_is(&[0x62, 0xff, 0xff], Err("malformed"));
        check_is(&[0x1c], Err("malformed"));
        check_is(&[0xc1; 10_000], Err("malformed"));
    }

    #[test]
    fn a_request_id_is_found_among_unknown_fields() {
        let body = [0xa2, 0x05, 0x81, 0x01, 0x00, 0x18, 0x2a];
        assert_eq!(request_in(&mut Decoder::new(&body)), Some(RequestId(42)));
        assert_eq!(request_in(&mut Decoder::new(&[0xa0])), None);
    }
}
