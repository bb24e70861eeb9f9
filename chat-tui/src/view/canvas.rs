//! What everything is drawn with: text that stays inside of its columns, borders, and the links and
//! the cursor that a frame ends up with. Every text goes through [`text::shown`] here, so that no
//! byte of a peer reaches the terminal in another way.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::links::LinkSpan;
use super::raster::PictureSpan;
use super::theme::Theme;
use crate::text::{self, Emoji};

/// A buffer being drawn.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) theme: &'a Theme,
    pub(super) emoji: Emoji,
    pub(super) links: Vec<LinkSpan>,
    pub(super) pictures: Vec<PictureSpan>,
    pub(super) cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: &'a Theme, emoji: Emoji) -> Canvas<'a> {
        Canvas {
            buffer,
            theme,
            emoji,
            links: Vec::new(),
            pictures: Vec::new(),
            cursor: None,
        }
    }

    /// Any text on one line of at most `width` columns, cut with `…`. Gives where it ends.
    pub(super) fn text(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        let shown = text::shown_line(text, self.emoji);
        let cut = text::fit(&shown, usize::from(width));
        self.shown(x, y, x.saturating_add(width), &cut, style)
    }

    /// Any text, so that it ends before `right`. Gives where it starts.
    pub(super) fn text_right(&mut self, right: u16, y: u16, text: &str, style: Style) -> u16 {
        let shown = text::shown_line(text, self.emoji);
        let x = right.saturating_sub(columns(&shown));
        self.shown(x, y, right, &shown, style);
        x
    }

    /// Text that has been through [`text::shown`], up to the column `right`. Gives where it ends.
    pub(super) fn shown(&mut self, x: u16, y: u16, right: u16, shown: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        let right = right.min(area.right());
        let mut x = x;
        if y >= area.bottom() {
            return x;
        }
        for (unit, width) in text::cells(shown) {
            let width = u16::try_from(width).unwrap_or(0);
            if width == 0 {
                continue;
            }
            if x.saturating_add(width) > right {
                break;
            }
            for covered in x..x + width {
                self.buffer[(covered, y)].reset();
                self.buffer[(covered, y)].set_style(style);
            }
            self.buffer[(x, y)].set_symbol(unit);
            x += width;
        }
        x
    }

    /// One character of one column.
    pub(super) fn glyph(&mut self, x: u16, y: u16, glyph: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.reset();
            cell.set_symbol(glyph).set_style(style);
        }
    }

    /// The same glyph from `x` up to `right`.
    pub(super) fn rule(&mut self, x: u16, right: u16, y: u16, glyph: &str, style: Style) {
        for x in x..right {
            self.glyph(x, y, glyph, style);
        }
    }

    /// Puts a style over what is drawn.
    pub(super) fn restyle(&mut self, area: Rect, style: Style) {
        self.buffer
            .set_style(area.intersection(self.buffer.area), style);
    }

    /// Makes an area empty, also of links and pictures. A wide character that reaches into it goes as a whole.
    pub(super) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() {
            return;
        }
        for y in area.top()..area.bottom() {
            if let Some(left) = area.x.checked_sub(1) {
                let cell = &mut self.buffer[(left, y)];
                if cell.cell_width() > 1 {
                    cell.set_symbol(" ");
                }
            }
            for x in area.left()..area.right() {
                self.buffer[(x, y)].reset();
            }
        }
        self.links.retain_mut(|link| link.keep_outside(area));
        let pictures = self.pictures.drain(..);
        self.pictures = pictures.flat_map(|span| span.outside(area)).collect();
    }
}

/// The columns of shown text, as the buffer counts them.
pub(super) fn columns(shown: &str) -> u16 {
    u16::try_from(text::width(shown)).unwrap_or(u16::MAX)
}
