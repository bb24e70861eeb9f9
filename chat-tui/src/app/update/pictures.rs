//! Pictures of files: shown below their entry when somebody asks for them, and hidden again. Nothing
//! is fetched before.

use std::sync::Arc;

use chat_core::{Body, ConversationId, Entry, File, Seq};

use super::{Effects, reading};
use crate::app::files::size;
use crate::app::log::{Key, Part};
use crate::app::pictures::{FILE_BYTES_MAX, Hung, PictureState, Raster};
use crate::app::roster::fold;
use crate::app::{App, Effect};

/// How the names of files end that are looked for where no name is given.
const ENDINGS: [&str; 7] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".jfif"];

/// Shows the picture of the newest file of the conversation on the screen whose name contains
/// `name`, or that is entry `name`; without a name that of the newest picture. One that is shown is
/// hidden. `None`: not done, and said why.
pub(super) fn view_named(app: &mut App, name: Option<&str>, out: &mut Effects) -> Option<()> {
    let name = name.map(fold);
    let view = app.current()?;
    let fits = |entry: &&Entry| match (&entry.body, &name) {
        (Body::File(file), None) => looks_like_a_picture(file),
        (Body::File(file), Some(name)) => {
            fold(file.name.as_str()).contains(name.as_str()) || entry.seq.to_string() == *name
        }
        _ => false,
    };
    let found = view.log.entries().rev().find(fits);
    let found = found.map(|entry| (view.id(), entry.seq));
    match (found, name) {
        (Some((conversation, seq)), _) => {
            toggle(app, conversation, seq, out)?;
            reveal(app, seq);
            Some(())
        }
        (None, None) => {
            app.warn("there is no picture here: scroll up to where it is, or /view its name");
            None
        }
        (None, Some(_)) => {
            app.warn("no file here is called like that: scroll up to where it is");
            None
        }
    }
}

/// Scrolls just so far that an entry is on the screen, with its picture.
pub(super) fn reveal(app: &mut App, seq: Seq) {
    if app
        .current()
        .is_some_and(|view| app.pictures.get(view.id(), seq).is_some())
    {
        reading::reveal(app, picture_key(seq));
    }
    reading::reveal(app, entry_key(seq));
}

/// What it is, is seen by its bytes once they are there.
fn looks_like_a_picture(file: &File) -> bool {
    let name = fold(file.name.as_str());
    file.media.as_str().starts_with("image/") || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Shows the picture of an entry's file, or hides it. `None`: not done, and said why.
pub(super) fn toggle(
    app: &mut App,
    conversation: ConversationId,
    seq: Seq,
    out: &mut Effects,
) -> Option<()> {
    if let Some(hung) = app.pictures.remove(conversation, seq) {
        gone(&hung, out);
        return Some(());
    }
    let entry = app.conversation(conversation)?.log.get(seq);
    let Some(Body::File(file)) = entry.map(|entry| &entry.body) else {
        app.inform("there is no file in it");
        return None;
    };
    if app.pictures.surface.is_none() {
        app.warn("pictures need a screen, and settings that want them: /save saves it");
        return None;
    }
    if file.bytes > FILE_BYTES_MAX {
        let said = format!(
            "it is too large to be shown ({}, at most {}): /save saves it",
            size(file.bytes),
            size(FILE_BYTES_MAX)
        );
        app.warn(said);
        return None;
    }
    let file = file.clone();
    if let Some(oldest) = app.pictures.begin(conversation, seq, &file) {
        gone(&oldest, out);
    }
    out.push(Effect::ShowPicture {
        conversation,
        seq,
        file,
    });
    Some(())
}

/// One is not wanted any more: if it is on its way, it is stopped.
fn gone(hung: &Hung, out: &mut Effects) {
    if matches!(hung.state, PictureState::Coming) {
        out.push(Effect::DropPicture {
            conversation: hung.conversation,
            seq: hung.seq,
        });
    }
}

/// A picture is there, or can't be shown. If somebody sees its place, it is shown as a whole; else
/// what is read stays where it is.
pub(super) fn arrived(
    app: &mut App,
    conversation: ConversationId,
    seq: Seq,
    picture: Result<Arc<Raster>, String>,
) {
    let key = picture_key(seq);
    let here = app.current == Some(conversation);
    let seen = reading::with_feed(app, |feed, height| {
        feed.visible(height).iter().any(|row| row.key == key)
    });
    app.pictures.arrived(conversation, seq, picture);
    if here && seen == Some(true) {
        reveal(app, seq);
    }
}

/// After each event: a picture goes with the file of which it is.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    let stands = |hung: &&Hung| {
        let view = app.conversation(hung.conversation);
        let entry = view.and_then(|view| view.log.get(hung.seq));
        let body = entry.map(|entry| &entry.body);
        matches!(body, Some(Body::File(file)) if file.hash == hung.hash)
    };
    let surface = app.pictures.surface;
    let lost = app.pictures.all();
    let lost = lost.filter(|hung| surface.is_none() || !stands(hung));
    let lost: Vec<_> = lost.map(|hung| (hung.conversation, hung.seq)).collect();
    for (conversation, seq) in lost {
        if let Some(hung) = app.pictures.remove(conversation, seq) {
            gone(&hung, out);
        }
    }
}

fn entry_key(seq: Seq) -> Key {
    Key {
        seq,
        part: Part::Entry,
    }
}

fn picture_key(seq: Seq) -> Key {
    Key {
        seq,
        part: Part::Picture,
    }
}
