//! Text to read: the help and cards, in the rows that [`reader`] makes of them.

use ratatui::layout::Rect;

use super::{Canvas, Frame, dialog, rows};
use crate::app::reader::{self, Row};
use crate::app::{App, Popup};
use crate::text;

/// How it is left.
const HINT: &str = "↑ ↓ PgUp PgDn: scroll · Esc: back";

/// A popup that is read, with its title and the rows that are scrolled away at its top.
pub(super) fn reader(
    app: &App,
    popup: &Popup,
    (title, scroll): (&str, usize),
    screen: Rect,
    canvas: &mut Canvas<'_>,
) {
    let width = reader::room(screen.as_size()).width;
    let said = reader::rows(app, popup, width);
    let widest = said.iter().map(|row| row_width(row, width)).max();
    let frame = Frame { title, hint: HINT };
    let inner = dialog(
        &frame,
        widest.unwrap_or(0),
        rows(said.len()),
        screen,
        canvas,
    );
    let first = scroll.min(said.len().saturating_sub(usize::from(inner.height)));
    for (said, y) in said[first..].iter().zip(inner.top()..inner.bottom()) {
        row(said, width, Rect::new(inner.x, y, inner.width, 1), canvas);
    }
}

fn row_width(row: &Row, width: u16) -> u16 {
    match row {
        Row::Title(title) => super::columns(title),
        Row::Entry(..) => width,
        Row::Text(text) => rows(text::width(text)),
    }
}

fn row(said: &Row, width: u16, row: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let right = row.right();
    match said {
        Row::Title(title) => canvas.shown(row.x, row.y, right, title, theme.accent),
        Row::Text(text) => canvas.shown(row.x, row.y, right, text, theme.text),
        Row::Entry(keys, what) => {
            canvas.shown(row.x, row.y, right, keys, theme.key);
            let x = row.x + reader::keys_columns(width) + 1;
            canvas.shown(x, row.y, right, what, theme.text)
        }
    };
}
