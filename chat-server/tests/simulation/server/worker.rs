//! The model of workers and readers: who is handed what, and what sessions may have under way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chat_core::Event;
use chat_core::command::Direction;
use chat_server::contents::ToContents;
use chat_server::delivery::Delivery;
use chat_server::hub::{Input, Output, SessionId};
use chat_server::journal::{Found, Wanted};
use chat_server::session::Act;

use super::connection::Connection;
use super::{Server, ToWorker};
use crate::fault::Fault;
use crate::violation::{Checked, ensure};

/// Requests that a worker's sessions may have at the hub at once: few, so that some wait.
const AT_HUB_MAX: usize = 12;

/// Chunks of uploads that a worker's sessions may have unanswered at once.
const CHUNKS_MAX: usize = 5;

/// A round of fewer messages is one of a worker that is busy.
const BUSY: usize = 5;

/// Frames that wait for a worker at most: what its sessions asked, and what others made of theirs.
const INBOX_MAX: usize = 2_000;

#[derive(Debug, Default)]
pub(super) struct Worker {
    pub(super) inbox: VecDeque<ToWorker>,
    reads: VecDeque<(SessionId, Wanted)>,
    pub(super) connections: BTreeMap<SessionId, Connection>,
    at_hub: usize,
    chunks: usize,
    /// Connections that wait until fewer requests are under way.
    starved: BTreeSet<SessionId>,
}

impl Worker {
    fn wake_starved(&mut self) {
        for id in std::mem::take(&mut self.starved) {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.wake();
            }
        }
    }

    /// Whether another request of a connection may go on.
    pub(super) fn has_credit(&self, connection: &Connection) -> bool {
        let uploads = connection.session.has_uploads();
        self.at_hub < AT_HUB_MAX && (!uploads || self.chunks < CHUNKS_MAX)
    }

    pub(super) fn check_bounds(&self) -> Checked {
        ensure!(
            self.reads.len() <= self.connections.len() + AT_HUB_MAX,
            "bounded: {} reads wait for {} connections",
            self.reads.len(),
            self.connections.len()
        );
        ensure!(
            self.inbox.len() <= INBOX_MAX,
            "bounded: {} messages wait for a worker",
            self.inbox.len()
        );
        // One that asks when it may is not stopped in the middle of a frame.
        ensure!(
            self.at_hub <= AT_HUB_MAX + self.connections.len() && self.chunks <= CHUNKS_MAX + 1,
            "bounded: {} requests are at the hub, {} chunks not answered",
            self.at_hub,
            self.chunks
        );
        Ok(())
    }
}

impl Server {
    /// Whether a worker has something to deliver.
    pub(crate) fn worker_waits(&self, worker: u16) -> bool {
        !self.workers[usize::from(worker)].inbox.is_empty()
    }

    /// Whether a worker's reader has something to read.
    pub(crate) fn reader_waits(&self, worker: u16) -> bool {
        !self.workers[usize::from(worker)].reads.is_empty()
    }

    /// Whether a worker has put off what a connection is to be sent.
    pub(crate) fn late_waits(&self, worker: u16) -> bool {
        let mut connections = self.workers[usize::from(worker)].connections.values();
        self.fault != Fault::SkipLate && connections.any(Connection::is_put_off)
    }

    /// What a worker has put off is due.
    pub(crate) fn write_late(&mut self, worker: u16) -> Checked {
        let connections = &self.workers[usize::from(worker)].connections;
        let late = connections.iter().filter(|(_, c)| c.is_put_off());
        let late: Vec<SessionId> = late.map(|(id, _)| *id).collect();
        late.into_iter().try_for_each(|id| self.flush(id))
    }

    /// A worker's reader answers one session.
    pub(crate) fn read(&mut self, worker: u16) -> Checked {
        let reads = &mut self.workers[usize::from(worker)].reads;
        let Some((session, wanted)) = reads.pop_front() else {
            return Ok(());
        };
        let mut found = self.store.read(wanted);
        if self.fault == Fault::None {
            self.store.check_read(wanted, &found)?;
        }
        if let Wanted::Piece {
            conversation,
            seq,
            at,
            bytes_max,
        } = wanted
        {
            let file = self.store.file(conversation, seq);
            let data = file
                .and_then(|(account, file)| self.contents.piece(account, file, (at, bytes_max)));
            ensure!(
                file.is_none() || data.is_some(),
                "durable: the file in {seq} of {conversation} is gone"
            );
            found = Found::Piece(data);
        }
        match &mut found {
            Found::Post { made, .. } if self.fault == Fault::ForgetIds => *made = None,
            Found::Post { searched, .. } if self.fault == Fault::ForgetNotes => {
                searched.up_to = u64::MAX;
            }
            Found::Post { made: Some(_), .. } => self.seen.count("a post is found in the store"),
            _ => {}
        }
        self.workers[usize::from(worker)]
            .inbox
            .push_back(ToWorker::Found(session, Some(found)));
        Ok(())
    }

    /// It can't: the store can't be read.
    pub(crate) fn read_fails(&mut self, worker: u16) {
        let worker = &mut self.workers[usize::from(worker)];
        if let Some((session, _)) = worker.reads.pop_front() {
            worker.inbox.push_back(ToWorker::Found(session, None));
        }
    }

