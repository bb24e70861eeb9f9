//! A session without its task, for those who bring the connection, the time and the files themselves:
//! fuzzing. Not for programs, and not stable.

use std::path::PathBuf;
use std::time::Instant;

use chat_core::event::Welcome;
use chat_core::wire::Received;
use chat_core::{Command, ContentHash, ConversationId, File, PostId, Seq, Text};

use crate::session::{Job, Report, Session};
use crate::{Config, Event, Pending, TransferId};

/// See the module. Each method is the session's of that name.
#[derive(Debug)]
pub struct Bare(Session);

/// How a job on a file goes.
#[derive(Debug, Clone, Copy)]
pub enum Luck {
    /// As it should, with a file of so many bytes.
    Good(u64),
    /// A file that is saved turns out to be another content.
    Wrong,
    /// It can't be done.
    Bad,
}

impl Bare {
    /// A session that knows what `config` says.
    #[must_use]
    pub fn new(config: &Config) -> Bare {
        Bare(Session::new(config))
    }

    /// A connection is logged in.
    pub fn online(&mut self, welcome: Welcome, now: Instant) {
        self.0.online(welcome, now);
    }

    /// The connection is gone.
    pub fn offline(&mut self) {
        self.0.offline();
    }

    /// Nothing more will happen.
    pub fn end(&mut self) {
        self.0.end();
    }

    /// The server said something.
    ///
    /// # Errors
    /// Why that makes no sense: the connection is to be given up.
    pub fn received(
        &mut self,
        said: Received<chat_core::Event>,
        now: Instant,
    ) -> Result<(), String> {
        match said {
            Received::Message(said) => self.0.received(said, now).map_err(|e| e.to_string()),
            Received::Unknown { kind, request } => {
                self.0.received_unknown(kind, request);
                Ok(())
            }
        }
    }

    /// The next command to send.
    pub fn next_command(&mut self, now: Instant) -> Option<Command> {
        self.0.next_command(now)
    }

    /// When there may be one without anything happening.
    #[must_use]
    pub fn deadline(&self, now: Instant) -> Option<Instant> {
        self.0.deadline(now)
    }

    /// The next event for the program.
    pub fn next_event(&mut self) -> Option<Event> {
        self.0.next_event()
    }

    /// Whether more may be read from the server.
    pub fn has_room(&mut self) -> bool {
        self.0.has_room()
    }

    /// Whether every post is acknowledged.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.0.is_settled()
    }

    /// See [`Client::post`](crate::Client::post).
    pub fn post(&mut self, pending: Pending, now: Instant) {
        self.0.post(pending, None, now);
    }

    /// See [`Client::send`](crate::Client::send).
    pub fn send(&mut self, command: Command) {
        self.0.send(command);
    }

    /// See [`Client::canvas`](crate::Client::canvas).
    pub fn open_canvas(&mut self, parent: ConversationId) {
        self.0.open_canvas(parent);
    }

    /// See [`Client::close_canvas`](crate::Client::close_canvas).
    pub fn close_canvas(&mut self, parent: ConversationId) {
        self.0.close_canvas(parent);
    }

    /// See [`Client::send_file`](crate::Client::send_file).
    pub fn send_file(&mut self, id: TransferId, to: ConversationId, now: Instant) {
        let mut post = [0xff; 16];
        post[..8].copy_from_slice(&id.0.to_be_bytes());
        let what = (to, Text::default());
        self.0
            .send_file(id, PostId(post), PathBuf::from("file"), what, now);
    }

    /// See [`Client::save_file`](crate::Client::save_file).
    pub fn save_file(
        &mut self,
        id: TransferId,
        place: (ConversationId, Seq),
        file: File,
        now: Instant,
    ) {
        self.0.save_file(id, place, file, PathBuf::from("dir"), now);
    }

    /// See [`Client::cancel`](crate::Client::cancel).
    pub fn cancel(&mut self, id: TransferId, now: Instant) {
        self.0.cancel(id, now);
    }

    /// Does the next thing that is to be done with a file. Whether there was one.
    pub fn work(&mut self, luck: Luck, now: Instant) -> bool {
        let Some((id, job)) = self.0.next_job() else {
            return false;
        };
        let report = match (job, luck) {
            (Job::Forget(_), _) => return true,
            (_, Luck::Bad) => Report::Failed {
                why: "the disk is full".into(),
            },
            (Job::Settle { .. }, Luck::Wrong) => Report::NotTheContent,
            (Job::Hash { .. }, Luck::Good(bytes)) => Report::Hashed {
                hash: ContentHash([bytes as u8; 32]),
                bytes,
                media: Text::default(),
            },
            (Job::Hash { .. }, Luck::Wrong) => Report::Hashing { done: 1, bytes: 2 },
            (Job::Read { bytes, .. }, _) => Report::Read(vec![0; bytes]),
            (Job::Open { bytes, .. }, Luck::Good(held)) => Report::Opened {
                held: held.min(bytes),
            },
            (Job::Open { .. }, Luck::Wrong) => Report::Opened { held: 0 },
            (Job::Write { .. }, _) => Report::Written,
            (Job::Settle { name }, Luck::Good(_)) => Report::Saved { path: name.into() },
        };
        self.0.reported(id, report, now);
        true
    }
}
