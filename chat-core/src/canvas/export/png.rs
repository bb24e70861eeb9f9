//! A picture as a PNG file with a palette.

use super::palette::{Paper, rgb};
use crate::canvas::limits::{HEIGHT, WIDTH};
use crate::canvas::{Colour, Picture};

/// Most pixels of the file to a pixel of the picture, in each direction: 5,120 × 3,072 in all, so
/// that making it takes 16 MB and under a second.
pub const SCALE_MAX: u8 = 16;

/// The encoder refused; it does for a picture of no pixels, which none is.
#[derive(Debug, thiserror::Error)]
#[error("the picture could not be written as PNG: {0}")]
pub struct PngError(#[from] png::EncodingError);

/// The picture as a PNG file, each pixel a square of `scale` pixels (1..=[`SCALE_MAX`]; what is
/// beyond is taken as the nearest).
///
/// # Errors
/// [`PngError`] when the encoder fails.
pub fn to_png(picture: &Picture, scale: u8, paper: Paper) -> Result<Vec<u8>, PngError> {
    let scale = usize::from(scale.clamp(1, SCALE_MAX));
    let mut out = Vec::new();
    let width = u32::from(WIDTH) * scale as u32;
    let height = u32::from(HEIGHT) * scale as u32;
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    let behind = paper.rgb().unwrap_or_default();
    let palette: Vec<u8> = behind
        .into_iter()
        .chain(Colour::all().flat_map(rgb))
        .collect();
    encoder.set_palette(palette);
    if paper == Paper::Clear {
        // The first of the palette; the others are opaque.
        encoder.set_trns(vec![0]);
    }
    let mut writer = encoder.write_header()?;
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for y in 0..HEIGHT {
        let start = pixels.len();
        for pixel in picture.row(y) {
            pixels.extend(std::iter::repeat_n(*pixel, scale));
        }
        let end = pixels.len();
        for _ in 1..scale {
            pixels.extend_from_within(start..end);
        }
    }
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}