    /// A worker's round of at most `messages`. Tasks go on after it. One that takes few counts as busy,
    /// and puts off what may wait.
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
                Some(ToWorker::ChunkDone(session, done)) => {
                    let worker = &mut self.workers[worker];
                    worker.chunks = worker.chunks.saturating_sub(1);
                    if worker.chunks < CHUNKS_MAX && self.fault != Fault::SkipCredits {
                        worker.wake_starved();
                    }
                    if let Some(connection) = worker.connections.get_mut(&session) {
                        connection.session.handle_chunk_done(&done);
                        touched.insert(session);
                    }
                }
                None => break,
            }
        }
        if messages < BUSY {
            let connections = &mut self.workers[worker].connections;
            touched.retain(|id| match connections.get_mut(id) {
                Some(connection) if connection.may_wait() => {
                    self.seen.count("what may wait is put off");
                    connection.put_off();
                    false
                }
                _ => true,
            });
        }
        touched
            .into_iter()
            .try_for_each(|session| self.flush(session))
    }

    fn deliver(&mut self, worker: usize, delivery: Delivery, touched: &mut BTreeSet<SessionId>) {
        let drops = self.fault == Fault::DropWhenFull;
        let connections = &mut self.workers[worker].connections;
        match delivery {
            Delivery::Entries(run) => {
                let follows = |c: &&Connection| c.session.cursors().follows(run.conversation);
                let readers = connections.values().filter(follows).count();
                for (id, Connection { session, .. }) in connections {
                    let dropped = drops && session.out().is_full();
                    if session.cursors().follows(run.conversation) && !dropped {
                        session.handle_entries(&run, readers);
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
            Delivery::Session(output) => self.deliver_to_session(output, touched),
        }
    }

    fn deliver_to_session(&mut self, output: Output, touched: &mut BTreeSet<SessionId>) {
        let id = output.session().expect("it is for one session");
        let answers = matches!(
            output,
            Output::Login { .. } | Output::Answer { .. } | Output::Follow { .. }
        );
        let keeps_following = self.fault == Fault::KeepFollowing;
        let worker = &mut self.workers[usize::from(id.worker)];
        let Some(Connection {
            session, at_hub, ..
        }) = worker.connections.get_mut(&id)
        else {
            // An upload that it was granted has nobody any more.
            if let Output::Answer {
                event: Event::Uploading(_),
                ..
            } = output
            {
                self.contents.tell(ToContents::Gone(id));
            }
            return;
        };
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
                let fed = |(reads, wanted): &(SessionId, Wanted)| {
                    *reads == id
                        && matches!(wanted, Wanted::Page { conversation: of, .. } if *of == conversation)
                };
                if worker.reads.iter().any(fed) {
                    self.seen.count("a cursor moves while it is fed");
                }
                session.handle_follow(request, conversation, after, head);
            }
            Output::Unfollow { conversation, .. } if !keeps_following => {
                session.handle_unfollow(conversation);
            }
            Output::Close { bye, .. } => session.say_bye(bye),
            Output::Unfollow { .. }
            | Output::Entry(_)
            | Output::Roster(_)
            | Output::Files(_)
            | Output::Paint(_) => {}
        }
        touched.insert(id);
        if answers {
            *at_hub = at_hub.saturating_sub(1);
            self.answered(usize::from(id.worker), 1);
        }
    }

    fn answered(&mut self, worker: usize, requests: usize) {
        let worker = &mut self.workers[worker];
        worker.at_hub = worker.at_hub.saturating_sub(requests);
        if worker.at_hub < AT_HUB_MAX && self.fault != Fault::SkipCredits {
            worker.wake_starved();
        }
    }

    /// Whether another request may go on; if not, the connection is woken when one may.
    pub(super) fn may_ask(&mut self, id: SessionId) -> bool {
        let worker = &mut self.workers[usize::from(id.worker)];
        let free = worker.has_credit(&worker.connections[&id]);
        if !free {
            worker.starved.insert(id);
        }
        free
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

    pub(super) fn perform(&mut self, id: SessionId, acts: Vec<Act>) {
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
                Act::Read(Wanted::Piece { .. }) => "a piece is read",
                Act::Chunk(_) => "a chunk",
            });
            let worker = &mut self.workers[usize::from(id.worker)];
            match act {
                Act::Hub(input) => {
                    worker.at_hub += 1;
                    if let Some(connection) = worker.connections.get_mut(&id) {
                        connection.at_hub += 1;
                    }
                    self.tell_hub(input);
                }
                Act::Chunk(part) => {
                    worker.chunks += 1;
                    self.contents.tell(ToContents::Chunk(part));
                }
                Act::Read(wanted) => worker.reads.push_back((id, wanted)),
            }
        }
    }

    /// A connection has ended: what it asked counts as answered.
    pub(super) fn removed(&mut self, id: SessionId) {
        let worker = &mut self.workers[usize::from(id.worker)];
        let Some(connection) = worker.connections.remove(&id) else {
            return;
        };
        if connection.session.has_uploads() {
            self.contents.tell(ToContents::Gone(id));
        }
        self.answered(usize::from(id.worker), connection.at_hub);
    }
}
