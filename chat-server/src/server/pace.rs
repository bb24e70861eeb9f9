//! When the hub's thread decides its next batch. Pure: it is told the time.
//!
//! A commit and a wake-up of each thread on the way cost the same for one post as for many (which
//! PostgreSQL's `commit_delay` is for, too). So a batch waits
//! - until [`PERIOD`] has passed since the one before it. What comes after a quiet moment does not
//!   wait at all;
//! - while workers still write what they were handed, or read what came meanwhile: behind that it would
//!   wait anyway. Decided later it is larger, and each connection gets more with one write.

use std::time::{Duration, Instant};

/// From one batch to the next at least. No message is held back for longer than this on a server
/// that keeps up.
const PERIOD: Duration = Duration::from_millis(1);

/// From one batch to the next at most, however long workers write: one of them may have much else to
/// do, such as handshakes, and the others wait with it.
const PERIOD_MAX: Duration = Duration::from_millis(50);

/// When to look again whether they have written: short beside a commit.
const LOOK_AGAIN: Duration = Duration::from_micros(250);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Instant>,
    /// The last one came soon after the one before.
    steady: bool,
}

impl Pace {
    /// How long to rest before looking for what the next batch is to hold. What comes meanwhile waits
    /// anyway, and wakes nobody. Only where something is expected: one batch that comes alone needs
    /// no timer.
    pub(super) fn rest(&self, now: Instant) -> Option<Duration> {
        self.wait(now, false).filter(|_| self.steady)
    }

    /// How long to wait before asking again whether a batch may be decided; `None`: it may be.
    pub(super) fn wait(&self, now: Instant, workers_write: bool) -> Option<Duration> {
        let since = now.saturating_duration_since(self.last?);
        if since < PERIOD {
            Some(PERIOD - since)
        } else {
            (workers_write && since < PERIOD_MAX).then_some(LOOK_AGAIN)
        }
    }

    /// A batch is decided.
    pub(super) fn decided(&mut self, now: Instant) {
        let last = self.last.replace(now);
        self.steady = last.is_some_and(|last| now - last < 2 * PERIOD);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long is waited `since` the last batch.
    fn wait(since: Duration, workers_write: bool) -> Option<Duration> {
        let last = Instant::now();
        let mut pace = Pace::default();
        pace.decided(last);
        pace.wait(last + since, workers_write)
    }

    #[test]
    fn the_first_batch_and_one_after_a_quiet_moment_do_not_wait() {
        assert_eq!(Pace::default().wait(Instant::now(), true), None);
        assert_eq!(wait(PERIOD, false), None);
    }

    #[test]
    fn a_batch_waits_for_the_rest_of_the_period() {
        let tenth = PERIOD / 10;
        assert_eq!(wait(tenth, false), Some(PERIOD - tenth));
        assert_eq!(wait(tenth, true), Some(PERIOD - tenth));
    }

    #[test]
    fn between_batches_that_follow_each_other_there_is_a_rest() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.decided(start);
        assert_eq!(pace.rest(start), None, "it came alone");
        let second = start + PERIOD;
        pace.decided(second);
        assert_eq!(pace.rest(second), Some(PERIOD));
        assert_eq!(pace.rest(second + PERIOD), None);
        let third = second + 2 * PERIOD;
        pace.decided(third);
        assert_eq!(pace.rest(third), None, "it came late");
    }

    #[test]
    fn bounded_a_batch_waits_for_workers_that_write() {
        assert_eq!(wait(PERIOD, true), Some(LOOK_AGAIN));
        assert_eq!(wait(PERIOD_MAX, true), None);
    }
}
