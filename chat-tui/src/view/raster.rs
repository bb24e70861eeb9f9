//! Pictures in half blocks: two pixels a cell, one above the other, in the colours that there are;
//! without colours, characters by brightness. What is transparent shows the terminal's background.
//!
//! Only the symbols below are written: nothing of a file reaches the terminal but as a colour.

use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Style};

use super::canvas::Canvas;
use super::palette::{self, Rgb};
use super::theme::{Level, Theme};
use crate::app::layout::Columns;
use crate::app::pictures::{PictureId, PictureState, Raster};
use crate::app::rows::{Feed, Item};

/// The upper half of a cell, and the lower one.
const UPPER: &str = "▀";
const LOWER: &str = "▄";

/// From dark to bright, on a dark background.
const BY_BRIGHTNESS: [&str; 10] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"];

/// How much a pixel may be moved towards another of few colours, so that areas look like what lies
/// between those: ordered dithering, which stays the same when a picture moves.
const SPREAD: i32 = 72;
const BAYER: [[i32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// A part of a picture on one row of the screen: where the shell may put the pixels themselves, if
/// the terminal has a way for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureSpan {
    /// Which.
    pub id: PictureId,
    /// The cells that it takes as a whole.
    pub cells: Size,
    /// Which of its cells is the first one here.
    pub column: u16,
    /// Which of its rows this is.
    pub row: u16,
    /// Where that is on the screen.
    pub x: u16,
    /// Likewise.
    pub y: u16,
    /// Cells.
    pub width: u16,
}

impl PictureSpan {
    /// What is left of it beside something that lies over it: up to two parts.
    pub(super) fn outside(self, area: Rect) -> impl Iterator<Item = PictureSpan> {
        let (left, right) = (self.x, self.x + self.width);
        let touched = (area.top()..area.bottom()).contains(&self.y);
        let (from, to) = match touched {
            true => (
                area.left().clamp(left, right),
                area.right().clamp(left, right),
            ),
            false => (right, right),
        };
        let part = move |start: u16, end: u16| PictureSpan {
            column: self.column + (start - left),
            x: start,
            width: end - start,
            ..self
        };
        let parts = [part(left, from), part(to, right)];
        parts.into_iter().filter(|part| part.width > 0)
    }
}

/// A picture as it is drawn on so many cells.
pub(super) struct Blocks {
    id: PictureId,
    cells: Size,
    /// Two rows for each of the cells; `None` where it is transparent.
    pixels: Vec<Option<Rgb>>,
}

impl Blocks {
    /// What is shown of an item; `None` where it is no picture, or that is not there yet.
    pub(super) fn of(item: Item<'_>, feed: &Feed<'_>) -> Option<Blocks> {
        let Item::Picture(hung) = item else {
            return None;
        };
        match &hung.state {
            PictureState::Here(id, raster) => {
                Some(Blocks::new(*id, raster, feed.picture_cells(raster)))
            }
            _ => None,
        }
    }

    /// Scaled: each pixel is the mean of what it covers.
    fn new(id: PictureId, raster: &Raster, cells: Size) -> Blocks {
        let (columns, rows) = (u32::from(cells.width), 2 * u32::from(cells.height));
        let mut pixels = Vec::with_capacity((columns * rows) as usize);
        for y in 0..rows {
            let (top, bottom) = covered(y, rows, raster.height());
            for x in 0..columns {
                let (left, right) = covered(x, columns, raster.width());
                pixels.push(mean(raster, (left, right), (top, bottom)));
            }
        }
        Blocks { id, cells, pixels }
    }

    fn pixel(&self, x: u16, y: u16) -> Option<Rgb> {
        let at = usize::from(y) * usize::from(self.cells.width) + usize::from(x);
        self.pixels.get(at).copied().flatten()
    }

    /// Draws the row of cells with this index into a row of the log, and says where.
    pub(super) fn draw(&self, index: usize, at: Rect, columns: &Columns, canvas: &mut Canvas<'_>) {
        let (theme, row) = (canvas.theme, u16::try_from(index).unwrap_or(u16::MAX));
        let (left, width) = (at.x + columns.text_at, self.cells.width.min(columns.text));
        canvas.pictures.push(PictureSpan {
            id: self.id,
            cells: self.cells,
            column: 0,
            row,
            x: left,
            y: at.y,
            width,
        });
        for x in 0..width {
            let (upper, lower) = (self.pixel(x, 2 * row), self.pixel(x, 2 * row + 1));
            let (symbol, style) = match theme.level {
                Level::None => (brightness(upper, lower, theme), Style::new()),
                level => {
                    let colour = |pixel: Option<Rgb>, y| pixel.map(|rgb| shade(rgb, x, y, level));
                    blocks(colour(upper, 2 * row), colour(lower, 2 * row + 1))
                }
            };
            canvas.glyph(left + x, at.y, symbol, style);
        }
    }
}

fn blocks(upper: Option<Color>, lower: Option<Color>) -> (&'static str, Style) {
    match (upper, lower) {
        (Some(upper), Some(lower)) => (UPPER, Style::new().fg(upper).bg(lower)),
        (Some(upper), None) => (UPPER, Style::new().fg(upper)),
        (None, Some(lower)) => (LOWER, Style::new().fg(lower)),
        (None, None) => (" ", Style::new()),
    }
}

/// The pixels from and to which one of `parts` reaches; at least one.
fn covered(part: u32, parts: u32, pixels: u32) -> (u32, u32) {
    let at = |part: u32| (u64::from(part) * u64::from(pixels) / u64::from(parts)) as u32;
    let from = at(part).min(pixels - 1);
    (from, at(part + 1).clamp(from + 1, pixels))
}

/// Pixels that are looked at along a side of one half cell: more don't show, and all of a large
/// picture would take longer than a key may.
const LOOKED_AT: u32 = 6;

/// The mean colour, in which a pixel counts as much as it is opaque; `None` where less than half is.
fn mean(raster: &Raster, columns: (u32, u32), rows: (u32, u32)) -> Option<Rgb> {
    let mut sum = [0u64; 4];
    let mut count = 0;
    let step = |(from, to): (u32, u32)| (to - from).div_ceil(LOOKED_AT).max(1) as usize;
    for y in (rows.0..rows.1).step_by(step(rows)) {
        for x in (columns.0..columns.1).step_by(step(columns)) {
            let [r, g, b, a] = raster.pixel(x, y).map(u64::from);
            for (sum, value) in sum.iter_mut().zip([r * a, g * a, b * a, a]) {
                *sum += value;
            }
            count += 1;
        }
    }
    let [r, g, b, a] = sum;
    if a == 0 || 2 * a < 255 * count {
        return None;
    }
    let part = |sum: u64| u8::try_from((sum + a / 2) / a).unwrap_or(u8::MAX);
    Some((part(r), part(g), part(b)))
}

/// A pixel's colour, as near as the terminal has it.
fn shade(rgb: Rgb, x: u16, y: u16, level: Level) -> Color {
    match level {
        Level::True | Level::None => Color::Rgb(rgb.0, rgb.1, rgb.2),
        Level::Ansi256 => palette::near_256(rgb),
        Level::Ansi16 => {
            let threshold = BAYER[usize::from(y % 4)][usize::from(x % 4)];
            let moved = (2 * threshold - 15) * SPREAD / 30;
            let part = |part: u8| (i32::from(part) + moved).clamp(0, 255) as u8;
            palette::near_16((part(rgb.0), part(rgb.1), part(rgb.2)))
        }
    }
}

/// A character for the light of both halves.
fn brightness(upper: Option<Rgb>, lower: Option<Rgb>, theme: &Theme) -> &'static str {
    let light = |(r, g, b): Rgb| 2 * u32::from(r) + 4 * u32::from(g) + u32::from(b);
    let both = [upper, lower].into_iter().flatten();
    let (count, sum) = both.fold((0, 0), |(count, sum), rgb| (count + 1, sum + light(rgb)));
    if count == 0 {
        return " ";
    }
    let steps = BY_BRIGHTNESS.len() as u32;
    let step = (sum / count * steps / (7 * 255 + 1)) as usize;
    match theme.is_light {
        true => BY_BRIGHTNESS[BY_BRIGHTNESS.len() - 1 - step],
        false => BY_BRIGHTNESS[step],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_over_a_picture_cuts_it_in_two() {
        let span = PictureSpan {
            id: PictureId(1),
            cells: Size::new(10, 4),
            column: 0,
            row: 2,
            x: 5,
            y: 7,
            width: 10,
        };
        let parts = |area| -> Vec<_> {
            let parts = span.outside(area);
            parts
                .map(|part| (part.column, part.x, part.width))
                .collect()
        };
        assert_eq!(parts(Rect::new(0, 0, 80, 7)), [(0, 5, 10)]);
        assert_eq!(parts(Rect::new(8, 5, 3, 5)), [(0, 5, 3), (6, 11, 4)]);
        assert_eq!(parts(Rect::new(0, 7, 9, 1)), [(4, 9, 6)]);
        assert_eq!(parts(Rect::new(9, 7, 40, 1)), [(0, 5, 4)]);
        assert_eq!(parts(Rect::new(0, 0, 80, 24)), []);
        assert_eq!(parts(Rect::new(60, 7, 5, 1)), [(0, 5, 10)]);
    }

    #[test]
    fn scaling_takes_the_mean_and_leaves_out_what_is_transparent() {
        let pixels = [
            [255, 0, 0, 255],
            [0, 0, 255, 255],
            [9, 9, 9, 0],
            [0, 255, 0, 255],
        ];
        let raster = Raster::new(2, 2, pixels.concat()).expect("four pixels");
        let whole = Blocks::new(PictureId(1), &raster, Size::new(2, 1));
        assert_eq!(whole.pixel(0, 0), Some((255, 0, 0)));
        assert_eq!(whole.pixel(0, 1), None);
        let narrow = Blocks::new(PictureId(1), &raster, Size::new(1, 1));
        assert_eq!(narrow.pixel(0, 0), Some((128, 0, 128)));
        assert_eq!(narrow.pixel(0, 1), Some((0, 255, 0)));
        let large = Blocks::new(PictureId(1), &raster, Size::new(4, 3));
        assert_eq!(large.pixel(3, 0), Some((0, 0, 255)));
        assert_eq!(large.pixel(3, 5), Some((0, 255, 0)));
    }

    #[test]
    fn few_colours_are_mixed() {
        let orange = (255, 120, 0);
        let shades: std::collections::HashSet<_> = (0..16)
            .map(|n| shade(orange, n % 4, n / 4, Level::Ansi16))
            .collect();
        assert!(shades.len() > 1, "{shades:?}");
        assert_eq!(shade((0, 0, 0), 1, 1, Level::Ansi256), Color::Indexed(16));
        assert_eq!(shade(orange, 0, 0, Level::True), Color::Rgb(255, 120, 0));
    }
}
