//! One transfer, whichever way it goes, and what is told of it. Pure.

use std::time::Instant;

use chat_core::{ConversationId, Text};

use super::download::Download;
use super::progress::Progress;
use super::upload::Upload;
use crate::transfer::{Transfer, TransferDirection, TransferId, TransferState};

#[derive(Debug)]
pub(super) enum Work {
    Upload(Upload),
    Download(Download),
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) conversation: ConversationId,
    pub(super) name: Text,
    pub(super) work: Work,
    pub(super) progress: Progress,
}

impl Item {
    /// Whether events tell of it: what goes to memory has somebody who waits.
    pub(super) fn is_told(&self) -> bool {
        match &self.work {
            Work::Upload(_) => true,
            Work::Download(download) => download.is_to_disk(),
        }
    }

    /// When its rate is to be told anew although nothing happens.
    pub(super) fn tick_at(&self) -> Option<Instant> {
        let ticks = self.is_told() && !self.work.is_queued();
        self.progress.deadline().filter(|_| ticks)
    }

    pub(super) fn done(&self) -> u64 {
        match &self.work {
            Work::Upload(upload) => upload.done(),
            Work::Download(download) => download.done(),
        }
    }

    pub(super) fn state(&self, is_online: bool, now: Instant) -> TransferState {
        let (waits, hashes) = match &self.work {
            Work::Upload(upload) => (upload.waits(), upload.is_hashing()),
            Work::Download(download) => (download.waits(now), download.is_hashing()),
        };
        if let Some(why) = waits {
            return waiting(why);
        }
        if hashes {
            return TransferState::Hashing;
        }
        if !is_online && let Some(state) = self.state_offline() {
            return state;
        }
        TransferState::Running {
            bytes_per_second: 0,
        }
    }

    /// What it waits for without a connection; `None` if that doesn't matter to it now.
    pub(super) fn state_offline(&self) -> Option<TransferState> {
        let needs = match &self.work {
            Work::Upload(upload) => upload.is_sending() || upload.is_posting(),
            Work::Download(download) => {
                !(download.is_queued() || download.is_hashing() || download.is_settling())
            }
        };
        needs.then(|| waiting("there is no connection: it goes on when there is"))
    }

    pub(super) fn report(&self, id: TransferId, state: TransferState) -> Transfer {
        let (direction, bytes) = match &self.work {
            Work::Upload(upload) => (TransferDirection::Upload, upload.size()),
            Work::Download(download) => (TransferDirection::Download, download.file.bytes),
        };
        Transfer {
            id,
            conversation: self.conversation,
            name: self.name.clone(),
            direction,
            bytes,
            done: match state {
                TransferState::Finished(_) => bytes,
                _ => self.done(),
            },
            state,
        }
    }
}

fn waiting(why: &str) -> TransferState {
    let why = why.to_owned();
    TransferState::Waiting { why }
}

pub(super) fn failed(why: &str) -> TransferState {
    let why = why.to_owned();
    TransferState::Failed { why }
}
