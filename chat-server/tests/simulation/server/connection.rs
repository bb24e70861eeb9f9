//! The model of a connection: the bytes of its client, and its task, which goes on only when something
//! wakes it, as in the server: bytes where it reads, room where it writes, its timer, or its worker.

use std::collections::{BTreeSet, VecDeque};

use chat_core::command::Command;
use chat_core::event::Piece;
use chat_core::frame;
use chat_core::limits::LENGTH_BYTES;
use chat_core::wire::Received;
use chat_server::hub::SessionId;
use chat_server::session::Session;

use super::Server;
use crate::fault::Fault;
use crate::violation::{Checked, ensure};

/// Bytes that a connection holds in each direction beside the outbox: what sockets do.
const PIPE_BYTES: usize = 4 * 1024;

/// What a session may hold for a client that does not read.
const SESSION_BYTES_MAX: usize = 256 * 1024;

/// See the module.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) session: Session,
    /// What has arrived and is not read.
    socket: VecDeque<u8>,
    /// A part of a frame, or frames that wait until the session is less busy.
    received: Vec<u8>,
    /// The task has something to do.
    woken: bool,
    /// It waits for the socket to take more.
    write_blocked: bool,
    /// It has stopped reading, until the session is less busy.
    read_paused: bool,
    /// What it is to be sent was put off, and goes with something else or a little later.
    late: bool,
    /// Requests at the hub.
    pub(super) at_hub: usize,
}

impl Connection {
    pub(super) fn new(session: Session) -> Connection {
        Connection {
            session,
            socket: VecDeque::new(),
            received: Vec::new(),
            woken: false,
            write_blocked: false,
            read_paused: false,
            late: false,
            at_hub: 0,
        }
    }

    pub(super) fn wake(&mut self) {
        self.woken = true;
    }

    /// Whether it may be written later.
    pub(super) fn may_wait(&self) -> bool {
        let resumes = self.read_paused && !self.session.is_busy();
        self.session.may_wait() && !self.write_blocked && !resumes
    }

    /// Puts off what it is to be sent.
    pub(super) fn put_off(&mut self) {
        self.late = true;
    }

    /// Whether what it is to be sent waits for something that takes it along.
    pub(super) fn is_put_off(&self) -> bool {
        self.late && self.session.may_wait()
    }

    /// Its timer.
    pub(super) fn clock(&mut self, tick: u64) {
        self.woken |= self.session.deadline() <= tick;
    }

    /// Whether it is woken, or there is nothing for it to do: nothing to write that the socket takes,
    /// and nothing to read. One whose client does not read reads nothing either.
    fn sleeps_well(&self, pipe: &VecDeque<u8>, may_ask: bool) -> bool {
        let session = &self.session;
        let to_write = !session.out().is_empty() && pipe.len() < PIPE_BYTES;
        let framed = frame::split(&self.received, session.frame_bytes_max());
        let to_read = !self.socket.is_empty() || !matches!(framed, Ok(None));
        let may_read = session.closing().is_none() && !session.is_busy() && may_ask;
        let reads = may_read && !self.write_blocked;
        self.woken || !(to_write || (to_read && reads))
    }

    /// Writes what the socket takes; whether nothing is left.
    fn write(&mut self, pipe: &mut VecDeque<u8>) -> bool {
        self.late = false;
        while pipe.len() < PIPE_BYTES {
            let room = PIPE_BYTES - pipe.len();
            let Some(taken) = self.session.out().slices().next().map(|slice| {
                let n = slice.len().min(room);
                pipe.extend(&slice[..n]);
                n
            }) else {
                return true;
            };
            self.session.handle_sent(taken);
        }
        self.session.out().is_empty()
    }
}

impl Server {
    fn connection(&mut self, id: SessionId) -> Option<&mut Connection> {
        self.workers[usize::from(id.worker)]
            .connections
            .get_mut(&id)
    }

