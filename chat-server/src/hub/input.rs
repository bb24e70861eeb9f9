//! What the hub is told: its rules once, and what happens.

use chat_core::command::Command;
use chat_core::{ContentHash, PublicKey, RequestId, Text};

use super::{FileNews, Painted, Searched, SessionId, State};

/// What the hub needs to know of the configuration.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What the server calls itself.
    pub server: Text,
    /// Names the store.
    pub epoch: [u8; 16],
    /// Whether new accounts need the invite.
    pub invite_only: bool,
    /// The limits.
    pub limits: crate::config::LimitsSection,
    /// The roster's period and what a small room is.
    pub roster: crate::config::RosterSection,
    /// How large files may be, one and all.
    pub files: crate::config::FilesSection,
}

/// What the hub is told.
#[derive(Debug, Clone)]
pub enum Input {
    /// A session has proved its key and asks to be let in.
    Login {
        /// Which session.
        session: SessionId,
        /// The account.
        key: PublicKey,
        /// The wished nick.
        nick: Option<String>,
        /// Whether it showed the right invite.
        invited: bool,
    },
    /// A session asks for something.
    Command {
        /// Which session.
        session: SessionId,
        /// What it asks.
        command: Command,
        /// For a post that is sent again and is not in the store, and for one about another entry:
        /// what the store holds.
        searched: Option<Searched>,
    },
    /// A session gives an upload up.
    CancelUpload {
        /// Which session.
        session: SessionId,
        /// Named by the answer.
        request: RequestId,
        /// Of which content.
        hash: ContentHash,
    },
    /// The one who keeps the contents of files tells something.
    Files(FileNews),
    /// A picture of a canvas was drawn.
    Painted(Painted),
    /// A session's connection has ended.
    Closed {
        /// Which session.
        session: SessionId,
    },
    /// The roster's period has passed.
    RosterDue,
    /// The journal could not commit: this is what the store holds.
    Reset {
        /// The durable state as of the last commit.
        state: Box<State>,
    },
}
