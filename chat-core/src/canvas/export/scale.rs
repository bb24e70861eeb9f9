//! The grid in a pane of some size: as large as fits, from the pane's top left corner, with a cell
//! twice as high as it is wide.

use super::glyphs::Glyphs;
use crate::canvas::Point;
use crate::canvas::limits::{HEIGHT, WIDTH};

/// How the grid lies in a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    columns: u16,
    rows: u16,
}

/// Rows of square pixels that a row of cells is high, where a cell is one wide.
const CELL_HEIGHT: u32 = 2;

impl Scale {
    /// The largest that fits a pane of this many cells and keeps the grid's proportions to within a
    /// cell. Nothing for a pane without cells.
    #[must_use]
    pub fn fit(columns: u16, rows: u16) -> Option<Scale> {
        let (width, height) = (u32::from(WIDTH), u32::from(HEIGHT));
        // Halves up, so that the nearest whole cell is taken.
        let rows_of = |columns: u16| {
            let cells = width * CELL_HEIGHT;
            (u32::from(columns) * height + cells / 2) / cells
        };
        let columns_of = |rows: u16| (u32::from(rows) * width * CELL_HEIGHT + height / 2) / height;
        if columns == 0 || rows == 0 {
            return None;
        }
        let at_full_width = rows_of(columns).max(1);
        Some(if at_full_width <= u32::from(rows) {
            Scale {
                columns,
                rows: at_full_width as u16,
            }
        } else {
            Scale {
                columns: columns_of(rows).clamp(1, columns.into()) as u16,
                rows,
            }
        })
    }

    /// Columns that the grid takes.
    #[must_use]
    pub fn columns(&self) -> u16 {
        self.columns
    }

    /// Rows that the grid takes.
    #[must_use]
    pub fn rows(&self) -> u16 {
        self.rows
    }

    /// The pixel in the middle of a cell; nothing beside the grid.
    #[must_use]
    pub fn point(&self, column: u16, row: u16) -> Option<Point> {
        self.sub_point(column, row, (1, 1))
    }

    /// The pixel in the middle of a part of a cell, where `column` and `row` count parts and `parts`
    /// says how many a cell has across and down ([`Glyphs::parts`], or a mouse that reports pixels).
    /// Nothing beside the grid.
    #[must_use]
    pub fn sub_point(&self, column: u16, row: u16, parts: (u16, u16)) -> Option<Point> {
        let across = u32::from(self.columns) * u32::from(parts.0);
        let down = u32::from(self.rows) * u32::from(parts.1);
        if u32::from(column) >= across || u32::from(row) >= down {
            return None;
        }
        let middle = |place: u16, of: u32, pixels: u16| {
            let twice = (2 * u64::from(place) + 1) * u64::from(pixels);
            (twice / (2 * u64::from(of))) as i32
        };
        Some(Point::nearest(
            middle(column, across, WIDTH),
            middle(row, down, HEIGHT),
        ))
    }

    /// The cell in which the middle of a pixel is: column and row.
    #[must_use]
    pub fn cell(&self, point: Point) -> (u16, u16) {
        self.sub_cell(point, (1, 1))
    }

    /// The part of a cell in which the middle of a pixel is, counted as in
    /// [`sub_point`](Scale::sub_point).
    #[must_use]
    pub fn sub_cell(&self, point: Point, parts: (u16, u16)) -> (u16, u16) {
        let part = |place: u16, cells: u16, parts: u16, pixels: u16| {
            let of = u64::from(cells) * u64::from(parts);
            ((2 * u64::from(place) + 1) * of / (2 * u64::from(pixels))) as u16
        };
        (
            part(point.x(), self.columns, parts.0, WIDTH),
            part(point.y(), self.rows, parts.1, HEIGHT),
        )
    }

    /// The pixels that each part of a cell shows, along columns and along rows: those whose middle is
    /// in it, as [`sub_cell`](Scale::sub_cell) says, and at least one.
    pub(super) fn spans(&self, glyphs: Glyphs) -> (Vec<Span>, Vec<Span>) {
        let (across, down) = glyphs.parts();
        (
            spans(u32::from(self.columns) * u32::from(across), WIDTH),
            spans(u32::from(self.rows) * u32::from(down), HEIGHT),
        )
    }
}

/// Pixels along one direction: the first, and the one behind the last.
pub(super) type Span = (usize, usize);

fn spans(parts: u32, pixels: u16) -> Vec<Span> {
    let (parts, pixels) = (u64::from(parts), u64::from(pixels));
    // The first pixel whose middle is not before the part.
    let edge = |part: u64| ((2 * part * pixels + parts - 1) / (2 * parts)) as usize;
    let span = |part| match (edge(part), edge(part + 1)) {
        // It is smaller than a pixel: the one in which its middle is.
        (start, end) if start == end => {
            let pixel = ((2 * part + 1) * pixels / (2 * parts)) as usize;
            (pixel, pixel + 1)
        }
        span => span,
    };
    (0..parts).map(span).collect()
}
