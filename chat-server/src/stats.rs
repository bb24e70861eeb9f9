//! What is counted while a server runs. Each number is an atomic of its own: counting takes no
//! lock, and reading them disturbs nobody.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn add(&self) {
        self.add_many(1);
    }

    /// So many more.
    pub fn add_many(&self, n: usize) {
        self.0.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number as it is now.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// One more.
    pub fn up(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One less.
    pub fn down(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// It is this now.
    pub fn set(&self, n: u64) {
        self.0.store(n, Ordering::Relaxed);
    }

    /// What it is now.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A server's numbers: counters since it started, gauges as it is now.
#[derive(Debug, Default)]
pub struct Stats {
    /// Connections that were accepted.
    pub connections: Counter,
    /// Connections that were turned away because there were too many.
    pub full: Counter,
    /// Connections that spoke something else: HTTP, SSH, another TLS, noise.
    pub strangers: Counter,
    /// Connections that were closed because they violated the protocol.
    pub violations: Counter,
    /// Connections that have a place now.
    pub inside: Gauge,
    /// Those of them that are logged in.
    pub logged_in: Gauge,
    /// Entries that were committed.
    pub posts: Counter,
    /// What goes through each worker.
    pub traffic: Box<[Traffic]>,
    /// What the hub holds, as of its last batch.
    pub hub: HubStats,
}

impl Stats {
    /// Of a server with so many workers.
    #[must_use]
    pub fn new(workers: usize) -> Stats {
        Stats {
            traffic: (0..workers).map(|_| Traffic::default()).collect(),
            ..Stats::default()
        }
    }

    /// What went through all workers.
    #[must_use]
    pub fn of_workers(&self, which: impl Fn(&Traffic) -> &Counter) -> u64 {
        self.traffic.iter().map(|t| which(t).get()).sum()
    }
}

/// What goes through one worker. It counts with every read and write, so each has memory of its own:
/// two lines of a cache, because processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Traffic {
    /// Entries that were handed to sessions which follow their conversation.
    pub deliveries: Counter,
    /// Bytes of frames that came from clients, without what TLS adds.
    pub bytes_in: Counter,
    /// Bytes of frames that went to clients, without what TLS adds.
    pub bytes_out: Counter,
}

/// What the hub holds: published by its thread with each batch, so that nobody asks it.
#[derive(Debug, Default)]
pub struct HubStats {
    /// Accounts that were ever made.
    pub accounts: Gauge,
    /// Accounts that are here.
    pub people: Gauge,
    /// Rooms.
    pub rooms: Gauge,
    /// Direct conversations.
    pub directs: Gauge,
    /// Entries that were ever made in all conversations.
    pub entries: Gauge,
    /// Contents of files.
    pub files: Gauge,
    /// What they take on the disk, with uploads that are under way.
    pub file_bytes: Gauge,
    /// Uploads that are under way.
    pub uploads: Gauge,
}

impl HubStats {
    pub(crate) fn publish(&self, hub: &crate::hub::Hub) {
        let state = hub.state();
        let count = |n: usize| n as u64;
        self.accounts.set(count(state.accounts.len()));
        self.people.set(count(hub.people()));
        self.rooms.set(count(state.rooms.len()));
        self.directs.set(count(state.directs.len()));
        self.entries.set(state.recent.last());
        self.files.set(count(state.files.contents()));
        self.file_bytes.set(state.files.bytes());
        self.uploads.set(count(state.files.uploads()));
    }
}
