//! Conversations as they are announced, opened and left.

use chat_core::event::{Change, RosterChange};
use chat_core::{Conversation, ConversationId, ConversationKind, Nick, Person, Text};

use super::{Effects, editing, missed, navigate, promise, reading, select};
use crate::app::conversation::{ConversationView, Opening, Orphan, Scroll, Source};
use crate::app::missed::Away;
use crate::app::model::TerminalFocus;
use crate::app::roster::Roster;
use crate::app::{App, Effect, Store};

/// Most people who are told to have come or gone during an outage: in a large room it is noise.
const TOLD_MAX: usize = 50;

/// The server says that the account is in a conversation: a new one, or one that is held.
pub(super) fn announced(app: &mut App, info: Conversation, out: &mut Effects) {
    let id = info.id;
    app.announced.insert(id);
    let held = app.conversation(id).map(|view| view.log.head());
    if app.conversation(id).is_none() {
        app.conversations.push(ConversationView::new(info.clone()));
    }
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    let read = view.info.read.max(info.read);
    let news = info.clone();
    view.read_sent = info.read;
    view.live_after = info.head;
    view.log.reaches(info.head);
    view.info = Conversation { read, ..info };
    out.push(Effect::Store(Store::Conversation(view.info.clone())));
    missed::announced(app, &news, held, read);
    adopt_draft(app, id);
    sort(app);
    reading::recount(app, id);
    if app.current.is_none() {
        app.current = Some(id);
        let typed = app.spare_input.take();
        editing::give_back(app, Some(id), &typed);
    }
    // What was missed is looked at from its beginning.
    let here = app.terminal == TerminalFocus::Here && app.current == Some(id);
    if let Some(view) = app.conversation_mut(id).filter(|_| here)
        && view.log.last() < view.live_after
        && view.scroll == Scroll::Newest
    {
        view.opening = Opening::WhenCaughtUp;
    }
}

/// What was typed in a conversation of the same name, before the server's numbers changed.
fn adopt_draft(app: &mut App, id: ConversationId) {
    let Some(title) = app.conversation(id).map(ConversationView::title) else {
        return;
    };
    let recall_max = app.options.recall_max;
    while let Some(index) = app.orphans.iter().position(|orphan| orphan.title == title) {
        let orphan = app.orphans.remove(index);
        if let Some(view) = app.conversation_mut(id) {
            let lines = orphan.sent.iter();
            lines.for_each(|line| view.sent.push(line, recall_max));
        }
        // The draft goes into the input, which comes last and is free; the others are had with ↑.
        let (draft, before) = match orphan.unsent.split_last() {
            Some((draft, before)) => (draft.as_str(), before),
            None => ("", [].as_slice()),
        };
        editing::give_back(app, Some(id), draft);
        for text in before {
            editing::give_back(app, Some(id), text);
        }
    }
}

/// All are announced: what was not is no longer the account's.
pub(super) fn all_announced(app: &mut App, out: &mut Effects) {
    let gone: Vec<_> = app
        .conversations
        .iter()
        .map(ConversationView::id)
        .filter(|id| !app.announced.contains(id))
        .collect();
    for id in gone {
        left(app, id, out);
    }
    // Drafts of conversations that are no more are not lost, either. What was sent there is.
    if app.current.is_none() {
        return;
    }
    let recall_max = app.options.recall_max;
    for orphan in std::mem::take(&mut app.orphans) {
        if !orphan.unsent.is_empty() {
            let title = orphan.title;
            app.inform(format!(
                "{title} is gone: what you wrote there can be had with ↑"
            ));
        }
        if let Some(view) = app.current_mut() {
            let texts = orphan.unsent.iter();
            texts.for_each(|text| view.sent.push(text, recall_max));
        }
    }
}

