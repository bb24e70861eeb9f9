//! The model of the server's shell: the queues between hub, journal, readers and workers, which the
//! server has threads and sockets for. What they carry is decided by the real hub, the real
//! sessions, and the real functions that gather commits and deliveries.
//!
//! | file | owns |
//! |---|---|
//! | `mod.rs` | the hub's inbox, the journal, crashes, the clock |
//! | `worker.rs` | workers, readers, connections |

mod worker;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chat_core::{Millis, Text};
use chat_server::config::{FilesSection, LimitsSection, RosterSection};
use chat_server::delivery::{Delivery, deliveries};
use chat_server::hub::{Effects, Hub, Input, Output, RecentPosts, Record, Rules, SessionId, State};
use chat_server::journal::{Batch, Found, Unit, Wanted};
use chat_server::session::{Session, Start, Terms};

use crate::fault::Fault;
use crate::seen::Seen;
use crate::store::Store;
use crate::violation::Checked;

/// Batches that wait for the journal at most.
const UNITS: usize = 2;

/// How many workers there are.
pub(crate) const WORKERS: u16 = 2;

/// The epoch of the store.
pub(crate) const EPOCH: [u8; 16] = [7; 16];

/// A connection's two directions, as far as they are under way.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    /// From the client, not yet with the server.
    pub(crate) up: VecDeque<u8>,
    /// From the server, not yet with the client.
    pub(crate) down: VecDeque<u8>,
    /// The client has closed.
    pub(crate) client_gone: bool,
    /// The server has closed.
    pub(crate) server_gone: bool,
}

/// How a commit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Well.
    Commits,
    /// It fails, and the server goes on.
    Fails,
    /// The server is killed before.
    CrashBefore,
    /// The server is killed after it, before anybody is told.
    CrashAfter,
}

#[derive(Debug)]
enum ToHub {
    Input(Input),
    Failed { generation: u64, state: Box<State> },
}

#[derive(Debug)]
enum ToWorker {
    Deliver(Vec<Delivery>),
    /// `None` when the store could not be read.
    Found(SessionId, Option<Found>),
}

#[derive(Debug)]
struct Connection {
    session: Session,
    /// A part of a frame, or frames that wait until the session is less busy.
    received: Vec<u8>,
}

#[derive(Debug, Default)]
struct Worker {
    inbox: VecDeque<ToWorker>,
    reads: VecDeque<(SessionId, Wanted)>,
    connections: BTreeMap<SessionId, Connection>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Server {
    fault: Fault,
    rules: Rules,
    terms: Arc<Terms>,
    hub: Hub,
    /// What the hub's units carry, and what the journal takes.
    generation: u64,
    failed: u64,
    inbox: VecDeque<ToHub>,
    units: VecDeque<Unit>,
    /// Committed and not told, with the payloads of its entries.
    committed: Option<(Batch, Vec<Vec<u8>>)>,
    workers: Vec<Worker>,
    numbers: u64,
    /// What has happened.
    pub(crate) seen: Seen,
    /// What is committed.
    pub(crate) store: Store,
    /// Connections by session.
    pub(crate) wires: BTreeMap<SessionId, Wire>,
    /// The wall clock; also the one that never jumps.
    pub(crate) now: Millis,
}

impl Server {
    /// A server with an empty store.
    pub(crate) fn new(fault: Fault) -> Server {
        let rules = Rules {
            server: Text::new("simulation"),
            epoch: EPOCH,
            invite_only: false,
            limits: LimitsSection {
                post_burst: 8,
                posts_per_second: 20.0,
                rooms_per_account: 4,
                ..LimitsSection::default()
            },
            roster: RosterSection {
                small_room: 2,
                ..RosterSection::default()
            },
            files: FilesSection::default(),
        };
        Server {
            fault,
            hub: Hub::new(rules.clone(), State::default()),
            rules,
            terms: Arc::new(Terms {
                invite: None,
                login_ms: 10_000,
                login_bytes: 16 * 1024,
                agent: "simulation".into(),
            }),
            generation: 0,
            failed: 0,
            inbox: VecDeque::new(),
            units: VecDeque::new(),
            committed: None,
            workers: (0..WORKERS).map(|_| Worker::default()).collect(),
            numbers: 0,
            seen: Seen::default(),
            store: Store::default(),
            wires: BTreeMap::new(),
            now: Millis(1_800_000_000_000),
        }
    }

    /// The hub, to compare with.
    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// A new connection.
    pub(crate) fn connect(&mut self, worker: u16) -> SessionId {
        self.numbers += 1;
        let id = SessionId {
            worker: worker % WORKERS,
            number: self.numbers,
        };
        let mut nonce = [0; 32];
        nonce[..8].copy_from_slice(&self.numbers.to_be_bytes());
        let start = Start {
            id,
            nonce,
            binding: [0; 32],
            now: self.now.0,
        };
        let session = Session::new(start, self.terms.clone());
        let connection = Connection {
            session,
            received: Vec::new(),
        };
        self.workers[usize::from(id.worker)]
            .connections
            .insert(id, connection);
        self.wires.insert(id, Wire::default());
        id
    }

    // What can move.

    /// Whether the hub has something to decide.
    pub(crate) fn hub_waits(&self) -> bool {
        !self.inbox.is_empty() && self.units.len() < UNITS
    }