    /// The connections whose tasks have something to do.
    pub(crate) fn woken(&self) -> impl Iterator<Item = SessionId> {
        let connections = self.workers.iter().flat_map(|worker| &worker.connections);
        connections
            .filter(|(_, connection)| connection.woken)
            .map(|(id, _)| *id)
    }

    /// Where nothing can move, no connection has something to do. Of workers whose readers are `slow`
    /// sessions may wait for what they read.
    pub(crate) fn check_asleep(&self, slow: &BTreeSet<u16>) -> Checked {
        for worker in &self.workers {
            for (id, connection) in &worker.connections {
                let may_ask = worker.has_credit(connection);
                ensure!(
                    connection.sleeps_well(&self.wires[id].down, may_ask),
                    "liveness: {id:?} is not woken"
                );
                let lags = connection.session.cursors().lagging();
                let reads = slow.contains(&id.worker) || !connection.session.out().is_empty();
                ensure!(
                    lags.is_none() || reads || connection.session.closing().is_some(),
                    "liveness: {id:?} is not sent what is behind {lags:?}"
                );
            }
        }
        Ok(())
    }

    /// Whether a socket takes more of its client.
    pub(crate) fn takes(&self, id: SessionId) -> bool {
        let connections = &self.workers[usize::from(id.worker)].connections;
        connections
            .get(&id)
            .is_none_or(|connection| connection.socket.len() < PIPE_BYTES)
    }

    /// Bytes of a client arrive.
    pub(crate) fn arrive(&mut self, id: SessionId, bytes: usize) {
        let worker = &mut self.workers[usize::from(id.worker)];
        let Some(wire) = self.wires.get_mut(&id) else {
            return;
        };
        let Some(connection) = worker.connections.get_mut(&id) else {
            return wire.up.clear();
        };
        let room = PIPE_BYTES.saturating_sub(connection.socket.len());
        let bytes = bytes.min(wire.up.len()).min(room);
        connection.socket.extend(wire.up.drain(..bytes));
        if !connection.read_paused {
            connection.wake();
        }
    }

    /// The client has taken something: there is room again.
    pub(crate) fn taken(&mut self, id: SessionId) {
        let skips = self.fault == Fault::SkipRoom;
        if let Some(connection) = self.connection(id)
            && connection.write_blocked
            && !skips
        {
            connection.wake();
        }
    }

    fn write(&mut self, id: SessionId) -> Checked<bool> {
        let worker = &mut self.workers[usize::from(id.worker)];
        let connection = worker.connections.get_mut(&id).expect("it is there");
        let held = connection.session.out().bytes();
        ensure!(
            held <= SESSION_BYTES_MAX,
            "bounded: {held} bytes wait for a client"
        );
        let wire = self.wires.get_mut(&id).expect("a connection has a wire");
        Ok(connection.write(&mut wire.down))
    }

    fn handle_room(&mut self, id: SessionId) {
        let mut acts = Vec::new();
        if let Some(connection) = self.connection(id) {
            connection.session.handle_room(&mut acts);
        }
        self.perform(id, acts);
    }

    /// Sends what the session has, at the end of a round.
    pub(super) fn flush(&mut self, id: SessionId) -> Checked {
        match self.connection(id) {
            None => return Ok(()),
            // Its task goes on when the socket takes more, or when it reads again.
            Some(connection) if connection.write_blocked => return Ok(()),
            Some(_) => {}
        }
        let written = self.write(id)?;
        self.connection(id).expect("it is there").write_blocked = !written;
        self.handle_room(id);
        let skips = self.fault == Fault::SkipResume;
        let connection = self.connection(id).expect("it was there just now");
        let session = &connection.session;
        let resumed = connection.read_paused && !session.is_busy() && !skips;
        let more = !session.out().is_empty();
        if !written || more || session.closing().is_some() || resumed {
            connection.wake();
        }
        Ok(())
    }

