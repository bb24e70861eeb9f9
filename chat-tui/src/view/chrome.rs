//! What stands around the panes: header, borders with their titles, the line above the input with
//! what there is to say, the bar.

use chat_core::Presence;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::drawing;
use crate::app::App;
use crate::app::layout::{self, Areas};
use crate::app::model::{Connection, NoticeKind};
use crate::app::security::Security;
use crate::app::status;
use crate::text;

/// What the header says of a connection that everybody on the way can read.
const NOT_PRIVATE: &str = "NOT ENCRYPTED";

/// Most rows of the log that what there is to say may take.
const SAID_ROWS_MAX: u16 = 6;

/// What the line above the input says while it changes something.
const EDITING: &str = "editing · Enter changes it · Esc leaves it";

/// The header: server, connection, conversation and topic on the left, the own nick on the right.
pub(super) fn header(app: &App, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let theme = canvas.theme;
    let y = area.y;
    let right = area.right().saturating_sub(1);
    let mut end = right;
    if let Some(me) = &app.me {
        let style = theme.nick(me.account);
        if usize::from(area.width) >= me.nick.as_str().len() + 24 {
            end = canvas.text_right(right, y, me.nick.as_str(), style);
            if me.presence == Presence::Away {
                end = canvas.text_right(end.saturating_sub(1), y, "(away)", theme.warning);
            }
            end = end.saturating_sub(2);
        }
    }
    let mut x = area.x + 1;
    let left = |x: u16| end.saturating_sub(x);
    if app.security == Security::Plain {
        // Before all else, so that it is there however narrow the screen is.
        x = canvas.text(x, y, left(x), NOT_PRIVATE, theme.bad) + 1;
    }
    x = canvas.text(x, y, left(x), &app.server.name, theme.text) + 1;
    let (dot, state) = status::connection(app);
    let style = connection_style(app, canvas);
    x = canvas.text(x, y, left(x), dot, style) + 1;
    if !state.is_empty() {
        x = canvas.text(x, y, left(x), &state, theme.faint) + 1;
    }
    if let Some(view) = app.current() {
        x += 1;
        x = canvas.text(x, y, left(x), &view.title(), theme.accent);
        if !view.info.topic.is_empty() {
            let topic = format!(" — {}", view.info.topic);
            canvas.text(x, y, left(x), &topic, theme.faint);
        }
    }
}

fn connection_style(app: &App, canvas: &Canvas<'_>) -> Style {
    match app.connection {
        Connection::Online => canvas.theme.good,
        Connection::Closed { .. } => canvas.theme.bad,
        _ => canvas.theme.warning,
    }
}

/// The borders, with titles in the topmost.
pub(super) fn borders(app: &App, areas: &Areas, canvas: &mut Canvas<'_>) {
    let Some(divider) = areas.divider else {
        return;
    };
    let style = canvas.theme.border;
    let frame = areas.frame;
    let (left, right) = (frame.left(), frame.right() - 1);
    let (top, bottom) = (frame.top(), frame.bottom() - 1);
    for (y, ends) in [
        (top, ["┌", "┐"]),
        (divider, ["├", "┤"]),
        (bottom, ["└", "┘"]),
    ] {
        if y < bottom {
            canvas.rule(left + 1, right, y, "─", style);
        }
        canvas.glyph(left, y, ends[0], style);
        canvas.glyph(right, y, ends[1], style);
    }
    for y in (top + 1..bottom).filter(|y| *y != divider) {
        canvas.glyph(left, y, "│", style);
        canvas.glyph(right, y, "│", style);
    }
    let between = [
        areas.conversations.map(Rect::right),
        areas.roster.map(|area| area.left() - 1),
        areas
            .canvas
            .filter(|_| areas.log.height > 0)
            .map(|area| area.left() - 1),
    ];
    for x in between.into_iter().flatten() {
        canvas.glyph(x, top, "┬", style);
        canvas.glyph(x, divider, "┴", style);
        for y in top + 1..divider {
            canvas.glyph(x, y, "│", style);
        }
    }
    titles(app, areas, canvas);
}

