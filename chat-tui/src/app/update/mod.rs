//! What happens to the state when something happens. This file only dispatches; each subject has a
//! file.
//!
//! | file | subject |
//! |---|---|
//! | `keys`, `mouse` | what keys and clicks mean, and where they go |
//! | `editing`, `paste` | the input, and sending what stands in it |
//! | `commands` | slash commands |
//! | `change` | editing and taking back what was said, reactions |
//! | `emoji` | picking one, and those that are offered while typing |
//! | `popups`, `picker`, `search`, `menu` | what lies over the screen |
//! | `navigate`, `select` | which conversation and which entry is looked at |
//! | `reading` | scrolling, the unread line, read markers |
//! | `history` | pages and gaps |
//! | `net`, `answers` | what the connection says |
//! | `conversations`, `entries`, `outbox` | conversations, entries and own posts as they come and go |
//! | `missed` | what happened while one was away |
//! | `files`, `pictures` | files that are sent and saved; those that are shown |
//! | `canvas` | what is drawn together |
//! | `promise` | who is not there to read what is written to them |
//! | `cache` | the last run's state |
//! | `servers` | going from one server to another |
//! | `host` | telling how others join the server in this process |
//! | `time` | what is due |

mod answers;
mod cache;
mod canvas;
mod change;
mod commands;
mod conversations;
mod editing;
mod emoji;
mod entries;
mod files;
mod history;
mod host;
mod keys;
mod menu;
mod missed;
mod mouse;
mod navigate;
mod net;
mod outbox;
mod paste;
mod picker;
mod pictures;
mod popups;
mod promise;
mod reading;
mod search;
mod select;
mod servers;
mod time;

use chat_core::{Command, RequestId};
use crossterm::event::KeyEventKind;

use super::model::{Notice, NoticeKind, TerminalFocus};
use super::request::Asked;
use super::{App, Effect, Event};

/// What is wanted, in order. Functions append to it.
type Effects = Vec<Effect>;

/// How long a notice stays, in milliseconds: time to read a line.
const INFO_MS: u64 = 6_000;
/// One that says that something was not done stays longer.
const ERROR_MS: u64 = 12_000;
/// Requests that may be unanswered; the server stops reading beyond
/// [`UNANSWERED`](chat_core::limits::UNANSWERED), and posts count there, too.
const ASKED_MAX: usize = chat_core::limits::UNANSWERED / 2;

/// Takes one event in, and gives what is wanted for it, in order.
#[must_use]
pub fn update(app: &mut App, event: Event) -> Vec<Effect> {
    let mut out = Vec::new();
    match event {
        Event::Tick { now } => time::tick(app, now, &mut out),
        Event::Key(key) if key.kind == KeyEventKind::Release => {}
        Event::Key(key) => {
            let before = app.input().text().to_owned();
            reading::look(app);
            keys::press(app, key, &mut out);
            missed::typed(app, &before);
        }
        Event::Paste(text) => {
            let before = app.input().text().to_owned();
            reading::look(app);
            paste::paste(app, &text, &mut out);
            missed::typed(app, &before);
        }
        Event::Mouse(mouse) => mouse::mouse(app, mouse, &mut out),
        Event::Resize(size) => app.size = size,
        Event::Margins => {}
        Event::FocusGained => reading::look(app),
        Event::FocusLost => app.terminal = TerminalFocus::Elsewhere,
        Event::Hangup => time::leave(app, None, &mut out),
        Event::Net(event) => net::net(app, event, &mut out),
        Event::Secured(security) => app.security = security,
        Event::Cached(cached) => cache::restore(app, *cached),
        Event::CachedPage(page) => history::cached(app, page, &mut out),
        Event::Found { query, entries } => search::found(app, &query, entries),
        Event::Saving {
            id,
            conversation,
            seq,
        } => files::saving(app, id, conversation, seq),
        Event::Paths { typed, paths } => files::completed(app, &typed, &paths),
        Event::Picture {
            conversation,
            seq,
            picture,
        } => pictures::arrived(app, conversation, seq, picture),
        Event::Probed(probed) => files::probed(app, probed),
        Event::Host(host) => app.host = Some(host),
        Event::Servers(known) => app.servers.known = known,
        Event::Saved(saved) => canvas::saved(app, saved),
        Event::Failed(text) => app.warn(text),
    }
    host::settle(app);
    missed::settle(app, &mut out);
    canvas::settle(app, &mut out);
    pictures::settle(app, &mut out);
    reading::settle(app, &mut out);
    out
}

impl App {
    /// Says something for information.
    fn inform(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            kind: NoticeKind::Info,
            until: self.now.plus(INFO_MS),
        });
    }

    /// Says that something was not done.
    fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            kind: NoticeKind::Error,
            until: self.now.plus(ERROR_MS),
        });
    }

    /// Sends a request, unless too many are unanswered. Gives its id.
    fn ask(
        &mut self,
        asked: Asked,
        command: impl FnOnce(RequestId) -> Command,
        out: &mut Effects,
    ) -> Option<RequestId> {
        if self.asked.len() >= ASKED_MAX {
            self.warn("the server has not answered for a while: wait a moment, or /reconnect");
            return None;
        }
        let request = RequestId(self.next_request);
        // Below 2³² as chat-client wants it; by then the first ones are long answered.
        self.next_request = self.next_request % 0xffff_fffe + 1;
        self.asked.insert(request, asked);
        out.push(Effect::Send(command(request)));
        Some(request)
    }
}
