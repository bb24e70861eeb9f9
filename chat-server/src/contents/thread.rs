//! The thread and its queue. Unbounded: each session bounds the chunks that it has here, and each
//! worker those of all of its sessions.

use std::sync::mpsc::{Receiver as Inbox, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Receiver, ToContents, Told};
use crate::hub::{HeldContent, Input};
use crate::journal::ToHub;
use crate::worker::Workers;

/// How often what nobody wants is looked for.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// What the thread works with.
pub(crate) struct Contents {
    /// What it keeps.
    pub(crate) receiver: Receiver,
    /// What is held, as the store says.
    pub(crate) held: Vec<HeldContent>,
    /// The hub's inbox.
    pub(crate) hub: Sender<ToHub>,
    /// The way to the sessions.
    pub(crate) workers: Workers,
}

impl Contents {
    /// The queue.
    pub(crate) fn queue() -> (Sender<ToContents>, Inbox<ToContents>) {
        channel()
    }

    /// Starts the thread. It ends when nobody is left who could tell it something.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(self, inbox: Inbox<ToContents>) -> std::io::Result<JoinHandle<()>> {
        std::thread::Builder::new()
            .name("contents".into())
            .spawn(move || self.run(&inbox))
    }

    fn run(mut self, inbox: &Inbox<ToContents>) {
        let mut told = Vec::new();
        self.receiver
            .look_for(std::mem::take(&mut self.held), &mut told);
        let mut due = Instant::now();
        let mut hashing = false;
        loop {
            if due <= Instant::now() {
                due = Instant::now() + SWEEP;
                self.receiver.sweep(&mut told);
            }
            self.tell(&mut told);
            let wait = due.saturating_duration_since(Instant::now());
            // While something is hashed, nobody waits for it for longer than for one slice.
            let next = if hashing {
                match inbox.try_recv() {
                    Err(TryRecvError::Empty) => Err(RecvTimeoutError::Timeout),
                    Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
                    Ok(message) => Ok(message),
                }
            } else {
                inbox.recv_timeout(wait)
            };
            match next {
                Ok(message) => self.receiver.handle(Instant::now(), message, &mut told),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            hashing = self.receiver.hash_some(&mut told);
        }
        self.receiver.sync();
    }

    fn tell(&self, told: &mut Vec<Told>) {
        for told in told.drain(..) {
            match told {
                Told::Hub(news) => {
                    // A hub that has stopped decides nothing more.
                    let _ = self.hub.send(ToHub::Input(Input::Files(news)));
                }
                Told::Answer(session, event) => self.workers.answer(session, event),
                Told::Chunk(session, done) => self.workers.chunk_done(session, done),
            }
        }
    }
}
