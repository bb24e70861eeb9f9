//! When the hub's thread decides its next batch. Pure: it is told the time.
//!
//! A commit and a wake-up of each thread on the way cost the same for one post as for many (which
//! PostgreSQL's `commit_delay` is for, too). So a batch waits
//! - until [`PERIOD`] has passed since the one before it. What comes after a quiet moment does not
//!   wait at all;
//! - while workers still write what they were handed, or read what came meanwhile, or a [`LARGE`] batch is
//!   committed for them: behind that it would wait anyway. Decided later it is larger, and each
//!   connection gets more with one write;
//! - where the writing was [`LONG`], and several entries of a conversation went together, for a
//!   quarter of that time more: those who were written to first have had time to answer, the others
//!   have not, and their answers would be a batch of their own, with a write of its own for each.

use std::time::{Duration, Instant};

use crate::worker::Idle;

/// From one batch to the next at least. No message is held back for longer than this on a server
/// that keeps up.
const PERIOD: Duration = Duration::from_millis(1);

/// From one batch to the next at most, however long workers write: one of them may have much else to
/// do, such as handshakes, and the others wait with it.
const PERIOD_MAX: Duration = Duration::from_millis(100);

/// When to look again whether they have written: short beside a commit.
const LOOK_AGAIN: Duration = Duration::from_micros(250);

/// Records from which on a batch is large: with fewer, committing takes little more than with one.
pub(super) const LARGE: usize = 64;

/// What takes so long to write has gone to a thousand connections or more.
const LONG: Duration = Duration::from_millis(8);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Instant>,
    /// The last one came soon after the one before.
    steady: bool,
    /// Several entries of a conversation went together in the last one.
    together: bool,
}

impl Pace {
    /// How long to rest before looking for what the next batch is to hold. What comes meanwhile waits
    /// anyway, and wakes nobody. Only where something is expected: one batch that comes alone needs
    /// no timer.
    pub(super) fn rest(&self, now: Instant) -> Option<Duration> {
        let due = self.last.filter(|_| self.steady)? + PERIOD;
        until(due, now)
    }

    /// How long to wait before asking again whether a batch may be decided; `None`: it may be. Workers
    /// are idle, or write.
    pub(super) fn wait(&self, now: Instant, idle: Option<Idle>) -> Option<Duration> {
        let last = self.last?;
        let due = match idle {
            None => now + LOOK_AGAIN,
            Some(idle) if self.together && idle.wrote >= LONG => idle.since + idle.wrote / 4,
            Some(idle) => idle.since,
        };
        until(due.clamp(last + PERIOD, last + PERIOD_MAX), now)
    }

    /// A batch is decided, in which several entries of a conversation went `together`, or not.
    pub(super) fn decided(&mut self, now: Instant, together: bool) {
        let last = self.last.replace(now);
        self.steady = last.is_some_and(|last| now - last < 2 * PERIOD);
        self.together = together;
    }
}

fn until(due: Instant, now: Instant) -> Option<Duration> {
    due.checked_duration_since(now)
        .filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long is waited `since` the last batch, which was written at once until workers were idle,
    /// for `idle` now, or is still being written.
    fn wait(since: Duration, idle: Option<Duration>, together: bool) -> Option<Duration> {
        let last = Instant::now();
        let mut pace = Pace::default();
        pace.decided(last, together);
        let idle = idle.map(|idle| Idle {
            since: last + since - idle,
            wrote: since - idle,
        });
        pace.wait(last + since, idle)
    }

    /// Idle, or writing.
    const IDLE: Option<Duration> = Some(Duration::ZERO);
    const WRITING: Option<Duration> = None;

    #[test]
    fn the_first_batch_and_one_after_a_quiet_moment_do_not_wait() {
        assert_eq!(Pace::default().wait(Instant::now(), None), None);
        assert_eq!(wait(PERIOD, IDLE, true), None);
        assert_eq!(wait(100 * PERIOD_MAX, Some(99 * PERIOD_MAX), true), None);
    }

    #[test]
    fn a_batch_waits_for_the_rest_of_the_period() {
        let tenth = PERIOD / 10;
        assert_eq!(wait(tenth, IDLE, false), Some(PERIOD - tenth));
        assert_eq!(wait(tenth, WRITING, false), Some(PERIOD - tenth));
    }

    #[test]
    fn between_batches_that_follow_each_other_there_is_a_rest() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.decided(start, false);
        assert_eq!(pace.rest(start), None, "it came alone");
        let second = start + PERIOD;
        pace.decided(second, false);
        assert_eq!(pace.rest(second), Some(PERIOD));
        assert_eq!(pace.rest(second + PERIOD), None);
        let third = second + 2 * PERIOD;
        pace.decided(third, false);
        assert_eq!(pace.rest(third), None, "it came late");
    }

    #[test]
    fn behind_a_long_write_of_what_went_together_a_batch_waits_a_quarter_of_it() {
        assert_eq!(wait(LONG, IDLE, true), Some(LONG / 4));
        let (since, idle) = (LONG + LONG / 8, LONG / 8);
        assert_eq!(wait(since, Some(idle), true), Some(LONG / 8));
        assert_eq!(wait(LONG, IDLE, false), None);
        assert_eq!(wait(LONG - PERIOD, IDLE, true), None);
    }

    #[test]
    fn behind_a_long_commit_a_batch_does_not_wait() {
        let last = Instant::now();
        let mut pace = Pace::default();
        pace.decided(last, true);
        let since = last + 4 * LONG;
        let wrote = PERIOD;
        assert_eq!(pace.wait(since, Some(Idle { since, wrote })), None);
    }

    #[test]
    fn bounded_a_batch_waits_for_workers_that_write() {
        assert_eq!(wait(PERIOD, WRITING, false), Some(LOOK_AGAIN));
        assert_eq!(wait(PERIOD_MAX, WRITING, true), None);
        let tenth = PERIOD_MAX / 10;
        assert_eq!(wait(PERIOD_MAX - tenth, IDLE, true), Some(tenth));
    }
}
