//! Changing what was said: editing and taking back own entries, reacting to any. Each is a post of its
//! own and waits like one.

use chat_core::{AccountId, Body, ConversationId, Entry, Seq, Text};

use super::{Effects, editing, emoji, outbox, paste};
use crate::app::App;
use crate::app::conversation::Editing;
use crate::app::log::{Key, Part};
use crate::app::popup::{Popup, TakeBack};

/// Why something can't be changed, as a sentence.
type Why = &'static str;

/// The entry that is picked, in the conversation on the screen.
fn picked(app: &App, key: Key) -> Result<(ConversationId, Seq), Why> {
    let view = app.current().ok_or("there is no conversation yet")?;
    match key.part {
        Part::Entry => Ok((view.id(), key.seq)),
        Part::Outgoing(_) => Err("it is not stored yet: wait a moment"),
        _ => Err("nobody said that"),
    }
}

/// Does it, or says why not.
fn or_say<T>(app: &mut App, outcome: Result<T, Why>) -> Option<T> {
    outcome.map_err(|why| app.inform(why)).ok()
}

/// An entry that can be changed or reacted to.
fn said(app: &App, conversation: ConversationId, of: Seq) -> Result<&Entry, Why> {
    let entry = app
        .conversation(conversation)
        .and_then(|view| view.log.get(of))
        .ok_or("it is no longer here: scroll to it first")?;
    match &entry.body {
        Body::Removed => Err("it was taken back"),
        body if body.is_news() => Ok(entry),
        _ => Err("only messages can be edited, taken back or reacted to"),
    }
}

fn own(app: &App, conversation: ConversationId, of: Seq) -> Result<&Entry, Why> {
    let entry = said(app, conversation, of)?;
    match app.is_me(entry.author) {
        true => Ok(entry),
        false => Err("only your own messages can be edited or taken back"),
    }
}

/// The last message of this conversation that is held and by somebody who fits.
fn last(
    app: &App,
    fits: impl Fn(AccountId) -> bool,
    nothing: Why,
) -> Result<(ConversationId, Seq), Why> {
    let view = app.current().ok_or("there is no conversation yet")?;
    let mut entries = view.log.entries().rev();
    let last = entries.find(|entry| entry.body.is_news() && fits(entry.author));
    last.map(|entry| (view.id(), entry.seq)).ok_or(nothing)
}

fn last_own(app: &App) -> Result<(ConversationId, Seq), Why> {
    last(
        app,
        |author| app.is_me(author),
        "you have said nothing here yet",
    )
}

/// Edits the picked entry in the input.
pub(super) fn edit_picked(app: &mut App, key: Key) {
    let at = picked(app, key);
    if let Some((conversation, of)) = or_say(app, at) {
        begin(app, conversation, of);
    }
}

/// `/edit`: what was said last, in the input or to this text. Gives whether it is done.
pub(super) fn edit_last(app: &mut App, text: Option<&str>, out: &mut Effects) -> bool {
    let at = last_own(app);
    let Some((conversation, of)) = or_say(app, at) else {
        return false;
    };
    match text {
        None => begin(app, conversation, of),
        Some(text) => change(app, conversation, of, text, out),
    }
}

/// Puts what an entry says now into the input. What was typed there waits.
fn begin(app: &mut App, conversation: ConversationId, of: Seq) -> bool {
    let entry = own(app, conversation, of).cloned();
    let Some(entry) = or_say(app, entry) else {
        return false;
    };
    leave(app);
    let Some(view) = app.conversation_mut(conversation) else {
        return false;
    };
    let was = view.now(&entry).body.text().to_owned();
    view.selected = None;
    let kept = view.input.take();
    view.input.set_text(&was);
    view.editing = Some(Editing { of, was, kept });
    app.inform("editing: Enter changes it, Esc leaves it as it is");
    true
}

/// Leaves an edit: what was typed before it stands in the input again. What it had become can be had
/// back with `↑`.
pub(super) fn leave(app: &mut App) -> bool {
    let recall_max = app.options.recall_max;
    let Some(view) = app.current_mut() else {
        return false;
    };
    let Some(editing) = view.editing.take() else {
        return false;
    };
    let typed = view.input.take();
    if typed != editing.was {
        view.sent.push(&typed, recall_max);
    }
    view.input.set_text(&editing.kept);
    true
}

