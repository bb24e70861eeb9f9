//! The model of workers, readers and connections: who is handed what, and the bytes of each client.

use std::collections::{BTreeSet, VecDeque};

use chat_core::command::Direction;
use chat_core::frame;
use chat_core::limits::LENGTH_BYTES;
use chat_server::delivery::Delivery;
use chat_server::hub::{Input, Output, SessionId};
use chat_server::journal::{Found, Wanted};
use chat_server::session::{Act, Session};

use super::{Connection, Server, ToHub, ToWorker, Worker};
use crate::fault::Fault;
use crate::violation::{Checked, ensure};

/// Bytes that a connection holds in each direction beside the outbox: what sockets do.
const PIPE_BYTES: usize = 4 * 1024;

/// What a session may hold for a client that does not read.
const SESSION_BYTES_MAX: usize = 256 * 1024;

impl Server {
    /// A worker's reader answers one session.
    pub(crate) fn read(&mut self, worker: u16) {
        let worker = &mut self.workers[usize::from(worker)];
        if let Some((session, wanted)) = worker.reads.pop_front() {
            let mut found = self.store.read(wanted);
            match &mut found {
                Found::Post { made, .. } if self.fault == Fault::ForgetIds => *made = None,
                Found::Post { searched, .. } if self.fault == Fault::ForgetNotes => {
                    searched.up_to = u64::MAX;
                }
                Found::Post { made: Some(_), .. } => {
                    self.seen.count("a post is found in the store")
                }
                _ => {}
            }
            worker
                .inbox
                .push_back(ToWorker::Found(session, Some(found)));
        }
    }

    /// It can't: the store can't be read.
    pub(crate) fn read_fails(&mut self, worker: u16) {
        let worker = &mut self.workers[usize::from(worker)];
        if let Some((session, _)) = worker.reads.pop_front() {
            worker.inbox.push_back(ToWorker::Found(session, None));
        }
    }

    /// A worker's round of at most `messages`.
    pub(crate) fn round(&mut self, worker: u16, messages: usize) -> Checked {
        let mut touched = BTreeSet::new();
        let worker = usize::from(worker);
        for _ in 0..messages.max(1) {
            match self.workers[worker].inbox.pop_front() {
                Some(ToWorker::Deliver(list)) => {
                    for delivery in list {
                        self.deliver(worker, delivery, &mut touched);
                    }
                }
                Some(ToWorker::Found(session, found)) => {
                    self.found(session, found);
                    touched.insert(session);
                }
                None => break,
            }
        }
        touched
            .into_iter()
            .try_for_each(|session| self.pump(session))
    }

    fn deliver(&mut self, worker: usize, delivery: Delivery, touched: &mut BTreeSet<SessionId>) {
        let drops = self.fault == Fault::DropWhenFull;
        let Worker {
            connections, reads, ..
        } = &mut self.workers[worker];
        match delivery {
            Delivery::Entries {
                conversation,
                first,
                last,
                frames,
            } => {
                for (id, Connection { session, .. }) in connections {
                    let dropped = drops && session.out().is_full();
                    if session.cursors().follows(conversation) && !dropped {
                        session.handle_entries(conversation, first, last, &frames);
                        touched.insert(*id);
                    }
                }
            }
            Delivery::Roster {
                conversation,
                frame,
            } => {
                for (id, Connection { session, .. }) in connections {
                    if session.cursors().follows(conversation) {
                        session.handle_roster(conversation, &frame);
                        touched.insert(*id);
                    }
                }
            }
            Delivery::Session(output) => {
                let id = output.session().expect("it is for one session");
                if let Some(connection) = connections.get_mut(&id) {
                    if let Output::Follow { conversation: follows, .. } = &output
                        && reads.iter().any(|(reads, wanted)| {
                            let of = matches!(wanted, Wanted::Page { conversation, .. } if conversation == follows);
                            *reads == id && of
                        })
                    {
                        self.seen.count("a cursor moves while it is fed");
                    }
                    self.fault.deliver_to(&mut connection.session, output);
                    touched.insert(id);
                }
            }
        }
    }

    fn found(&mut self, id: SessionId, found: Option<Found>) {
        let worker = &mut self.workers[usize::from(id.worker)];
        let Some(connection) = worker.connections.get_mut(&id) else {
            return;
        };
        let mut acts = Vec::new();
        connection.session.found(found, &mut acts);
        self.perform(id, acts);
    }

    fn perform(&mut self, id: SessionId, acts: Vec<Act>) {
        for act in acts {
            self.seen.count(match &act {
                Act::Hub(Input::Command {
                    searched: Some(_), ..
                }) => "a post is not found in the store",
                Act::Hub(_) => "a request",
                Act::Read(Wanted::Post { .. }) => "a post is looked up",
                Act::Read(Wanted::Page {
                    direction: Direction::After,
                    ..
                }) => "a cursor lags",
                Act::Read(Wanted::Page { .. }) => "a page is read",
                Act::Read(Wanted::Picture { .. }) => "a picture is read",
                Act::Read(Wanted::Piece { .. }) | Act::Chunk(_) => "a file",
            });
            match act {
                Act::Hub(input) => self.inbox.push_back(ToHub::Input(input)),
                // The model's clients send no files.
                Act::Chunk(_) => {}
                Act::Read(wanted) => {
                    self.workers[usize::from(id.worker)]
                        .reads
                        .push_back((id, wanted));
                }
            }
        }
    }

