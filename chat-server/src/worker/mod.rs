//! Workers: a few threads, each with a current-thread runtime that owns its connections.
//!
//! What the journal has committed reaches each worker once, as shared bytes. The worker hands it to
//! the sessions that follow, and writes every touched connection once at the end of its round. No
//! task is woken and nothing is copied per message and recipient.
//!
//! | file | owns |
//! |---|---|
//! | `round.rs` | a worker's thread: its inbox, its sessions, its rounds |
//! | `credits.rs` | what its sessions may have under way |
//! | `connection.rs` | one connection: reading, writing, its timer |
//! | `late.rs` | sessions that are written a little later |
//! | `reader.rs` | its thread that reads the store |
//! | `unwritten.rs` | how much they were handed and have not written yet |
//! | `door.rs` | what happens before the first frame: what speaks there, TLS |

mod connection;
mod credits;
mod door;
mod late;
mod reader;
mod round;
mod unwritten;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use chat_core::Event;
use chat_core::event::Bye;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::rustls::ServerConfig;

use crate::contents::{ChunkDone, ToContents};
use crate::delivery::{Delivery, deliveries};
use crate::gate::{Parting, Permit};
use crate::hub::{Output, SessionId};
use crate::journal::{Found, Reader, ToHub};
use crate::session::Terms;
use crate::stats::Stats;

use unwritten::Unwritten;
pub(crate) use unwritten::{Counted, Idle};

/// What a worker is told.
#[derive(Debug)]
pub enum ToWorker {
    /// Somebody has connected.
    Connected(Accepted),
    /// Something has been committed, or answered. It counts until it is written, or put off.
    Deliver(Vec<Delivery>, Counted),
    /// What a session wanted from the store; `None` when it could not be read.
    Found(u64, Option<Found>),
    /// The answer to a chunk of a session.
    ChunkDone(u64, ChunkDone),
    /// Say goodbye to everybody and end.
    Stop(Bye),
}

/// A connection that was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The socket.
    pub stream: std::net::TcpStream,
    /// Where it comes from.
    pub peer: SocketAddr,
    /// Its place among the connections; or there is none, it is told so and closed.
    pub permit: Result<Permit, Parting>,
}

/// The way to all workers.
#[derive(Debug, Clone)]
pub struct Workers {
    inboxes: Arc<[UnboundedSender<ToWorker>]>,
    unwritten: Unwritten,
}

/// The other end of [`Workers`].
pub(crate) type Inboxes = Vec<UnboundedReceiver<ToWorker>>;

/// What a worker works with.
pub struct Tools {
    /// Which of the workers it is.
    pub worker: u16,
    /// What sessions share.
    pub terms: Arc<Terms>,
    /// How to speak TLS; `None` for plain TCP.
    pub tls: Option<Arc<ServerConfig>>,
    /// The hub's inbox.
    pub hub: Sender<ToHub>,
    /// Keeps what its sessions upload.
    pub contents: Sender<ToContents>,
    /// Reads for its sessions.
    pub reader: Reader,
    /// What is counted.
    pub stats: Arc<Stats>,
    /// When somebody who finds no place is told to try again, in milliseconds.
    pub full_retry_ms: u64,
}

impl Workers {
    /// Ways to `count` workers that are to be started with the inboxes.
    #[must_use]
    pub fn new(count: usize) -> (Workers, Inboxes) {
        // Unbounded: what is sent here answers requests, whose number is bounded per worker and
        // per session, or is a batch of entries that such requests made.
        let (inboxes, ends): (Vec<_>, Vec<_>) = (0..count).map(|_| unbounded_channel()).unzip();
        (
            Workers {
                inboxes: inboxes.into(),
                unwritten: Unwritten::default(),
            },
            ends,
        )
    }

    /// Starts a worker on a thread of its own.
    ///
    /// # Errors
    /// When the system gives no thread or no runtime.
    pub fn start(
        &self,
        tools: Tools,
        inbox: UnboundedReceiver<ToWorker>,
    ) -> std::io::Result<std::thread::JoinHandle<()>> {
        let own = self.inboxes[usize::from(tools.worker)].downgrade();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::Builder::new()
            .name(format!("worker-{}", tools.worker))
            .spawn(move || round::run(&runtime, tools, own, inbox))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.inboxes.len()
    }

    /// Hands `outputs` to the workers; `payloads` are those of the entries among them, in order.
    pub fn publish(&self, outputs: Vec<Output>, payloads: &[Vec<u8>]) {
        let lists = deliveries(outputs, payloads, self.count());
        for (worker, list) in lists.into_iter().enumerate() {
            if !list.is_empty() {
                self.deliver(worker, list);
            }
        }
    }

    /// Answers a request that the hub has let through to somebody else.
    pub fn answer(&self, session: SessionId, event: Event) {
        let answer = Delivery::Session(Output::Answer { session, event });
        self.deliver(usize::from(session.worker), vec![answer]);
    }

    /// Something is on its way to them: it counts as not written until this is dropped.
    #[must_use]
    pub fn expect(&self) -> Counted {
        self.unwritten.expect()
    }

    /// Since when they have written all that they were handed; `None` while they write.
    #[must_use]
    pub fn idle(&self) -> Option<Idle> {
        self.unwritten.idle()
    }

    /// Answers a chunk.
    pub fn chunk_done(&self, session: SessionId, done: ChunkDone) {
        let done = ToWorker::ChunkDone(session.number, done);
        self.send(usize::from(session.worker), done);
    }

    /// Gives a connection to a worker.
    pub fn connected(&self, worker: usize, accepted: Accepted) {
        self.send(worker, ToWorker::Connected(accepted));
    }

    /// Ends all of them, each of their clients being told `bye`.
    pub fn stop(&self, bye: &Bye) {
        for worker in 0..self.count() {
            self.send(worker, ToWorker::Stop(bye.clone()));
        }
    }

    fn deliver(&self, worker: usize, list: Vec<Delivery>) {
        self.send(worker, ToWorker::Deliver(list, self.unwritten.hand_over()));
    }

    fn send(&self, worker: usize, message: ToWorker) {
        // A worker that has ended has no sessions.
        let _ = self.inboxes[worker].send(message);
    }
}
