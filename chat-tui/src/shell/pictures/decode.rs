//! Bytes of a file to the pixels that can be shown of it. The bytes are anybody's: what they claim
//! is held against limits before anything is allocated for it.

use std::io::Cursor;

use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::app::pictures::{Grain, PIXELS_MAX, Raster, Surface};
use crate::shell::terminal;

/// Widest and highest that is decoded, in pixels: what JPEG and WebP can be, and cameras make less.
const SIDE_MAX: u32 = 16_384;

/// Most pixels that are decoded: cameras of telephones make 12 to 50 million.
const DECODED_MAX: u64 = 50_000_000;

/// Most memory for the decoded pixels, in bytes: 50 million in four bytes each. A decoder may need
/// twice as much again while it works (a progressive JPEG does), and one works at a time.
const MEMORY_MAX: u64 = 4 * DECODED_MAX;

/// Widest picture that is kept for half cells, in pixels: the columns of a very wide terminal. A half
/// cell of the highest one has two pixels of it each way.
const HALF_CELLS: (u32, u32) = (800, 80);

/// Widest picture that is kept for a screen's own pixels.
const PIXELS_WIDE: u32 = 4_096;
/// Rows of cells that it has at most.
const ROWS: u32 = 20;

/// What a file shows, scaled down to what can be shown on `surface`. What it is, its bytes say, not
/// its name.
///
/// # Errors
/// Why it can't be shown, as a sentence that says what to do.
pub fn decode(bytes: &[u8], surface: Surface) -> Result<Raster, String> {
    // A decoder that panics is one of damaged pictures, too.
    terminal::catching(|| read(bytes, surface)).unwrap_or_else(|| Err(damaged()))
}

fn read(bytes: &[u8], surface: Surface) -> Result<Raster, String> {
    let format = image::guess_format(bytes).map_err(|_| no_picture())?;
    let known = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Bmp,
    ];
    if !known.contains(&format) {
        return Err(no_picture());
    }
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| sentence(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > DECODED_MAX || decoder.total_bytes() > MEMORY_MAX {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| sentence(&error))?;
    // Scaled first: turning takes as much memory again.
    let mut image = scaled(image, surface, orientation);
    image.apply_orientation(orientation);
    let image = image.into_rgba8();
    let (width, height) = image.dimensions();
    Raster::new(width, height, image.into_raw()).ok_or_else(damaged)
}

/// As large as can ever be shown.
fn scaled(image: DynamicImage, surface: Surface, orientation: Orientation) -> DynamicImage {
    let (wide, high) = match surface.grain {
        Grain::HalfCells => HALF_CELLS,
        Grain::Pixels => (PIXELS_WIDE, ROWS * u32::from(surface.cell.1.clamp(1, 64))),
    };
    let sideways = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (wide, high) = if sideways { (high, wide) } else { (wide, high) };
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let pixels = (f64::from(PIXELS_MAX) / (width * height)).sqrt();
    let scale = (f64::from(wide) / width)
        .min(f64::from(high) / height)
        .min(pixels);
    if scale >= 1.0 {
        return image;
    }
    let part = |length: f64| ((length * scale) as u32).max(1);
    image.thumbnail_exact(part(width), part(height))
}

fn sentence(error: &ImageError) -> String {
    tracing::debug!(%error, "picture not decoded");
    match error {
        ImageError::Limits(_) => too_large(),
        ImageError::Unsupported(_) => {
            "this kind of picture can't be shown here: s or /save saves it".into()
        }
        _ => damaged(),
    }
}

fn no_picture() -> String {
    "it is no picture that can be shown (PNG, JPEG, GIF, WebP, BMP): s or /save saves it".into()
}

fn too_large() -> String {
    "the picture has too many pixels to be shown: s or /save saves it".into()
}

