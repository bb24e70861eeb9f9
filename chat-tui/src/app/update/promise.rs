//! Keeps up with whether the other person of each direct conversation is there.

use chat_core::event::RosterChange;
use chat_core::{ConversationId, ConversationKind, Seq};

use crate::app::App;

/// There is a new connection.
pub(super) fn connected(app: &mut App) {
    for view in &mut app.conversations {
        view.promise.connected();
    }
}

/// An own entry came.
pub(super) fn wrote(app: &mut App, id: ConversationId, seq: Seq) {
    if let Some(view) = app.conversation_mut(id)
        && view.info.kind == ConversationKind::Direct
        && seq > view.live_after
    {
        view.promise.wrote(seq);
    }
}

/// The whole roster of a conversation came.
pub(super) fn roster(app: &mut App, id: ConversationId) {
    if let Some(view) = app.conversation_mut(id)
        && let Some(peer) = view.info.peer
        && let Some(person) = view.roster.get(peer)
    {
        let presence = person.presence;
        view.promise.heard(presence);
    }
}

/// A row of a direct conversation's roster changed. That somebody came back to what was promised
/// to them is told in the log.
pub(super) fn changed(app: &mut App, id: ConversationId, change: &RosterChange) {
    let now = app.now;
    if let Some(view) = app.conversation_mut(id)
        && view.info.peer == Some(change.person.account)
        && view.promise.heard(change.person.presence)
    {
        view.log.note(change, now);
    }
}
