//! Pixels to what terminals understand, by ratatui-image. Nothing but pixels goes in: no byte of a
//! file comes out as it was.

use image::{DynamicImage, RgbaImage, imageops};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;

use super::way::Way;
use crate::app::pictures::Raster;

/// The character that stands for a cell of a picture in kitty's way.
pub const PLACEHOLDER: char = '\u{10eeee}';

/// Rows and columns that kitty's way has numbers for.
const MARKS_MAX: u16 = 297;

/// What is encoded.
#[derive(Debug)]
pub struct Job {
    /// How.
    pub way: Way,
    /// The cells that it takes.
    pub cells: Size,
    /// Pixels of a cell.
    pub cell: (u16, u16),
    /// Names it to the terminal, where that has names: below 2²⁴, not 0.
    pub id: u32,
}

/// A picture as the terminal takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoded {
    /// Sent once; then text stands for it, in the colour that is its number.
    Kept {
        /// What is sent.
        transmit: String,
        /// What stands for the number of a row or a column.
        marks: Vec<char>,
    },
    /// Drawn as a whole from the cell in which the cursor is.
    Drawn(String),
}

/// Encodes a picture. Takes time: not on a thread that something waits for.
///
/// # Errors
/// What the encoder says.
pub fn encode(raster: &Raster, job: &Job) -> Result<Encoded, String> {
    let image = fitted(raster, job);
    let said = |error: ratatui_image::errors::Errors| error.to_string();
    match job.way {
        Way::Off | Way::Blocks => Err("drawn as text".into()),
        Way::Kitty => kitty(image, job).map_err(said),
        Way::Iterm => {
            let pixels = format!("width={}px;height={}px", image.width(), image.height());
            let cells = format!("width={};height={}", job.cells.width, job.cells.height);
            let made = Iterm2::new(image, job.cells, false).map_err(said)?;
            // In cells, as a pixel here is not one on every screen.
            Ok(Encoded::Drawn(made.data.replacen(&pixels, &cells, 1)))
        }
        Way::Sixel => {
            let made = Sixel::new(image, job.cells, false).map_err(said)?;
            Ok(Encoded::Drawn(made.data))
        }
    }
}

/// The picture on the pixels of its cells: what it doesn't fill is transparent.
fn fitted(raster: &Raster, job: &Job) -> DynamicImage {
    let (wide, high) = (
        u32::from(job.cells.width) * u32::from(job.cell.0),
        u32::from(job.cells.height) * u32::from(job.cell.1),
    );
    let (width, height) = (raster.width(), raster.height());
    // A sixel is six pixels high: one that is cut would reach into the next row of cells.
    let high_max = match job.way {
        Way::Sixel => (high / 6 * 6).max(1),
        _ => high,
    };
    let scale = (f64::from(wide) / f64::from(width))
        .min(f64::from(high_max) / f64::from(height))
        .min(1.0);
    let part = |length: u32| ((f64::from(length) * scale) as u32).max(1);
    let source = RgbaImage::from_raw(width, height, raster.rgba().to_vec()).unwrap_or_default();
    let scaled = match scale < 1.0 {
        true => imageops::thumbnail(&source, part(width), part(height)),
        false => source,
    };
    let mut sheet = RgbaImage::new(wide, high_max);
    imageops::replace(&mut sheet, &scaled, 0, 0);
    sheet.into()
}

fn kitty(image: DynamicImage, job: &Job) -> Result<Encoded, ratatui_image::errors::Errors> {
    let Size { width, height } = job.cells;
    if width.max(height) > MARKS_MAX {
        return Err(ratatui_image::errors::Errors::NoCap);
    }
    let first = |image, size: Size| -> Result<Vec<String>, ratatui_image::errors::Errors> {
        let made = Protocol::Kitty(Kitty::new(image, size, job.id, false, true)?);
        let area = Rect::new(0, 0, 1, size.height);
        let mut column = Buffer::empty(area);
        Image::new(&made)
            .allow_clipping(true)
            .render(area, &mut column);
        let symbols = column.content.iter();
        Ok(symbols.map(|cell| cell.symbol().to_owned()).collect())
    };
    let sent = first(image, Size::new(1, 1))?;
    let transmit = sent
        .first()
        .and_then(|symbol| symbol.split(PLACEHOLDER).next());
    // How many cells it takes is said, as a cell may have other pixels than is known.
    let placed = format!("U=1,c={width},r={height},");
    let transmit = transmit.unwrap_or_default().replacen("U=1,", &placed, 1);
    // The numbers of rows, which those of columns are written with, too.
    let dot = DynamicImage::new_rgba8(1, 1);
    let rows = first(dot, Size::new(1, MARKS_MAX))?;
    let mark = |symbol: &String| symbol.split(PLACEHOLDER).nth(1)?.chars().next();
    Ok(Encoded::Kept {
        transmit,
        marks: rows.iter().filter_map(mark).collect(),
    })
}

