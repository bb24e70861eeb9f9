//! Text to read: the help and cards, in the rows that [`reader`] makes of them.

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::reader::{self, Row};

/// The rows that are visible, as they were made for so many columns.
pub(super) fn rows(rows: &[Row], columns: u16, area: Rect, canvas: &mut Canvas<'_>) {
    for (said, y) in rows.iter().zip(area.top()..area.bottom()) {
        row(said, columns, Rect::new(area.x, y, area.width, 1), canvas);
    }
}

fn row(said: &Row, columns: u16, row: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let right = row.right();
    match said {
        Row::Title(title) => canvas.shown(row.x, row.y, right, title, theme.accent),
        Row::Text(text) => canvas.shown(row.x, row.y, right, text, theme.text),
        Row::Entry(keys, what) => {
            canvas.shown(row.x, row.y, right, keys, theme.key);
            let x = row.x + reader::keys_columns(columns) + 1;
            canvas.shown(x, row.y, right, what, theme.text)
        }
    };
}
