//! Links on the screen. A buffer's cell can't hold an OSC 8 sequence without lying about its width,
//! so that drawing gives the places of links beside the cells, and the shell's backend opens and
//! closes them around the cells that it writes.

use ratatui::layout::Rect;

/// A part of a link on one row. A link that was wrapped has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSpan {
    /// Its first column.
    pub x: u16,
    /// Its row.
    pub y: u16,
    /// Its columns.
    pub width: u16,
    /// Where it leads: no control characters, a scheme that is safe to open.
    pub url: String,
}

impl LinkSpan {
    /// Whether the cell is part of it.
    #[must_use]
    pub fn contains(&self, x: u16, y: u16) -> bool {
        self.y == y && (self.x..self.x.saturating_add(self.width)).contains(&x)
    }

    /// Cuts off what lies under `area`; gives whether something is left.
    pub(super) fn keep_outside(&mut self, area: Rect) -> bool {
        let end = self.x + self.width;
        if !(area.top()..area.bottom()).contains(&self.y)
            || end <= area.left()
            || self.x >= area.right()
        {
            return true;
        }
        // What would be left on the right of a popup is dropped: one span, one piece.
        self.width = area.left().saturating_sub(self.x);
        self.width > 0
    }
}