    /// Whether the journal has something to commit or to tell.
    pub(crate) fn journal_waits(&self) -> bool {
        !self.units.is_empty() || self.committed.is_some()
    }

    /// Whether a worker has something to deliver.
    pub(crate) fn worker_waits(&self, worker: u16) -> bool {
        !self.workers[usize::from(worker)].inbox.is_empty()
    }

    /// Whether a worker's reader has something to read.
    pub(crate) fn reader_waits(&self, worker: u16) -> bool {
        !self.workers[usize::from(worker)].reads.is_empty()
    }

    /// Whether a session takes no frames now; then its socket is not read.
    pub(crate) fn is_busy(&self, id: SessionId) -> bool {
        let connections = &self.workers[usize::from(id.worker)].connections;
        connections.get(&id).is_some_and(|c| c.session.is_busy())
    }

    // What moves.

    /// The hub decides a batch of at most `inputs`.
    pub(crate) fn decide(&mut self, inputs: usize) {
        let mut effects = Effects::default();
        for _ in 0..inputs.max(1) {
            match self.inbox.pop_front() {
                Some(ToHub::Input(input)) => self.hub.handle(self.now, input, &mut effects),
                Some(ToHub::Failed { generation, state }) => {
                    self.hand_over(std::mem::take(&mut effects));
                    self.generation = generation;
                    self.hub
                        .handle(self.now, Input::Reset { state }, &mut effects);
                }
                None => break,
            }
        }
        self.hand_over(effects);
    }

    fn hand_over(&mut self, mut effects: Effects) {
        if self.fault == Fault::DeliverBeforeCommit {
            let entries = effects.records.iter().filter_map(|record| match record {
                Record::Entry(entry) => Some(entry.to_payload()),
                _ => None,
            });
            let payloads: Vec<Vec<u8>> = entries.collect();
            self.publish(std::mem::take(&mut effects.outputs), &payloads);
        }
        if !effects.is_empty() {
            self.units.push_back(Unit {
                generation: self.generation,
                effects,
            });
        }
    }

    /// The journal commits at most `units` together; what it has committed is told in a step of its
    /// own.
    pub(crate) fn commit(&mut self, units: usize, fate: Fate) -> Checked {
        self.tell();
        let waiting = self.units.len().min(units.max(1));
        let mut waiting: Vec<Unit> = self.units.drain(..waiting).collect();
        if self.fault == Fault::IgnoreGeneration {
            waiting
                .iter_mut()
                .for_each(|unit| unit.generation = self.failed);
        }
        let batch = Batch::gather(self.failed, waiting);
        match fate {
            Fate::Commits => {
                let payloads = self.store.commit(&batch.records)?;
                self.committed = Some((batch, payloads));
            }
            Fate::Fails => {
                self.failed += 1;
                let state = Box::new(self.store.reload());
                self.inbox.push_back(ToHub::Failed {
                    generation: self.failed,
                    state,
                });
                self.publish(batch.failed(), &[]);
            }
            Fate::CrashBefore => self.crash()?,
            Fate::CrashAfter => {
                self.store.commit(&batch.records)?;
                self.crash()?;
            }
        }
        Ok(())
    }

    /// What was committed is told; whether there was anything.
    pub(crate) fn tell(&mut self) -> bool {
        let Some((batch, payloads)) = self.committed.take() else {
            return false;
        };
        self.publish(batch.outputs, &payloads);
        self.publish(batch.refused, &[]);
        true
    }

    fn publish(&mut self, outputs: Vec<Output>, payloads: &[Vec<u8>]) {
        let lists = deliveries(outputs, payloads, self.workers.len());
        for (worker, list) in self.workers.iter_mut().zip(lists) {
            if !list.is_empty() {
                worker.inbox.push_back(ToWorker::Deliver(list));
            }
        }
    }

    /// Everything but what is committed is lost, and the server starts anew.
    fn crash(&mut self) -> Checked {
        if self.fault == Fault::LoseCommit {
            self.store = self.store.without_last()?;
        }
        let mut state = self.store.reload();
        if self.fault == Fault::ForgetIds {
            state.recent = RecentPosts::behind(self.store.entries());
        }
        self.hub = Hub::new(self.rules.clone(), state);
        (self.generation, self.failed) = (0, 0);
        self.inbox.clear();
        self.units.clear();
        self.committed = None;
        self.workers
            .iter_mut()
            .for_each(|worker| *worker = Worker::default());
        self.wires
            .values_mut()
            .for_each(|wire| wire.server_gone = true);
        Ok(())
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, ms: u64) -> Checked {
        self.now = self.now.plus(ms);
        let mut due = Vec::new();
        for worker in &mut self.workers {
            for (id, connection) in &mut worker.connections {
                if connection.session.deadline() <= self.now.0 {
                    connection.session.handle_time(self.now.0);
                    due.push(*id);
                }
            }
        }
        due.into_iter().try_for_each(|id| self.pump(id))
    }

    /// The period of the rosters has passed.
    pub(crate) fn roster_due(&mut self) {
        if self.hub.wants_roster_due() {
            self.inbox.push_back(ToHub::Input(Input::RosterDue));
        }
    }
}
