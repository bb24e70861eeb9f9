//! One connection: the IO around a [`Session`].
//!
//! Its task reads frames, keeps its timer, and writes when a socket had no room; the worker's round
//! writes to it directly, so that nothing wakes the task as long as the socket takes what it is
//! given.

use std::cell::{Cell, RefCell, RefMut};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use chat_core::limits::LENGTH_BYTES;
use chat_core::{AccountId, Code, ConversationId, Nick, frame};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::round::Shared;
use crate::gate::Permit;
use crate::hub::SessionId;
use crate::session::{Act, Outbox, SLICES, Session};

/// How long a client that was told goodbye may take to read it and close.
const LINGER: Duration = Duration::from_secs(2);

/// Reads in one turn of a connection's task at most, so that one doesn't keep others waiting.
const READS: usize = 4;

/// Up to this size what is sent is copied into one piece: that costs less than a vectored write.
const GATHERED_BYTES: usize = 4 * 1024;

/// What frames go over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// See the module.
pub(super) struct Connection {
    id: SessionId,
    session: RefCell<Session>,
    io: RefCell<Io>,
    /// Of the connection's task.
    waker: RefCell<Option<Waker>>,
    touched: Cell<bool>,
    /// What it has to be sent may wait until this is `false` again.
    late: Cell<bool>,
    /// The task waits for the socket to take more.
    write_blocked: Cell<bool>,
    /// The task has stopped reading, until the session is less busy.
    read_paused: Cell<bool>,
    /// Requests at the hub.
    at_hub: Cell<usize>,
    /// It has sent chunks.
    uploads: Cell<bool>,
    permit: Permit,
    /// Who is logged in here, for the log.
    who: RefCell<Option<(AccountId, Nick)>>,
}

struct Io {
    stream: Box<dyn Stream>,
    /// A part of a frame, or frames that wait until the session is less busy.
    received: Vec<u8>,
    /// Whether the stream has something that was written and not flushed.
    unflushed: bool,
    timer: Pin<Box<Sleep>>,
    end: End,
}

/// How far the end of a connection has come.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// It goes on.
    Open,
    /// Everything is said; our half is being closed.
    Closing,
    /// Our half is closed; what still comes is thrown away, so that the peer can read our goodbye
    /// before a reset.
    Lingering,
}

/// Runs a connection to its end. What the future holds as long as that lasts are two pointers.
pub(super) fn run(
    shared: Rc<Shared>,
    session: Session,
    stream: Box<dyn Stream>,
    permit: Permit,
) -> impl Future<Output = ()> {
    let timer = Box::pin(tokio::time::sleep_until(shared.instant(session.deadline())));
    let connection = Rc::new(Connection {
        id: session.id(),
        session: RefCell::new(session),
        io: RefCell::new(Io {
            stream,
            received: Vec::new(),
            unflushed: false,
            timer,
            end: End::Open,
        }),
        waker: RefCell::default(),
        touched: Cell::new(false),
        late: Cell::new(false),
        write_blocked: Cell::new(false),
        read_paused: Cell::new(false),
        at_hub: Cell::new(0),
        uploads: Cell::new(false),
        permit,
        who: RefCell::default(),
    });
    shared.add(&connection);
    async move {
        let result = poll_fn(|cx| connection.poll(&shared, cx)).await;
        shared.remove(&connection, connection.at_hub.get());
        connection.log_end(&shared, &result);
    }
}

/// Writes what is next; how many bytes of it the stream took. Little of it is `gathered` first: the
/// kernel has a shorter way for one piece than for several.
fn poll_write(
    stream: Pin<&mut Box<dyn Stream>>,
    out: &Outbox,
    gathered: &RefCell<Vec<u8>>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut slices = [io::IoSlice::new(&[]); SLICES];
    let mut count = 0;
    for (slot, slice) in slices.iter_mut().zip(out.slices()) {
        *slot = slice;
        count += 1;
    }
    match &slices[..count] {
        [only] => stream.poll_write(cx, only),
        several if out.bytes() <= GATHERED_BYTES => {
            let mut gathered = gathered.borrow_mut();
            gathered.clear();
            several.iter().for_each(|s| gathered.extend_from_slice(s));
            stream.poll_write(cx, &gathered)
        }
        several => stream.poll_write_vectored(cx, several),
    }
}

impl Connection {
    pub(super) fn id(&self) -> SessionId {
        self.id
    }

    pub(super) fn number(&self) -> u64 {
        self.id.number
    }

