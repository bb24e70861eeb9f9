//! Files: sending, saving, and what is said of those on their way.

use chat_client::{Delivered, Transfer, TransferDirection, TransferId, TransferState};
use chat_core::{Body, ConversationId, Entry, Seq, Text};

use super::{Effects, editing};
use crate::app::conversation::ConversationView;
use crate::app::event::Probed;
use crate::app::files::{Progress, size};
use crate::app::model::Completion;
use crate::app::popup::{Offer, Paste, PasteSource, Popup};
use crate::app::roster::fold;
use crate::app::{App, Effect, path};

/// Files of one conversation that may be on their way to it: more are a mistake, such as a pattern
/// that a shell has expanded.
const UPLOADS_MAX: usize = 100;

/// The name under which a paste is sent as a file.
const PASTE_NAME: &str = "paste.txt";

/// Sends a file to the conversation on the screen. `None`: not done, and said why.
pub(super) fn send(app: &mut App, path: &str, caption: &str, out: &mut Effects) -> Option<()> {
    let conversation = may_send(app)?;
    out.push(Effect::SendFile {
        path: path.to_owned(),
        conversation,
        caption: Text::new(caption),
    });
    Some(())
}

fn may_send(app: &mut App) -> Option<ConversationId> {
    let Some(view) = app.current() else {
        app.warn("there is no conversation yet: wait for the server, or /join a room");
        return None;
    };
    if view.uploads.len() >= UPLOADS_MAX {
        app.warn("too many files are on their way: wait until some are sent");
        return None;
    }
    Some(view.id())
}

/// Sends a long text as a file.
pub(super) fn send_paste(app: &mut App, paste: &Paste, out: &mut Effects) -> Option<()> {
    let conversation = may_send(app)?;
    out.push(Effect::SendText {
        name: PASTE_NAME,
        text: paste.text.clone(),
        conversation,
    });
    if paste.source == PasteSource::Typed {
        editing::sent(app, &paste.text);
    }
    Some(())
}

/// Saves the newest file of the conversation on the screen whose name contains `name`, or that is
/// entry `name`. `None`: not done, and said why.
pub(super) fn save_named(app: &mut App, name: Option<&str>, out: &mut Effects) -> Option<()> {
    let name = name.map(fold);
    let view = app.current()?;
    let fits = |entry: &&Entry| match (&entry.body, &name) {
        (Body::File(_), None) => true,
        (Body::File(file), Some(name)) => {
            fold(file.name.as_str()).contains(name.as_str()) || entry.seq.to_string() == *name
        }
        _ => false,
    };
    let found = view.log.entries().rev().find(fits);
    let found = found.map(|entry| (view.id(), entry.seq));
    match (found, name) {
        (Some((conversation, seq)), _) => save(app, conversation, seq, out),
        (None, None) => {
            app.warn("there is no file here: scroll up to where it is");
            None
        }
        (None, Some(_)) => {
            app.warn("no file here is called like that: scroll up to where it is");
            None
        }
    }
}

/// Saves the file of an entry. `None`: it has none, and that was said.
pub(super) fn save(
    app: &mut App,
    conversation: ConversationId,
    seq: Seq,
    out: &mut Effects,
) -> Option<()> {
    let entry = app.conversation(conversation)?.log.get(seq);
    let Some(Body::File(file)) = entry.map(|entry| &entry.body) else {
        app.inform("there is no file in it");
        return None;
    };
    let file = file.clone();
    let known = app.downloads.get(conversation, seq);
    if known.is_some_and(|progress| !progress.state.is_final()) {
        app.inform("it is being saved");
        return None;
    }
    out.push(Effect::SaveFile {
        conversation,
        seq,
        file,
    });
    Some(())
}

/// The file of an entry is being saved as this transfer.
pub(super) fn saving(app: &mut App, id: TransferId, conversation: ConversationId, seq: Seq) {
    let entry = app
        .conversation(conversation)
        .and_then(|view| view.log.get(seq));
    let Some(Body::File(file)) = entry.map(|entry| &entry.body) else {
        return;
    };
    let progress = Progress {
        id,
        name: file.name.to_string(),
        bytes: file.bytes,
        done: 0,
        state: TransferState::Waiting {
            why: "it begins".into(),
        },
    };
    app.downloads.begin(conversation, seq, progress);
}

