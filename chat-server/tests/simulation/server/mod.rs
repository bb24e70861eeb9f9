//! The model of the server's shell: the queues between hub, journal, readers, workers, painter and
//! contents, which the server has threads and sockets for. What they carry is decided by the real
//! hub, the real sessions, the real painter, and the real functions that gather commits and
//! deliveries.
//!
//! | file | owns |
//! |---|---|
//! | `mod.rs` | the hub's inbox, the clocks, crashes |
//! | `journal.rs` | commits, and what is told of them |
//! | `worker.rs` | workers and readers: rounds, who is handed what |
//! | `connection.rs` | a connection's task: its bytes, and what wakes it |
//! | `contents.rs` | the one who keeps the contents of files |
//! | `disk.rs` | the directory of contents |

mod connection;
mod contents;
mod disk;
mod journal;
mod worker;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chat_core::{Millis, Text};
use chat_server::config::{FilesSection, LimitsSection, RosterSection};
use chat_server::delivery::Delivery;
use chat_server::hub::{Effects, Hub, Input, Paint, Painted, RecentPosts, Rules, SessionId, State};
use chat_server::journal::{Batch, Found, Unit};
use chat_server::painter;
use chat_server::session::{Session, Start, Terms};

use crate::fault::Fault;
use crate::seen::Seen;
use crate::step::Power;
use crate::store::{Beside, Store};
use crate::violation::{Checked, ensure};
use connection::Connection;
use contents::Contents;
use worker::Worker;

pub(crate) use journal::Fate;

/// Batches that wait for the journal at most.
const UNITS: usize = 2;

/// How many workers there are.
pub(crate) const WORKERS: u16 = 2;

/// Inputs that may wait for the hub: what the workers' sessions may ask, what the others tell, and
/// that sessions have ended.
const INBOX_MAX: usize = 400;

/// The epoch of the store.
pub(crate) const EPOCH: [u8; 16] = [7; 16];

/// A connection's two directions, as far as they are under way.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    /// From the client, not yet with the server.
    pub(crate) up: VecDeque<u8>,
    /// From the server, not yet with the client.
    pub(crate) down: VecDeque<u8>,
    /// The server has closed.
    pub(crate) server_gone: bool,
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
    ChunkDone(SessionId, chat_server::contents::ChunkDone),
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
    contents: Contents,
    paints: VecDeque<Paint>,
    numbers: u64,
    /// Nothing can be written.
    pub(crate) full: bool,
    /// What has happened.
    pub(crate) seen: Seen,
    /// What is committed.
    pub(crate) store: Store,
    /// Connections by session.
    pub(crate) wires: BTreeMap<SessionId, Wire>,
    /// The wall clock, which jumps.
    pub(crate) now: Millis,
    /// The clock that never jumps.
    tick: u64,
}

fn rules() -> Rules {
    Rules {
        server: Text::new("simulation"),
        epoch: EPOCH,
        invite_only: false,
        limits: LimitsSection {
            post_burst: 8,
            posts_per_second: 20.0,
            stroke_burst: 200,
            strokes_per_second: 200.0,
            rooms_per_account: 4,
            ..LimitsSection::default()
        },
        roster: RosterSection {
            small_room: 2,
            ..RosterSection::default()
        },
        files: FilesSection {
            file_mib_max: 1,
            account_mib_max: 1,
            ..FilesSection::default()
        },
    }
}

