//! A picture: one byte a pixel on the fixed grid.

use super::draw;
use super::limits::{PIXELS, WIDTH};
use super::stroke::{Point, Stroke};

/// What a canvas shows. Starts empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Row by row from the top left; 0 is empty, else a colour's number.
    pixels: Box<[u8]>,
}

impl Default for Picture {
    fn default() -> Picture {
        Picture::new()
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let drawn = self.pixels.iter().filter(|pixel| **pixel != 0).count();
        write!(f, "Picture({drawn} pixels drawn)")
    }
}

impl Picture {
    /// An empty picture.
    #[must_use]
    pub fn new() -> Picture {
        Picture {
            pixels: vec![0; PIXELS].into_boxed_slice(),
        }
    }

    /// A picture of these pixels, which are [`PIXELS`] values of at most
    /// [`COLOURS`](super::limits::COLOURS).
    pub(super) fn of(pixels: Box<[u8]>) -> Picture {
        debug_assert_eq!(pixels.len(), PIXELS);
        Picture { pixels }
    }

    /// All pixels, row by row from the top left.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row of [`WIDTH`] pixels; none outside the grid.
    #[must_use]
    pub fn row(&self, y: u16) -> &[u8] {
        let width = usize::from(WIDTH);
        let start = usize::from(y) * width;
        self.pixels.get(start..start + width).unwrap_or_default()
    }

    /// The value of a pixel: 0 for empty, else its colour's number.
    #[must_use]
    pub fn at(&self, point: Point) -> u8 {
        self.pixels[usize::from(point.y()) * usize::from(WIDTH) + usize::from(point.x())]
    }

    /// Whether nothing is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pixels.iter().all(|pixel| *pixel == 0)
    }

    /// Draws a stroke, or a piece of one.
    pub fn draw(&mut self, stroke: &Stroke) {
        draw::draw(&mut self.pixels, stroke);
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        self.pixels.fill(0);
    }
}
