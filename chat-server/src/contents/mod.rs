//! The contents of files: one thread that takes what is uploaded, and the directory where they lie.
//!
//! The hub decides who may upload what; the bytes come here from the sessions, past it. What the hub
//! decides about the directory ([`FileWork`]) comes through the journal once it is committed, so
//! that what is done here has the order in which it was decided. A content is complete in its
//! partial file, verified and on the disk, before the hub records it, and gets its own name
//! after: a crash in between is mended by looking under both names.
//!
//! | file | owns |
//! |---|---|
//! | `directory.rs` | names of files, reading, writing, removing |
//! | `partial.rs` | one upload: its file, its hash, what is on the disk |
//! | `receiver.rs` | all uploads that are open, what is answered |
//! | `room.rs` | how many are open, and which one is laid aside for another |
//! | `sweep.rs` | what lies in the directory against what the hub knows |
//! | `thread.rs` | the thread and its queue |

mod directory;
mod partial;
mod receiver;
mod room;
mod sweep;
#[cfg(test)]
mod tests;
mod thread;

use chat_core::command::Chunk;
use chat_core::{AccountId, ContentHash, Event};

use crate::hub::{FileNews, FileWork, SessionId};

pub use directory::Directory;
pub(crate) use receiver::Receiver;
pub(crate) use thread::Contents;

/// What the thread is told.
#[derive(Debug)]
pub enum ToContents {
    /// The hub has decided something, and it is committed.
    Work(FileWork),
    /// Bytes of an upload.
    Chunk(Box<Part>),
    /// A session has ended that may have uploads.
    Gone(SessionId),
}

/// Bytes of an upload, and whose.
#[derive(Debug)]
pub struct Part {
    /// Which session sends them.
    pub session: SessionId,
    /// Whose upload.
    pub account: AccountId,
    /// Of which content.
    pub hash: ContentHash,
    /// The bytes, and where they belong.
    pub chunk: Chunk,
}

/// What the thread tells.
#[derive(Debug)]
pub(crate) enum Told {
    /// The hub, news.
    Hub(FileNews),
    /// A session, the answer to a request that the hub has let through.
    Answer(SessionId, Event),
    /// A session, the answer to a chunk; the upload of that number is no more.
    Chunk(SessionId, ChunkDone),
}

/// The answer to a chunk.
#[derive(Debug)]
pub struct ChunkDone {
    /// The answer.
    pub event: Event,
    /// An upload that is no longer one: it is complete, or came to nothing.
    pub ended: Option<u64>,
}
