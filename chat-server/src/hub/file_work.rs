//! What goes between the hub and the one who keeps the contents of files.

use chat_core::{AccountId, ContentHash, Refusal, RequestId};

use super::{HeldContent, SessionId, storage_refusal};

/// What the one who keeps the contents tells.
#[derive(Debug, Clone, PartialEq)]
pub enum FileNews {
    /// All of an upload is there, verified and on the disk.
    Complete {
        /// Who asked last.
        ticket: Ticket,
    },
    /// What was uploaded is not what its hash says; it is gone.
    Wrong {
        /// Who asked last.
        ticket: Ticket,
    },
    /// Some of what lies on the disk.
    OnDisk(Vec<Found>),
    /// These are held and are not on the disk.
    Missing(Vec<ContentHash>),
    /// This is on the disk from here on.
    There(ContentHash),
    /// It is time to drop what nobody wants.
    SweepDue,
}

/// Something on the disk, and for how many milliseconds nothing was written to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// What.
    pub what: OnDisk,
    /// For how long.
    pub idle_ms: u64,
}

/// What lies on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnDisk {
    /// A content.
    Content(ContentHash),
    /// A part of one, as far as an account has uploaded it.
    Partial(AccountId, ContentHash),
}

/// A request about an upload that the one who keeps the contents answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ticket {
    /// Whose.
    pub session: SessionId,
    /// Which.
    pub request: RequestId,
    /// What was asked.
    pub asked: Asked,
    /// The number of the upload: no two have the same, in this run of the server.
    pub upload: u64,
    /// Of whom.
    pub account: AccountId,
    /// Of which content.
    pub hash: ContentHash,
    /// The length of the whole content.
    pub bytes: u64,
}

/// What a [`Ticket`] asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To begin or to go on.
    Upload,
    /// To take some bytes.
    Chunk,
}

/// What the one who keeps the contents is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum FileWork {
    /// Take an upload, from where it stands.
    Open(Ticket),
    /// Say that nothing is missing: the account holds the content.
    SayHeld(Ticket),
    /// The upload is a content from here on.
    Settle(Ticket),
    /// It is none.
    Refuse(Ticket, Refusal),
    /// Give a content its name that still has the one of its upload, if it is whole.
    Name(HeldContent),
    /// Remove this.
    Remove(OnDisk),
    /// Say soon that it is time to sweep: not all is done.
    SweepAgain,
}

impl FileWork {
    /// What is done instead when the records behind this could not be committed.
    pub(super) fn failed(self) -> Option<FileWork> {
        match self {
            FileWork::Open(ticket) | FileWork::SayHeld(ticket) | FileWork::Settle(ticket) => {
                Some(FileWork::Refuse(ticket, storage_refusal()))
            }
            refuse @ FileWork::Refuse(..) => Some(refuse),
            FileWork::Name(_) | FileWork::Remove(_) | FileWork::SweepAgain => None,
        }
    }
}
