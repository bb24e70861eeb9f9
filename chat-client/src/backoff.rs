//! How long to wait before connecting again. Pure: the random number is an argument.

use std::time::Duration;

/// Most that the first wait may be: a server that restarts is back by then.
const FIRST: Duration = Duration::from_millis(500);

/// Most that any wait may be: a person looks at the countdown.
const LONGEST: Duration = Duration::from_secs(30);

/// Longest that a server may tell us to stay away. More is a mistake or malice.
const HINT_MAX: Duration = Duration::from_secs(600);

/// The wait before the attempt that follows `failures` failures in a row (at least one): "full
/// jitter", anything up to a ceiling that doubles, so that the clients of a server that comes back
/// don't come all at once. `random` is any number; `hint` is what the server asked for, and the
/// jitter is added to it.
pub(crate) fn wait(failures: u32, random: u32, hint: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let ceiling = doubled.min(LONGEST);
    let jitter = ceiling.mul_f64(f64::from(random) / f64::from(u32::MAX));
    hint.unwrap_or_default().min(HINT_MAX) + jitter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(failures: u32, random: u32, hint_ms: Option<u64>, want_ms: u64) {
        let got = wait(failures, random, hint_ms.map(Duration::from_millis));
        assert_eq!(got.as_millis(), u128::from(want_ms));
    }

    #[test]
    fn the_ceiling_doubles_to_thirty_seconds() {
        check(1, u32::MAX, None, 500);
        check(2, u32::MAX, None, 1_000);
        check(6, u32::MAX, None, 16_000);
        check(7, u32::MAX, None, 30_000);
        check(u32::MAX, u32::MAX, None, 30_000);
        check(0, u32::MAX, None, 500);
    }

    #[test]
    fn the_jitter_is_full() {
        check(3, 0, None, 0);
        check(3, u32::MAX / 2 + 1, None, 1_000);
    }

    #[test]
    fn a_hint_is_honoured_within_reason() {
        check(1, 0, Some(3_000), 3_000);
        check(1, u32::MAX, Some(3_000), 3_500);
        check(1, 0, Some(u64::MAX), 600_000);
    }
}
