//! A picture as bytes: nothing for an empty one; else a byte that says the form, and the pixels:
//! deflated at a byte each, or packed at five bits each where that is shorter.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_slice_iter_to_slice;

use super::limits::{COLOURS, PIXELS, SNAPSHOT_BYTES};
use super::picture::Picture;

/// The form: raw deflate (RFC 1951) of a byte a pixel.
const DEFLATED: u8 = 1;

/// The form: five bits a pixel, the highest first.
const PACKED: u8 = 2;

const BITS: u32 = 5;

/// How hard deflate tries: what it gains beyond is under a percent for drawings.
const LEVEL: u8 = 6;

/// Why bytes are not a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Longer than [`SNAPSHOT_BYTES`].
    #[error("a picture of a canvas has at most {SNAPSHOT_BYTES} bytes")]
    TooLong,
    /// A form of a newer version.
    #[error("the picture is in form {0}, which this version does not know: update to see it")]
    UnknownForm(u8),
    /// Not as many pixels as the grid has, or not deflate at all.
    #[error("the picture is damaged: its pixels do not fill the canvas")]
    Damaged,
    /// A value above [`COLOURS`].
    #[error("the picture has a colour above {COLOURS}")]
    Colour,
}

impl Picture {
    /// The picture as at most [`SNAPSHOT_BYTES`]; nothing for an empty one.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        let deflated = compress_to_vec(self.pixels(), LEVEL);
        let (form, pixels) = if deflated.len() < PIXELS * BITS as usize / 8 {
            (DEFLATED, deflated)
        } else {
            (PACKED, pack(self.pixels()))
        };
        let mut out = Vec::with_capacity(1 + pixels.len());
        out.push(form);
        out.extend_from_slice(&pixels);
        out
    }

    /// Reads a picture. Takes no more memory than a picture has, whatever the bytes claim.
    ///
    /// # Errors
    /// [`SnapshotError`] when the bytes are none.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Picture, SnapshotError> {
        let Some((&form, rest)) = bytes.split_first() else {
            return Ok(Picture::new());
        };
        if bytes.len() > SNAPSHOT_BYTES {
            return Err(SnapshotError::TooLong);
        }
        let mut pixels = vec![0; PIXELS].into_boxed_slice();
        match form {
            DEFLATED => inflate(rest, &mut pixels)?,
            PACKED => unpack(rest, &mut pixels)?,
            form => return Err(SnapshotError::UnknownForm(form)),
        }
        if pixels.iter().any(|pixel| *pixel > COLOURS) {
            return Err(SnapshotError::Colour);
        }
        Ok(Picture::of(pixels))
    }
}

fn inflate(bytes: &[u8], pixels: &mut [u8]) -> Result<(), SnapshotError> {
    match decompress_slice_iter_to_slice(pixels, std::iter::once(bytes), false, false) {
        Ok(PIXELS) => Ok(()),
        _ => Err(SnapshotError::Damaged),
    }
}

/// Eight pixels are five bytes.
fn pack(pixels: &[u8]) -> Vec<u8> {
    let five = |eight: &[u8]| {
        let bits = eight
            .iter()
            .fold(0u64, |bits, pixel| bits << BITS | u64::from(*pixel));
        let [_, _, _, five @ ..] = bits.to_be_bytes();
        five
    };
    pixels.chunks_exact(8).flat_map(five).collect()
}

fn unpack(bytes: &[u8], pixels: &mut [u8]) -> Result<(), SnapshotError> {
    if bytes.len() != pixels.len() * BITS as usize / 8 {
        return Err(SnapshotError::Damaged);
    }
    for (five, eight) in bytes.chunks_exact(5).zip(pixels.chunks_exact_mut(8)) {
        let bits = five
            .iter()
            .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for (pixel, place) in eight.iter_mut().rev().zip(0..) {
            *pixel = (bits >> (BITS * place) & 0x1f) as u8;
        }
    }
    Ok(())
}
