//! A worker's thread: its inbox, its sessions, its rounds.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use chat_core::event::Bye;
use chat_core::{ConversationId, Event};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};
use tokio::task::LocalSet;
use tokio_rustls::TlsAcceptor;

use super::connection::Connection;
use super::credits::Credits;
use super::late::{LATER, Late};
use super::{ToWorker, Tools, door, reader};
use crate::contents::{ChunkDone, ToContents};
use crate::delivery::Delivery;
use crate::hub::{Input, Output, SessionId};
use crate::journal::{Found, ToHub, Wanted};
use crate::session::{Act, Terms, Tick};
use crate::stats::{Stats, Traffic};

/// Messages taken from the inbox in one round at most.
const ROUND: usize = 256;

/// In a round that takes this long much has come that is not read.
const LONG: Duration = Duration::from_millis(1);

/// A worker that writes to so many in a round is busy.
const MANY: usize = 64;

/// Bytes read at once; a whole frame fits.
const READ_BYTES: usize = 68 * 1024;

/// How long a worker that stops waits for its clients to take their goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// What the tasks of one worker share. One thread owns it.
pub(super) struct Shared {
    pub(super) worker: u16,
    pub(super) terms: Arc<Terms>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) stats: Arc<Stats>,
    pub(super) full_retry_ms: u64,
    /// What arrives is read into this, whichever connection it is.
    pub(super) buffer: RefCell<Vec<u8>>,
    /// What is to be written in one piece is gathered here.
    pub(super) gathered: RefCell<Vec<u8>>,
    hub: Sender<ToHub>,
    contents: Sender<ToContents>,
    reader: Sender<(u64, Wanted)>,
    start: Instant,
    numbers: Cell<u64>,
    connections: RefCell<HashMap<u64, Rc<Connection>>>,
    followers: RefCell<HashMap<ConversationId, Vec<Rc<Connection>>>>,
    touched: RefCell<Vec<Rc<Connection>>>,
    late: Late,
    /// When many were written to in a round for the last time.
    many_written: Cell<Option<Instant>>,
    credits: Credits,
    goodbye: RefCell<Option<Bye>>,
    ended: Notify,
}

/// Runs a worker until it is told to stop or its inbox is closed.
pub(super) fn run(
    runtime: &tokio::runtime::Runtime,
    tools: Tools,
    own: WeakUnboundedSender<ToWorker>,
    inbox: UnboundedReceiver<ToWorker>,
) {
    let (reader, wanted) = std::sync::mpsc::channel();
    let reading = std::thread::Builder::new()
        .name(format!("reader-{}", tools.worker))
        .spawn({
            let reader = tools.reader;
            move || reader::read(reader, &wanted, &own)
        });
    let reading = match reading {
        Ok(reading) => reading,
        Err(error) => return tracing::error!(%error, "no thread for a reader, worker ends"),
    };
    let shared = Rc::new(Shared {
        worker: tools.worker,
        terms: tools.terms,
        tls: tools.tls.map(TlsAcceptor::from),
        stats: tools.stats,
        full_retry_ms: tools.full_retry_ms,
        buffer: RefCell::new(vec![0; READ_BYTES]),
        gathered: RefCell::default(),
        hub: tools.hub,
        contents: tools.contents,
        reader,
        start: Instant::now(),
        numbers: Cell::new(0),
        connections: RefCell::default(),
        followers: RefCell::default(),
        touched: RefCell::default(),
        late: Late::default(),
        many_written: Cell::new(None),
        credits: Credits::default(),
        goodbye: RefCell::default(),
        ended: Notify::new(),
    });
    let tasks = LocalSet::new();
    // A round writes to all whom it concerns: it yields between rounds, not when the runtime's budget
    // for one poll (128 reads or writes) is spent, from where on each write would wake a task.
    let rounds = tokio::task::unconstrained(rounds(shared.clone(), inbox));
    runtime.block_on(tasks.run_until(rounds));
    drop(tasks);
    shared.forget_all();
    drop(shared);
    if reading.join().is_err() {
        tracing::error!("a reader panicked");
    }
}

