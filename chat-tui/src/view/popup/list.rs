//! Lists to pick from: conversations, people, rooms, what a search found.

use std::borrow::Cow;

use chat_core::Body;
use ratatui::layout::Rect;

use super::{Canvas, Dialog};
use crate::app::popup::{Picker, PickerState, Search, SearchScope};
use crate::app::{App, rows};

/// What fits what is typed.
pub(super) fn picker(picker: &Picker, dialog: &Dialog, list: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    for (place, row) in dialog.items() {
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

/// What a search found.
pub(super) fn search(
    app: &App,
    search: &Search,
    dialog: &Dialog,
    list: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme;
    for (place, row) in dialog.items() {
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
        let said = match &entry.body {
            Body::File(_) => rows::entry_text(&entry.nick, &entry.body),
            body => Cow::Borrowed(body.text()),
        };
        canvas.text(x, row.y, left(x), &said, theme.text);
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

fn nothing(said: &str, list: Rect, canvas: &mut Canvas<'_>) {
    if list.height > 0 {
        canvas.text(list.x, list.y, list.width, said, canvas.theme.faint);
    }
}
