//! How an upload stands, for whoever looks at it. Changes nothing.

use std::time::Instant;

use chat_core::PostId;

use super::{Content, Stage, Upload};

impl Upload {
    pub(in super::super) fn is_queued(&self) -> bool {
        matches!(self.stage, Stage::Queued)
    }

    /// What is announced, or will be, with this post.
    pub(in super::super) fn post(&self) -> PostId {
        self.post
    }

    pub(in super::super) fn content(&self) -> Option<&Content> {
        self.content.as_ref()
    }

    /// Whether its content is on its way or about to be.
    pub(in super::super) fn is_sending(&self) -> bool {
        matches!(
            self.stage,
            Stage::Offer(_) | Stage::Offered(_) | Stage::Sending(_)
        )
    }

    pub(in super::super) fn is_behind(&self) -> bool {
        matches!(self.stage, Stage::Behind)
    }

    pub(in super::super) fn is_posting(&self) -> bool {
        matches!(self.stage, Stage::Posting)
    }

    /// Whether the server may hold a part that nobody will ask for.
    pub(in super::super) fn leaves_a_part(&self) -> bool {
        self.offered
    }

    /// The number under which the server takes it on this connection.
    pub(in super::super) fn upload(&self) -> Option<u64> {
        match &self.stage {
            Stage::Sending(sending) => Some(sending.upload),
            _ => None,
        }
    }

    /// When an offer is due again.
    pub(in super::super) fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Offer(not_before) => not_before,
            _ => None,
        }
    }

    pub(in super::super) fn size(&self) -> u64 {
        self.size
    }

    /// How far it is.
    pub(in super::super) fn done(&self) -> u64 {
        match &self.stage {
            Stage::Hashing => self.hashed,
            Stage::Posting => self.size,
            _ => self.held,
        }
    }

    /// What it waits for, if it waits.
    pub(in super::super) fn waits(&self) -> Option<&'static str> {
        match &self.stage {
            Stage::Queued => Some("other files are sent first"),
            Stage::Behind => Some("the same file is being sent already"),
            Stage::Offer(Some(_)) => Some("the server can't take it just now"),
            _ => None,
        }
    }

    pub(in super::super) fn is_hashing(&self) -> bool {
        matches!(self.stage, Stage::Hashing)
    }
}
