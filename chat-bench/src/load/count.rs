//! What readers see, counted and checked; shared by all connections of the one thread.

use std::cell::Cell;
use std::time::Instant;

use chat_core::{ConversationId, RequestId, Seq};
use tokio::sync::Notify;

use crate::load::wire::{Connection, Seen};
use crate::times::Times;

/// A request id holds the moment at which its post was due, in microseconds since the start, and in
/// the low bits a number that keeps those of one moment apart.
const MOMENT_SHIFT: u32 = 12;

/// What all connections count together.
#[derive(Debug)]
pub(crate) struct Counts {
    start: Instant,
    /// Entries that reached a reader.
    pub(crate) deliveries: Cell<u64>,
    /// Entries that came doubled or out of order.
    pub(crate) disordered: Cell<u64>,
    /// Posts.
    pub(crate) sent: Cell<u64>,
    /// Posts that were acknowledged.
    pub(crate) acknowledged: Cell<u64>,
    /// Posts that were refused, and connections that were closed.
    pub(crate) refused: Cell<u64>,
    /// Whether senders go on.
    pub(crate) sending: Cell<bool>,
    /// Whether times are taken now.
    pub(crate) measuring: Cell<bool>,
    /// From the moment a post was due to its acknowledgement.
    pub(crate) to_acknowledgement: Times,
    /// From the moment a post was due to each reader.
    pub(crate) to_reader: Times,
    /// Something has arrived.
    pub(crate) arrived: Notify,
}

impl Counts {
    pub(crate) fn new() -> Counts {
        Counts {
            start: Instant::now(),
            deliveries: Cell::new(0),
            disordered: Cell::new(0),
            sent: Cell::new(0),
            acknowledged: Cell::new(0),
            refused: Cell::new(0),
            sending: Cell::new(true),
            measuring: Cell::new(false),
            to_acknowledgement: Times::new(),
            to_reader: Times::new(),
            arrived: Notify::new(),
        }
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The id of a post that is due at `due`, the `n`th of all.
    pub(crate) fn request(&self, due: Instant, n: u64) -> RequestId {
        let us = due.saturating_duration_since(self.start).as_micros() as u64;
        RequestId(us << MOMENT_SHIFT | n & ((1 << MOMENT_SHIFT) - 1))
    }

    fn add(counter: &Cell<u64>, n: u64) {
        counter.set(counter.get() + n);
    }

    /// Counts a post.
    pub(crate) fn post(&self) {
        Counts::add(&self.sent, 1);
    }
}

/// What one connection reads.
pub(crate) struct Reader {
    pub(crate) conversation: ConversationId,
    /// The last entry.
    pub(crate) last: Option<Seq>,
    /// Whose entries count as deliveries: all, or those that it did not post itself.
    pub(crate) own: Own,
}

/// Whether own posts that come back are deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    Count,
    DontCount,
}

impl Reader {
    /// Reads until the connection ends. One that breaks loses entries, which the end of the run
    /// tells.
    pub(crate) async fn run(mut self, mut connection: Connection, counts: &Counts) {
        let me = connection.account;
        loop {
            let mut now_us = None;
            let see = |seen| {
                let mut age = |id: RequestId| {
                    let now = *now_us.get_or_insert_with(|| counts.now_us());
                    now.saturating_sub(id.0 >> MOMENT_SHIFT)
                };
                match seen {
                    Seen::Entry(entry) if entry.conversation == self.conversation => {
                        if self.last.is_some_and(|last| last.next() != entry.seq) {
                            Counts::add(&counts.disordered, 1);
                        }
                        self.last = Some(entry.seq);
                        if self.own == Own::DontCount && entry.author == me {
                            return;
                        }
                        Counts::add(&counts.deliveries, 1);
                        if counts.measuring.get() {
                            counts.to_reader.add(age(entry.post));
                        }
                    }
                    Seen::Posted(request) => {
                        Counts::add(&counts.acknowledged, 1);
                        if counts.measuring.get() {
                            counts.to_acknowledgement.add(age(request));
                        }
                    }
                    Seen::Refused => Counts::add(&counts.refused, 1),
                    _ => {}
                }
            };
            if connection.scan(see).await.is_err() {
                return;
            }
            counts.arrived.notify_one();
        }
    }
}