    pub(super) fn session(&self) -> RefMut<'_, Session> {
        self.session.borrow_mut()
    }

    pub(super) fn followed(&self) -> Vec<ConversationId> {
        self.session.borrow().cursors().followed().collect()
    }

    /// Somebody is let in.
    pub(super) fn logged_in(&self, account: AccountId, nick: Nick) {
        self.permit.logged_in();
        tracing::info!(peer = %self.permit.peer(), %account, %nick, "joined");
        self.who.replace(Some((account, nick)));
    }

    /// Somebody is not let in.
    pub(super) fn not_let_in(&self, code: Code) {
        tracing::info!(peer = %self.permit.peer(), %code, "login refused");
    }

    /// Whoever is logged in is called this now.
    pub(super) fn called(&self, nick: &Nick) {
        if let Some((account, was)) = &mut *self.who.borrow_mut()
            && was != nick
        {
            tracing::info!(peer = %self.permit.peer(), %account, %was, %nick, "nick changed");
            was.clone_from(nick);
        }
    }

    /// Says how a connection ended: who left and why, where somebody was logged in.
    fn log_end(&self, shared: &Shared, result: &io::Result<()>) {
        let peer = self.permit.peer();
        let closing = self.session().closing();
        let why = match (closing, result) {
            (Some(code), _) => code.to_string(),
            (None, Ok(())) => "closed by the client".to_owned(),
            // TLS says this in a paragraph.
            (None, Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "connection lost: it broke off".to_owned()
            }
            (None, Err(error)) => format!("connection lost: {error}"),
        };
        let violation = matches!(closing, Some(Code::ProtocolViolation | Code::BadSignature));
        if violation {
            shared.stats.violations.add();
        }
        match (&*self.who.borrow(), violation) {
            (Some((account, nick)), true) => {
                tracing::warn!(%peer, %account, %nick, why, "left");
            }
            (Some((account, nick)), false) => {
                tracing::info!(%peer, %account, %nick, why, "left");
            }
            (None, true) => tracing::warn!(%peer, why, "connection closed"),
            (None, false) => tracing::debug!(%peer, why, "connection closed"),
        }
    }

    /// Whether it has ever sent a chunk.
    pub(super) fn uploads(&self) -> bool {
        self.uploads.get()
    }

    /// Requests went to the hub, or chunks on.
    pub(super) fn asked(&self, acts: &[Act]) {
        if acts.iter().any(|act| matches!(act, Act::Chunk(_))) {
            self.uploads.set(true);
        }
        let asked = acts.iter().filter(|act| matches!(act, Act::Hub(_))).count();
        self.at_hub.set(self.at_hub.get() + asked);
    }

    /// The hub has answered one.
    pub(super) fn answered(&self) {
        self.at_hub.set(self.at_hub.get().saturating_sub(1));
    }

    /// Marks it as touched; whether it was not before.
    pub(super) fn touch(&self) -> bool {
        !self.touched.replace(true)
    }

    /// Whether it may be written later: it has something that may wait, and nothing else waits for
    /// that, such as the rest of what was written before.
    pub(super) fn may_wait(&self) -> bool {
        let waits = self.touched.get() || self.write_blocked.get() || self.resumes();
        !waits && self.session.borrow().may_wait()
    }

    /// Whether it has stopped reading, and may go on.
    fn resumes(&self) -> bool {
        self.read_paused.get() && !self.session.borrow().is_busy()
    }

    /// Puts off what it is to be sent; whether it was not before.
    pub(super) fn put_off(&self) -> bool {
        !self.late.replace(true)
    }

    /// Sends what was put off, unless that was sent with something else.
    pub(super) fn flush_late(&self, shared: &Shared) {
        if self.late.replace(false) {
            self.flush(shared);
        }
    }

    pub(super) fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// Sends what the session has, at the end of a round.
    pub(super) fn flush(&self, shared: &Shared) {
        self.touched.set(false);
        // Its task goes on when the socket takes more, or when it reads again.
        if self.write_blocked.get() {
            return;
        }
        let mut cx = Context::from_waker(Waker::noop());
        let done = self.write(shared, &mut cx);
        self.write_blocked.set(done.is_pending());
        let mut acts = Vec::new();
        self.session().handle_room(&mut acts);
        shared.perform(self.id, &mut acts);
        let session = self.session.borrow();
        // What it was told now that there is room.
        let more = !session.out().is_empty();
        let written = matches!(done, Poll::Ready(Ok(())));
        if !written || more || session.closing().is_some() || self.resumes() {
            drop(session);
            self.wake();
        }
    }

    fn poll(self: &Rc<Self>, shared: &Shared, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.register(cx);
        let mut reads = 0;
        loop {
            self.poll_timer(shared, cx);
            let written = match self.is_put_off() {
                true => Poll::Ready(()),
                false => self.write(shared, cx)?,
            };
            self.write_blocked.set(written.is_pending());
            if self.session.borrow().closing().is_some() {
                return self.poll_end(shared, cx, written);
            }
            let mut acts = Vec::new();
            self.session().handle_room(&mut acts);
            shared.perform(self.id, &mut acts);
            let wants_more = self.take_frames(shared);
            let more = !self.session.borrow().out().is_empty() && !self.is_put_off();
            if more && written.is_ready() {
                continue;
            }
            self.read_paused.set(!wants_more);
            if !wants_more {
                return Poll::Pending;
            }
            if reads == READS {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            reads += 1;
            if ready!(self.poll_read(shared, cx))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Whether what it is to be sent waits, so that something else takes it along.
    fn is_put_off(&self) -> bool {
        self.late.get() && self.session.borrow().may_wait()
    }

    fn register(&self, cx: &Context<'_>) {
        let mut waker = self.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|w| w.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
    }

    /// Runs the timer until it is set to a moment that has not come.
    fn poll_timer(&self, shared: &Shared, cx: &mut Context<'_>) {
        let mut io = self.io.borrow_mut();
        while io.end == End::Open && io.timer.as_mut().poll(cx).is_ready() {
            let mut session = self.session.borrow_mut();
            session.handle_time(shared.now());
            if session.closing().is_some() {
                return;
            }
            // At least a millisecond on: the session's clock is coarser than the timer's.
            let deadline = shared.instant(session.deadline().max(shared.now() + 1));
            io.timer.as_mut().reset(deadline);
        }
    }

    /// Writes until nothing is left or the socket takes no more.
    fn write(&self, shared: &Shared, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.late.set(false);
        let mut session = self.session.borrow_mut();
        let io = &mut *self.io.borrow_mut();
        while !session.out().is_empty() {
            let stream = Pin::new(&mut io.stream);
            let sent = ready!(poll_write(stream, session.out(), &shared.gathered, cx))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            session.handle_sent(sent);
            shared.traffic().bytes_out.add_many(sent);
            io.unflushed = true;
        }
        if io.unflushed {
            ready!(Pin::new(&mut io.stream).poll_flush(cx))?;
            io.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads once; 0 at the end of the stream.
    fn poll_read(
        self: &Rc<Self>,
        shared: &Shared,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut buffer = shared.buffer.borrow_mut();
        let mut read = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut self.io.borrow_mut().stream).poll_read(cx, &mut read))?;
        let bytes = read.filled();
        if !bytes.is_empty() {
            self.session().handle_bytes(bytes.len(), shared.now());
            shared.traffic().bytes_in.add_many(bytes.len());
            let mut io = self.io.borrow_mut();
            if io.received.is_empty() {
                drop(io);
                let taken = self.frames(shared, bytes);
                self.io
                    .borrow_mut()
                    .received
                    .extend_from_slice(&bytes[taken..]);
            } else {
                io.received.extend_from_slice(bytes);
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    /// Takes the whole frames that were received; whether the session wants more.
    fn take_frames(self: &Rc<Self>, shared: &Shared) -> bool {
        let mut received = std::mem::take(&mut self.io.borrow_mut().received);
        let taken = self.frames(shared, &received);
        if taken == received.len() {
            received = Vec::new();
        } else {
            received.drain(..taken);
        }
        self.io.borrow_mut().received = received;
        !self.session.borrow().is_busy() && shared.may_ask(self)
    }

    /// Hands whole frames to the session until it is busy; how many bytes they took.
    fn frames(self: &Rc<Self>, shared: &Shared, bytes: &[u8]) -> usize {
        let mut taken = 0;
        let mut acts = Vec::new();
        while taken < bytes.len() {
            let mut session = self.session.borrow_mut();
            if session.is_busy() || !shared.may_ask(self) {
                break;
            }
            match frame::split(&bytes[taken..], session.frame_bytes_max()) {
                Ok(None) => break,
                Ok(Some(body)) => {
                    taken += LENGTH_BYTES + body.len();
                    session.handle_frame(body, &mut acts);
                }
                Err(error) => session.violation(&error.to_string()),
            }
            drop(session);
            self.asked(&acts);
            shared.perform(self.id, &mut acts);
        }
        taken
    }

    /// Sends the goodbye, closes our half, waits for theirs; gives up after a while.
    fn poll_end(
        &self,
        shared: &Shared,
        cx: &mut Context<'_>,
        written: Poll<()>,
    ) -> Poll<io::Result<()>> {
        let io = &mut *self.io.borrow_mut();
        if io.end == End::Open {
            io.end = End::Closing;
            io.received = Vec::new();
            io.timer
                .as_mut()
                .reset(tokio::time::Instant::now() + LINGER);
        }
        if io.end == End::Closing
            && written.is_ready()
            && Pin::new(&mut io.stream).poll_shutdown(cx)?.is_ready()
        {
            io.end = End::Lingering;
        }
        while io.end == End::Lingering {
            let mut buffer = shared.buffer.borrow_mut();
            let mut read = ReadBuf::new(&mut buffer);
            match Pin::new(&mut io.stream).poll_read(cx, &mut read)? {
                Poll::Ready(()) if read.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(()) => {}
                Poll::Pending => break,
            }
        }
        io.timer.as_mut().poll(cx).map(Ok)
    }
}
