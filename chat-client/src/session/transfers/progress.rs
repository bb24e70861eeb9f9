//! When something is told of a transfer, and how fast it goes. Pure.

use std::collections::VecDeque;
use std::mem::Discriminant;
use std::time::{Duration, Instant};

use super::Transfers;
use crate::transfer::{TransferId, TransferState};

/// Progress is told no more often than that: a person sees a bar move.
const TELL: Duration = Duration::from_millis(200);

/// And no less often while bytes should move, so that a rate that falls is seen.
const TICK: Duration = Duration::from_secs(1);

/// The time over which the rate is taken.
const SPAN: Duration = Duration::from_secs(3);

#[derive(Debug, Default)]
pub(super) struct Progress {
    told: Option<(Instant, Discriminant<TransferState>)>,
    /// How far it was, over the last seconds.
    samples: VecDeque<(Instant, u64)>,
    latest: Option<(Instant, u64)>,
}

impl Progress {
    /// Takes down how far a transfer is. Whether that is worth telling now.
    pub(super) fn is_news(&mut self, state: &TransferState, done: u64, now: Instant) -> bool {
        let moves = matches!(
            state,
            TransferState::Running { .. } | TransferState::Hashing
        );
        match state {
            TransferState::Running { .. } => self.sample(done, now),
            _ => {
                self.samples.clear();
                self.latest = None;
            }
        }
        let kind = std::mem::discriminant(state);
        let told = self.told.filter(|(_, told)| *told == kind);
        if told.is_some_and(|(at, _)| !moves || now < at + TELL) {
            return false;
        }
        self.told = Some((now, kind));
        true
    }

    fn sample(&mut self, done: u64, now: Instant) {
        if self.latest.is_some_and(|(_, before)| before > done) {
            self.samples.clear();
        }
        self.latest = Some((now, done));
        let last = self.samples.back().map(|(at, _)| *at);
        if last.is_none_or(|at| now >= at + SPAN / 10) {
            self.samples.push_back((now, done));
        }
        while self.samples.len() > 2 && self.samples[1].0 + SPAN <= now {
            self.samples.pop_front();
        }
    }

    /// Over the last seconds.
    pub(super) fn bytes_per_second(&self) -> u64 {
        let (Some((from, before)), Some((until, done))) = (self.samples.front(), self.latest)
        else {
            return 0;
        };
        let span = (until - *from).as_secs_f64();
        if span <= 0.0 {
            return 0;
        }
        ((done - before) as f64 / span) as u64
    }

    /// When it is worth telling again that bytes move, or don't.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.told.map(|(at, _)| at + TICK)
    }
}

impl Transfers {
    /// Takes down how a transfer is, if that is news.
    pub(super) fn tell(&mut self, id: TransferId, now: Instant) {
        let is_online = self.is_online;
        let Some(item) = self.items.get_mut(&id).filter(|item| item.is_told()) else {
            return;
        };
        let state = item.state(is_online, now);
        if item.progress.is_news(&state, item.done(), now) {
            let state = match state {
                TransferState::Running { .. } => TransferState::Running {
                    bytes_per_second: item.progress.bytes_per_second(),
                },
                state => state,
            };
            let news = item.report(id, state);
            self.news.insert(id, news);
        }
    }

    /// The same once the connection is lost.
    pub(super) fn tell_waiting(&mut self, id: TransferId) {
        if let Some(item) = self.items.get_mut(&id).filter(|item| item.is_told())
            && let Some(state) = item.state_offline()
        {
            item.progress = Progress::default();
            let news = item.report(id, state);
            self.news.insert(id, news);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNING: TransferState = TransferState::Running {
        bytes_per_second: 0,
    };

    #[test]
    fn bounded_progress_is_told_five_times_a_second() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        let news = (0..10_000u64)
            .filter(|ms| progress.is_news(&RUNNING, *ms, start + Duration::from_millis(*ms)))
            .count();
        assert_eq!(news, 50);
        assert!(
            progress.is_news(&TransferState::Hashing, 0, start),
            "another state at once"
        );
    }

    #[test]
    fn the_rate_is_of_the_last_seconds() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        for ms in (0..10_000).step_by(10) {
            progress.is_news(&RUNNING, ms * 1_000, at(ms));
        }
        let rate = progress.bytes_per_second();
        assert!((950_000..=1_050_000).contains(&rate), "{rate}");
        // Nothing moves any more.
        for ms in (10_000..20_000).step_by(1_000) {
            progress.is_news(&RUNNING, 9_990_000, at(ms));
        }
        assert_eq!(progress.bytes_per_second(), 0);
        assert!(progress.samples.len() < 50, "{}", progress.samples.len());
    }
}