async fn rounds(shared: Rc<Shared>, mut inbox: UnboundedReceiver<ToWorker>) {
    let mut round = Vec::with_capacity(ROUND);
    let mut unwritten = Vec::new();
    while receive(&shared, &mut inbox, &mut round).await > 0 {
        let start = Instant::now();
        for message in round.drain(..) {
            match message {
                ToWorker::Connected(accepted) => {
                    tokio::task::spawn_local(door::enter(shared.clone(), accepted));
                }
                ToWorker::Deliver(deliveries, counted) => {
                    deliveries.into_iter().for_each(|d| shared.deliver(d));
                    unwritten.push(counted);
                }
                ToWorker::Found(session, found) => shared.found(session, found),
                ToWorker::ChunkDone(session, done) => shared.chunk_done(session, &done),
                ToWorker::Stop(bye) => {
                    shared.say_goodbye(&bye);
                    shared.flush();
                    if tokio::time::timeout(GOODBYE, shared.all_ended())
                        .await
                        .is_err()
                    {
                        tracing::warn!("some clients did not take their goodbye");
                    }
                    return;
                }
            }
        }
        shared.flush();
        if start.elapsed() >= LONG {
            read_what_came(&shared, &inbox).await;
        }
        unwritten.clear();
        if !inbox.is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

/// Waits for messages; how many there are. Meanwhile those are written that were put off.
async fn receive(
    shared: &Shared,
    inbox: &mut UnboundedReceiver<ToWorker>,
    round: &mut Vec<ToWorker>,
) -> usize {
    while let Some(due) = shared.late.due() {
        let received = inbox.recv_many(round, ROUND);
        match tokio::time::timeout_at(due, received).await {
            Ok(received) => return received,
            Err(_) => shared.write_late(),
        }
    }
    inbox.recv_many(round, ROUND).await
}

/// Lets connections read until they have nothing more to ask for, or something is to be delivered.
/// Before that the hub would decide a batch of the few whose turn came first.
async fn read_what_came(shared: &Shared, inbox: &UnboundedReceiver<ToWorker>) {
    loop {
        let asked = shared.credits.at_hub();
        // The first looks which sockets have something, behind the second some of them are read.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        if shared.credits.at_hub() == asked || !inbox.is_empty() {
            return;
        }
    }
}

impl Shared {
    /// A clock that never jumps.
    pub(super) fn now(&self) -> Tick {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The moment of a tick, for timers.
    pub(super) fn instant(&self, tick: Tick) -> tokio::time::Instant {
        (self.start + Duration::from_millis(tick)).into()
    }

    /// What goes through this worker.
    pub(super) fn traffic(&self) -> &Traffic {
        &self.stats.traffic[usize::from(self.worker)]
    }

    /// A name for a new session.
    pub(super) fn name(&self) -> SessionId {
        self.numbers.set(self.numbers.get() + 1);
        SessionId {
            worker: self.worker,
            number: self.numbers.get(),
        }
    }

    /// What a connection is told at once that comes while the worker stops.
    pub(super) fn goodbye(&self) -> Option<Bye> {
        self.goodbye.borrow().clone()
    }

    pub(super) fn add(&self, connection: &Rc<Connection>) {
        self.connections
            .borrow_mut()
            .insert(connection.number(), connection.clone());
    }

    /// A connection has ended.
    pub(super) fn remove(&self, connection: &Rc<Connection>, unanswered: usize) {
        self.connections.borrow_mut().remove(&connection.number());
        for id in connection.followed() {
            self.unfollow(connection, id);
        }
        self.credits.answered(unanswered);
        if connection.session().has_uploads() {
            self.tell_contents(ToContents::Gone(connection.id()));
        }
        self.tell_hub(Input::Closed {
            session: connection.id(),
        });
        self.ended.notify_one();
    }

    /// Whether another request may go on; if not, `connection` is woken when one may.
    pub(super) fn may_ask(&self, connection: &Rc<Connection>) -> bool {
        self.credits.may_ask(connection)
    }

    /// Does what a session wants.
    pub(super) fn perform(&self, session: SessionId, acts: &mut Vec<Act>) {
        for act in acts.drain(..) {
            match act {
                Act::Hub(input) => {
                    self.credits.ask();
                    self.tell_hub(input);
                }
                Act::Chunk(part) => {
                    self.credits.send_chunk();
                    self.tell_contents(ToContents::Chunk(part));
                }
                Act::Read(wanted) => {
                    // The reader ends after the worker.
                    let _ = self.reader.send((session.number, wanted));
                }
            }
        }
    }

    fn tell_hub(&self, input: Input) {
        // A hub that has stopped decides nothing more; the workers are about to stop, too.
        let _ = self.hub.send(ToHub::Input(input));
    }

    fn tell_contents(&self, message: ToContents) {
        // It ends after the workers.
        let _ = self.contents.send(message);
    }

    /// A chunk was answered, also one of a session that has ended.
    fn chunk_done(&self, session: u64, done: &ChunkDone) {
        self.credits.chunk_answered();
        if let Some(connection) = self.connection(session) {
            connection.session().handle_chunk_done(done);
            self.touch(&connection);
        }
    }

    /// Has a connection written at the end of the round; where that may wait and there is much to do,
    /// a little later.
    fn touch(&self, connection: &Rc<Connection>) {
        if connection.may_wait() && self.is_busy() {
            if connection.put_off() {
                let now = tokio::time::Instant::now();
                self.late.put_off(connection.number(), now);
            }
        } else if connection.touch() {
            self.touched.borrow_mut().push(connection.clone());
        }
    }

    fn connection(&self, session: u64) -> Option<Rc<Connection>> {
        self.connections.borrow().get(&session).cloned()
    }

    fn deliver(&self, delivery: Delivery) {
        match delivery {
            Delivery::Entries(run) => {
                let followers = self.followers.borrow();
                let of_this = followers
                    .get(&run.conversation)
                    .map_or(&[][..], Vec::as_slice);
                let entries = usize::try_from(run.last.0 + 1 - run.first.0).unwrap_or_default();
                self.traffic().deliveries.add_many(entries * of_this.len());
                for connection in of_this {
                    connection.session().handle_entries(&run, of_this.len());
                    self.touch(connection);
                }
            }
            Delivery::Roster {
                conversation,
                frame,
            } => {
                let followers = self.followers.borrow();
                for connection in followers.get(&conversation).into_iter().flatten() {
                    connection.session().handle_roster(conversation, &frame);
                    self.touch(connection);
                }
            }
            Delivery::Session(output) => self.deliver_to_session(output),
        }
    }

    fn deliver_to_session(&self, output: Output) {
        let answers = matches!(
            output,
            Output::Login { .. } | Output::Answer { .. } | Output::Follow { .. }
        );
        let connection = output
            .session()
            .and_then(|session| self.connection(session.number));
        // What was asked by a connection that has ended was counted as answered then.
        let Some(connection) = connection else {
            // An upload that it was granted has nobody any more.
            if let Output::Answer { session, event } = &output
                && matches!(event, Event::Uploading(_))
            {
                self.tell_contents(ToContents::Gone(*session));
            }
            return;
        };
        match output {
            Output::Login { result, .. } => {
                match &*result {
                    Ok(done) => connection.logged_in(done.account, done.welcome.nick.clone()),
                    Err(refusal) => connection.not_let_in(refusal.code),
                }
                connection.session().handle_login(*result);
            }
            Output::Answer { event, .. } => connection.session().handle_answer(&event),
            Output::Push { event, .. } => {
                if let Event::Me(me) = &event {
                    connection.called(&me.person.nick);
                }
                connection.session().handle_push(&event);
            }
            Output::Follow {
                request,
                conversation,
                after,
                head,
                ..
            } => {
                if !connection.session().cursors().follows(conversation) {
                    self.followers
                        .borrow_mut()
                        .entry(conversation)
                        .or_default()
                        .push(connection.clone());
                }
                connection
                    .session()
                    .handle_follow(request, conversation, after, head);
            }
            Output::Unfollow { conversation, .. } => {
                self.unfollow(&connection, conversation);
                connection.session().handle_unfollow(conversation);
            }
            Output::Close { bye, .. } => connection.session().say_bye(bye),
            Output::Entry(_) | Output::Roster(_) | Output::Files(_) | Output::Paint(_) => {}
        }
        if answers {
            self.credits.answered(1);
            connection.answered();
        }
        self.touch(&connection);
    }

    fn unfollow(&self, connection: &Rc<Connection>, id: ConversationId) {
        let mut followers = self.followers.borrow_mut();
        if let Some(of_this) = followers.get_mut(&id) {
            of_this.retain(|other| !Rc::ptr_eq(other, connection));
            if of_this.is_empty() {
                followers.remove(&id);
            }
        }
    }

    fn found(&self, session: u64, found: Option<Found>) {
        let Some(connection) = self.connection(session) else {
            return;
        };
        let mut acts = Vec::new();
        connection.session().found(found, &mut acts);
        connection.asked(&acts);
        self.perform(connection.id(), &mut acts);
        self.touch(&connection);
    }

    /// Writes every touched connection once, and those that were put off until now.
    fn flush(&self) {
        self.write_late();
        let touched = self.touched.take();
        if touched.len() >= MANY {
            self.many_written.set(Some(Instant::now()));
        }
        for connection in touched {
            connection.flush(self);
        }
    }

    fn write_late(&self) {
        while let Some(session) = self.late.take(tokio::time::Instant::now()) {
            // One that has ended is no longer there.
            if let Some(connection) = self.connection(session) {
                connection.flush_late(self);
            }
        }
    }

    /// Whether there is so much to do that it is worth waiting for what takes something along.
    fn is_busy(&self) -> bool {
        let last = self.many_written.get();
        last.is_some_and(|last| last.elapsed() < LATER)
    }

    fn say_goodbye(&self, bye: &Bye) {
        self.goodbye.replace(Some(bye.clone()));
        for connection in self.connections.borrow().values() {
            connection.session().say_bye(bye.clone());
            self.touch(connection);
        }
    }

    async fn all_ended(&self) {
        while !self.connections.borrow().is_empty() {
            self.ended.notified().await;
        }
    }

    /// Breaks the circles between connections and this.
    fn forget_all(&self) {
        self.connections.take();
        self.followers.take();
        self.touched.take();
        self.credits.forget_all();
    }
}
