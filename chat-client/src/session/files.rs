//! Transfers in their session: their posts go through the outbox, and what the outbox says of those is
//! theirs.

use std::path::PathBuf;
use std::time::Instant;

use chat_core::{ConversationId, File, PostId, Seq, Text};

use super::{Job, Report, Session};
use crate::handle::Waiter;
use crate::transfer::TransferId;

impl Session {
    /// See [`Client::send_file`](crate::Client::send_file).
    pub(crate) fn send_file(
        &mut self,
        id: TransferId,
        post: PostId,
        path: PathBuf,
        what: (ConversationId, Text),
        now: Instant,
    ) {
        self.transfers.send(id, post, path, what, now);
    }

    /// See [`Client::save_file`](crate::Client::save_file).
    pub(crate) fn save_file(
        &mut self,
        id: TransferId,
        place: (ConversationId, Seq),
        file: File,
        dir: PathBuf,
        now: Instant,
    ) {
        self.transfers.save(id, place, file, dir, now);
    }

    /// See [`Client::fetch_bytes`](crate::Client::fetch_bytes).
    pub(crate) fn fetch_bytes(
        &mut self,
        id: TransferId,
        place: (ConversationId, Seq),
        (file, bytes_max): (File, u64),
        waiter: Waiter<Vec<u8>>,
        now: Instant,
    ) {
        self.transfers
            .fetch(id, place, file, bytes_max, waiter, now);
    }

    /// See [`Client::cancel`](crate::Client::cancel).
    pub(crate) fn cancel(&mut self, id: TransferId, now: Instant) {
        let outbox = &mut self.outbox;
        self.transfers.cancel(id, |post| outbox.withdraw(post), now);
    }

    /// What became of something that was to be done with a file.
    pub(crate) fn reported(&mut self, id: TransferId, report: Report, now: Instant) {
        self.transfers.reported(id, report, now);
        self.post_files(now);
    }

    /// The next thing to be done with a file.
    pub(crate) fn next_job(&mut self) -> Option<(TransferId, Job)> {
        self.transfers.next_job()
    }

    /// Hands posts of transfers to the outbox.
    pub(super) fn post_files(&mut self, now: Instant) {
        while let Some(pending) = self.transfers.next_post() {
            if let Some(refused) = self.outbox.push(pending, None, now) {
                self.tell_outcome(refused, now);
            }
        }
    }
}
