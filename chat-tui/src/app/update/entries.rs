//! Entries as they come: into their log, counted, and rung for.

use chat_core::event::RosterChange;
use chat_core::{Body, ConversationId, ConversationKind, Entry, Seq};

use super::{Effects, conversations, outbox, promise, reading, search};
use crate::app::conversation::{ConversationView, Scroll, Sound};
use crate::app::log::{HELD_MAX, Inserted};
use crate::app::model::TerminalFocus;
use crate::app::{App, Effect, Store};
use crate::settings::AlertsAbout;

/// Characters of a notification.
const NOTIFY_CHARS: usize = 200;

/// An entry came from the connection.
pub(super) fn entry(app: &mut App, entry: Entry, out: &mut Effects) {
    let own = app.is_me(entry.author);
    let counts = reading::counts(app, &entry);
    let away = app.terminal == TerminalFocus::Elsewhere;
    let Some(view) = app.conversation(entry.conversation) else {
        return;
    };
    let id = entry.conversation;
    let mentions = counts && reading::mentions(app, view, &entry);
    let wanted = match app.options.alerts {
        AlertsAbout::Nothing => false,
        AlertsAbout::Mentions => mentions,
        AlertsAbout::Everything => counts,
    };
    let rings = wanted && away && view.sound == Sound::On && entry.seq > view.live_after;
    let is_current = app.current == Some(id);
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    if let (true, Some(post)) = (own, entry.post) {
        let waiting = view.outbox.len();
        outbox::arrived(view, post);
        if view.outbox.len() < waiting {
            out.push(Effect::Store(Store::PendingGone(post)));
        }
    }
    let known = entry.seq <= view.log.head();
    let (seq, first_new) = (entry.seq, view.unread.entries == 0);
    let is_news = entry.body.is_news();
    let takes_back = matches!(entry.body, Body::Deletion { .. });
    let topic = match &entry.body {
        Body::Topic(text) => Some(text.clone()),
        _ => None,
    };
    let notification = rings.then(|| notify(view, &entry));
    if view.log.insert(entry.clone()) == Inserted::Held {
        return;
    }
    if seq > view.info.read {
        // One that was known to be there was counted as missing.
        view.unread.entries += u64::from(counts);
        view.unread.entries -= u64::from(known).min(view.unread.entries);
        view.unread.mentions += u64::from(mentions);
    }
    if is_current && away && counts && first_new {
        view.unread_line = Some(view.info.read);
    }
    view.info.head = view.info.head.max(seq);
    outbox::confirm(view);
    trim(view);
    out.push(Effect::Store(Store::Entries(vec![entry])));
    if own && is_news {
        promise::wrote(app, id, seq);
    }
    if takes_back {
        // It is no longer news, nor does it name anybody, nor is it found.
        reading::recount(app, id);
        search::forget_removed(app, id);
    }
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    if let Some(topic) = topic {
        view.info.topic = topic;
        out.push(Effect::Store(Store::Conversation(view.info.clone())));
    }
    out.extend(notification);
}

/// Old entries go, but not while somebody reads them.
fn trim(view: &mut ConversationView) {
    let held_max = match view.scroll {
        Scroll::Newest => HELD_MAX,
        Scroll::At { .. } => HELD_MAX * 4,
    };
    view.log.trim(held_max);
}

fn notify(view: &ConversationView, entry: &Entry) -> Effect {
    let said = chat_core::text::line(entry.body.text(), NOTIFY_CHARS);
    Effect::Notify {
        title: view.title(),
        body: format!("{}: {said}", entry.nick),
    }
}

/// Entries between these two are not sent: a gap, which fills when it comes near the screen.
pub(super) fn skipped(app: &mut App, id: ConversationId, before: Seq) {
    if let Some(view) = app.conversation_mut(id) {
        view.log.reaches(Seq(before.0.saturating_sub(1)));
    }
    reading::recount(app, id);
}

/// A row of a roster changed. In rooms that is told in the log, folded.
pub(super) fn roster_changed(
    app: &mut App,
    id: ConversationId,
    change: &RosterChange,
    out: &mut Effects,
) {
    let own = app.is_me(change.person.account);
    let now = app.now;
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    view.roster.apply(view.info.kind, change);
    match view.info.kind {
        ConversationKind::Canvas => {}
        ConversationKind::Room if own => {}
        ConversationKind::Room => view.log.note(change, now),
        ConversationKind::Direct => {
            if view.info.peer == Some(change.person.account) {
                conversations::rename_peer(app, id, &change.person.nick, out);
            }
            promise::changed(app, id, change);
        }
    }
}
