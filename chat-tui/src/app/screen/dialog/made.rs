//! What popups are made of: text in rows, a row to type in, a list below one.

use std::ops::Range;

use ratatui::layout::{Rect, Size};

use super::{Body, Dialog, Hints, Line, Plan, TYPED_COLUMNS, Tone};
use crate::app::model::App;
use crate::app::screen::reader;
use crate::text;

/// Text, and a line to type below it.
pub(super) fn typed(
    app: &App,
    title: &str,
    hints: Hints,
    label: &'static str,
    said: Vec<Line>,
) -> Dialog {
    let above = said.len() + usize::from(!said.is_empty());
    let plan = Plan {
        title: title.to_owned(),
        hints,
        size: Size::new(typed_columns(app), count(above + 1)),
    };
    let mut dialog = Dialog::place(app, plan);
    let inside = dialog.inside;
    // Where there is little room, what is typed matters more than what is said.
    let above = count(above).min(inside.height.saturating_sub(1));
    dialog.body = Body::Typed {
        said,
        said_at: Rect {
            height: above,
            ..inside
        },
        label,
        field: Rect::new(inside.x, inside.y + above, inside.width, 1),
    };
    dialog
}

pub(super) fn said(app: &App, title: &str, hints: Hints, lines: Vec<Line>) -> Dialog {
    let width = lines.iter().map(|line| columns(&line.text)).max();
    let plan = Plan {
        title: title.to_owned(),
        hints,
        size: Size::new(width.unwrap_or(0), count(lines.len())),
    };
    Dialog {
        body: Body::Said(lines),
        ..Dialog::place(app, plan)
    }
}

/// A line to type and the part of a list with the picked item in it.
pub(super) fn list(app: &App, plan: Plan, items: usize, selected: usize) -> Dialog {
    let mut dialog = Dialog::place(app, plan);
    let inside = dialog.inside;
    let field = Rect {
        height: inside.height.min(1),
        ..inside
    };
    let rows = Rect {
        y: field.bottom(),
        height: inside.height - field.height,
        ..inside
    };
    let height = usize::from(rows.height);
    dialog.body = Body::List {
        field,
        rows,
        first: selected
            .saturating_sub(height / 2)
            .min(items.saturating_sub(height)),
        count: items,
    };
    dialog
}

/// How much text a popup has room for.
pub(super) fn room(app: &App) -> Size {
    reader::room(app.size)
}

/// A text in rows.
pub(super) fn wrapped(app: &App, said: &str, tone: Tone) -> Vec<Line> {
    wrapped_to(app, said, tone, room(app).width)
}

/// The columns of a popup in which something is typed.
pub(super) fn typed_columns(app: &App) -> u16 {
    room(app).width.min(TYPED_COLUMNS)
}

pub(super) fn wrapped_to(app: &App, said: &str, tone: Tone, width: u16) -> Vec<Line> {
    let shown = text::shown(said, app.options.emoji);
    let rows = text::wrap(&shown, usize::from(width));
    let line = |row: Range<usize>| Line {
        text: shown[row].to_owned(),
        tone,
    };
    rows.into_iter().map(line).collect()
}

/// The columns that a text takes on one line.
pub(super) fn columns(said: &str) -> u16 {
    count(text::width(said))
}

/// As many as fit on a screen.
pub(super) fn count(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
