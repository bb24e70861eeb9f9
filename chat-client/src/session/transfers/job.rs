//! What transfers want done with files, and what became of it. The doing is the shell's
//! (`task/files/`); each transfer has one job at a time.

use std::path::PathBuf;

use chat_core::{ContentHash, Text};

/// Something to be done with a transfer's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Job {
    /// Open the file to be sent, read all of it once, and keep it open.
    Hash {
        /// Where it is.
        path: PathBuf,
        /// More is not worth reading.
        bytes_max: Option<u64>,
    },
    /// Read from the file to be sent.
    Read {
        /// From where.
        at: u64,
        /// How much; all of it is there.
        bytes: usize,
    },
    /// Open the file that is being saved, as far as an earlier transfer came.
    Open {
        /// Where to.
        dir: PathBuf,
        /// What it is called after until it is whole.
        hash: ContentHash,
        /// How long it will be.
        bytes: u64,
    },
    /// Append to the file that is being saved.
    Write {
        /// In this order.
        data: Vec<Vec<u8>>,
    },
    /// It is whole: verify it and give it its name.
    Settle {
        /// The name that is wished.
        name: String,
    },
    /// The transfer is over: let go of the file.
    Forget(Leftover),
}

/// What happens to a file that is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// It stays, so that the next transfer of the same content goes on there.
    Keep,
    /// It is removed.
    Remove,
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Report {
    /// So much is read of a file that is being hashed. The job goes on.
    Hashing {
        /// Bytes.
        done: u64,
        /// Of so many.
        bytes: u64,
    },
    /// The file to be sent.
    Hashed {
        /// Of all of it.
        hash: ContentHash,
        /// Its length.
        bytes: u64,
        /// What it seems to be; empty for unknown.
        media: Text,
    },
    /// What was asked for.
    Read(Vec<u8>),
    /// The file that is being saved is open and holds so much of the content.
    Opened {
        /// Bytes.
        held: u64,
    },
    /// It is written.
    Written,
    /// The file has its name.
    Saved {
        /// With the directory.
        path: PathBuf,
    },
    /// The bytes that came are not the content; they are removed.
    NotTheContent,
    /// It can't be done.
    Failed {
        /// What happened and what to do, for people.
        why: String,
    },
}
