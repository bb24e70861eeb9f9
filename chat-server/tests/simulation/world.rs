//! Clients, connections and a server, moved step by step.

use std::collections::BTreeSet;

use chat_server::hub::SessionId;

use crate::client::Client;
use crate::fault::Fault;
use crate::seen::Seen;
use crate::server::{Fate, Server, WORKERS};
use crate::step::Step;
use crate::store::Beside;
use crate::violation::Checked;

/// How many clients there are. The first two have one key.
pub(crate) const CLIENTS: usize = 5;

/// Something that can go on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Move {
    /// Bytes of a client are on their way.
    Up(SessionId),
    /// Bytes for a client.
    Down(usize, SessionId),
    /// A client has closed.
    HungUp(SessionId),
    /// A connection's task was woken.
    Task(SessionId),
    Hub,
    Journal,
    Reader(u16),
    Worker(u16),
    Late(u16),
    Painter,
    Contents,
}

/// See the module.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) clients: Vec<Client>,
    /// Connections that their clients have closed and the server has not.
    hung_up: Vec<SessionId>,
    next_commit: Fate,
    /// Workers whose readers answer nothing for a while.
    slow_readers: BTreeSet<u16>,
    /// What happened, where somebody wants to know.
    trace: Option<Vec<String>>,
}

impl World {
    /// A server with an empty store and clients that are not connected.
    pub(crate) fn new(fault: Fault, beside: Beside) -> World {
        World {
            server: Server::new(fault, beside),
            clients: (0..CLIENTS)
                .map(|n| Client::new(n, n.saturating_sub(1)))
                .collect(),
            hung_up: Vec::new(),
            next_commit: Fate::Commits,
            slow_readers: BTreeSet::new(),
            trace: None,
        }
    }

    /// From here on it is noted what happens.
    pub(crate) fn trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    /// What happened.
    pub(crate) fn traced(&self) -> &[String] {
        self.trace.as_deref().unwrap_or_default()
    }

    /// Lets everybody log in, performs `steps`, lets everything come to rest, and checks what must
    /// hold then.
    pub(crate) fn live(&mut self, steps: &[Step]) -> Checked {
        self.settle()?;
        for step in steps {
            self.note(|| format!("{step:?}"));
            self.perform(step)?;
            self.server.check_bounds()?;
        }
        self.settle()?;
        self.check_rest()
    }

