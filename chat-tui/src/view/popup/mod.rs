//! What lies over the screen: only the topmost is drawn. Each draws itself into a [`dialog`].

mod ask;
mod list;
mod read;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::{Canvas, columns};
use crate::app::{App, Popup, reader};
use crate::text;

/// The topmost popup, in the middle of `screen`.
pub(super) fn popup(app: &App, screen: Rect, canvas: &mut Canvas<'_>) {
    let Some(popup) = app.popup() else {
        return;
    };
    match popup {
        Popup::Help { scroll } => read::reader(app, popup, ("help", *scroll), screen, canvas),
        Popup::Card(card) => {
            read::reader(app, popup, (&card.title, card.scroll), screen, canvas);
        }
        Popup::Nick(prompt) => ask::nick(prompt, screen, canvas),
        Popup::Login(login) => ask::login(login, screen, canvas),
        Popup::Quit(leaving) => ask::quit(leaving, screen, canvas),
        Popup::Paste(paste) => ask::paste(paste, screen, canvas),
        Popup::Certificate { fingerprint } => ask::certificate(app, fingerprint, screen, canvas),
        Popup::Picker(picker) => list::picker(picker, screen, canvas),
        Popup::Search(search) => list::search(app, search, screen, canvas),
    }
}

/// What a popup is called and what can be done in it.
struct Frame<'a> {
    title: &'a str,
    hint: &'a str,
}

/// An empty frame in the middle of `screen` with room for `height` rows of `width` columns, as far
/// as there is room. Gives the area inside.
fn dialog(
    frame: &Frame<'_>,
    width: u16,
    height: u16,
    screen: Rect,
    canvas: &mut Canvas<'_>,
) -> Rect {
    let wide = columns(frame.title).max(columns(frame.hint)).max(width);
    let area = screen.centered(
        ratatui::layout::Constraint::Length(wide.saturating_add(4).min(screen.width)),
        ratatui::layout::Constraint::Length(height.saturating_add(2).min(screen.height)),
    );
    canvas.clear(area);
    if area.width < 10 || area.height < 3 {
        return area;
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
    let room = area.width - 4;
    canvas.text(
        area.x + 2,
        area.y,
        room,
        &format!(" {} ", frame.title),
        style,
    );
    if !frame.hint.is_empty() {
        let hint = format!(" {} ", frame.hint);
        canvas.text(area.x + 2, bottom, room, &hint, canvas.theme.faint);
    }
    Rect::new(area.x + 2, area.y + 1, room, area.height - 2)
}

/// How many columns text may take in a popup on `screen`.
fn room(screen: Rect) -> u16 {
    reader::room(screen.as_size()).width
}

/// A row of text in a popup.
struct Line {
    text: String,
    style: Style,
}

/// A text in rows of at most `width` columns.
fn wrapped(text: &str, width: u16, style: Style, canvas: &Canvas<'_>) -> Vec<Line> {
    let shown = text::shown(text, canvas.emoji);
    text::wrap(&shown, usize::from(width))
        .into_iter()
        .map(|row| Line {
            text: shown[row].to_owned(),
            style,
        })
        .collect()
}

/// Draws rows of text as far as there is room.
fn lines(lines: &[Line], area: Rect, canvas: &mut Canvas<'_>) {
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.shown(area.x, y, area.right(), &line.text, line.style);
    }
}

/// As many as fit into the rows of a screen.
fn rows(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
