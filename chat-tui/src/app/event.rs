//! What happened: everything that [`update`](super::update()) learns about the world.

use std::sync::Arc;

use chat_client::{Pending, TransferId};
use chat_core::{AccountId, Conversation, ConversationId, Entry, Millis, Nick, Person, Seq};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;

use super::conversation::Orphan;
use super::model::Host;
use super::pictures::Raster;
use super::security::Security;
use super::servers::KnownServer;

/// Something that happened outside of the application. The shell sends a [`Event::Tick`] before
/// each batch of other events, so that they find the right time in the application.
#[derive(Debug)]
pub enum Event {
    /// What time it is. Sent before a batch of events, and when
    /// [`App::wants_tick`](super::App::wants_tick) says so.
    Tick {
        /// Now.
        now: Millis,
    },
    /// A key was pressed, or repeats. Releases are ignored.
    Key(KeyEvent),
    /// Text was pasted (bracketed): never a command, whatever it says.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has this size now. Sent once at the start, too.
    Resize(Size),
    /// The terminal has left and right margins. Only what draws on it has to know.
    Margins,
    /// The terminal has the keyboard.
    FocusGained,
    /// Another window has it.
    FocusLost,
    /// The terminal is gone or the program was told to end (SIGHUP, SIGTERM): keep what is
    /// unsaved and leave, without questions.
    Hangup,
    /// Something came from the connection.
    Net(chat_client::Event),
    /// Whether the connection is private; comes with each one, before the login.
    Secured(Security),
    /// What the last run left in the cache; comes once, before the first [`Event::Net`].
    Cached(Box<Cached>),
    /// Answers [`Effect::LoadPage`](super::Effect::LoadPage).
    CachedPage(CachedPage),
    /// Answers [`Effect::Search`](super::Effect::Search).
    Found {
        /// The search that this answers.
        query: String,
        /// Newest first.
        entries: Vec<Entry>,
    },
    /// Answers [`Effect::SaveFile`](super::Effect::SaveFile): what is told of this transfer is told
    /// of that entry's file.
    Saving {
        /// The transfer.
        id: TransferId,
        /// Whose entry.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
    },
    /// Answers [`Effect::CompletePath`](super::Effect::CompletePath).
    Paths {
        /// The path that was to be completed.
        typed: String,
        /// How it can go on, in order; directories end in a separator.
        paths: Vec<String>,
    },
    /// Answers [`Effect::ShowPicture`](super::Effect::ShowPicture).
    Picture {
        /// Whose entry.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
        /// What its file shows, or why it can't be shown, as a sentence.
        picture: Result<Arc<Raster>, String>,
    },
    /// A path that was pasted is a file.
    Probed(Probed),
    /// The server inside this process: for `/link`, and for the question before leaving.
    Host(Host),
    /// These servers are known.
    Servers(Vec<KnownServer>),
    /// Answers [`Effect::Save`](super::Effect::Save): where it is written, or why it isn't.
    Saved(Result<String, String>),
    /// Something that the shell has to say: an effect failed, a file could not be written.
    Failed(String),
}

/// What the cache knew at the start.
#[derive(Debug, Default)]
pub struct Cached {
    /// What the server called itself.
    pub server: String,
    /// Who the own account was and what it was called.
    pub me: Option<(AccountId, Nick)>,
    /// Every conversation, in any order.
    pub conversations: Vec<CachedConversation>,
    /// Posts that were not acknowledged, oldest first. The same go to
    /// [`chat_client::Config::pending`].
    pub pending: Vec<Pending>,
    /// Posts that were refused and are kept until they are sent again or dropped: with the reason.
    pub refused: Vec<(Pending, String)>,
    /// The conversation that was on the screen.
    pub current: Option<ConversationId>,
    /// The emoji that were used last, newest first.
    pub emoji: Vec<String>,
    /// What was typed for conversations of a former store of this server.
    pub orphans: Vec<Orphan>,
}

/// A conversation as the cache knew it.
#[derive(Debug)]
pub struct CachedConversation {
    /// Name, topic, head and read marker.
    pub conversation: Conversation,
    /// The newest entries, in order; there may be holes. A screenful or two is enough: older ones
    /// are loaded when they are wanted.
    pub entries: Vec<Entry>,
    /// Who was there; may be empty.
    pub people: Vec<Person>,
    /// What was typed and not sent.
    pub draft: String,
    /// What was sent before, oldest first.
    pub sent: Vec<String>,
    /// Whether it may ring.
    pub muted: bool,
}

/// A file that was found where a pasted path points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// What stood in the input for it.
    pub typed: String,
    /// The path.
    pub path: String,
    /// What the file is called, in one clean line.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// A page of one conversation out of the cache.
#[derive(Debug)]
pub struct CachedPage {
    /// Whose entries.
    pub conversation: ConversationId,
    /// The [`Effect::LoadPage`](super::Effect::LoadPage)'s.
    pub from: Seq,
    /// What the cache has there, in order: the entries nearest to `from`, without holes between
    /// them and without a hole between them and `from`. Empty when it has none.
    pub entries: Vec<Entry>,
}
