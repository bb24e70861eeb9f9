//! Text to read: the help and cards.

use ratatui::layout::Rect;

use super::{Canvas, Frame, Line, WIDTH_MAX, dialog, lines, room, rows, wrapped};
use crate::app::keymap::{self, Binding};
use crate::app::popup::Card;
use crate::text;

/// How both are left.
const HINT: &str = "↑ ↓ PgUp PgDn: scroll · Esc: back";

/// Columns for the keys.
const KEYS_WIDTH: u16 = 22;

/// F1: every key, from the table that makes them work.
pub(super) fn help(scroll: usize, screen: Rect, canvas: &mut Canvas<'_>) {
    let frame = Frame {
        title: "help",
        hint: HINT,
    };
    let width = room(screen);
    let keys = KEYS_WIDTH.min(width / 2);
    let table = table(width.saturating_sub(keys + 1), canvas);
    let height = rows(table.len());
    let inner = dialog(&frame, WIDTH_MAX, height, screen, canvas);
    let first = scroll.min(table.len().saturating_sub(usize::from(inner.height)));
    let theme = canvas.theme;
    for (row, y) in table[first..].iter().zip(inner.top()..inner.bottom()) {
        match row {
            Row::Title(title) => canvas.text(inner.x, y, inner.width, title, theme.accent),
            Row::Key(name, what) => {
                canvas.text(inner.x, y, keys, name, theme.key);
                let x = inner.x + keys + 1;
                canvas.shown(x, y, inner.right(), what, theme.text)
            }
        };
    }
}

/// A row of the help.
enum Row {
    Title(&'static str),
    /// Keys, and one row of what they do.
    Key(String, String),
}

fn table(what_width: u16, canvas: &Canvas<'_>) -> Vec<Row> {
    let mut table = Vec::new();
    for section in keymap::KEYS {
        if !table.is_empty() {
            table.push(Row::Title(""));
        }
        table.push(Row::Title(section.title));
        for binding in section.bindings.iter().filter(|row| !row.help.is_empty()) {
            push_binding(&mut table, binding, what_width, canvas);
        }
    }
    table
}

fn push_binding(table: &mut Vec<Row>, binding: &Binding, what_width: u16, canvas: &Canvas<'_>) {
    let what = wrapped(binding.help, what_width, canvas.theme.text, canvas);
    for (index, line) in what.into_iter().enumerate() {
        let keys = if index == 0 {
            binding.keys_text()
        } else {
            String::new()
        };
        table.push(Row::Key(keys, line.text));
    }
}

/// Lines to read.
pub(super) fn card(card: &Card, screen: Rect, canvas: &mut Canvas<'_>) {
    let frame = Frame {
        title: &card.title,
        hint: HINT,
    };
    let width = room(screen);
    let style = canvas.theme.text;
    let said: Vec<Line> = card
        .lines
        .iter()
        .flat_map(|line| wrapped(line, width, style, canvas))
        .collect();
    let widest = said.iter().map(|line| text::width(&line.text)).max();
    let inner = dialog(
        &frame,
        rows(widest.unwrap_or(0)),
        rows(said.len()),
        screen,
        canvas,
    );
    let first = card
        .scroll
        .min(said.len().saturating_sub(usize::from(inner.height)));
    lines(&said[first..], inner, canvas);
}
