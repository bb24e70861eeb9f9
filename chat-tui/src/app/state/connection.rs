//! The connection: how it is, to which server, as whom; and the server in this process.

use chat_core::{AccountId, ConversationId, Millis, Nick, Presence, Seq};

/// What is known of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What it calls itself; the address until that is known.
    pub name: String,
    /// Longest post in bytes.
    pub text_bytes: usize,
    /// Of the last ping, in milliseconds.
    pub latency_ms: Option<u64>,
}

/// The connection to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// Being made, for the n-th time in a row (from 1).
    Connecting {
        /// Which try.
        attempt: u32,
    },
    /// Made; a person has to answer something (certificate, nick), or the login is under way.
    LoggingIn,
    /// Conversations are being announced.
    Syncing,
    /// All there.
    Online,
    /// Lost; another try follows.
    Offline {
        /// Why, as a sentence.
        why: String,
        /// When the next try is.
        retry_at: Millis,
    },
    /// Lost for good.
    Closed {
        /// Why, and what to do.
        why: String,
    },
}

/// The own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its number.
    pub account: AccountId,
    /// What it is called.
    pub nick: Nick,
    /// Online or away.
    pub presence: Presence,
}

/// The server in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// What others join with.
    pub link: String,
    /// Host and port by which this process reaches it, in lower case.
    pub at: String,
    /// Whether one is connected to it.
    pub place: Place,
    /// Where that stands in a log: behind this entry of this conversation.
    pub told: Option<(ConversationId, Seq)>,
}

/// Whether one is connected to the server in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One is.
    Here,
    /// To another server; it goes on running.
    Elsewhere,
}

impl Host {
    /// What others type to join.
    #[must_use]
    pub fn command(&self) -> String {
        format!("chat-tui join '{}'", self.link)
    }
}
