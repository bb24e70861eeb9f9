//! What the client keeps on disk between runs, in two SQLite databases that several processes share:
//!
//! - `cache.db`: conversations and entries, so that the last screen appears before the network does
//!   and nothing is fetched twice. It may be lost: damaged or of a newer version it is put aside.
//! - `drafts.db`: what was typed and not yet acknowledged, and what was sent before. It is never thrown away silently.
//!
//! Rows belong to a server's address and store epoch. Sequence numbers are dense, so which ranges
//! are known is seen from the entries themselves. Reading for the first screen is done by the
//! caller; everything after that by a thread of its own, many writes to one commit.

mod batch;
mod database;
mod drafts;
mod entries;
mod recall;
mod snapshot;
#[cfg(test)]
mod tests;
mod worker;

use std::path::PathBuf;

use chat_client::Resume;
use chat_core::command::Direction;
use chat_core::event::Welcome;
use chat_core::{AccountId, ConversationId, Entry, Nick, Seq};

use crate::app::event::{Cached, CachedPage};

pub use worker::Cache;

/// Names a server's store.
pub type Epoch = [u8; 16];

/// Entries per conversation that the first screen begins with: more than a terminal is high.
const FIRST_ENTRIES: u64 = 100;

/// Why there is no cache. Chatting goes on without it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.display())]
pub struct CacheError {
    file: PathBuf,
    source: rusqlite::Error,
}

/// Something that people should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The cache was put aside; nothing is lost that the server doesn't have.
    CacheAside(PathBuf),
    /// Drafts and unsent messages were put aside; the file still has them.
    DraftsAside(PathBuf),
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Notice::CacheAside(file) => write!(
                f,
                "the cache was damaged or of a newer version, so it begins anew (the old one: {})",
                file.display()
            ),
            Notice::DraftsAside(file) => write!(
                f,
                "drafts and unsent messages could not be read; they are still in {}",
                file.display()
            ),
        }
    }
}

/// Who one is on a server, and which store that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Names the store.
    pub epoch: Epoch,
    /// What the server calls itself.
    pub server: String,
    /// The own account.
    pub account: AccountId,
    /// The own nick.
    pub nick: Nick,
}

impl From<&Welcome> for Login {
    fn from(welcome: &Welcome) -> Login {
        Login {
            epoch: welcome.epoch,
            server: welcome.server.to_string(),
            account: welcome.account,
            nick: welcome.nick.clone(),
        }
    }
}

/// What is known of a server before the network answers.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// For the application.
    pub cached: Cached,
    /// For the connection; none on the first visit.
    pub resume: Option<Resume>,
}

/// Which entries to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageWanted {
    /// Whose.
    pub conversation: ConversationId,
    /// Entries just before this one, or just after.
    pub from: Seq,
    /// Which.
    pub direction: Direction,
    /// Most entries wanted.
    pub entries_max: u64,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWanted {
    /// In this conversation, or in all.
    pub conversation: Option<ConversationId>,
    /// Part of a text, in any case.
    pub query: String,
    /// Most entries wanted.
    pub entries_max: u64,
}

/// What the thread answers.
#[derive(Debug)]
pub enum Reply {
    /// What was cached there; empty when it was nothing that adjoins.
    Page(CachedPage),
    /// What was found, newest first. Of several searches at once only the last is answered.
    Found {
        /// As asked.
        query: String,
        /// What was found.
        entries: Vec<Entry>,
    },
    /// Something could not be kept. Said once, then again when something else is wrong.
    Failed(String),
}
