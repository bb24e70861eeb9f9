//! Ctrl+F: what the cache holds that contains a text, here or everywhere.

use chat_core::{ConversationId, Entry};

use super::{Effects, navigate, reading};
use crate::app::marks::Marks;
use crate::app::popup::{Popup, Search, SearchScope};
use crate::app::{App, Effect};
use crate::editor::Editor;

/// Shorter texts are in nearly everything.
const QUERY_CHARS: usize = 2;
/// More hits than this and one types more.
const HITS_MAX: u64 = 100;

/// Begins to search in the conversation on the screen.
pub(super) fn open(app: &mut App) {
    let scope = match app.current {
        Some(current) => SearchScope::Here(current),
        None => SearchScope::Everywhere,
    };
    app.popups.push(Popup::Search(Search {
        query: Editor::new(),
        scope,
        asked: String::new(),
        hits: Vec::new(),
        selected: 0,
    }));
}

/// Ctrl+F again: everywhere, or back to here.
pub(super) fn widen(app: &mut App, out: &mut Effects) {
    let current = app.current;
    if let Some(Popup::Search(search)) = app.popups.last_mut() {
        search.scope = match (search.scope, current) {
            (SearchScope::Everywhere, Some(current)) => SearchScope::Here(current),
            _ => SearchScope::Everywhere,
        };
        search.asked.clear();
        search.hits.clear();
    }
    typed(app, out);
}

/// The text has changed.
pub(super) fn typed(app: &mut App, out: &mut Effects) {
    let Some(Popup::Search(search)) = app.popups.last_mut() else {
        return;
    };
    let query = search.query.text().trim().to_owned();
    if query == search.asked {
        return;
    }
    search.selected = 0;
    search.asked.clone_from(&query);
    if query.chars().count() < QUERY_CHARS {
        search.hits.clear();
        return;
    }
    out.push(Effect::Search {
        conversation: match search.scope {
            SearchScope::Here(conversation) => Some(conversation),
            SearchScope::Everywhere => None,
        },
        query,
        entries_max: HITS_MAX,
    });
}

/// The cache has answered. Answers to what was typed before are too late.
pub(super) fn found(app: &mut App, query: &str, entries: Vec<Entry>) {
    if let Some(Popup::Search(search)) = app.popups.last_mut()
        && search.asked == query
    {
        let here = search.scope;
        search.hits = entries;
        search.hits.retain(|entry| match here {
            SearchScope::Here(conversation) => entry.conversation == conversation,
            SearchScope::Everywhere => true,
        });
        search.selected = search.selected.min(search.hits.len().saturating_sub(1));
    }
}

/// What was taken back is no longer among what was found.
pub(super) fn forget_removed(app: &mut App, conversation: ConversationId) {
    let Some(view) = app
        .conversations
        .iter()
        .find(|view| view.id() == conversation)
    else {
        return;
    };
    let is_removed = |hit: &Entry| {
        let marks = view.log.marks(hit.seq);
        hit.conversation == conversation && marks.is_some_and(Marks::is_removed)
    };
    for popup in &mut app.popups {
        if let Popup::Search(search) = popup {
            search.hits.retain(|hit| !is_removed(hit));
            search.selected = search.selected.min(search.hits.len().saturating_sub(1));
        }
    }
}

/// Shows the picked hit in its conversation.
pub(super) fn accept(app: &mut App, out: &mut Effects) {
    let hit = match app.popup() {
        Some(Popup::Search(search)) => search.hits.get(search.selected).cloned(),
        _ => None,
    };
    let Some(entry) = hit else {
        return;
    };
    app.popups.pop();
    let (conversation, seq) = (entry.conversation, entry.seq);
    if app.conversation(conversation).is_none() {
        return app.warn("that conversation was left: /join it to read it");
    }
    navigate::show(app, conversation, out);
    if let Some(view) = app.conversation_mut(conversation) {
        // What lies around it comes from the cache by itself, as every gap near the screen.
        view.log.insert(entry);
    }
    reading::centre(app, seq);
}
