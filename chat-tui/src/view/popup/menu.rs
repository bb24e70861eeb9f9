//! Lists of lines, of which some can be picked.

use super::{Canvas, Dialog, style};
use crate::app::menu_rows::MenuRow;
use crate::text;

/// What stands at the right and is not longer is worth more than the end of what is said.
const SHORT: usize = 8;

/// The rows that are visible.
pub(super) fn menu(rows: &[MenuRow], selected: usize, dialog: &Dialog, canvas: &mut Canvas<'_>) {
    let area = dialog.inside;
    for (said, y) in rows.iter().zip(area.top()..area.bottom()) {
        let row = ratatui::layout::Rect::new(area.x, y, area.width, 1);
        let faint = canvas.theme.faint;
        let mut end = row.right();
        let detail = text::width(&said.detail);
        let fits = text::width(&said.text) + 1 + detail <= usize::from(row.width);
        if detail > 0 && (fits || (detail <= SHORT && row.width > 30)) {
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
