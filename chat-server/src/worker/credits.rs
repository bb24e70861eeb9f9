//! What a worker's sessions may have under way in all, so that the queues behind them need no bound.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::connection::Connection;

/// Requests that a worker's sessions may have at the hub at once: with the longest texts 128 MiB.
const AT_HUB_MAX: usize = 16 * 1024;

/// Chunks of uploads that a worker's sessions may have unanswered at once: 32 MiB. Only connections
/// that upload wait where the disk is slow, with all that they say.
const CHUNKS_MAX: usize = 1_024;

/// See the module.
#[derive(Default)]
pub(super) struct Credits {
    at_hub: Cell<usize>,
    chunks: Cell<usize>,
    /// Connections that wait until fewer are under way.
    starved: RefCell<Vec<Rc<Connection>>>,
}

impl Credits {
    /// Whether another request may go to the hub, or a chunk to the one who keeps it; if not,
    /// `connection` is woken when one may.
    pub(super) fn may_ask(&self, connection: &Rc<Connection>) -> bool {
        let free = self.at_hub.get() < AT_HUB_MAX
            && (!connection.uploads() || self.chunks.get() < CHUNKS_MAX);
        if !free {
            self.starved.borrow_mut().push(connection.clone());
        }
        free
    }

    /// Requests at the hub.
    pub(super) fn at_hub(&self) -> usize {
        self.at_hub.get()
    }

    /// A request goes to the hub.
    pub(super) fn ask(&self) {
        self.at_hub.set(self.at_hub.get() + 1);
    }

    /// The hub has answered some, or nobody waits for them any more.
    pub(super) fn answered(&self, requests: usize) {
        self.at_hub.set(self.at_hub.get().saturating_sub(requests));
        if self.at_hub.get() < AT_HUB_MAX {
            self.wake();
        }
    }

    /// A chunk goes on.
    pub(super) fn send_chunk(&self) {
        self.chunks.set(self.chunks.get() + 1);
    }

    /// A chunk was answered, also one of a session that has ended.
    pub(super) fn chunk_answered(&self) {
        self.chunks.set(self.chunks.get().saturating_sub(1));
        if self.chunks.get() < CHUNKS_MAX {
            self.wake();
        }
    }

    /// Breaks the circle to connections.
    pub(super) fn forget_all(&self) {
        self.starved.take();
    }

    /// Those that still may not go on come back.
    fn wake(&self) {
        self.starved.take().iter().for_each(|c| c.wake());
    }
}