fn titles(app: &App, areas: &Areas, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.text;
    if let Some(area) = areas.conversations {
        title(area, "conversations", style, canvas);
    }
    if let Some(view) = app.current() {
        if areas.log.height > 0 || areas.canvas.is_none() {
            title(areas.log, &view.title(), canvas.theme.accent, canvas);
        }
        if let Some(area) = areas.canvas {
            title(area, &drawing::title(app), canvas.theme.accent, canvas);
        }
        if let Some(area) = areas.roster {
            let count = match app.is_online() {
                true => format!("online {}", view.roster.present()),
                false => "people".to_owned(),
            };
            title(area, &count, style, canvas);
        }
    }
}

/// A title in the border above a pane.
fn title(pane: Rect, title: &str, style: Style, canvas: &mut Canvas<'_>) {
    let Some(y) = pane.y.checked_sub(1).filter(|_| pane.width >= 5) else {
        return;
    };
    let border = canvas.theme.border;
    let end = canvas.text(pane.x + 1, y, pane.width - 2, title, style);
    canvas.glyph(pane.x, y, " ", border);
    canvas.glyph(end, y, " ", border);
}

/// What there is to say, in the line between the panes and the input: on the left what is being
/// completed, or a notice, or why there is no connection; on the right what came below.
pub(super) fn status(app: &App, areas: &Areas, canvas: &mut Canvas<'_>) {
    let Some(status) = status::status(app, areas) else {
        return;
    };
    let theme = canvas.theme;
    if let Some((area, label)) = &status.below {
        canvas.text(area.x, area.y, area.width, label, theme.unread);
    }
    if let Some(completion) = &app.completion {
        for candidate in &status.candidates {
            let style = if completion.at == Some(candidate.index) {
                theme.text.patch(theme.picked)
            } else {
                theme.faint
            };
            let area = candidate.area;
            canvas.shown(area.x, area.y, area.right(), &candidate.label, style);
        }
        return;
    }
    let hint = status::hint(app);
    let (said, style) = match (&app.notice, &app.connection) {
        (Some(notice), _) => match notice.kind {
            NoticeKind::Info => (notice.text.as_str(), theme.text),
            NoticeKind::Error => (notice.text.as_str(), theme.bad),
        },
        (None, _) if is_editing(app) => (EDITING, theme.warning),
        (None, Connection::Offline { why, .. }) => (why.as_str(), theme.warning),
        (None, Connection::Closed { why }) => (why.as_str(), theme.bad),
        (None, _) => match &hint {
            Some(hint) => (hint.as_str(), theme.unread),
            None => return,
        },
    };
    let Rect { x, y, width, .. } = status.said;
    let label = format!(" {said} ");
    let fits = text::width(&text::shown_line(&label, canvas.emoji)) <= usize::from(width);
    // Why there is no connection for now stays too long to hide what was said last.
    let passing = app.notice.is_none() && !matches!(app.connection, Connection::Closed { .. });
    let log = match areas.canvas {
        Some(area) if areas.log.height == 0 => area,
        _ => areas.log,
    };
    if fits || passing || !say_above(said, style, log, canvas) {
        canvas.text(x, y, width, &label, style);
    }
}

fn is_editing(app: &App) -> bool {
    app.current().is_some_and(|view| view.editing.is_some())
}

/// Says on the last rows of the log what is too long for one line: the end of such a sentence tells
/// what to do. Gives whether there was room beside some of the log.
fn say_above(said: &str, style: Style, log: Rect, canvas: &mut Canvas<'_>) -> bool {
    let shown = text::shown_line(said, canvas.emoji);
    let rows = text::wrap(&shown, usize::from(log.width.saturating_sub(2)));
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    if height > SAID_ROWS_MAX || height >= log.height {
        return false;
    }
    let y = log.bottom() - height;
    canvas.clear(Rect { y, height, ..log });
    for (row, y) in rows.into_iter().zip(y..) {
        canvas.shown(log.x + 1, y, log.right(), &shown[row], style);
    }
    true
}

/// The bar: keys and what they do, to press or to click.
pub(super) fn bar(app: &App, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    for button in layout::buttons(app, area) {
        let (y, right) = (button.area.y, button.area.right());
        let x = canvas.shown(button.area.x, y, right, button.key, theme.key);
        canvas.shown(x + 1, y, right, button.label, theme.faint);
    }
}