/// The account is no longer in a conversation. What was typed in it can be had with `↑` in the one
/// that takes its place.
pub(super) fn left(app: &mut App, id: ConversationId, out: &mut Effects) {
    let Some(index) = app.conversations.iter().position(|view| view.id() == id) else {
        return;
    };
    if app.current == Some(id) {
        let neighbour = match index {
            0 => app.conversations.get(1),
            _ => app.conversations.get(index - 1),
        };
        if let Some(neighbour) = neighbour.map(ConversationView::id) {
            navigate::enter(app, neighbour, out);
        }
    }
    let gone = app.conversations.remove(index);
    if app.current == Some(id) {
        app.current = None;
    }
    if app.came_from == Some(id) {
        app.came_from = None;
    }
    keep_texts(app, &gone);
    out.push(Effect::Store(Store::Forget(id)));
}

fn keep_texts(app: &mut App, gone: &ConversationView) {
    let recall_max = app.options.recall_max;
    for text in unsent(gone) {
        match app.current_mut() {
            // Only by going back, so that nothing is posted where it was not meant for.
            Some(view) => view.sent.push(&text, recall_max),
            None => editing::give_back(app, None, &text),
        }
    }
}

/// What was written in a conversation and is not in its log, oldest first.
fn unsent(view: &ConversationView) -> Vec<String> {
    let waiting = view.outbox.iter().map(|post| select::as_typed(&post.body));
    let before = view.sent.at.iter().map(|(_, typed)| typed.clone());
    let draft = view.input.text().to_owned();
    let kept = view.editing.iter().map(|editing| editing.kept.clone());
    let texts = waiting.chain(before).chain(kept).chain([draft]);
    texts.filter(|text| !text.is_empty()).collect()
}

/// The server's numbers are void: everything goes but what was typed, which waits for
/// conversations of the same names.
pub(super) fn forget_all(app: &mut App) {
    for view in std::mem::take(&mut app.conversations) {
        let title = view.title();
        app.orphans.push(Orphan {
            title,
            unsent: unsent(&view),
            sent: view.sent.lines,
        });
    }
    app.current = None;
    app.came_from = None;
    app.popups.retain(|popup| !popup.names_entries());
    app.away = Away::default();
}

/// The whole roster of a conversation.
pub(super) fn roster(app: &mut App, id: ConversationId, people: Vec<Person>, out: &mut Effects) {
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    let roster = Roster::new(people);
    let before = std::mem::replace(&mut view.roster, roster);
    // What the last run kept is too old to tell who came and went.
    if std::mem::replace(&mut view.roster_from, Source::Server) == Source::Server {
        note_changes(app, id, &before);
    }
    promise::roster(app, id);
    let Some(view) = app.conversation(id) else {
        return;
    };
    let people = view.roster.people().to_vec();
    out.push(Effect::Store(Store::People(id, people)));
}

/// Tells in the log who came and went while nobody said so, such as during an outage.
fn note_changes(app: &mut App, id: ConversationId, before: &Roster) {
    let own = app.me.as_ref().map(|me| me.account);
    let now = app.now;
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    if view.info.kind != ConversationKind::Room {
        return;
    }
    let row = |person: &Person, what| RosterChange {
        person: person.clone(),
        what,
        text: None,
        was: None,
    };
    let missing = |person: &&Person, roster: &Roster| {
        Some(person.account) != own && roster.get(person.account).is_none()
    };
    let went = before.people().iter();
    let went = went.filter(|person| missing(person, &view.roster));
    let came = view.roster.people().iter();
    let came = came.filter(|person| missing(person, before));
    let changes: Vec<_> = went
        .map(|person| row(person, Change::Went))
        .chain(came.map(|person| row(person, Change::Came)))
        .take(TOLD_MAX)
        .collect();
    for change in &changes {
        view.log.note(change, now);
    }
}

/// The other person of a direct conversation has another nick.
pub(super) fn rename_peer(app: &mut App, id: ConversationId, nick: &Nick, out: &mut Effects) {
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    if view.info.name.as_str() == nick.as_str() {
        return;
    }
    view.info.name = Text::new(nick.as_str());
    out.push(Effect::Store(Store::Conversation(view.info.clone())));
    sort(app);
}

/// Puts the list in its order.
pub(super) fn sort(app: &mut App) {
    app.conversations
        .sort_by_cached_key(ConversationView::place);
}
