//! One conversation as this client holds it: its log, roster and draft, where the reader is, what
//! is unread.

use std::borrow::Cow;

use chat_core::{Body, Conversation, ConversationId, ConversationKind, Millis, PostId, Seq};

use super::files::Progress;
use super::log::{Key, Log};
use super::promise::Promise;
use super::roster::Roster;
use crate::editor::Editor;

/// A conversation.
#[derive(Debug, Clone)]
pub struct ConversationView {
    /// Number, name, topic, head and read marker. The marker is what this client has read, also
    /// when the server has yet to learn it.
    pub info: Conversation,
    /// The entries that are held.
    pub log: Log,
    /// Own posts that are not in the log yet, oldest first; shown below it.
    pub outbox: Vec<Outgoing>,
    /// Files on their way to it, oldest first; those that failed until they are dropped.
    pub uploads: Vec<Progress>,
    /// Who is there.
    pub roster: Roster,
    /// Where that is from.
    pub roster_from: Source,
    /// In a direct conversation: that the other is not there.
    pub promise: Promise,
    /// What is being typed. Every conversation has its own, so that switching loses nothing.
    pub input: Editor,
    /// The own entry that is being edited in the input.
    pub editing: Option<Editing>,
    /// What was sent before, oldest first, and where the person is in it.
    pub sent: Sent,
    /// What part of the log is on the screen.
    pub scroll: Scroll,
    /// `/clear`: at the end, nothing up to here is shown. Scrolling up ends it.
    pub cleared: Option<Key>,
    /// The unread line stands behind this entry. Frozen when the conversation is entered.
    pub unread_line: Option<Seq>,
    /// What came since the read marker.
    pub unread: Unread,
    /// The newest entry that was on the screen: what came later is "new below".
    pub seen: Seq,
    /// Whether it counts mentions and rings.
    pub sound: Sound,
    /// The row that is picked in selection mode.
    pub selected: Option<Key>,
    /// The draft as the cache knows it.
    pub draft_stored: String,
    /// The read marker as the server knows it.
    pub read_sent: Seq,
    /// The last entry that was there when the connection was made: later ones are live, and may
    /// ring.
    pub live_after: Seq,
    /// Whether it has been opened at its unread line.
    pub opening: Opening,
}

/// Where something is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the last run, or from nowhere yet.
    Cache,
    /// From the server, in this run.
    Server,
}

/// What is above or below the part of a log that is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// At the end, and stays there.
    #[default]
    Newest,
    /// This row is the topmost on the screen, whatever comes or goes around it.
    At {
        /// The item. If it is gone, the next one that is there.
        key: Key,
        /// Which of its rows, from 0.
        row: usize,
    },
}

/// Whether a conversation has been opened where reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opening {
    /// It has.
    #[default]
    Done,
    /// As soon as what was missed has come.
    WhenCaughtUp,
    /// As soon as the entries there are held, unless somebody scrolls away from here before.
    WhenHeld(Scroll),
}

/// What has not been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unread {
    /// Entries of others.
    pub entries: u64,
    /// Of these, ones that name the own nick; in a direct conversation all of them.
    pub mentions: u64,
}

/// Whether a conversation asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sound {
    /// Mentions ring.
    #[default]
    On,
    /// `/mute`: nothing rings, and it is skipped by "next with something new".
    Muted,
}

/// An own post that is not in the log yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The same whenever it is sent.
    pub post: PostId,
    /// What the entry will say.
    pub body: Body,
    /// When it was typed.
    pub at: Millis,
    /// How far it has come.
    pub state: OutgoingState,
}

/// How far an own post has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutgoingState {
    /// On its way, or waiting for the connection.
    Sending,
    /// Stored under this number; the entry itself has yet to come.
    Stored(Seq),
    /// Refused. It can be sent again or dropped.
    Refused {
        /// Why, as a sentence.
        reason: String,
        /// When it is sent again by itself: the server said that it came too fast.
        again_at: Option<Millis>,
    },
}

/// An edit under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    /// Of which entry.
    pub of: Seq,
    /// What that says.
    pub was: String,
    /// What stood in the input before.
    pub kept: String,
}

