//! What a program sees of a file that is on its way.

use std::path::PathBuf;

use chat_core::{ConversationId, Seq, Text};

/// Names a transfer as long as the client lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u64);

/// Where a transfer stands. Told when that changes, and while it goes on at most five times a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Which.
    pub id: TransferId,
    /// Where the file is posted, or where its entry is.
    pub conversation: ConversationId,
    /// What the file is called: one clean line, to be shown. Not the path.
    pub name: Text,
    /// Which way it goes.
    pub direction: TransferDirection,
    /// Length of the content in bytes; 0 until it is known.
    pub bytes: u64,
    /// How many of them are hashed, are with the server, or are on the disk, as the state says. May go
    /// back: when an upload's hashing is done, and when the server kept less than was sent.
    pub done: u64,
    /// What is happening.
    pub state: TransferState,
}

/// Which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferDirection {
    /// To the server: [`Client::send_file`](crate::Client::send_file).
    Upload,
    /// From the server: [`Client::save_file`](crate::Client::save_file).
    Download,
}

/// What is happening to a transfer. The last three are final: nothing more is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferState {
    /// The file (what is there of it, for a download) is read and hashed.
    Hashing,
    /// Bytes move.
    Running {
        /// Over the last seconds.
        bytes_per_second: u64,
    },
    /// It goes on by itself.
    Waiting {
        /// When, for people: behind other transfers, without a connection.
        why: String,
    },
    /// Done.
    Finished(Delivered),
    /// Given up.
    Failed {
        /// What happened and what to do, for people. Names the file where that helps.
        why: String,
    },
    /// Given up because [`Client::cancel`](crate::Client::cancel) said so.
    Cancelled,
}

impl TransferState {
    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            TransferState::Finished(_) | TransferState::Failed { .. } | TransferState::Cancelled
        )
    }
}

/// Where a file is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// In the conversation.
    Posted {
        /// As this entry.
        seq: Seq,
    },
    /// On this machine.
    Saved {
        /// Under this name, which was free before.
        path: PathBuf,
    },
}