/// What takes a picture from a terminal that keeps it.
#[must_use]
pub fn forget(id: u32) -> String {
    format!("\x1b_Gq=2,a=d,d=I,i={id}\x1b\\")
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;

    fn raster(width: u32, height: u32) -> Raster {
        let pixel = |n: u32| [(n * 7) as u8, (n * 3) as u8, 200, 255];
        let rgba: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        Raster::new(width, height, rgba).expect("small")
    }

    fn encoded(way: Way, cells: (u16, u16), raster: &Raster) -> Encoded {
        let job = Job {
            way,
            cells: Size::new(cells.0, cells.1),
            cell: (10, 20),
            id: 0x01_02_03,
        };
        encode(raster, &job).expect("encoded")
    }

    #[test]
    fn clean_screen_kitty_gets_numbers_and_base64() {
        let Encoded::Kept { transmit, marks } = encoded(Way::Kitty, (12, 5), &raster(113, 91))
        else {
            panic!("drawn at once");
        };
        assert_eq!(marks.len(), usize::from(MARKS_MAX));
        assert_eq!(marks[..3], ['\u{305}', '\u{30d}', '\u{30e}']);
        let chunks: Vec<_> = transmit.split_terminator("\x1b\\").collect();
        assert!(!chunks.is_empty());
        for (index, chunk) in chunks.iter().enumerate() {
            let chunk = chunk.strip_prefix("\x1b_G").expect("graphics");
            let (control, payload) = chunk.split_once(';').expect("a payload");
            let allowed = |c: char| c.is_ascii_alphanumeric() || "=,".contains(c);
            assert!(control.chars().all(allowed), "{control}");
            assert!(payload.len() <= 4096, "kitty takes no more at once");
            BASE64.decode(payload.as_bytes()).expect("base64");
            // Nothing is answered: that would come among the keys.
            assert!(control.contains("q=2"), "{control}");
            if index == 0 {
                for part in ["a=T", "U=1", "c=12", "r=5", "s=120", "v=100", "i=66051"] {
                    assert!(control.split(',').any(|had| had == part), "{control}");
                }
            }
        }
    }

    #[test]
    fn clean_screen_iterm_gets_base64_in_cells() {
        let Encoded::Drawn(sequence) = encoded(Way::Iterm, (12, 5), &raster(113, 91)) else {
            panic!("kept");
        };
        let (erases, image) = sequence.split_once("\x1b]1337;File=").expect("an image");
        let parts: Vec<_> = erases.split("\x1b[").skip(1).collect();
        assert!(parts.iter().all(|part| part.len() <= 3), "{erases:?}");
        let (arguments, payload) = image.split_once(':').expect("a payload");
        assert!(arguments.contains("width=12;height=5;"), "{arguments}");
        let payload = payload.strip_suffix('\x07').expect("ended");
        let png = BASE64.decode(payload.as_bytes()).expect("base64");
        let read = image::load_from_memory(&png).expect("a picture");
        assert_eq!((read.width(), read.height()), (120, 100));
    }

    #[test]
    fn clean_screen_sixels_are_printable_and_stay_in_their_cells() {
        let Encoded::Drawn(sequence) = encoded(Way::Sixel, (12, 5), &raster(113, 91)) else {
            panic!("kept");
        };
        let (erases, sixels) = sequence.split_once("\x1bP").expect("sixels");
        assert!(erases.starts_with("\x1b[12X\x1b[1B"), "{erases:?}");
        let sixels = sixels.strip_suffix("\x1b\\").expect("ended");
        assert!(sixels.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        // 100 pixels are 16 rows of six and a bit.
        assert!(
            sixels.matches('-').count() <= 16,
            "{}",
            sixels.matches('-').count()
        );
    }

    #[test]
    fn what_has_more_rows_or_columns_than_kitty_has_numbers_is_drawn_otherwise() {
        let job = Job {
            way: Way::Kitty,
            cells: Size::new(MARKS_MAX + 1, 1),
            cell: (1, 1),
            id: 1,
        };
        assert!(encode(&raster(400, 1), &job).is_err());
    }
}
