//! Selection mode: an entry is picked, and something is done with it.

use chat_core::Body;

use super::{Effects, change, files, outbox, pictures, reading};
use crate::app::action::Action;
use crate::app::log::{Key, Part};
use crate::app::rows::{Feed, Item};
use crate::app::{App, Effect};
use crate::text;

/// Characters of a quote: enough to see what is answered.
const QUOTE_CHARS: usize = 80;

/// Picks the newest entry that is on the screen.
pub(super) fn start(app: &mut App) {
    // What was cleared away can be picked, too.
    if let Some(view) = app.current_mut() {
        view.cleared = None;
    }
    let newest = reading::with_feed(app, |feed, height| {
        let visible = feed.visible(height);
        let mut keys = visible.iter().rev().map(|row| row.key);
        keys.find(|key| Feed::is_selectable(*key))
    });
    match newest.flatten() {
        Some(key) => pick(app, key),
        None => app.inform("there is nothing to select yet"),
    }
}

/// Nothing is picked any more.
pub(super) fn end(app: &mut App) {
    if let Some(view) = app.current_mut() {
        view.selected = None;
    }
}

fn pick(app: &mut App, key: Key) {
    if let Some(view) = app.current_mut() {
        view.selected = Some(key);
    }
    reading::reveal(app, key);
}

/// Does what an action means for the picked entry; `None` if it means nothing special here.
pub(super) fn act(app: &mut App, action: Action, out: &mut Effects) -> Option<()> {
    let key = app.current()?.selected?;
    match action {
        Action::Up => step(app, key, |feed, key| feed.previous(key)),
        Action::Down => step(app, key, |feed, key| feed.next(key)),
        Action::Escape => end(app),
        Action::Copy => copy(app, key, out),
        Action::OpenLink => open_link(app, key, out),
        Action::Reply => reply(app, key),
        Action::Save => save(app, key, out),
        Action::View => view(app, key, out),
        Action::Drop if drop_file(app, key, out).is_some() => {}
        Action::EditEntry => change::edit_picked(app, key),
        Action::TakeBack => change::delete_picked(app, key),
        Action::React => change::react_picked(app, key),
        Action::Accept | Action::Drop => return refused(app, key, action, out),
        _ => return None,
    }
    Some(())
}

fn step(app: &mut App, from: Key, next: impl Fn(&Feed<'_>, Key) -> Option<Key>) {
    let found = reading::with_feed(app, |feed, _| {
        let mut at = next(feed, from);
        while let Some(key) = at {
            if Feed::is_selectable(key) {
                return Some(key);
            }
            at = next(feed, key);
        }
        None
    });
    match found.flatten() {
        Some(key) => pick(app, key),
        // What lies beyond the first entry that is held is loaded when it comes near the screen.
        None => reading::reveal(app, from),
    }
}

/// Who said it, if somebody did, and what it says, of what is picked.
fn picked(app: &App, key: Key) -> Option<(Option<String>, String)> {
    reading::with_feed(app, |feed, _| match feed.item(key)? {
        Item::Entry(entry, _) => {
            let nick = entry.nick.to_string();
            let said = feed.view().now(entry).body.text().to_owned();
            Some((Some(nick), said))
        }
        Item::Outgoing(post) => Some((Some(app.nick().to_owned()), post.body.text().to_owned())),
        Item::Upload(file) => Some((Some(app.nick().to_owned()), file.name.clone())),
        Item::Note(host) => Some((None, host.command())),
        _ => None,
    })
    .flatten()
}

fn copy(app: &mut App, key: Key, out: &mut Effects) {
    if let Some((_, said)) = picked(app, key) {
        out.push(Effect::Copy(said));
        app.inform("copied, if your terminal allows that");
        end(app);
    }
}

fn open_link(app: &mut App, key: Key, out: &mut Effects) {
    let said = picked(app, key).map(|(_, said)| said).unwrap_or_default();
    let link = text::links(&said)
        .first()
        .map(|at| said[at.clone()].to_owned());
    match link {
        Some(link) => {
            app.inform(format!("opening {link}"));
            out.push(Effect::Open(link));
            end(app);
        }
        None => app.inform("there is no link in it"),
    }
}

/// Quotes the entry's first line and names its author, in front of what is typed already.
fn reply(app: &mut App, key: Key) {
    let Some((Some(nick), said)) = picked(app, key) else {
        return app.inform("nobody said that, so there is nobody to answer");
    };
    let first = said.lines().next().unwrap_or_default();
    let mut quote: String = first.chars().take(QUOTE_CHARS).collect();
    if quote.len() < said.len() {
        quote.push('…');
    }
    end(app);
    let typed = app.input_mut().take();
    app.input_mut()
        .insert(&format!("> {quote}\n{nick}: {typed}"));
}

/// What can be done with a post that was refused.
fn save(app: &mut App, key: Key, out: &mut Effects) {
    let conversation = app.current.filter(|_| key.part == Part::Entry);
    match conversation {
        Some(conversation) => {
            if files::save(app, conversation, key.seq, out).is_some() {
                end(app);
            }
        }
        None => app.inform("there is no file in it"),
    }
}

/// The entry stays picked: the same key hides the picture.
fn view(app: &mut App, key: Key, out: &mut Effects) {
    match app.current.filter(|_| key.part == Part::Entry) {
        Some(conversation) => {
            if pictures::toggle(app, conversation, key.seq, out).is_some() {
                pictures::reveal(app, key.seq);
            }
        }
        None => app.inform("there is no file in it"),
    }
}

/// Stops a file on its way; `None` where there is none.
fn drop_file(app: &mut App, key: Key, out: &mut Effects) -> Option<()> {
    match key.part {
        Part::Upload(index) => files::drop_upload(app, index, out),
        Part::Entry => files::drop_download(app, app.current?, key.seq, out)?,
        _ => return None,
    }
    end(app);
    Some(())
}

fn refused(app: &mut App, key: Key, action: Action, out: &mut Effects) -> Option<()> {
    let index = match key.part {
        Part::Outgoing(index) => Some(index),
        // An edit of it.
        Part::Entry => app
            .current()
            .and_then(|view| view.refused_edit(key.seq).map(|(index, _)| index)),
        _ => None,
    };
    let Some(index) = index else {
        app.inform("only posts that were refused can be sent again or dropped");
        return Some(());
    };
    let conversation = app.current?;
    match action {
        Action::Drop => outbox::discard(app, conversation, index, out),
        _ => outbox::send_again(app, conversation, index, out),
    }
    end(app);
    Some(())
}

/// Whether somebody wrote it, so that it must not be lost.
pub(super) fn has_text(body: &Body) -> bool {
    !as_typed(body).is_empty()
}

/// How a post is written into the input again; empty for what nobody wrote.
pub(super) fn as_typed(body: &Body) -> String {
    let text = body.text();
    match body {
        Body::Reaction { .. } | Body::Unreaction { .. } => String::new(),
        Body::Edit { .. } if text.starts_with('/') => format!("/{text}"),
        Body::Action(_) => format!("/me {text}"),
        Body::Post(_) if text.starts_with('/') => format!("/{text}"),
        _ => text.to_owned(),
    }
}
