//! What readers see, counted, and how long it took.

use std::time::Instant;

use crate::times::Times;

/// In the low bits of a stamp: a number that keeps the posts of one moment apart.
const MOMENT_SHIFT: u32 = 12;

/// What a post carries: the moment at which it was due, in microseconds since the start, and a
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(pub(crate) u64);

/// Whether own posts that come back are deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    Count,
    DontCount,
}

/// What all connections count together.
#[derive(Debug)]
pub(crate) struct Counts {
    start: Instant,
    /// Entries that reached a reader.
    pub(crate) deliveries: u64,
    /// Entries that came doubled or out of order.
    pub(crate) disordered: u64,
    /// Posts.
    pub(crate) sent: u64,
    /// Posts that were acknowledged.
    pub(crate) acknowledged: u64,
    /// Posts that were refused.
    pub(crate) refused: u64,
    /// Reads of a socket.
    pub(crate) reads: u64,
    /// Whether times are taken now.
    pub(crate) measuring: bool,
    /// From the moment a post was due to its acknowledgement.
    pub(crate) to_acknowledgement: Times,
    /// From the moment a post was due to each reader.
    pub(crate) to_reader: Times,
}

impl Counts {
    pub(crate) fn new() -> Counts {
        Counts {
            start: Instant::now(),
            deliveries: 0,
            disordered: 0,
            sent: 0,
            acknowledged: 0,
            refused: 0,
            reads: 0,
            measuring: false,
            to_acknowledgement: Times::new(),
            to_reader: Times::new(),
        }
    }

    fn us(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.start);
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }

    /// Counts a post that is due at `due`, and gives what it carries.
    pub(crate) fn post(&mut self, due: Instant) -> Stamp {
        let number = self.sent & ((1 << MOMENT_SHIFT) - 1);
        self.sent += 1;
        Stamp(self.us(due) << MOMENT_SHIFT | number)
    }

    /// Counts a read of a socket, now; what came is told to what this gives.
    pub(crate) fn read(&mut self) -> Read<'_> {
        self.reads += 1;
        Read {
            now_us: self.us(Instant::now()),
            age_us: 0,
            of_age: 0,
            counts: self,
        }
    }
}

/// What came with one read: all of it at one moment. Posts that were due together are timed
/// together.
pub(crate) struct Read<'a> {
    now_us: u64,
    /// The age of the last deliveries, and how many had it.
    age_us: u64,
    of_age: u64,
    pub(crate) counts: &'a mut Counts,
}

impl Read<'_> {
    fn age_us(&self, stamp: Stamp) -> u64 {
        self.now_us.saturating_sub(stamp.0 >> MOMENT_SHIFT)
    }

    /// An entry reached a reader.
    pub(crate) fn delivery(&mut self, stamp: Stamp) {
        self.counts.deliveries += 1;
        let age_us = self.age_us(stamp);
        if age_us != self.age_us {
            self.flush();
            self.age_us = age_us;
        }
        self.of_age += 1;
    }

    /// A post is stored.
    pub(crate) fn acknowledgement(&mut self, stamp: Stamp) {
        self.counts.acknowledged += 1;
        if self.counts.measuring {
            self.counts.to_acknowledgement.add(self.age_us(stamp));
        }
    }

    fn flush(&mut self) {
        if self.counts.measuring && self.of_age > 0 {
            self.counts.to_reader.add_many(self.age_us, self.of_age);
        }
        self.of_age = 0;
    }
}

impl Drop for Read<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
