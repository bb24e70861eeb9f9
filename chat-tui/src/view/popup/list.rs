//! Lists to pick from: conversations, people, rooms, what a search found.

use ratatui::layout::Rect;

use super::ask::field;
use super::{Canvas, Frame, dialog, room};
use crate::app::popup::{Picker, PickerKind, PickerState, Search, SearchScope};
use crate::app::{App, rows};

/// Most rows of a list: more are found faster by typing.
const ROWS_MAX: u16 = 14;

/// A picker: what is typed, and what fits.
pub(super) fn picker(picker: &Picker, screen: Rect, canvas: &mut Canvas<'_>) {
    let title = match picker.kind {
        PickerKind::GoTo => "go to",
        PickerKind::Person => "write to",
        PickerKind::Room => "rooms",
    };
    let hint = match picker.kind {
        PickerKind::Room => "Enter: join · Esc: back",
        _ => "Enter: go there · Esc: back",
    };
    let inner = dialog(
        &Frame { title, hint },
        room(screen).min(60),
        ROWS_MAX + 1,
        screen,
        canvas,
    );
    let theme = canvas.theme;
    let list = below_field(&picker.query, inner, canvas);
    for (place, row) in visible(picker.matches.len(), picker.selected, list) {
        let Some(item) = picker.matches.get(place).and_then(|i| picker.items.get(*i)) else {
            continue;
        };
        let x = canvas.text(row.x, row.y, row.width, &item.label, theme.text) + 2;
        let width = row.right().saturating_sub(x);
        canvas.text(x, row.y, width, &item.detail, theme.faint);
        if place == picker.selected {
            canvas.restyle(row, theme.picked);
        }
    }
    if picker.matches.is_empty() {
        let said = match picker.state {
            PickerState::Loading => "… loading",
            PickerState::Complete => "nothing fits",
        };
        nothing(said, list, canvas);
    }
}

/// A search and what it found.
pub(super) fn search(app: &App, search: &Search, screen: Rect, canvas: &mut Canvas<'_>) {
    let (title, hint) = match search.scope {
        SearchScope::Here(id) => {
            let name = app.conversation(id).map(|view| view.title());
            let title = format!("search in {}", name.unwrap_or_default());
            (title, "Enter: go there · Ctrl+F: everywhere · Esc: back")
        }
        SearchScope::Everywhere => (
            "search everywhere".to_owned(),
            "Enter: go there · Esc: back",
        ),
    };
    let frame = Frame {
        title: &title,
        hint,
    };
    let inner = dialog(&frame, room(screen), ROWS_MAX + 1, screen, canvas);
    let theme = canvas.theme;
    let list = below_field(&search.query, inner, canvas);
    for (place, row) in visible(search.hits.len(), search.selected, list) {
        let Some(entry) = search.hits.get(place) else {
            continue;
        };
        let left = |x: u16| row.right().saturating_sub(x);
        let date = rows::date(entry.at, &app.zone)
            .strftime("%d %b")
            .to_string();
        let mut x = canvas.text(row.x, row.y, row.width, &date, theme.faint) + 1;
        if search.scope == SearchScope::Everywhere
            && let Some(view) = app.conversation(entry.conversation)
        {
            x = canvas.text(x, row.y, left(x), &view.title(), theme.accent) + 1;
        }
        let nick = theme.nick(entry.author);
        x = canvas.text(x, row.y, left(x), entry.nick.as_str(), nick) + 1;
        canvas.text(x, row.y, left(x), entry.body.text(), theme.text);
        if place == search.selected {
            canvas.restyle(row, theme.picked);
        }
    }
    if search.hits.is_empty() {
        let said = match search.query.is_empty() {
            true => "type what to look for",
            false => "nothing found",
        };
        nothing(said, list, canvas);
    }
}

/// What is typed, in the first row. Gives the rows below it.
fn below_field(query: &crate::editor::Editor, inner: Rect, canvas: &mut Canvas<'_>) -> Rect {
    let first = Rect {
        height: inner.height.min(1),
        ..inner
    };
    field("> ", query, first, canvas);
    Rect {
        y: inner.y + first.height,
        height: inner.height - first.height,
        ..inner
    }
}

/// The places of a list that are visible, the picked one always, and their rows.
fn visible(count: usize, selected: usize, area: Rect) -> impl Iterator<Item = (usize, Rect)> {
    let height = usize::from(area.height);
    let first = selected
        .saturating_sub(height / 2)
        .min(count.saturating_sub(height));
    (first..count)
        .zip(area.top()..area.bottom())
        .map(move |(place, y)| (place, Rect::new(area.x, y, area.width, 1)))
}

fn nothing(said: &str, list: Rect, canvas: &mut Canvas<'_>) {
    if list.height > 0 {
        canvas.text(list.x, list.y, list.width, said, canvas.theme.faint);
    }
}