    /// A connection's task goes on until it has to wait.
    pub(crate) fn task(&mut self, id: SessionId) -> Checked {
        let tick = self.tick;
        if let Some(connection) = self.connection(id) {
            connection.woken = false;
        }
        loop {
            let Some(connection) = self.connection(id) else {
                return Ok(());
            };
            connection.session.handle_time(tick);
            let written = connection.is_put_off() || self.write(id)?;
            let connection = self.connection(id).expect("it is there");
            connection.write_blocked = !written;
            if connection.session.closing().is_some() {
                connection.read_paused = true;
                if written {
                    self.end(id);
                }
                return Ok(());
            }
            self.handle_room(id);
            let wants_more = self.take_frames(id);
            let connection = self.connection(id).expect("it is there");
            let more = !connection.session.out().is_empty() && !connection.is_put_off();
            if more && written {
                continue;
            }
            connection.read_paused = !wants_more;
            if !wants_more || connection.socket.is_empty() {
                return Ok(());
            }
            let bytes: Vec<u8> = connection.socket.drain(..).collect();
            connection.session.handle_bytes(bytes.len(), tick);
            connection.received.extend(bytes);
            self.take_frames(id);
        }
    }

    /// Hands whole frames to the session until it is busy; whether it wants more.
    fn take_frames(&mut self, id: SessionId) -> bool {
        loop {
            if !self.may_go_on(id) {
                return false;
            }
            let to_anyone = self.fault == Fault::FileToAnyone;
            let Some(Connection {
                session, received, ..
            }) = self.connection(id)
            else {
                return false;
            };
            let mut acts = Vec::new();
            match frame::split(received, session.frame_bytes_max()) {
                Ok(None) => return true,
                Ok(Some(body)) => {
                    let body = body.to_vec();
                    received.drain(..LENGTH_BYTES + body.len());
                    if to_anyone && self.give_file(id, &body) {
                        continue;
                    }
                    let connection = self.connection(id).expect("it is there");
                    connection.session.handle_frame(&body, &mut acts);
                }
                Err(error) => session.violation(&error.to_string()),
            }
            self.perform(id, acts);
        }
    }

    fn may_go_on(&mut self, id: SessionId) -> bool {
        let ignores = self.fault == Fault::IgnoreBusy;
        let Some(connection) = self.connection(id) else {
            return false;
        };
        let closing = connection.session.closing().is_some();
        (!connection.session.is_busy() || (ignores && !closing)) && self.may_ask(id)
    }

    /// For a fault: who asks for a file gets it.
    fn give_file(&mut self, id: SessionId, body: &[u8]) -> bool {
        let Ok(Received::Message(Command::Fetch(fetch))) = Command::decode(body) else {
            return false;
        };
        let file = self.store.file(fetch.conversation, fetch.seq);
        let data = file
            .and_then(|(account, file)| self.contents.piece(account, file, (fetch.at, usize::MAX)));
        let (Some(data), Some(connection)) = (data, self.connection(id)) else {
            return false;
        };
        let (request, at) = (fetch.request, fetch.at);
        connection
            .session
            .handle_answer(&Piece { request, at, data }.into());
        true
    }

    /// A connection has ended.
    pub(super) fn end(&mut self, id: SessionId) {
        self.removed(id);
        self.closed(id);
        if let Some(wire) = self.wires.get_mut(&id) {
            wire.server_gone = true;
        }
    }

    /// The client is gone, and what was under way with it.
    pub(crate) fn cut(&mut self, id: SessionId) {
        if self.connection(id).is_some() {
            self.end(id);
        }
        self.wires.remove(&id);
    }

    /// The client has closed; what it has sent is still read, as far as the session takes it.
    pub(crate) fn hung_up(&mut self, id: SessionId) -> Checked {
        while self.wires.get(&id).is_some_and(|wire| !wire.up.is_empty()) && self.takes(id) {
            self.arrive(id, usize::MAX);
            self.task(id)?;
        }
        self.cut(id);
        Ok(())
    }
}
