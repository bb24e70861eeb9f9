//! How much was handed to the workers that they have not written yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what all workers together have before them.
#[derive(Debug, Clone, Default)]
pub(super) struct Unwritten(Arc<AtomicUsize>);

/// Something that counts until it is dropped.
#[derive(Debug)]
pub struct Counted(Unwritten);

impl Unwritten {
    /// Counts one more thing.
    pub(super) fn count(&self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self.clone())
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_does_not_count() {
        let unwritten = Unwritten::default();
        let (one, other) = (unwritten.count(), unwritten.count());
        drop(one);
        assert!(!unwritten.is_empty());
        drop(other);
        assert!(unwritten.is_empty());
    }
}
