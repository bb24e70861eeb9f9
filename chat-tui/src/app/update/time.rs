//! What is due: notices that go, drafts and read markers that are kept, posts that are sent again;
//! and leaving, when everything is due at once.

use chat_core::Millis;
use chat_core::command::Read;

use super::{Effects, canvas, outbox};
use crate::app::conversation::OutgoingState;
use crate::app::model::Connection;
use crate::app::request::Asked;
use crate::app::{App, Effect, Store};

/// The time has come this far.
pub(super) fn tick(app: &mut App, now: Millis, out: &mut Effects) {
    app.now = now;
    if app
        .notice
        .as_ref()
        .is_some_and(|notice| notice.until <= now)
    {
        app.notice = None;
    }
    if app.due.drafts.is_some_and(|due| due <= now) {
        store_drafts(app, out);
    }
    if app.due.read.is_some_and(|due| due <= now) {
        send_read(app, out);
    }
    for view in &mut app.conversations {
        if view.log.retry_at.is_some_and(|due| due <= now) {
            view.log.retry_at = None;
        }
    }
    outbox::send_due(app, out);
}

/// Keeps every draft that changed since it was kept, and what was sent since.
pub(super) fn store_drafts(app: &mut App, out: &mut Effects) {
    app.due.drafts = None;
    let recall_max = app.options.recall_max;
    for view in &mut app.conversations {
        if view.sent.is_unkept() {
            let (id, lines) = (view.info.id, view.sent.take_unkept());
            out.push(Effect::Store(Store::Sent(id, lines, recall_max)));
        }
        let draft = view.draft();
        if draft != view.draft_stored {
            view.draft_stored = draft.into_owned();
            out.push(Effect::Store(Store::Draft(
                view.info.id,
                view.draft_stored.clone(),
            )));
        }
    }
}

/// Keeps how far each conversation was read, and tells the server. Without a connection that comes
/// with the next one.
fn send_read(app: &mut App, out: &mut Effects) {
    app.due.read = None;
    let moved: Vec<_> = app
        .conversations
        .iter()
        .filter(|view| view.info.read > view.read_sent)
        .map(|view| (view.id(), view.info.read))
        .collect();
    let online = app.is_online();
    for (conversation, seq) in moved {
        out.push(Effect::Store(Store::Read(conversation, seq)));
        if !online {
            continue;
        }
        let asked = Asked::Read { conversation, seq };
        let read = |request| {
            Read {
                request,
                conversation,
                seq,
            }
            .into()
        };
        app.ask(asked, read, out);
    }
}

/// Keeps what is unsaved.
pub(super) fn keep(app: &mut App, out: &mut Effects) {
    canvas::finish(app, out);
    store_drafts(app, out);
    send_read(app, out);
}

/// Leaves: what is unsaved is kept first.
pub(super) fn leave(app: &mut App, text: Option<String>, out: &mut Effects) {
    keep(app, out);
    out.push(Effect::Quit { text });
}

impl App {
    /// When the shell must send the next [`Event::Tick`](crate::app::Event::Tick); `None` when
    /// nothing changes by itself, and the program may sleep until something happens.
    #[must_use]
    pub fn wants_tick(&self) -> Option<Millis> {
        let countdown = match &self.connection {
            // The seconds that are left change on the screen.
            Connection::Offline { retry_at, .. } if *retry_at > self.now => {
                let part = retry_at.since(self.now) % 1_000;
                Some(self.now.plus(if part == 0 { 1_000 } else { part }))
            }
            _ => None,
        };
        let per_conversation = self.conversations.iter().flat_map(|view| {
            let posts = view.outbox.iter().filter_map(|post| match post.state {
                OutgoingState::Refused { again_at, .. } => again_at,
                _ => None,
            });
            posts.chain(view.log.retry_at)
        });
        per_conversation
            .chain(self.due.read)
            .chain(self.due.drafts)
            .chain(self.notice.as_ref().map(|notice| notice.until))
            .chain(canvas::wakes(self))
            .chain(countdown)
            .min()
    }
}
