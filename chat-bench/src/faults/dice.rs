//! Numbers that look random and follow from a seed.

use std::time::Duration;

use anyhow::Context;

/// SplitMix64: small, quick, and good enough to choose moments and lengths.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Those of `seed` that belong to `who`: others of the same seed draw other numbers.
    pub(crate) fn new(seed: u64, who: u64) -> Dice {
        let mut dice = Dice(seed);
        Dice(dice.next() ^ who.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Those of a seed that nobody has seen.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn fresh() -> anyhow::Result<Dice> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).context("no random numbers")?;
        Ok(Dice(u64::from_be_bytes(seed)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `0..end`; 0 where that is empty.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    /// One of `from..=to`.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to.saturating_sub(from) + 1)
    }

    /// Whether something happens that happens once in `in_all` times.
    pub(crate) fn once_in(&mut self, in_all: u64) -> bool {
        self.next().is_multiple_of(in_all)
    }

    /// A time of `from..=to` milliseconds.
    pub(crate) fn ms(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.between(from, to))
    }

    /// The wait until something that happens at random `per_second` times.
    pub(crate) fn wait(&mut self, per_second: f64) -> Duration {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        // Never more than what a run waits for.
        Duration::from_secs_f64((-(1.0 - unit).ln() / per_second).min(60.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again_and_everybody_others() {
        let draw = |seed, who| {
            let mut dice = Dice::new(seed, who);
            [dice.next(), dice.next(), dice.next()]
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn numbers_stay_within_what_is_asked_for() {
        let mut dice = Dice::new(1, 0);
        for _ in 0..1_000 {
            assert!(dice.below(3) < 3);
            assert!((5..=7).contains(&dice.between(5, 7)));
            assert!(dice.wait(1_000.0) < Duration::from_secs(1));
        }
        assert_eq!(dice.below(0), 0);
    }
}
