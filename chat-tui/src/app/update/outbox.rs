//! Own posts: on the screen at once, confirmed in place, and kept when they are refused.

use chat_client::Pending;
use chat_core::{Body, ConversationId, PostId, Refusal, Seq};

use super::{Effects, editing, select};
use crate::app::conversation::{ConversationView, Opening, Outgoing, OutgoingState, Scroll};
use crate::app::{App, Effect, Store};

/// Most posts of one conversation that wait: more would be a queue without a bound.
const WAITING_MAX: usize = 500;

/// Whether so many posts more may wait.
pub(super) fn has_room(app: &App, conversation: ConversationId, posts: usize) -> bool {
    app.conversation(conversation)
        .is_some_and(|view| view.outbox.len() + posts <= WAITING_MAX)
}

/// Posts. `None`: not done, and said why.
pub(super) fn post(
    app: &mut App,
    conversation: ConversationId,
    body: Body,
    out: &mut Effects,
) -> Option<()> {
    if matches!(&body, Body::Post(text) | Body::Action(text) | Body::Edit { text, .. } if text.is_empty())
    {
        app.warn("nothing is left of that text once it is made safe to show");
        return None;
    }
    if !has_room(app, conversation, 1) {
        app.warn("too many posts are waiting: wait until they are sent");
        return None;
    }
    let (now, post) = (app.now, app.post_ids.make(app.now));
    let view = app.conversation_mut(conversation)?;
    view.outbox.push(Outgoing {
        post,
        body: body.clone(),
        at: now,
        state: OutgoingState::Sending,
    });
    if body.is_news() {
        wrote(view);
    }
    let pending = Pending {
        post,
        conversation,
        body,
    };
    out.push(Effect::Store(Store::Pending(pending.clone())));
    out.push(Effect::Post(pending));
    Some(())
}

/// Who writes has read: shows the end of a conversation.
pub(super) fn wrote(view: &mut ConversationView) {
    view.scroll = Scroll::Newest;
    view.opening = Opening::Done;
    view.unread_line = None;
}

/// The server has stored a post.
pub(super) fn posted(
    app: &mut App,
    post: PostId,
    conversation: ConversationId,
    seq: Seq,
    out: &mut Effects,
) {
    out.push(Effect::Store(Store::PendingGone(post)));
    let Some(view) = app.conversation_mut(conversation) else {
        return;
    };
    if let Some(waiting) = view.outbox.iter_mut().find(|waiting| waiting.post == post) {
        waiting.state = OutgoingState::Stored(seq);
    }
    confirm(view);
}

/// Lets posts go whose entries are in the log, or in a gap of it.
pub(super) fn confirm(view: &mut ConversationView) {
    let last = view.log.last();
    view.outbox
        .retain(|post| !matches!(post.state, OutgoingState::Stored(seq) if seq <= last));
}

/// An own entry has come: the post that it was is done, also if that was not said yet.
pub(super) fn arrived(view: &mut ConversationView, post: PostId) {
    view.outbox.retain(|waiting| waiting.post != post);
}

/// The server refused a post: it stays, with the reason.
pub(super) fn refused(app: &mut App, pending: &Pending, refusal: Refusal, out: &mut Effects) {
    let again_at = refusal.retry_after_ms.map(|ms| app.now.plus(ms));
    let waiting = app.conversation_mut(pending.conversation).and_then(|view| {
        view.outbox
            .iter_mut()
            .find(|waiting| waiting.post == pending.post)
    });
    match waiting {
        // Nothing was written: it is said, and leaves no trace.
        Some(waiting) if again_at.is_none() && !select::has_text(&waiting.body) => {
            out.push(Effect::Store(Store::PendingGone(pending.post)));
            if let Some(view) = app.conversation_mut(pending.conversation) {
                arrived(view, pending.post);
            }
            app.warn(refusal.text);
        }
        Some(waiting) => {
            out.push(Effect::Store(Store::Refused(
                pending.post,
                refusal.text.clone(),
            )));
            waiting.state = OutgoingState::Refused {
                reason: refusal.text,
                again_at,
            };
        }
        None => {
            // Its conversation is gone: the text goes back to where something is typed.
            out.push(Effect::Store(Store::PendingGone(pending.post)));
            let typed = select::as_typed(&pending.body);
            if typed.is_empty() {
                return app.warn(refusal.text);
            }
            editing::give_back(app, None, &typed);
            app.warn(format!("{}: what you wrote is in the input", refusal.text));
        }
    }
}

/// Sends posts again for which the server named a time that has come: in order, the oldest first.
pub(super) fn send_due(app: &mut App, out: &mut Effects) {
    let now = app.now;
    let due: Vec<_> = app
        .conversations
        .iter()
        .flat_map(|view| {
            let id = view.id();
            view.outbox
                .iter()
                .enumerate()
                .filter_map(move |(index, post)| match post.state {
                    OutgoingState::Refused {
                        again_at: Some(at), ..
                    } if at <= now => Some((id, index)),
                    _ => None,
                })
        })
        .collect();
    for (conversation, index) in due {
        send_again(app, conversation, index, out);
    }
}

/// Sends a refused post again, under a new id: the old one was answered.
pub(super) fn send_again(
    app: &mut App,
    conversation: ConversationId,
    index: usize,
    out: &mut Effects,
) {
    let post = app.post_ids.make(app.now);
    let waiting = app
        .conversation_mut(conversation)
        .and_then(|view| view.outbox.get_mut(index));
    let Some(waiting) = waiting.filter(|post| is_refused(post)) else {
        return app.inform("it is on its way: only refused posts can be sent again");
    };
    let old = std::mem::replace(&mut waiting.post, post);
    waiting.state = OutgoingState::Sending;
    let pending = Pending {
        post,
        conversation,
        body: waiting.body.clone(),
    };
    out.push(Effect::Store(Store::PendingGone(old)));
    out.push(Effect::Store(Store::Pending(pending.clone())));
    out.push(Effect::Post(pending));
}

/// Drops a refused post. Its text can be had back with `↑`.
pub(super) fn discard(
    app: &mut App,
    conversation: ConversationId,
    index: usize,
    out: &mut Effects,
) {
    let recall_max = app.options.recall_max;
    let Some(view) = app.conversation_mut(conversation) else {
        return;
    };
    if !view.outbox.get(index).is_some_and(is_refused) {
        return app.inform("it is on its way: only refused posts can be dropped");
    }
    let post = view.outbox.remove(index);
    let typed = select::as_typed(&post.body);
    view.sent.push(&typed, recall_max);
    out.push(Effect::Store(Store::PendingGone(post.post)));
}

fn is_refused(post: &Outgoing) -> bool {
    matches!(post.state, OutgoingState::Refused { .. })
}
