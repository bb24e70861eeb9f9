//! How much the workers have before them that they have not written yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Counts what all workers together have before them.
#[derive(Debug, Clone)]
pub(super) struct Unwritten(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    count: usize,
    /// When the first of it was handed to them.
    handed: Option<Instant>,
    idle: Idle,
}

/// How workers came to have nothing before them.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    /// Since when.
    pub since: Instant,
    /// How long they wrote before that.
    pub wrote: Duration,
}

/// Something that counts until it is dropped.
#[derive(Debug)]
pub struct Counted(Unwritten);

impl Default for Unwritten {
    fn default() -> Unwritten {
        let idle = Idle {
            since: Instant::now(),
            wrote: Duration::ZERO,
        };
        Unwritten(Arc::new(Mutex::new(State {
            count: 0,
            handed: None,
            idle,
        })))
    }
}

impl Unwritten {
    /// Counts one more thing that is on its way to them.
    pub(super) fn expect(&self) -> Counted {
        self.state().count += 1;
        Counted(self.clone())
    }

    /// Counts one more thing that they are handed now.
    pub(super) fn hand_over(&self) -> Counted {
        let mut state = self.state();
        state.count += 1;
        state.handed.get_or_insert_with(Instant::now);
        Counted(self.clone())
    }

    /// Since when there is nothing; `None` where there is something.
    pub(super) fn idle(&self) -> Option<Idle> {
        let state = self.state();
        (state.count == 0).then_some(state.idle)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.count -= 1;
        if state.count == 0 {
            let since = Instant::now();
            let handed = state.handed.take();
            let wrote = handed.map_or(Duration::ZERO, |handed| since - handed);
            state.idle = Idle { since, wrote };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass_time() {
        let start = Instant::now();
        while Instant::now() <= start {}
    }

    #[test]
    fn what_is_dropped_does_not_count() {
        let unwritten = Unwritten::default();
        let start = unwritten.idle().expect("there is nothing").since;
        let (one, other) = (unwritten.hand_over(), unwritten.hand_over());
        drop(one);
        assert!(unwritten.idle().is_none());
        pass_time();
        drop(other);
        let idle = unwritten.idle().expect("there is nothing");
        assert!(idle.since > start && idle.wrote > Duration::ZERO);
    }

    #[test]
    fn what_is_only_on_its_way_is_not_being_written() {
        let unwritten = Unwritten::default();
        let expected = unwritten.expect();
        assert!(unwritten.idle().is_none());
        pass_time();
        drop(expected);
        let idle = unwritten.idle().expect("there is nothing");
        assert_eq!(idle.wrote, Duration::ZERO);
    }
}
