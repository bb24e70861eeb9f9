//! Clients, connections and a server, moved step by step; and what must hold when they come to rest.

use std::collections::{BTreeMap, BTreeSet};

use chat_core::{AccountId, ConversationId, Person, Presence};
use chat_server::hub::{Kind, SessionId};

use crate::client::Client;
use crate::fault::Fault;
use crate::seen::Seen;
use crate::server::{Fate, Server, WORKERS};
use crate::step::Step;
use crate::violation::{Checked, ensure};

/// How many clients there are. The first two have one key.
const CLIENTS: usize = 5;

/// Rounds in which everything must come to rest; at a second each, that is more than any refusal
/// asks to wait for.
const ROUNDS: usize = 100;

/// Something that can go on.
#[derive(Debug, Clone, Copy)]
enum Move {
    Up(SessionId),
    Down(usize, SessionId),
    HungUp(SessionId),
    Hub,
    Journal,
    Reader(u16),
    Worker(u16),
}

/// See the module.
pub(crate) struct World {
    server: Server,
    clients: Vec<Client>,
    /// Connections that their clients have closed and the server has not.
    hung_up: Vec<SessionId>,
    next_commit: Fate,
    /// Workers whose readers answer nothing for a while.
    slow_readers: BTreeSet<u16>,
}

impl World {
    /// A server with an empty store and clients that are not connected.
    pub(crate) fn new(fault: Fault) -> World {
        World {
            server: Server::new(fault),
            clients: (0..CLIENTS)
                .map(|n| Client::new(n, n.saturating_sub(1)))
                .collect(),
            hung_up: Vec::new(),
            next_commit: Fate::Commits,
            slow_readers: BTreeSet::new(),
        }
    }

    /// Lets everybody log in, runs `steps`, lets everything come to rest, and checks what must hold
    /// then. What happened is added to `seen`.
    pub(crate) fn run(fault: Fault, steps: &[Step], seen: &mut Seen) -> Checked {
        let mut world = World::new(fault);
        let result = world.live(steps);
        world
            .clients
            .iter()
            .for_each(|client| seen.add(&client.seen));
        seen.add(&world.server.seen);
        result
    }

    fn live(&mut self, steps: &[Step]) -> Checked {
        self.settle()?;
        steps.iter().try_for_each(|step| self.perform(step))?;
        self.settle()?;
        self.check_rest()
    }