/// Enter in an edit.
pub(super) fn submit(app: &mut App, of: Seq, out: &mut Effects) {
    let Some(conversation) = app.current else {
        return;
    };
    let typed = app.input().text().to_owned();
    if typed.trim().is_empty() {
        return app.warn("nothing is left of it: Esc leaves it as it is, /delete takes it back");
    }
    if change(app, conversation, of, typed.trim_end(), out)
        && let Some(view) = app.conversation_mut(conversation)
        && let Some(editing) = view.editing.take()
    {
        view.input.set_text(&editing.kept);
    }
}

/// Posts an edit. Gives whether that is done, or there is nothing to do.
fn change(
    app: &mut App,
    conversation: ConversationId,
    of: Seq,
    text: &str,
    out: &mut Effects,
) -> bool {
    let entry = own(app, conversation, of).cloned();
    let Some(entry) = or_say(app, entry) else {
        return false;
    };
    if paste::is_long(app, text) {
        app.warn("that is too long for one message");
        return false;
    }
    let text = editing::written(app, text);
    let text = Text::new(match (&entry.body, text.strip_prefix("/me ")) {
        (Body::Action(_), Some(done)) => done,
        _ => &text,
    });
    let same = app
        .conversation(conversation)
        .is_some_and(|view| view.now(&entry).body.text() == text.as_str());
    same || outbox::post(app, conversation, Body::Edit { of, text }, out).is_some()
}

/// Asks whether to take the picked entry back.
pub(super) fn delete_picked(app: &mut App, key: Key) {
    let at = picked(app, key);
    if let Some((conversation, of)) = or_say(app, at) {
        ask_delete(app, conversation, of);
    }
}

/// `/delete`: asks whether to take back what was said last. Gives whether it asks.
pub(super) fn delete_last(app: &mut App) -> bool {
    let at = last_own(app);
    match or_say(app, at) {
        Some((conversation, of)) => ask_delete(app, conversation, of),
        None => false,
    }
}

fn ask_delete(app: &mut App, conversation: ConversationId, of: Seq) -> bool {
    let entry = own(app, conversation, of).cloned();
    let Some(entry) = or_say(app, entry) else {
        return false;
    };
    let now = app.conversation(conversation).map(|view| {
        let now = view.now(&entry);
        now.body.text().to_owned()
    });
    app.popups.push(Popup::TakeBack(TakeBack {
        conversation,
        of,
        text: now.unwrap_or_default(),
    }));
    true
}

/// Yes: it is taken back.
pub(super) fn delete(app: &mut App, asked: &TakeBack, out: &mut Effects) {
    let TakeBack {
        conversation, of, ..
    } = *asked;
    if let Some(view) = app.conversation_mut(conversation) {
        view.selected = None;
    }
    outbox::post(app, conversation, Body::Deletion { of }, out);
}

/// Asks with what to react to the picked entry.
pub(super) fn react_picked(app: &mut App, key: Key) {
    let at = picked(app, key).and_then(|at| said(app, at.0, at.1).map(|_| at));
    if let Some((conversation, of)) = or_say(app, at) {
        emoji::pick_reaction(app, conversation, of);
    }
}

/// `/react`: to what somebody else said last, with this or what is picked. Gives whether it is done.
pub(super) fn react_last(app: &mut App, with: Option<&str>, out: &mut Effects) -> bool {
    let nothing = "nobody has said anything here yet";
    let at = last(app, |author| !app.is_me(author), nothing).or_else(|_| last_own(app));
    let Some((conversation, of)) = or_say(app, at.map_err(|_| nothing)) else {
        return false;
    };
    let Some(with) = with else {
        emoji::pick_reaction(app, conversation, of);
        return true;
    };
    let Some(found) = emoji::named(with) else {
        app.warn(format!(
            "there is no emoji {}: write its name as in /react :thumbsup:, or /react alone to pick one",
            chat_core::text::line(with, 40)
        ));
        return false;
    };
    react(app, conversation, of, found, out);
    true
}

/// Reacts, or takes the reaction back if it stands.
pub(super) fn react(
    app: &mut App,
    conversation: ConversationId,
    of: Seq,
    emoji: &str,
    out: &mut Effects,
) {
    let can = said(app, conversation, of).map(|_| ());
    if or_say(app, can).is_none() {
        return;
    }
    let me = app.me.as_ref().map(|me| me.account);
    let stands = app.conversation(conversation).is_some_and(|view| {
        let reactions = view.reactions(of, me);
        let mut all = reactions.iter();
        all.any(|reactions| reactions.emoji == emoji && reactions.own.stands())
    });
    let text = Text::new(emoji);
    let body = match stands {
        true => Body::Unreaction { of, emoji: text },
        false => Body::Reaction { of, emoji: text },
    };
    if outbox::post(app, conversation, body, out).is_some() && !stands {
        emoji::used(app, emoji, out);
    }
}
