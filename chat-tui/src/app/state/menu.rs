//! A list of lines over the screen, of which some can be picked.

use chat_core::{ConversationId, Entry};

/// A list that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// What it is about.
    pub kind: MenuKind,
    /// Which of the lines that can be picked is.
    pub selected: usize,
    /// Rows that are scrolled away at its top.
    pub scroll: usize,
}

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuKind {
    /// F4: the connection and the servers that are known.
    Connection,
    /// F7: what was missed.
    Missed,
}

/// What picking a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// Goes to an entry.
    Entry(Box<Entry>),
    /// Goes to a conversation, where reading stopped.
    Conversation(ConversationId),
    /// Goes to the server with this address.
    Server(String),
    /// Asks for another server.
    NewServer,
    /// Connects anew.
    Reconnect,
    /// Asks for another nick.
    Nick,
    /// Copies the certificate's fingerprint.
    CopyFingerprint,
    /// Copies a link to the server.
    CopyLink,
}

impl Menu {
    /// One that has just been opened.
    #[must_use]
    pub fn new(kind: MenuKind) -> Menu {
        Menu {
            kind,
            selected: 0,
            scroll: 0,
        }
    }
}
