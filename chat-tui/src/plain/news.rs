//! What the application shows, as lines that are only ever appended. Pure: compares what there is
//! with what has been said.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem::{Discriminant, discriminant};

use chat_client::{Transfer, TransferId, TransferState};
use chat_core::event::RosterChange;
use chat_core::{Body, ConversationId, Millis, PostId, Seq};

use super::line::{self, TOLD, Times};
use super::popups;
use crate::app::conversation::OutgoingState;
use crate::app::marks::Marks;
use crate::app::model::{Connection, Notice, NoticeKind};
use crate::app::{App, ConversationView, promise};
use crate::settings::Joins;

/// Entries of the current conversation that are said at the start, read or not: so much that one
/// knows what it is about.
const CONTEXT: u64 = 10;

/// Unread entries of a conversation that are said at the start.
const UNREAD_MAX: u64 = 50;

/// Comings and goings that are remembered, so that they are said once and not once per room.
const ASIDES_MAX: usize = 16;

/// How often the progress of a file is said, in milliseconds: seldom enough to be read aloud.
const TRANSFER_MS: u64 = 5_000;

/// What there is to say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct News {
    /// The chat: for standard output.
    pub(super) said: Vec<String>,
    /// Questions, and what was not done and why: for standard error.
    pub(super) remarks: Vec<String>,
    /// Posts among these that were refused.
    pub(super) posts_refused: usize,
    /// Whether something else among these was not done.
    pub(super) warned: Warned,
}

/// Whether something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Warned {
    #[default]
    No,
    Yes,
}

/// What has been said.
#[derive(Debug)]
pub(super) struct Teller {
    times: Times,
    joins: Joins,
    said: HashMap<ConversationId, Seq>,
    refused: HashSet<PostId>,
    connection: Option<Discriminant<Connection>>,
    greeted: Greeted,
    current: Option<ConversationId>,
    notice: Option<Notice>,
    popup: Vec<String>,
    promised: HashMap<ConversationId, Seq>,
    asides: VecDeque<String>,
    /// Files on their way, which are bounded by the connection: what was said of them, and when.
    transfers: HashMap<TransferId, (Millis, Discriminant<TransferState>)>,
}

/// Whether what was missed has been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Greeted {
    NotYet,
    Yes,
}

impl Teller {
    /// Nothing has been said.
    pub(super) fn new(times: Times, joins: Joins) -> Teller {
        Teller {
            times,
            joins,
            said: HashMap::new(),
            refused: HashSet::new(),
            connection: None,
            greeted: Greeted::NotYet,
            current: None,
            notice: None,
            popup: Vec::new(),
            promised: HashMap::new(),
            asides: VecDeque::new(),
            transfers: HashMap::new(),
        }
    }

    /// Another server: nothing of it has been said.
    pub(super) fn elsewhere(&mut self) {
        let (times, joins) = (self.times.clone(), self.joins);
        *self = Teller::new(times, joins);
    }

    /// Somebody came or went. The same is said once, though it is told for every room.
    pub(super) fn aside(
        &mut self,
        app: &App,
        id: ConversationId,
        change: &RosterChange,
    ) -> Option<String> {
        if self.joins == Joins::Hide || app.is_me(change.person.account) {
            return None;
        }
        let title = line::title(&app.conversation(id)?.info);
        let what = line::change(&title, change).filter(|what| !self.asides.contains(what))?;
        // The opposite may be said again.
        let nick = format!("{} ", change.person.nick);
        self.asides.retain(|said| !said.starts_with(&nick));
        self.asides.push_back(what.clone());
        if self.asides.len() > ASIDES_MAX {
            self.asides.pop_front();
        }
        Some(self.times.told(&what, app.now))
    }

    /// A file gets on: said at once when it stands still or goes on again, and now and then while it
    /// moves. Its end is an entry, or said by the application.
    pub(super) fn transfer(&mut self, transfer: &Transfer, now: Millis) -> Option<String> {
        let kind = discriminant(&transfer.state);
        if transfer.state.is_final() {
            self.transfers.remove(&transfer.id);
            return (transfer.state == TransferState::Cancelled)
                .then(|| self.times.told(&line::progress(transfer), now));
        }
        let waits = matches!(transfer.state, TransferState::Waiting { .. });
        let Some((told, before)) = self.transfers.get_mut(&transfer.id) else {
            // A short one is through before there is anything to say.
            self.transfers.insert(transfer.id, (now, kind));
            return waits.then(|| self.times.told(&line::progress(transfer), now));
        };
        let changed = waits && *before != kind;
        if !changed && now.0 < told.0 + TRANSFER_MS {
            return None;
        }
        (*told, *before) = (now, kind);
        Some(self.times.told(&line::progress(transfer), now))
    }

    /// What there is to say since the last time.
    pub(super) fn news(&mut self, app: &App) -> News {
        let mut news = News::default();
        // Numbers of conversations that are gone may come again for others.
        self.said.retain(|id, _| app.conversation(*id).is_some());
        self.tell_connection(app, &mut news);
        // That there is a connection comes before what comes through it.
        if !matches!(app.connection, Connection::LoggingIn | Connection::Syncing) {
            self.tell_current(app, &mut news);
            for view in &app.conversations {
                self.tell_entries(app, view, &mut news);
                self.tell_promise(view, &mut news);
            }
        }
        for view in &app.conversations {
            self.tell_refused(view, &mut news);
        }
        self.tell_notice(app, &mut news);
        self.tell_popup(app, &mut news);
        news
    }

