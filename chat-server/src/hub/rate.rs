//! Posts per second and account: a burst, then a steady rate (the generic cell rate algorithm,
//! ITU-T I.371). The hub passes the time in; a limiter crate would bring a clock of its own.

use chat_core::Millis;

/// Thirty thousand years: whatever is configured, computing with it can't overflow.
const AHEAD_US_MAX: u64 = 1_000_000_000_000_000_000;

/// The rate that every account has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    /// Microseconds that one post takes of the steady rate.
    interval_us: u64,
    /// How far ahead of the steady rate an account may be, in microseconds.
    ahead_us_max: u64,
}

/// One account's state: when all that it sent so far would have been due, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Meter(u64);

impl Rate {
    /// `burst` posts at once, then `per_second`; no limit where `burst` is 0.
    #[must_use]
    pub(super) fn new(burst: u32, per_second: f64) -> Option<Rate> {
        (burst > 0).then(|| {
            let interval_us = (1e6 / per_second).clamp(1.0, 1e12) as u64;
            let ahead_us = interval_us.saturating_mul(u64::from(burst - 1));
            Rate {
                interval_us,
                ahead_us_max: ahead_us.min(AHEAD_US_MAX),
            }
        })
    }

    /// Counts one post at `now`.
    ///
    /// # Errors
    /// The milliseconds after which it would be taken.
    pub(super) fn take(&self, meter: &mut Meter, now: Millis) -> Result<(), u64> {
        let now_us = now.0 * 1000;
        // A clock that jumped back must not lock anybody out for longer than a burst is worth.
        let due = meter
            .0
            .clamp(now_us, now_us + self.ahead_us_max + self.interval_us);
        *meter = Meter(due);
        let ahead = due - now_us;
        if ahead > self.ahead_us_max {
            return Err((ahead - self.ahead_us_max).div_ceil(1000).max(1));
        }
        *meter = Meter(due + self.interval_us);
        Ok(())
    }

    /// Whether a meter holds nothing that a new one would not.
    #[must_use]
    pub(super) fn is_full(&self, meter: &Meter, now: Millis) -> bool {
        meter.0 <= now.0 * 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_a_steady_rate() {
        let rate = Rate::new(3, 5.0).expect("limited");
        let mut meter = Meter::default();
        let mut at = |ms: u64| rate.take(&mut meter, Millis(1_000_000 + ms));
        assert_eq!([at(0), at(0), at(0)], [Ok(()); 3]);
        assert_eq!(at(0), Err(200));
        assert_eq!(at(150), Err(50));
        assert_eq!(at(200), Ok(()));
        assert_eq!(at(201), Err(199));
        assert_eq!([at(5000), at(5000), at(5000)], [Ok(()); 3]);
        assert_eq!(at(5000), Err(200));
    }

    #[test]
    fn a_clock_that_jumps_back_locks_nobody_out() {
        let rate = Rate::new(2, 1.0).expect("limited");
        let mut meter = Meter::default();
        assert_eq!(rate.take(&mut meter, Millis(1_000_000_000)), Ok(()));
        assert!(
            rate.take(&mut meter, Millis(5_000))
                .is_err_and(|ms| ms <= 1_000)
        );
        assert_eq!(rate.take(&mut meter, Millis(6_000)), Ok(()));
    }

    #[test]
    fn the_strangest_limits_are_computed_with() {
        let rate = Rate::new(u32::MAX, f64::MIN_POSITIVE).expect("limited");
        let mut meter = Meter::default();
        for _ in 0..3 {
            assert_eq!(rate.take(&mut meter, Millis(1_800_000_000_000)), Ok(()));
        }
    }

    #[test]
    fn no_burst_means_no_limit() {
        assert!(Rate::new(0, 5.0).is_none());
    }
}
