//! Lists of lines: going through them, and what picking a line does.

use super::{Effects, navigate, reading};
use crate::app::App;
use crate::app::menu::{Menu, Pick};
use crate::app::menu_rows as screen;
use crate::app::popup::Popup;

fn topmost(app: &App) -> Option<&Menu> {
    match app.popup() {
        Some(Popup::Menu(menu)) => Some(menu),
        _ => None,
    }
}

/// Picks the line so many further.
pub(super) fn step(app: &mut App, lines: isize) {
    let Some(menu) = topmost(app) else {
        return;
    };
    let count = screen::picks(app, menu.kind).len();
    let selected = menu.selected.saturating_add_signed(lines);
    select(app, selected.min(count.saturating_sub(1)));
}

/// Scrolls by so many rows.
pub(super) fn scroll(app: &mut App, rows: isize) {
    let Some(menu) = topmost(app) else {
        return;
    };
    let most = screen::scroll_max(app, menu.kind);
    let scroll = menu.scroll.min(most).saturating_add_signed(rows).min(most);
    if let Some(Popup::Menu(menu)) = app.popups.last_mut() {
        menu.scroll = scroll;
    }
}

/// Picks a line.
pub(super) fn select(app: &mut App, place: usize) {
    if let Some(Popup::Menu(menu)) = app.popups.last_mut() {
        menu.selected = place;
    }
    let scroll = topmost(app).map(|menu| screen::scroll_to_picked(app, menu));
    if let (Some(Popup::Menu(menu)), Some(scroll)) = (app.popups.last_mut(), scroll) {
        menu.scroll = scroll;
    }
}

/// Does what the picked line is there for.
pub(super) fn accept(app: &mut App, out: &mut Effects) {
    let Some(menu) = topmost(app) else {
        return;
    };
    let picks = screen::picks(app, menu.kind);
    let Some(pick) = picks.into_iter().nth(menu.selected) else {
        return;
    };
    match pick {
        Pick::Entry(entry) => {
            app.popups.pop();
            let (conversation, seq) = (entry.conversation, entry.seq);
            navigate::show(app, conversation, out);
            if let Some(view) = app.conversation_mut(conversation) {
                // What lies around it is loaded by itself, as every gap near the screen.
                view.log.insert(*entry);
                reading::centre(app, seq);
            }
        }
        Pick::Conversation(id) => {
            app.popups.pop();
            if app.current == Some(id) {
                reading::unread_line(app);
            } else {
                navigate::show(app, id, out);
            }
        }
    }
}