/// What was sent before, as `↑` gives it back.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Oldest first.
    pub lines: Vec<String>,
    /// Where the person is, and what was typed before going there.
    pub at: Option<(usize, String)>,
    /// How many of the last ones are not kept on disk yet.
    unkept: usize,
}

/// What was typed in a conversation whose number is void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The conversation's title.
    pub title: String,
    /// What was sent.
    pub sent: Vec<String>,
    /// What was not, oldest first.
    pub unsent: Vec<String>,
}

impl ConversationView {
    /// A conversation of which nothing is known but this.
    #[must_use]
    pub fn new(info: Conversation) -> ConversationView {
        let head = info.head;
        ConversationView {
            log: Log::new(head),
            outbox: Vec::new(),
            uploads: Vec::new(),
            roster: Roster::default(),
            roster_from: Source::Cache,
            promise: Promise::default(),
            input: Editor::new(),
            editing: None,
            sent: Sent::default(),
            scroll: Scroll::Newest,
            cleared: None,
            unread_line: None,
            unread: Unread::default(),
            seen: Seq(0),
            sound: Sound::On,
            selected: None,
            draft_stored: String::new(),
            read_sent: info.read,
            live_after: Seq(0),
            opening: Opening::Done,
            info,
        }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> ConversationId {
        self.info.id
    }

    /// What it is called on the screen: `#room` or `@nick`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.info.kind {
            ConversationKind::Room | ConversationKind::Canvas => self.info.name.to_string(),
            ConversationKind::Direct => format!("@{}", self.info.name),
        }
    }

    /// Where it stands in the list: #lobby, rooms by name, people by nick.
    #[must_use]
    pub fn place(&self) -> (u8, String, ConversationId) {
        let name = self.info.name.as_str();
        let group = match self.info.kind {
            ConversationKind::Room if name == "#lobby" => 0,
            ConversationKind::Room | ConversationKind::Canvas => 1,
            ConversationKind::Direct => 2,
        };
        (group, super::roster::fold(name), self.info.id)
    }

    /// What is typed and not sent, as it survives a restart: what stood in the input before an edit
    /// is not lost with it.
    #[must_use]
    pub fn draft(&self) -> Cow<'_, str> {
        let typed = self.input.text();
        match &self.editing {
            Some(editing) if !editing.kept.is_empty() => {
                Cow::Owned(format!("{}\n{typed}", editing.kept))
            }
            _ => Cow::Borrowed(typed),
        }
    }

    /// Posts of others below what is on the screen that came since it was scrolled up.
    #[must_use]
    pub fn new_below(&self) -> usize {
        match self.scroll {
            Scroll::Newest => 0,
            Scroll::At { .. } => {
                let below = self.log.entries_after(self.seen);
                below.filter(|entry| entry.body.is_news()).count()
            }
        }
    }
}

impl Sent {
    /// What was sent in the last run.
    #[must_use]
    pub fn kept(lines: Vec<String>) -> Sent {
        Sent {
            lines,
            ..Sent::default()
        }
    }

    /// Whether something is to be kept on disk.
    #[must_use]
    pub fn is_unkept(&self) -> bool {
        self.unkept > 0
    }

    /// What is to be kept on disk, oldest first; from here on it counts as kept.
    pub fn take_unkept(&mut self) -> Vec<String> {
        let from = self.lines.len().saturating_sub(self.unkept);
        self.unkept = 0;
        self.lines[from..].to_vec()
    }

    /// Remembers a line, and `recall_max` at most; one that repeats the last is not kept twice.
    pub fn push(&mut self, line: &str, recall_max: usize) {
        if let Some((_, typed)) = self.at.take() {
            // What was typed before going back.
            self.keep(&typed);
        }
        self.keep(line);
        self.trim(recall_max);
    }

    /// Lets the oldest lines go, down to `recall_max`.
    pub fn trim(&mut self, recall_max: usize) {
        let gone = self.lines.len().saturating_sub(recall_max);
        self.lines.drain(..gone);
        if let Some((at, _)) = &mut self.at {
            *at = at.saturating_sub(gone);
        }
    }

    fn keep(&mut self, line: &str) {
        if line.is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        self.lines.push(line.to_owned());
        self.unkept += 1;
    }
}