    fn perform(&mut self, step: &Step) -> Checked {
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
            Step::ReaderStalls { worker } => {
                self.slow_readers.insert(u16::from(worker) % WORKERS);
            }
            Step::ReaderGoesOn { worker } => {
                self.slow_readers.remove(&(u16::from(worker) % WORKERS));
            }
            Step::CommitFails => self.next_commit = Fate::Fails,
            Step::ReadFails { worker } => self.server.read_fails(u16::from(worker) % WORKERS),
            Step::Crash { after_commit } => {
                let fate = if after_commit {
                    Fate::CrashAfter
                } else {
                    Fate::CrashBefore
                };
                self.server.commit(usize::MAX, fate)?;
            }
            Step::Wait { ms } => self.server.wait(u64::from(ms))?,
            Step::RosterDue => self.server.roster_due(),
        }
        self.take_out();
        Ok(())
    }

    /// What clients want to send goes on its way.
    fn take_out(&mut self) {
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
            if let Some(wire) = self.server.wires.get_mut(&id) {
                wire.client_gone = true;
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
            if !wire.up.is_empty() && !self.server.is_busy(id) {
                moves.push(Move::Up(id));
            }
            if client.reads && (!wire.down.is_empty() || wire.server_gone) {
                moves.push(Move::Down(n, id));
            }
        }
        moves.extend(self.hung_up.iter().map(|id| Move::HungUp(*id)));
        if self.server.hub_waits() {
            moves.push(Move::Hub);
        }
        if self.server.journal_waits() {
            moves.push(Move::Journal);
        }
        for worker in 0..WORKERS {
            if self.server.reader_waits(worker) && !self.slow_readers.contains(&worker) {
                moves.push(Move::Reader(worker));
            }
            if self.server.worker_waits(worker) {
                moves.push(Move::Worker(worker));
            }
        }
        moves
    }

    fn advance(&mut self, what: Move, amount: usize) -> Checked {
        // Parts of frames, whole ones, or all.
        let bytes = [1, 30, 200, 1_500]
            .get(amount)
            .copied()
            .unwrap_or(usize::MAX);
        match what {
            Move::Up(id) => self.server.arrive(id, bytes),
            Move::Down(client, id) => self.down(client, id, bytes),
            Move::HungUp(id) => {
                self.server.arrive(id, usize::MAX)?;
                self.server.cut(id);
                self.hung_up.retain(|other| *other != id);
                Ok(())
            }
            Move::Hub => {
                self.server.decide(amount);
                Ok(())
            }
            Move::Journal if self.server.tell() => Ok(()),
            Move::Journal => {
                let fate = std::mem::replace(&mut self.next_commit, Fate::Commits);
                self.server.commit(amount, fate)
            }
            Move::Reader(worker) => {
                self.server.read(worker);
                Ok(())
            }
            Move::Worker(worker) => self.server.round(worker, amount),
        }
    }

    /// A client reads; at the end of the stream its connection is over.
    fn down(&mut self, client: usize, id: SessionId, bytes: usize) -> Checked {
        let wire = self.server.wires.get_mut(&id).expect("it can move");
        let bytes = bytes.min(wire.down.len());
        let taken: Vec<u8> = wire.down.drain(..bytes).collect();
        let over = wire.down.is_empty() && wire.server_gone;
        self.clients[client].receive(&taken, &self.server.store)?;
        if over {
            self.cut(client);
            return Ok(());
        }
        self.server.taken(id)?;
        self.take_out();
        Ok(())
    }

    // Rest.

    /// No more faults: everybody connects, reads, and asks again for what was refused.
    fn settle(&mut self) -> Checked {
        self.next_commit = Fate::Commits;
        self.slow_readers.clear();
        for _ in 0..ROUNDS {
            for n in 0..CLIENTS {
                self.clients[n].reads = true;
                if self.clients[n].session().is_none() {
                    let id = self.server.connect(n as u16);
                    self.clients[n].connected(id);
                }
                self.clients[n].retry();
            }
            self.take_out();
            self.drain()?;
            if self.clients.iter().all(Client::is_settled) && !self.server.hub().wants_roster_due()
            {
                return Ok(());
            }
            self.server.wait(1_000)?;
            self.server.roster_due();
        }
        let unsettled: Vec<&Client> = self.clients.iter().filter(|c| !c.is_settled()).collect();
        ensure!(
            false,
            "liveness: these clients wait for ever: {unsettled:?}"
        );
        Ok(())
    }

    fn drain(&mut self) -> Checked {
        loop {
            let moves = self.moves();
            if moves.is_empty() {
                return Ok(());
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

    /// What must hold when nothing is under way.
    fn check_rest(&mut self) -> Checked {
        for client in &self.clients {
            let store = &self.server.store;
            client.check_logs(store)?;
            let account = client.account().expect("everybody is settled");
            for (post, conversation, seq) in client.acknowledged() {
                let made = store.made_by(account, *post);
                ensure!(
                    made == Some((*conversation, *seq)),
                    "exactly once: {post} was acknowledged as {seq} of {conversation}, and is {made:?}"
                );
            }
        }
        ensure!(
            *self.server.store.state() == *self.server.hub().state(),
            "durable: the hub and the store differ"
        );
        self.check_rosters()
    }

    /// Everybody sees who is there, and the same of them. Everybody is.
    fn check_rosters(&mut self) -> Checked {
        let state = self.server.store.state().clone();
        let present: Vec<AccountId> = self.clients.iter().filter_map(Client::account).collect();
        let mut shown: BTreeMap<ConversationId, Vec<Person>> = BTreeMap::new();
        for client in &self.clients {
            for (id, people) in client.rosters() {
                let expected: Vec<AccountId> = match &state.conversations[&id].kind {
                    Kind::Room { members, .. } => members
                        .iter()
                        .copied()
                        .filter(|m| present.contains(m))
                        .collect(),
                    Kind::Direct(a, b) => vec![*a, *b],
                    Kind::Canvas(_) => Vec::new(),
                };
                let people = people?;
                let accounts: Vec<AccountId> = people.iter().map(|p| p.account).collect();
                ensure!(
                    accounts == expected,
                    "rosters: {id} shows {accounts:?}, not {expected:?}"
                );
                let others = shown.entry(id).or_insert_with(|| people.clone());
                ensure!(
                    *others == people,
                    "rosters: {id} shows {people:?}, and {others:?}"
                );
                for person in people {
                    let nick = state.nick(person.account);
                    ensure!(person.nick == nick, "rosters: {person:?} is called {nick}");
                    ensure!(
                        person.presence != Presence::Offline,
                        "rosters: {person:?} is here"
                    );
                }
            }
        }
        Ok(())
    }
}
