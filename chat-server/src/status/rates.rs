//! So many in a second: over the last seconds, and since the start. Pure.

use std::time::Duration;

use super::report::Rate;
use crate::stats::Stats;

/// How far apart the moments are that rates are measured from. Rates are those of the last five to
/// ten seconds: long enough to be steady, and an idle server is not woken often.
pub(super) const STEP: Duration = Duration::from_secs(5);

/// What was counted up to a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) posts: u64,
    pub(super) deliveries: u64,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
}

impl Counts {
    pub(super) fn of(stats: &Stats) -> Counts {
        Counts {
            posts: stats.posts.get(),
            deliveries: stats.of_workers(|t| &t.deliveries),
            bytes_in: stats.of_workers(|t| &t.bytes_in),
            bytes_out: stats.of_workers(|t| &t.bytes_out),
        }
    }
}

/// The last two moments, as time since the start.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    older: (Duration, Counts),
    newer: (Duration, Counts),
}

impl Window {
    /// Another moment has come.
    pub(super) fn step(&mut self, up: Duration, counts: Counts) {
        self.older = std::mem::replace(&mut self.newer, (up, counts));
    }

    /// How long it is, at `up`.
    pub(super) fn length(&self, up: Duration) -> Duration {
        up.saturating_sub(self.older.0)
    }

    /// The rate of one of the counts, at `up`.
    pub(super) fn rate(&self, up: Duration, now: u64, which: impl Fn(&Counts) -> u64) -> Rate {
        let lately = now.saturating_sub(which(&self.older.1));
        Rate {
            since_start: now,
            per_second: per_second(lately, self.length(up)),
            per_second_since_start: per_second(now, up),
        }
    }
}

/// To a tenth; none over no time.
fn per_second(count: u64, time: Duration) -> f64 {
    if time.is_zero() {
        return 0.0;
    }
    (count as f64 / time.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(posts: u64) -> Counts {
        Counts {
            posts,
            ..Counts::default()
        }
    }

    #[test]
    fn rates_are_those_of_the_last_seconds() {
        let second = Duration::from_secs(1);
        let mut window = Window::default();
        let rate = |window: &Window, up: u32, now: u64| {
            let rate = window.rate(second * up, now, |counts| counts.posts);
            assert_eq!(rate.since_start, now);
            (rate.per_second, rate.per_second_since_start)
        };
        assert_eq!(rate(&window, 0, 0), (0.0, 0.0));
        assert_eq!(rate(&window, 2, 3), (1.5, 1.5), "all there was");
        window.step(second * 5, posts(50));
        assert_eq!(rate(&window, 6, 60), (10.0, 10.0));
        window.step(second * 10, posts(100));
        assert_eq!(rate(&window, 10, 100), (10.0, 10.0));
        window.step(second * 15, posts(100));
        assert_eq!(rate(&window, 20, 100), (0.0, 5.0), "nothing lately");
        assert_eq!(window.length(second * 20), second * 10);
    }
}
