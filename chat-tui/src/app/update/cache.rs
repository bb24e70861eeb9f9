//! The last run's state, on the screen before the network answers.

use chat_client::Pending;

use super::{conversations, reading, select};
use crate::app::App;
use crate::app::conversation::{ConversationView, Outgoing, OutgoingState, Sent, Sound};
use crate::app::event::{Cached, CachedConversation};
use crate::app::model::Me;
use crate::app::roster::Roster;
use chat_core::Presence;

/// Takes over what the cache holds. Nothing of it is stored again.
pub(super) fn restore(app: &mut App, cached: Cached) {
    if !app.conversations.is_empty() {
        // The network was faster: what it says is newer.
        return;
    }
    app.recent_emoji = cached.emoji;
    app.orphans.extend(cached.orphans);
    if !cached.server.is_empty() {
        app.server.name = cached.server;
    }
    app.me = cached.me.map(|(account, nick)| Me {
        account,
        nick,
        presence: Presence::Online,
    });
    app.conversations = cached.conversations.into_iter().map(conversation).collect();
    for pending in cached.pending {
        put_back(app, pending, OutgoingState::Sending);
    }
    for (pending, reason) in cached.refused {
        // What nobody wrote nobody sends again: it came too fast, and goes by itself.
        let again_at = (!select::has_text(&pending.body)).then_some(app.now);
        let state = OutgoingState::Refused { reason, again_at };
        put_back(app, pending, state);
    }
    conversations::sort(app);
    let ids: Vec<_> = app.conversations.iter().map(ConversationView::id).collect();
    for id in &ids {
        reading::recount(app, *id);
    }
    app.current = cached
        .current
        .filter(|id| ids.contains(id))
        .or(ids.first().copied());
    reading::open(app);
}

fn conversation(cached: CachedConversation) -> ConversationView {
    let mut view = ConversationView::new(cached.conversation);
    for entry in cached.entries {
        view.log.insert(entry);
    }
    view.roster = Roster::new(cached.people);
    view.input.set_text(&cached.draft);
    view.draft_stored = cached.draft;
    view.sent = Sent::kept(cached.sent);
    if cached.muted {
        view.sound = Sound::Muted;
    }
    view
}

fn put_back(app: &mut App, pending: Pending, state: OutgoingState) {
    let now = app.now;
    match app.conversation_mut(pending.conversation) {
        Some(view) => view.outbox.push(Outgoing {
            post: pending.post,
            body: pending.body,
            at: now,
            state,
        }),
        None => {
            let typed = select::as_typed(&pending.body);
            super::editing::give_back(app, None, &typed);
        }
    }
}
