//! What lies over the screen: only the topmost is drawn, where [`dialog`] says that it is.

mod list;
mod menu;
mod read;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::input;
use crate::app::dialog::{self, Body, Dialog, Line, Tone};
use crate::app::popup::{Login, Prompt};
use crate::app::{App, Popup};
use crate::editor::Editor;

/// The topmost popup.
pub(super) fn popup(app: &App, canvas: &mut Canvas<'_>) {
    let Some(popup) = app.popup() else {
        return;
    };
    let dialog = dialog::dialog(app, popup);
    frame(&dialog, canvas);
    match &dialog.body {
        Body::Said(said) => lines(said, dialog.inside, canvas),
        Body::Typed {
            said,
            said_at,
            label,
            field: row,
        } => {
            lines(said, *said_at, canvas);
            if let Popup::Nick(Prompt { input, .. })
            | Popup::Connect(Prompt { input, .. })
            | Popup::Login(Login { input, .. }) = popup
            {
                field(label, input, *row, canvas);
            }
        }
        Body::List {
            field: row, rows, ..
        } => match popup {
            Popup::Picker(picker) => {
                field("> ", &picker.query, *row, canvas);
                list::picker(picker, &dialog, *rows, canvas);
            }
            Popup::Search(search) => {
                field("> ", &search.query, *row, canvas);
                list::search(app, search, &dialog, *rows, canvas);
            }
            _ => {}
        },
        Body::Menu { rows, selected } => menu::menu(rows, *selected, &dialog, canvas),
        Body::Read { rows, columns } => read::rows(rows, *columns, dialog.inside, canvas),
    }
}

/// The border, with the title above and what can be done below.
fn frame(dialog: &Dialog, canvas: &mut Canvas<'_>) {
    let area = dialog.area;
    canvas.clear(area);
    if dialog.inside == area {
        return;
    }
    let style = canvas.theme.accent;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for (y, ends) in [(area.y, ["┌", "┐"]), (bottom, ["└", "┘"])] {
        canvas.rule(area.x + 1, right, y, "─", style);
        canvas.glyph(area.x, y, ends[0], style);
        canvas.glyph(right, y, ends[1], style);
    }
    for y in area.y + 1..bottom {
        canvas.glyph(area.x, y, "│", style);
        canvas.glyph(right, y, "│", style);
    }
    let title = format!(" {} ", dialog.title);
    canvas.text(dialog.inside.x, area.y, dialog.inside.width, &title, style);
    hints(dialog, canvas);
}

fn hints(dialog: &Dialog, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.faint;
    for (index, hint) in dialog.hints.iter().enumerate() {
        let at = hint.area;
        let before = if index == 0 { " " } else { " · " };
        canvas.text_right(at.x, at.y, before, style);
        canvas.text(at.x, at.y, at.width, &hint.text, style);
        canvas.glyph(at.right(), at.y, " ", style);
    }
}

/// A label and one row of an editor, which has the cursor.
fn field(label: &str, editor: &Editor, row: Rect, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.accent;
    let x = canvas.text(row.x, row.y, row.width / 2, label, style);
    let area = Rect::new(x, row.y, row.right().saturating_sub(x), row.height.min(1));
    canvas.cursor = input::editor(editor, area, canvas);
}

/// Draws rows of text as far as there is room.
fn lines(lines: &[Line], area: Rect, canvas: &mut Canvas<'_>) {
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        let style = style(line.tone, canvas);
        canvas.shown(area.x, y, area.right(), &line.text, style);
    }
}

fn style(tone: Tone, canvas: &Canvas<'_>) -> Style {
    match tone {
        Tone::Plain => canvas.theme.text,
        Tone::Title => canvas.theme.accent,
        Tone::Faint => canvas.theme.faint,
        Tone::Warning => canvas.theme.warning,
        Tone::Bad => canvas.theme.bad,
    }
}