    fn tell_connection(&mut self, app: &App, news: &mut News) {
        let now = discriminant(&app.connection);
        let before = self.connection.replace(now);
        if before == Some(now) {
            return;
        }
        match &app.connection {
            Connection::Connecting { attempt: 1 } if before.is_none() => {
                let what = format!("connecting to {}", app.server.name);
                news.said.push(self.times.told(&what, app.now));
            }
            Connection::Online => {
                let what = format!("connected to {} as {}", app.server.name, app.nick());
                news.said.push(self.times.told(&what, app.now));
                self.greet(app, news);
            }
            Connection::Offline { why, .. } => {
                let what = format!("not connected: {why}. What you write is kept and sent later");
                news.said.push(self.times.told(&what, app.now));
            }
            // A card says why it is closed.
            Connection::Closed { .. }
            | Connection::Connecting { .. }
            | Connection::LoggingIn
            | Connection::Syncing => {}
        }
    }

    /// What was missed, at the first login.
    fn greet(&mut self, app: &App, news: &mut News) {
        if self.greeted == Greeted::Yes {
            return;
        }
        self.greeted = Greeted::Yes;
        for view in &app.conversations {
            let missed = view.info.head.0.saturating_sub(view.info.read.0);
            let title = line::title(&view.info);
            match missed {
                0 => {}
                1..=UNREAD_MAX => news.said.push(format!("{TOLD} {title}: {missed} new")),
                _ => news.said.push(format!(
                    "{TOLD} {title}: {missed} new, of which the last {UNREAD_MAX} follow"
                )),
            }
        }
    }

    fn tell_current(&mut self, app: &App, news: &mut News) {
        if self.current == app.current {
            return;
        }
        self.current = app.current;
        if let Some(view) = app.current() {
            let title = line::title(&view.info);
            let topic = match view.info.topic.as_str() {
                "" => String::new(),
                topic => format!(" ({topic})"),
            };
            news.said.push(format!("{TOLD} now in {title}{topic}"));
        }
    }

    fn tell_entries(&mut self, app: &App, view: &ConversationView, news: &mut News) {
        let id = view.id();
        let context = if app.current == Some(id) { CONTEXT } else { 0 };
        let first = || first_told(view, context);
        let mut last = *self.said.entry(id).or_insert_with(first);
        if view.log.last() <= last {
            return;
        }
        let title = line::title(&view.info);
        for entry in view.log.entries_after(last) {
            let missing = entry.seq.0 - last.next().0;
            if missing > 0 {
                let what = format!("{TOLD} {title}: {missing} messages are not shown here");
                news.said.push(what);
            }
            let edits = matches!(entry.body, Body::Edit { .. });
            let about = |seq| first_words(view, seq, edits);
            news.said.extend(self.times.entry(&title, entry, about));
            last = entry.seq;
        }
        self.said.insert(id, last);
    }

    /// Who is not there to read what was written to them.
    fn tell_promise(&mut self, view: &ConversationView, news: &mut News) {
        let Some(at) = view.promise.at else {
            return;
        };
        if self.promised.insert(view.id(), at) != Some(at) {
            let nick = view.info.name.as_str();
            let what = promise::sentence(nick);
            news.said.push(format!("{TOLD} {what}"));
        }
    }

    fn tell_refused(&mut self, view: &ConversationView, news: &mut News) {
        for post in &view.outbox {
            if let OutgoingState::Refused {
                reason,
                again_at: None,
            } = &post.state
                && self.refused.insert(post.post)
            {
                let title = line::title(&view.info);
                let remark = format!(
                    "{TOLD} not posted in {title} ({reason}): {}",
                    post.body.text()
                );
                news.remarks.push(remark);
                news.posts_refused += 1;
            }
        }
    }

    fn tell_notice(&mut self, app: &App, news: &mut News) {
        if self.notice == app.notice {
            return;
        }
        self.notice.clone_from(&app.notice);
        if let Some(notice) = &app.notice {
            let line = format!("{TOLD} {}", notice.text);
            match notice.kind {
                NoticeKind::Info => news.said.push(line),
                NoticeKind::Error => {
                    news.remarks.push(line);
                    news.warned = Warned::Yes;
                }
            }
        }
    }

    fn tell_popup(&mut self, app: &App, news: &mut News) {
        let lines = app
            .popup()
            .map(|popup| popups::lines(app, popup))
            .unwrap_or_default();
        if self.popup == lines {
            return;
        }
        let out = match popups::question(app) {
            Some(_) => &mut news.remarks,
            None => &mut news.said,
        };
        out.extend_from_slice(&lines);
        self.popup = lines;
    }

    /// The same popup may come again and is then said again.
    pub(super) fn forget_popup(&mut self) {
        self.popup.clear();
    }
}

/// How an entry begins that another one is about, as it was `at_first` or is now; nothing of one
/// that was taken back.
fn first_words(view: &ConversationView, seq: Seq, at_first: bool) -> Option<String> {
    let removed = view.log.marks(seq).is_some_and(Marks::is_removed);
    let entry = view.log.get(seq).filter(|_| !removed)?;
    match at_first {
        true => line::first_words(&entry.body),
        false => line::first_words(&view.now(entry).body),
    }
}

/// Behind which entry one begins: `context` of those that were read, and what was not.
fn first_told(view: &ConversationView, context: u64) -> Seq {
    let head = view.info.head.0.max(view.log.last().0);
    let read = view.info.read.0;
    Seq(read
        .min(head.saturating_sub(context))
        .max(head.saturating_sub(UNREAD_MAX)))
}

#[cfg(test)]
mod tests;
