//! A picture for people: as a PNG or SVG file, as lines of text, and as characters for a pane of any
//! size, with the way back from a place in the pane to a pixel.
//!
//! *Never*: files, terminals.

mod cells;
mod glyphs;
mod palette;
mod png;
mod scale;
mod svg;

pub use cells::{Cell, to_plain, to_text};
pub use glyphs::{Glyphs, braille, octant};
pub use palette::{Paper, Rgb, name, rgb};
pub use png::{PngError, SCALE_MAX, to_png};
pub use scale::Scale;
pub use svg::to_svg;