fn damaged() -> String {
    "the picture is damaged: s or /save saves it as it is".into()
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder, Rgb, RgbImage, RgbaImage};

    use super::*;

    const HALF: Surface = Surface {
        cell: Surface::USUAL_CELL,
        grain: Grain::HalfCells,
    };
    const FINE: Surface = Surface {
        cell: (10, 20),
        grain: Grain::Pixels,
    };

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("written");
        bytes.into_inner()
    }

    /// Red above, blue below.
    fn flag(width: u32, height: u32) -> DynamicImage {
        let colour = |y| {
            if y < height / 2 {
                [250, 0, 0]
            } else {
                [0, 0, 250]
            }
        };
        RgbImage::from_fn(width, height, |_, y| Rgb(colour(y))).into()
    }

    /// Whether a pixel is about that colour.
    #[track_caller]
    fn about(raster: &Raster, (x, y): (u32, u32), want: [u8; 3]) {
        let [r, g, b, a] = raster.pixel(x, y);
        let near = [r, g, b].iter().zip(want).all(|(a, b)| a.abs_diff(b) < 30);
        assert!(near && a == 255, "{:?} at {x},{y}", [r, g, b, a]);
    }

    #[test]
    fn each_kind_is_known_by_its_bytes() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::Gif,
            ImageFormat::WebP,
            ImageFormat::Bmp,
        ] {
            let raster = decode(&written(&flag(16, 12), format), HALF).expect("a picture");
            assert_eq!((raster.width(), raster.height()), (16, 12), "{format:?}");
            about(&raster, (1, 1), [250, 0, 0]);
            about(&raster, (14, 10), [0, 0, 250]);
        }
    }

    #[test]
    fn large_ones_are_scaled_down_at_once() {
        let bytes = written(&flag(1600, 1200), ImageFormat::Png);
        let half = decode(&bytes, HALF).expect("a picture");
        assert_eq!((half.width(), half.height()), (106, 80));
        about(&half, (50, 2), [250, 0, 0]);
        let fine = decode(&bytes, FINE).expect("a picture");
        assert_eq!((fine.width(), fine.height()), (533, 400));
        let banner = decode(&written(&flag(5000, 10), ImageFormat::Png), FINE);
        assert_eq!(banner.expect("a picture").width(), 4096);
    }

    #[test]
    fn a_photograph_stands_as_it_was_taken() {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
        // A TIFF header and one entry: orientation 6, turned by a quarter to the right.
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        encoder.set_exif_metadata(exif.to_vec()).expect("kept");
        let image = flag(32, 16);
        encoder
            .write_image(image.as_bytes(), 32, 16, image::ExtendedColorType::Rgb8)
            .expect("written");
        let raster = decode(&bytes, HALF).expect("a picture");
        assert_eq!((raster.width(), raster.height()), (16, 32));
        about(&raster, (14, 16), [250, 0, 0]);
        about(&raster, (1, 16), [0, 0, 250]);
    }

    /// The chunks of a PNG.
    fn png(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
        header.extend([8, 6, 0, 0, 0]);
        for (kind, data) in [
            (b"IHDR", header.as_slice()),
            (b"IDAT", data),
            (b"IEND", &[]),
        ] {
            let body = [kind.as_slice(), data].concat();
            out.extend((data.len() as u32).to_be_bytes());
            out.extend(&body);
            out.extend(crc(&body).to_be_bytes());
        }
        out
    }

    /// CRC-32 as PNG has it (ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
                1 => (crc >> 1) ^ 0xedb8_8320,
                _ => crc >> 1,
            })
        })
    }

    #[track_caller]
    fn refused(bytes: &[u8], want: &str) {
        let why = decode(bytes, HALF).expect_err("refused");
        assert!(why.contains(want), "{why}");
    }

    #[test]
    fn bounded_pictures_that_claim_too_many_pixels_are_refused_at_their_header() {
        refused(&png(50_000, 50_000, b"x"), "too many pixels");
        refused(&png(10_000, 10_000, b"x"), "too many pixels");
        refused(&png(u32::MAX >> 1, 1, b"x"), "too many pixels");
        // This many are allowed: it is the rest that is wrong.
        refused(&png(100, 100, b"x"), "damaged");
        let mut gif = b"GIF89a".to_vec();
        gif.extend([0xff, 0xff, 0xff, 0xff, 0, 0, 0]);
        // A frame of one pixel.
        gif.extend([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 0, 0, 0, 9, 9, 9]);
        gif.extend([2, 2, 0x44, 1, 0, 0x3b]);
        refused(&gif, "too many pixels");
        let mut bmp = written(&flag(4, 4), ImageFormat::Bmp);
        bmp[18..22].copy_from_slice(&60_000_i32.to_le_bytes());
        bmp[22..26].copy_from_slice(&60_000_i32.to_le_bytes());
        refused(&bmp, "too many pixels");
    }

    #[test]
    fn what_is_no_picture_says_so() {
        refused(b"", "no picture");
        refused(b"%PDF-1.7", "no picture");
        refused(b"\x1b[31mhello", "no picture");
        refused(b"II*\0\x08\0\0\0", "no picture");
        let whole = written(&flag(40, 40), ImageFormat::Jpeg);
        refused(&whole[..whole.len() / 4], "damaged");
        let mut whole = written(&flag(40, 40), ImageFormat::Png);
        whole.truncate(60);
        refused(&whole, "damaged");
    }

    #[test]
    fn what_is_transparent_stays_so() {
        let clear: DynamicImage = RgbaImage::from_pixel(3, 3, image::Rgba([9, 9, 9, 0])).into();
        let raster = decode(&written(&clear, ImageFormat::Png), HALF).expect("a picture");
        assert_eq!(raster.pixel(1, 1)[3], 0);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_end_in_a_picture_or_a_sentence(
            kind in 0..5_usize,
            changes in proptest::collection::vec((0..4_000_usize, proptest::num::u8::ANY), 1..20),
        ) {
            let formats = [
                ImageFormat::Png,
                ImageFormat::Jpeg,
                ImageFormat::Gif,
                ImageFormat::WebP,
                ImageFormat::Bmp,
            ];
            let mut bytes = written(&flag(24, 24), formats[kind]);
            for (at, byte) in changes {
                let length = bytes.len();
                bytes[at % length] = byte;
            }
            match decode(&bytes, HALF) {
                Ok(raster) => assert!(raster.width() * raster.height() <= PIXELS_MAX),
                Err(why) => assert!(why.contains(": s or /save"), "{why}"),
            }
        }
    }
}
