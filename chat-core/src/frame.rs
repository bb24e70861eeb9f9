//! Bytes to frames and back: a 4-byte big-endian length, then that many bytes of body.
//!
//! "Need more bytes" is a value, and a length over the limit is refused before anything behind it
//! is waited for or buffered.

use crate::limits::LENGTH_BYTES;

/// A length that no frame may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than the limit at this point of the connection.
    #[error("a frame of {length} bytes is longer than the {limit} allowed here")]
    TooLong {
        /// What the peer announced.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// A frame without a body.
    #[error("a frame can't be empty")]
    Empty,
}

/// The body of the frame that `bytes` starts with, or `None` while more bytes are needed. The frame
/// takes `LENGTH_BYTES + body.len()` bytes.
///
/// # Errors
/// [`FrameError`] as soon as the length is readable and not within 1 to `limit`.
pub fn split(bytes: &[u8], limit: usize) -> Result<Option<&[u8]>, FrameError> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*length) as usize;
    if length == 0 {
        return Err(FrameError::Empty);
    }
    if length > limit {
        return Err(FrameError::TooLong { length, limit });
    }
    Ok(rest.get(..length))
}

/// Appends one frame to `out`, whose body is what `body` appends.
pub fn append(out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; LENGTH_BYTES]);
    body(out);
    let length = u32::try_from(out.len() - start - LENGTH_BYTES)
        .expect("bodies are bounded by the frame limit");
    out[start..start + LENGTH_BYTES].copy_from_slice(&length.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_split_off_when_it_is_whole() {
        let mut bytes = Vec::new();
        append(&mut bytes, |out| out.extend_from_slice(b"abc"));
        for cut in 0..bytes.len() {
            assert_eq!(split(&bytes[..cut], 10), Ok(None), "{cut} bytes");
        }
        bytes.push(0xff);
        assert_eq!(split(&bytes, 10), Ok(Some(b"abc".as_slice())));
    }

    #[test]
    fn bounded_a_wrong_length_is_refused_before_its_body() {
        assert_eq!(
            split(&[0, 0, 0, 11], 10),
            Err(FrameError::TooLong {
                length: 11,
                limit: 10
            })
        );
        assert_eq!(split(&[0, 0, 0, 0], 10), Err(FrameError::Empty));
        assert!(split(b"GET / HTTP/1.1", 65536).is_err());
    }
}