impl Server {
    /// A server with an empty store.
    pub(crate) fn new(fault: Fault, beside: Beside) -> Server {
        let rules = rules();
        let now = Millis(1_800_000_000_000);
        let mut store = Store::new(fault, beside, rules.files.account_mib_max << 20);
        store.clock(now);
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
            contents: Contents::new(fault),
            paints: VecDeque::new(),
            numbers: 0,
            full: false,
            seen: Seen::default(),
            store,
            wires: BTreeMap::new(),
            now,
            tick: 0,
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
            now: self.tick,
        };
        let session = Session::new(start, self.terms.clone());
        self.workers[usize::from(id.worker)]
            .connections
            .insert(id, Connection::new(session));
        self.wires.insert(id, Wire::default());
        id
    }

    // What can move.

    /// Whether the hub has something to decide.
    pub(crate) fn hub_waits(&self) -> bool {
        !self.inbox.is_empty() && self.units.len() < UNITS
    }

    /// Whether a picture is to be drawn.
    pub(crate) fn painter_waits(&self) -> bool {
        !self.paints.is_empty()
    }

    /// Whether the one who keeps the contents has something to do.
    pub(crate) fn contents_wait(&self) -> bool {
        self.contents.waits()
    }

    // What moves.

    fn tell_hub(&mut self, input: Input) {
        self.inbox.push_back(ToHub::Input(input));
    }

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

    /// The painter draws one picture, of what is committed now.
    pub(crate) fn paint(&mut self) -> Checked {
        let Some(Paint { canvas, up_to }) = self.paints.pop_front() else {
            return Ok(());
        };
        let stored = self.store.canvas(canvas);
        self.store.check_canvas(canvas, &stored)?;
        let up_to = match (self.fault, stored.tail.last()) {
            (Fault::MergeTooFar, Some(last)) => chat_core::Seq(last.seq.0 - 1),
            _ => up_to,
        };
        let picture = Some(painter::draw(stored, up_to));
        self.seen.count("a picture is drawn");
        self.tell_hub(Input::Painted(Painted { canvas, picture }));
        Ok(())
    }

    /// The one who keeps the contents does something; `first` chooses what.
    pub(crate) fn keep_contents(&mut self, first: usize) {
        let told = self.contents.step(self.now, self.full, first);
        for told in told {
            match told {
                contents::Told::Hub(news) => self.tell_hub(Input::Files(news)),
                contents::Told::Answer(session, event) => self.answer(session, event),
                contents::Told::Chunk(session, done) => self.workers[usize::from(session.worker)]
                    .inbox
                    .push_back(ToWorker::ChunkDone(session, done)),
            }
        }
    }

    /// What nobody wants is looked for.
    pub(crate) fn sweep(&mut self) {
        if self.fault != Fault::ForgetSweep {
            self.contents.sweep(self.now);
            self.keep_contents(0);
        }
    }

    /// Everything but what is committed is lost, and the server starts anew.
    pub(crate) fn crash(&mut self, power: Power) -> Checked {
        if self.fault == Fault::LoseCommit {
            self.store = self.store.without_last()?;
        }
        let mut state = self.store.restart()?;
        if self.fault == Fault::ForgetIds {
            state.recent = RecentPosts::behind(self.store.entries());
        }
        self.contents.crash(power, state.files.all_held(), self.now);
        self.hub = Hub::new(self.rules.clone(), state);
        (self.generation, self.failed) = (0, 0);
        self.inbox.clear();
        self.units.clear();
        self.paints.clear();
        self.committed = None;
        self.workers
            .iter_mut()
            .for_each(|worker| *worker = Worker::default());
        self.wires
            .values_mut()
            .for_each(|wire| wire.server_gone = true);
        self.keep_contents(0);
        Ok(())
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
        self.store.clock(self.now);
        self.tick += ms;
        let tick = self.tick;
        let connections = self
            .workers
            .iter_mut()
            .flat_map(|worker| worker.connections.values_mut());
        connections.for_each(|connection| connection.clock(tick));
    }

    /// The wall clock is set.
    pub(crate) fn set_clock(&mut self, ms: i64) {
        self.now = Millis(self.now.0.saturating_add_signed(ms));
        self.store.clock(self.now);
    }

    /// The period of the rosters has passed.
    pub(crate) fn roster_due(&mut self) {
        if self.hub.wants_roster_due() {
            self.tell_hub(Input::RosterDue);
        }
    }

    /// No queue is longer than its bound.
    pub(crate) fn check_bounds(&self) -> Checked {
        ensure!(
            self.inbox.len() <= INBOX_MAX,
            "bounded: {} inputs wait for the hub",
            self.inbox.len()
        );
        // A batch that is cut in two by a reset is two units.
        ensure!(
            self.units.len() <= 2 * UNITS,
            "bounded: {} units wait for the journal",
            self.units.len()
        );
        ensure!(
            self.paints.len() <= self.store.state().canvases.len(),
            "bounded: {} pictures are to be drawn",
            self.paints.len()
        );
        self.contents.check_bounds()?;
        self.workers.iter().try_for_each(Worker::check_bounds)
    }

    /// What lies in the directory of contents is what the state says, and nothing else.
    pub(crate) fn check_contents(&self) -> Checked {
        self.contents.check(&self.store.state().files)
    }
}
