//! What is counted while a server runs.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A server's counters, since it started.
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
}