    /// Bytes of a client arrive.
    pub(crate) fn arrive(&mut self, id: SessionId, bytes: usize) -> Checked {
        let Some(wire) = self.wires.get_mut(&id) else {
            return Ok(());
        };
        let worker = &mut self.workers[usize::from(id.worker)];
        let Some(connection) = worker.connections.get_mut(&id) else {
            wire.up.clear();
            return Ok(());
        };
        let bytes = bytes.min(wire.up.len());
        if bytes > 0 {
            connection.session.handle_bytes(bytes, self.now.0);
            connection.received.extend(wire.up.drain(..bytes));
        }
        self.pump(id)?;
        let wire = &self.wires[&id];
        if wire.client_gone && wire.up.is_empty() {
            self.end(id);
        }
        Ok(())
    }

    /// The client has taken something: there is room again.
    pub(crate) fn taken(&mut self, id: SessionId) -> Checked {
        if self.fault == Fault::SkipWakeUp {
            return Ok(());
        }
        self.pump(id)
    }

    /// Writes what fits, takes whole frames, and so on until nothing moves: a connection's task.
    pub(super) fn pump(&mut self, id: SessionId) -> Checked {
        loop {
            let worker = &mut self.workers[usize::from(id.worker)];
            let Some(Connection { session, received }) = worker.connections.get_mut(&id) else {
                return Ok(());
            };
            let held = session.out().bytes();
            ensure!(
                held <= SESSION_BYTES_MAX,
                "bounded: {held} bytes wait for a client"
            );
            let wire = self.wires.get_mut(&id).expect("a connection has a wire");
            let mut moved = write(session, &mut wire.down);
            if session.closing().is_some() {
                if session.out().is_empty() {
                    self.end(id);
                    return Ok(());
                }
                if !moved {
                    return Ok(());
                }
                continue;
            }
            let mut acts = Vec::new();
            session.handle_room(&mut acts);
            if !session.is_busy() || self.fault == Fault::IgnoreBusy {
                match frame::split(received, session.frame_bytes_max()) {
                    Ok(Some(body)) => {
                        let taken = LENGTH_BYTES + body.len();
                        session.handle_frame(body, &mut acts);
                        received.drain(..taken);
                        moved = true;
                    }
                    Ok(None) => {}
                    Err(error) => session.violation(&error.to_string()),
                }
            }
            moved |= !acts.is_empty();
            let room = PIPE_BYTES > wire.down.len();
            moved |= room && !session.out().is_empty();
            self.perform(id, acts);
            if !moved {
                return Ok(());
            }
        }
    }

    /// A connection has ended.
    fn end(&mut self, id: SessionId) {
        self.workers[usize::from(id.worker)].connections.remove(&id);
        self.inbox
            .push_back(ToHub::Input(Input::Closed { session: id }));
        if let Some(wire) = self.wires.get_mut(&id) {
            wire.server_gone = true;
        }
    }

    /// The client is gone, and what was under way with it.
    pub(crate) fn cut(&mut self, id: SessionId) {
        if self.workers[usize::from(id.worker)]
            .connections
            .contains_key(&id)
        {
            self.end(id);
        }
        self.wires.remove(&id);
    }
}

impl Fault {
    fn deliver_to(self, session: &mut Session, output: Output) {
        match output {
            Output::Login { result, .. } => session.handle_login(*result),
            Output::Answer { event, .. } => session.handle_answer(&event),
            Output::Push { event, .. } => session.handle_push(&event),
            Output::Follow {
                request,
                conversation,
                after,
                head,
                ..
            } => {
                session.handle_follow(request, conversation, after, head);
            }
            Output::Unfollow { conversation, .. } if self != Fault::KeepFollowing => {
                session.handle_unfollow(conversation);
            }
            Output::Close { bye, .. } => session.say_bye(bye),
            Output::Unfollow { .. }
            | Output::Entry(_)
            | Output::Roster(_)
            | Output::Files(_)
            | Output::Paint(_) => {}
        }
    }
}

/// Writes what the pipe takes; whether it took anything.
fn write(session: &mut Session, pipe: &mut VecDeque<u8>) -> bool {
    let mut wrote = false;
    while pipe.len() < PIPE_BYTES {
        let room = PIPE_BYTES - pipe.len();
        let Some(taken) = session.out().slices().next().map(|slice| {
            let n = slice.len().min(room);
            pipe.extend(&slice[..n]);
            n
        }) else {
            break;
        };
        session.handle_sent(taken);
        wrote = true;
    }
    wrote
}