/// Gives the newest file on its way up, of those whose name contains `name`. `None`: there is none,
/// and that was said.
pub(super) fn cancel_named(app: &mut App, name: Option<&str>, out: &mut Effects) -> Option<()> {
    let name = fold(name.unwrap_or_default());
    let here = app.current?;
    let uploads = app.current()?.uploads.iter();
    let downloads = app.downloads.running();
    let downloads = downloads.filter(|(conversation, _)| *conversation == here);
    let all = uploads.chain(downloads.map(|(_, progress)| progress));
    let found = all
        .filter(|progress| !progress.state.is_final() && fold(&progress.name).contains(&name))
        .map(|progress| progress.id)
        .max();
    match found {
        Some(id) => out.push(Effect::CancelTransfer(id)),
        None => app.inform("no such file is on its way here"),
    }
    found.map(drop)
}

/// Gives up the upload with this index, or drops one that failed.
pub(super) fn drop_upload(app: &mut App, index: usize, out: &mut Effects) {
    let Some(view) = app.current_mut() else {
        return;
    };
    match view.uploads.get(index) {
        Some(upload) if upload.state.is_final() => {
            view.uploads.remove(index);
        }
        Some(upload) => out.push(Effect::CancelTransfer(upload.id)),
        None => {}
    }
}

/// Gives up saving the file of an entry; `None` if that isn't going on.
pub(super) fn drop_download(
    app: &App,
    conversation: ConversationId,
    seq: Seq,
    out: &mut Effects,
) -> Option<()> {
    let progress = app.downloads.get(conversation, seq)?;
    (!progress.state.is_final()).then(|| out.push(Effect::CancelTransfer(progress.id)))
}

/// How far a file has come.
pub(super) fn transfer(app: &mut App, transfer: &Transfer) {
    match transfer.direction {
        TransferDirection::Upload => uploading(app, transfer),
        TransferDirection::Download => downloading(app, transfer),
    }
}

fn uploading(app: &mut App, transfer: &Transfer) {
    let progress = Progress::new(transfer);
    let Some(view) = app.conversation_mut(transfer.conversation) else {
        if let TransferState::Failed { why } = &transfer.state {
            app.warn(why.clone());
        }
        return;
    };
    let place = view
        .uploads
        .iter()
        .position(|known| known.id == transfer.id);
    match (&transfer.state, place) {
        (TransferState::Finished(_) | TransferState::Cancelled, place) => {
            place.map(|place| view.uploads.remove(place));
        }
        (_, Some(place)) => view.uploads[place] = progress,
        (_, None) => view.uploads.push(progress),
    }
    if let TransferState::Failed { why } = &transfer.state {
        app.warn(format!("{} was not sent: {why}", transfer.name));
    }
}

fn downloading(app: &mut App, transfer: &Transfer) {
    if let Some(known) = app.downloads.by_id(transfer.id) {
        *known = Progress::new(transfer);
    }
    match &transfer.state {
        TransferState::Failed { why } => {
            app.warn(format!("{} was not saved: {why}", transfer.name));
        }
        TransferState::Finished(Delivered::Saved { path }) => {
            let path = chat_core::text::line(&path.to_string_lossy(), usize::MAX);
            app.inform(format!("saved as {path}"));
        }
        _ => {}
    }
}

/// Files that leaving would cut off.
pub(super) fn under_way(app: &App) -> usize {
    let uploads = |view: &ConversationView| {
        let running = view.uploads.iter().filter(|file| !file.state.is_final());
        running.count()
    };
    let uploads: usize = app.conversations.iter().map(uploads).sum();
    uploads + app.downloads.running().count()
}

/// Asks for the ways in which the path before the cursor can go on; `None` where there is no path.
pub(super) fn complete(app: &App, out: &mut Effects) -> Option<()> {
    let (_, typed) = crate::app::completion::path(app)?;
    out.push(Effect::CompletePath(typed));
    Some(())
}

/// The ways in which a path can go on. What was typed meanwhile makes them void.
pub(super) fn completed(app: &mut App, typed: &str, paths: &[String]) {
    let Some((start, now)) = crate::app::completion::path(app) else {
        return;
    };
    if now != typed {
        return;
    }
    if paths.is_empty() {
        return app.inform("there is no such file");
    }
    let standing = app.input().text()[start..app.input().cursor()].to_owned();
    app.completion = Some(Completion {
        start,
        typed: standing,
        candidates: paths.iter().map(|found| path::typed(found)).collect(),
        at: None,
    });
    editing::step(app, 1);
}

/// A path was pasted: there is a file.
pub(super) fn probed(app: &mut App, probed: Probed) {
    // Something else was typed or opened meanwhile.
    if app.popup().is_some() || app.input().text() != probed.typed {
        return;
    }
    app.popups.push(Popup::Offer(Offer {
        path: probed.path,
        name: probed.name,
        size: size(probed.bytes),
    }));
}

/// Sends what was offered.
pub(super) fn accept_offer(app: &mut App, offer: &Offer, out: &mut Effects) {
    if send(app, &offer.path, "", out).is_some() {
        app.input_mut().take();
    }
}
