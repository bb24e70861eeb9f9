//! Which conversation is on the screen.

use chat_core::ConversationId;

use super::{Effects, reading};
use crate::app::conversation::{Opening, Sound, Unread};
use crate::app::{App, Effect, Store};

/// Shows a conversation because a person asked for it.
pub(super) fn show(app: &mut App, id: ConversationId, out: &mut Effects) {
    app.came_from = None;
    enter(app, id, out);
}

/// Puts a conversation on the screen, at its unread line.
pub(super) fn enter(app: &mut App, id: ConversationId, out: &mut Effects) {
    if app.current == Some(id) || app.conversation(id).is_none() {
        return;
    }
    leave_view(app);
    app.current = Some(id);
    out.push(Effect::Store(Store::Current(id)));
    reading::open(app);
}

/// What was picked and where the unread line stood is over.
fn leave_view(app: &mut App) {
    app.completion = None;
    app.roster_scroll = 0;
    if let Some(view) = app.current_mut() {
        view.selected = None;
        view.unread_line = None;
        view.opening = Opening::Done;
    }
}

/// The conversation that many places further in the list, around its ends.
pub(super) fn step(app: &mut App, step: isize, out: &mut Effects) {
    let count = app.conversations.len();
    let Some(index) = app.current_index() else {
        return;
    };
    let next = (index + count).saturating_add_signed(step) % count;
    let id = app.conversations[next].id();
    show(app, id, out);
}

/// The conversation with this number in the list, from 1.
pub(super) fn numbered(app: &mut App, number: u8, out: &mut Effects) {
    let index = usize::from(number).saturating_sub(1);
    if let Some(id) = app.conversations.get(index).map(|view| view.id()) {
        show(app, id, out);
    }
}

/// The next conversation with something new: mentions first, then others; when there is nothing
/// more, the one where this began.
pub(super) fn next_new(app: &mut App, out: &mut Effects) {
    let began = app.came_from.or(app.current);
    let next = find_new(app, |unread| unread.mentions > 0)
        .or_else(|| find_new(app, |unread| unread.entries > 0));
    match (next, app.came_from) {
        (Some(id), _) => {
            enter(app, id, out);
            app.came_from = began;
        }
        (None, Some(id)) => show(app, id, out),
        (None, None) => app.inform("nothing new"),
    }
}

/// The first one that is wanted, in the order of the list from the one on the screen on.
fn find_new(app: &App, wanted: impl Fn(Unread) -> bool) -> Option<ConversationId> {
    let count = app.conversations.len();
    let start = app.current_index().map_or(0, |index| index + 1);
    (0..count)
        .map(|step| &app.conversations[(start + step) % count])
        .find(|view| {
            Some(view.id()) != app.current && view.sound == Sound::On && wanted(view.unread)
        })
        .map(|view| view.id())
}
