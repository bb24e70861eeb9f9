//! Links on the screen. A buffer's cell can't hold an OSC 8 sequence without lying about its width,
//! so that drawing gives the places of links beside the cells, and the shell's backend opens and
//! closes them around the cells that it writes.

use ratatui::buffer::{Buffer, CellDiffOption};
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

/// Makes sure that the cells of links that came, went or changed since the last frame are written,
/// also where the text is the same as before. Call it after drawing and before flushing.
pub fn mark_changed(buffer: &mut Buffer, before: &[LinkSpan], now: &[LinkSpan]) {
    let came = now.iter().filter(|link| !before.contains(link));
    let went = before.iter().filter(|link| !now.contains(link));
    for link in came.chain(went) {
        for x in link.x..link.x.saturating_add(link.width) {
            if let Some(cell) = buffer.cell_mut((x, link.y)) {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }
}
