//! How much the workers have before them that they have not written yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Counts what all workers together have before them.
#[derive(Debug, Clone)]
pub(super) struct Unwritten(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    count: usize,
    /// When it came to nothing for the last time.
    none_since: Instant,
}

/// Something that counts until it is dropped.
#[derive(Debug)]
pub struct Counted(Unwritten);

impl Default for Unwritten {
    fn default() -> Unwritten {
        let none_since = Instant::now();
        Unwritten(Arc::new(Mutex::new(State {
            count: 0,
            none_since,
        })))
    }
}

impl Unwritten {
    /// Counts one more thing.
    pub(super) fn count(&self) -> Counted {
        self.state().count += 1;
        Counted(self.clone())
    }

    /// Since when there is nothing; `None` where there is something.
    pub(super) fn none_since(&self) -> Option<Instant> {
        let state = self.state();
        (state.count == 0).then_some(state.none_since)
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
            state.none_since = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_does_not_count() {
        let unwritten = Unwritten::default();
        let start = unwritten.none_since().expect("there is nothing");
        let (one, other) = (unwritten.count(), unwritten.count());
        drop(one);
        assert_eq!(unwritten.none_since(), None);
        drop(other);
        assert!(unwritten.none_since() > Some(start));
    }
}
