//! Lists of lines: going through them, and what picking a line does.

use super::{Effects, navigate, popups, reading, servers};
use crate::app::menu::{Menu, Pick};
use crate::app::menu_rows as screen;
use crate::app::popup::Popup;
use crate::app::{App, Effect};

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

/// Whether the picked line is scrolled away.
fn is_hidden(app: &App) -> bool {
    topmost(app).is_some_and(|menu| {
        let most = screen::scroll_max(app, menu.kind);
        screen::scroll_to_picked(app, menu) != menu.scroll.min(most)
    })
}

/// What the picked line is there for.
pub(super) fn picked(app: &App) -> Option<Pick> {
    let menu = topmost(app)?;
    let picks = screen::picks(app, menu.kind);
    picks.into_iter().nth(menu.selected)
}

/// Does what the picked line is there for.
pub(super) fn accept(app: &mut App, out: &mut Effects) {
    let Some(pick) = picked(app) else {
        return;
    };
    if is_hidden(app) {
        // What nobody sees is shown before it is done.
        return step(app, 0);
    }
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
        Pick::Server(address) => {
            app.popups.pop();
            servers::go_to_known(app, &address, out);
        }
        Pick::NewServer => servers::prompt(app, "", None),
        Pick::Reconnect => {
            app.popups.pop();
            out.push(Effect::Reconnect);
        }
        Pick::Nick => popups::prompt_nick(app, None, None),
        // What is said of it stands where this lies.
        Pick::CopyFingerprint => {
            app.popups.pop();
            servers::copy_fingerprint(app, out);
        }
        Pick::CopyLink => {
            app.popups.pop();
            servers::copy_link(app, out);
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
