//! A worker's reader thread: what its sessions want from the store, one after the other.

use std::sync::mpsc::Receiver;

use tokio::sync::mpsc::{UnboundedSender, WeakUnboundedSender};

use super::ToWorker;
use crate::journal::{Reader, Wanted};

/// Reads for the worker until it is gone.
pub(super) fn read(
    mut reader: Reader,
    wanted: &Receiver<(u64, Wanted)>,
    worker: &WeakUnboundedSender<ToWorker>,
) {
    while let Ok((session, wanted)) = wanted.recv() {
        let found = match reader.read(wanted) {
            Ok(found) => Some(found),
            Err(error) => {
                tracing::error!(%error, "the store could not be read");
                None
            }
        };
        let Some(worker): Option<UnboundedSender<ToWorker>> = worker.upgrade() else {
            return;
        };
        if worker.send(ToWorker::Found(session, found)).is_err() {
            return;
        }
    }
}
