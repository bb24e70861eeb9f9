//! Lists of lines, of which some can be picked.

use super::{Canvas, Dialog, style};
use crate::app::menu_rows::MenuRow;

/// The rows that are visible.
pub(super) fn menu(rows: &[MenuRow], selected: usize, dialog: &Dialog, canvas: &mut Canvas<'_>) {
    let area = dialog.inside;
    for (said, y) in rows.iter().zip(area.top()..area.bottom()) {
        let row = ratatui::layout::Rect::new(area.x, y, area.width, 1);
        let faint = canvas.theme.faint;
        let mut end = row.right();
        if !said.detail.is_empty() && row.width > 30 {
            end = canvas.text_right(end, y, &said.detail, faint);
            end = end.saturating_sub(1);
        }
        let tone = style(said.tone, canvas);
        canvas.text(row.x, y, end.saturating_sub(row.x), &said.text, tone);
        if said.place == Some(selected) {
            canvas.restyle(row, canvas.theme.picked);
        }
    }
}