    /// What has happened is added to `seen`.
    pub(crate) fn tell(&self, seen: &mut Seen) {
        self.clients
            .iter()
            .for_each(|client| seen.add(&client.seen));
        seen.add(&self.server.seen);
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(what());
        }
    }

    fn perform(&mut self, step: &Step) -> Checked {
        let worker = |n: u8| u16::from(n) % WORKERS;
        match *step {
            Step::Move { which, amount } => {
                let moves = self.moves();
                if !moves.is_empty() {
                    self.advance(moves[usize::from(which) % moves.len()], usize::from(amount))?;
                }
            }
            Step::Connect { client, worker } => {
                let client = usize::from(client) % CLIENTS;
                if self.clients[client].session().is_none() {
                    let id = self.server.connect(u16::from(worker) % WORKERS);
                    self.clients[client].connected(id);
                }
            }
            Step::Cut { client } => self.cut(usize::from(client) % CLIENTS),
            Step::HangUp { client } => self.hang_up(usize::from(client) % CLIENTS),
            Step::Read { client, reads } => {
                self.clients[usize::from(client) % CLIENTS].reads = reads;
            }
            Step::Act { client, ref act } => {
                self.clients[usize::from(client) % CLIENTS].act(act);
            }
            Step::ReaderStalls { worker: n } => {
                self.slow_readers.insert(worker(n));
            }
            Step::ReaderGoesOn { worker: n } => {
                self.slow_readers.remove(&worker(n));
            }
            Step::CommitFails => self.next_commit = Fate::Fails,
            Step::Full { full } => self.server.full = full,
            Step::ReadFails { worker: n } => self.server.read_fails(worker(n)),
            Step::Crash { commits, power } => {
                self.server.commit_untold(usize::from(commits))?;
                self.server.crash(power)?;
            }
            Step::Wait { ms } => self.server.wait(u64::from(ms)),
            Step::Clock { ms } => self.server.set_clock(ms),
            Step::RosterDue => self.server.roster_due(),
            Step::Sweep => self.server.sweep(),
            Step::Quiet => self.drain()?,
        }
        self.take_out();
        Ok(())
    }

    /// What clients want to send goes on its way.
    pub(crate) fn take_out(&mut self) {
        for client in &mut self.clients {
            let out = client.take_out();
            if let Some(id) = client.session()
                && let Some(wire) = self.server.wires.get_mut(&id)
            {
                wire.up.extend(out);
            }
        }
    }

    fn cut(&mut self, client: usize) {
        if let Some(id) = self.clients[client].session() {
            self.clients[client].disconnected();
            self.server.cut(id);
        }
    }

    fn hang_up(&mut self, client: usize) {
        if let Some(id) = self.clients[client].session() {
            self.clients[client].disconnected();
            if self.server.wires.contains_key(&id) {
                self.hung_up.push(id);
            }
        }
    }

    // What moves.

    fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (n, client) in self.clients.iter().enumerate() {
            let Some(id) = client.session() else { continue };
            let Some(wire) = self.server.wires.get(&id) else {
                continue;
            };
            if !wire.up.is_empty() && self.server.takes(id) {
                moves.push(Move::Up(id));
            }
            if client.reads && (!wire.down.is_empty() || wire.server_gone) {
                moves.push(Move::Down(n, id));
            }
        }
        moves.extend(self.hung_up.iter().map(|id| Move::HungUp(*id)));
        moves.extend(self.server.woken().map(Move::Task));
        if self.server.hub_waits() {
            moves.push(Move::Hub);
        }
        if self.server.journal_waits() {
            moves.push(Move::Journal);
        }
        if self.server.painter_waits() {
            moves.push(Move::Painter);
        }
        if self.server.contents_wait() {
            moves.push(Move::Contents);
        }
        for worker in 0..WORKERS {
            if self.server.reader_waits(worker) && !self.slow_readers.contains(&worker) {
                moves.push(Move::Reader(worker));
            }
            if self.server.worker_waits(worker) {
                moves.push(Move::Worker(worker));
            }
            if self.server.late_waits(worker) {
                moves.push(Move::Late(worker));
            }
        }
        moves
    }

    fn advance(&mut self, what: Move, amount: usize) -> Checked {
        self.note(|| format!("    {what:?} {amount}"));
        // Parts of frames, whole ones, or all.
        let bytes = [1, 30, 200, 1_500]
            .get(amount)
            .copied()
            .unwrap_or(usize::MAX);
        match what {
            Move::Up(id) => self.server.arrive(id, bytes),
            Move::Down(client, id) => return self.down(client, id, bytes),
            Move::HungUp(id) => {
                self.hung_up.retain(|other| *other != id);
                return self.server.hung_up(id);
            }
            Move::Task(id) => return self.server.task(id),
            Move::Hub => self.server.decide(amount),
            Move::Journal if self.server.tell() => {}
            Move::Journal => {
                let fate = std::mem::replace(&mut self.next_commit, Fate::Commits);
                return self.server.commit(amount, fate);
            }
            Move::Reader(worker) => return self.server.read(worker),
            Move::Worker(worker) => return self.server.round(worker, amount),
            Move::Late(worker) => return self.server.write_late(worker),
            Move::Painter => return self.server.paint(),
            Move::Contents => self.server.keep_contents(amount),
        }
        Ok(())
    }

    /// A client reads; at the end of the stream its connection is over.
    fn down(&mut self, client: usize, id: SessionId, bytes: usize) -> Checked {
        let wire = self.server.wires.get_mut(&id).expect("it can move");
        let bytes = bytes.min(wire.down.len());
        let taken: Vec<u8> = wire.down.drain(..bytes).collect();
        let over = wire.down.is_empty() && wire.server_gone;
        self.note(|| format!("        {} bytes, {}", taken.len(), blake3::hash(&taken)));
        self.clients[client].receive(&taken, &self.server.store)?;
        if over {
            self.cut(client);
            return Ok(());
        }
        self.server.taken(id);
        self.take_out();
        Ok(())
    }

    /// No more faults.
    pub(crate) fn mend(&mut self) {
        self.next_commit = Fate::Commits;
        self.server.full = false;
        self.slow_readers.clear();
    }

    /// Everything moves until nothing can.
    pub(crate) fn drain(&mut self) -> Checked {
        loop {
            let moves = self.moves();
            if moves.is_empty() {
                return self.server.check_asleep(&self.slow_readers);
            }
            for what in moves {
                let gone = |id| !self.server.wires.contains_key(&id);
                match what {
                    Move::Up(id) | Move::Down(_, id) if gone(id) => {}
                    what => self.advance(what, usize::MAX)?,
                }
                self.take_out();
            }
        }
    }
}
