//! The input below the log, and inputs inside of popups.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use crate::app::App;
use crate::app::layout::{Areas, PROMPT, SEND};
use crate::editor::Editor;
use crate::text::{self, Emoji};

/// What stands in the input while nothing is typed.
const HINT: &str = "type here";

/// The input, with the cursor unless something lies over the screen.
pub(super) fn input(app: &App, areas: &Areas, canvas: &mut Canvas<'_>) {
    let area = areas.input;
    if area.height == 0 {
        return;
    }
    let theme = canvas.theme;
    canvas.text(area.x, area.y, area.width, PROMPT, theme.accent);
    let send = areas.send;
    let style = match app.input().is_empty() {
        true => theme.faint,
        false => theme.key,
    };
    canvas.text(send.x, send.y, send.width, SEND, style);
    let inner = areas.input_text();
    if app.input().is_empty() {
        canvas.text(inner.x, inner.y, inner.width, HINT, theme.faint);
    }
    let cursor = editor(app.input(), inner, canvas);
    // On a drawing it is put already.
    if app.popup().is_none() && canvas.cursor.is_none() {
        canvas.cursor = cursor;
    }
}

/// An editor's rows. Gives where its cursor is.
pub(super) fn editor(editor: &Editor, area: Rect, canvas: &mut Canvas<'_>) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let layout = editor.layout(area.width, area.height);
    let style = match editor.is_offered() {
        true => canvas.theme.picked,
        false => canvas.theme.text,
    };
    for (row, y) in layout.rows.into_iter().zip(area.top()..area.bottom()) {
        // As the layout measured it.
        let shown = text::shown(&editor.text()[row], Emoji::Safe);
        canvas.shown(area.x, y, area.right(), &shown, style);
    }
    Some(Position::new(area.x + layout.x, area.y + layout.y))
}
