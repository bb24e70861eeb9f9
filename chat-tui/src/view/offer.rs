//! The emoji that are offered while the name of one is typed.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::app::{App, offer};

/// One a row, over the log's last rows.
pub(super) fn offer(app: &App, canvas: &mut Canvas<'_>) {
    let Some(offer) = offer::offer(app) else {
        return;
    };
    let theme = canvas.theme;
    canvas.clear(offer.area);
    let rows = offer.area.rows();
    for ((index, item), row) in offer.items.iter().enumerate().zip(rows) {
        let Rect { x, y, width, .. } = row;
        canvas.text(x, y, width, &item.label(), theme.key);
        if index == offer.selected {
            canvas.restyle(row, theme.picked);
        }
    }
}
