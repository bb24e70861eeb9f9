//! The server in this process: how others join it is told once, in the log.

use crate::app::App;
use crate::app::model::{Connection, Place};

/// After each event: tells it in the conversation on the screen, as soon as that is all there. If
/// the conversation is left, in the next one.
pub(super) fn settle(app: &mut App) {
    let Some(host) = app.host.as_ref().filter(|host| host.place == Place::Here) else {
        return;
    };
    let told = host.told;
    if told.is_some_and(|(id, _)| app.conversation(id).is_some()) {
        return;
    }
    let place = app
        .current()
        .filter(|view| app.connection == Connection::Online && view.log.last() >= view.live_after)
        .map(|view| (view.id(), view.log.last_row()));
    if let Some(host) = &mut app.host {
        host.told = place;
    }
}
