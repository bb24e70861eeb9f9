//! How many bytes of files may be on the way at a time in one direction. Pure.
//!
//! What is posted meanwhile stands behind them, so they are kept few: as many as the line carries in a
//! short time beyond the time that it takes anyway (as in LEDBAT, RFC 6817). How long that is shows in
//! the answers: one that takes longer than the quickest has waited behind others of ours. The window
//! doubles with each round until something waits for too long; then it shrinks, and grows slowly.

use std::time::{Duration, Instant};

use chat_core::limits::CHUNK_BYTES;

/// The smallest part of a file that is sent at once, and the first: on a line of 64 kbit/s half a second.
const PART_MIN: u64 = 4 * 1024;

/// The largest.
const PART_MAX: u64 = CHUNK_BYTES as u64;

/// Parts on the way at most: with what else is unanswered below the 256 that a server reads ahead.
const PARTS: u64 = 8;

/// Most bytes on the way: a line of 100 MB/s with 2.5 ms, or of 2.5 MB/s with 100 ms, is full with it.
const WINDOW_MAX: u64 = PARTS * PART_MAX;

/// What waiting behind bytes of files may add: as much as the line takes itself, so that a post takes
/// at most twice its time, within what a disk takes now and then and what a person notices.
const WAIT_MIN: Duration = Duration::from_millis(8);
const WAIT_MAX: Duration = Duration::from_millis(200);

/// How long the quickest answer counts: a line may have become another one.
const BASE: Duration = Duration::from_secs(60);

/// How long a window that was too large is not tried again: on a slow line each trial is felt.
const TOO_MUCH: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Pace {
    window: u64,
    on_the_way: u64,
    /// The quickest answers of this period and of the one before.
    quickest: [Option<Duration>; 2],
    period: Option<Instant>,
    shrunk: Option<Instant>,
    /// What was too much, and until when that is believed.
    too_much: Option<(u64, Instant)>,
}

impl Pace {
    /// Of a new connection.
    pub(super) fn new() -> Pace {
        Pace {
            window: PART_MIN,
            on_the_way: 0,
            quickest: [None, None],
            period: None,
            shrunk: None,
            too_much: None,
        }
    }

    /// How many bytes may be sent, or asked for, at once now; none when enough is on the way.
    pub(super) fn room(&self) -> Option<u64> {
        let part = (self.window / PARTS).clamp(PART_MIN, PART_MAX);
        let free = self.on_the_way == 0 || self.on_the_way + part <= self.window;
        free.then_some(part)
    }

    /// So many bytes are on the way.
    pub(super) fn sent(&mut self, bytes: u64) {
        self.on_the_way += bytes;
    }

    /// So many bytes were answered, `took` after they were sent.
    pub(super) fn answered(&mut self, bytes: u64, took: Duration, now: Instant) {
        self.on_the_way = self.on_the_way.saturating_sub(bytes);
        let base = self.base(took, now);
        let wait = took.saturating_sub(base);
        let wait_max = base.clamp(WAIT_MIN, WAIT_MAX);
        if wait <= wait_max / 2 && self.too_much.is_none() {
            self.window += bytes;
        } else if wait <= wait_max {
            self.window += bytes * PART_MIN / self.window.max(1);
        } else if self.shrunk.is_none_or(|at| now >= at + took) {
            // Once a round: what is on the way now was sent with the old window.
            self.shrunk = Some(now);
            self.too_much = Some((self.window, now + TOO_MUCH));
            let share = wait_max.as_secs_f64() / wait.as_secs_f64();
            self.window = (self.window as f64 * share.max(0.5)) as u64;
        }
        let too_much = self.too_much.filter(|(_, until)| now < *until);
        let window_max = too_much.map_or(WINDOW_MAX, |(window, _)| window - window / 8);
        self.window = self.window.min(window_max).clamp(PART_MIN, WINDOW_MAX);
    }

    fn base(&mut self, took: Duration, now: Instant) -> Duration {
        if self.period.is_none_or(|start| now >= start + BASE) {
            self.period = Some(now);
            self.quickest = [None, self.quickest[0]];
        }
        let least = self.quickest[0].map_or(took, |least| least.min(took));
        self.quickest[0] = Some(least);
        self.quickest[1].map_or(least, |before| before.min(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// A line that carries `rate` bytes a second and takes `trip` there and back, used for `seconds`.
    /// Gives the bytes carried and how long a post would have waited at the end at most.
    fn line(rate: u64, trip_ms: u64, seconds: u64) -> (u64, Duration) {
        let start = Instant::now();
        let mut pace = Pace::new();
        let trip = Duration::from_millis(trip_ms);
        let (mut now, mut free_at) = (start, start);
        let mut answers: VecDeque<(Instant, Instant, u64)> = VecDeque::new();
        let (mut carried, mut worst) = (0, Duration::ZERO);
        while now < start + Duration::from_secs(seconds) {
            while let Some(part) = pace.room() {
                let takes = Duration::from_secs_f64(part as f64 / rate as f64);
                free_at = free_at.max(now) + takes;
                pace.sent(part);
                answers.push_back((free_at + trip, now, part));
            }
            if now > start + Duration::from_secs(seconds / 2) {
                worst = worst.max(free_at.saturating_duration_since(now));
            }
            let (at, sent, part) = answers.pop_front().expect("something is on the way");
            now = at;
            carried += part;
            pace.answered(part, at - sent, now);
        }
        (carried, worst)
    }

    /// The line is used to `percent`, and a post waits no longer than `wait_ms`.
    #[track_caller]
    fn check(rate: u64, trip_ms: u64, percent: u64, wait_ms: u64) {
        let (carried, worst) = line(rate, trip_ms, 20);
        let got = carried * 100 / (rate * 20);
        assert!(got >= percent, "{got} % of {rate} B/s");
        assert!(
            worst <= Duration::from_millis(wait_ms),
            "{worst:?} at {rate} B/s"
        );
    }

    #[test]
    fn bounded_what_a_post_waits_for_is_little_and_the_line_is_used() {
        // A modem: the smallest part, and now and then two of them.
        check(8_000, 100, 80, 1_100);
        // Slow and far away.
        check(50_000, 200, 70, 300);
        check(125_000, 40, 80, 150);
        check(1_250_000, 20, 80, 60);
        check(12_500_000, 10, 80, 40);
        // More than fits into the window.
        check(125_000_000, 1, 80, 20);
        check(12_500_000, 100, 18, 100);
    }

    #[test]
    fn bounded_the_parts_on_the_way() {
        let (mut pace, now) = (Pace::new(), Instant::now());
        for _ in 0..1_000 {
            let part = pace.room().expect("room");
            pace.sent(part);
            pace.answered(part, Duration::from_millis(1), now);
        }
        let mut parts = 0;
        while let Some(part) = pace.room() {
            assert_eq!(part, PART_MAX);
            pace.sent(part);
            parts += 1;
        }
        assert_eq!(parts, PARTS);
    }

    #[test]
    fn a_line_that_became_slower_is_learned() {
        let (mut pace, mut now) = (Pace::new(), Instant::now());
        let mut round = |pace: &mut Pace, ms: u64| {
            let part = pace.room().expect("room");
            pace.sent(part);
            now += Duration::from_millis(ms);
            pace.answered(part, Duration::from_millis(ms), now);
        };
        (0..100).for_each(|_| round(&mut pace, 10));
        assert_eq!(pace.window, WINDOW_MAX);
        (0..400).for_each(|_| round(&mut pace, 500));
        assert!(
            pace.window > WINDOW_MAX / 4,
            "that is its time now: {}",
            pace.window
        );
    }
}
