//! What has happened in a simulation, and how often: to show that the steps reach what they are to
//! check.

use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeMap<String, u64>);

impl Seen {
    /// It happened.
    pub(crate) fn count(&mut self, what: &str) {
        match self.0.get_mut(what) {
            Some(times) => *times += 1,
            None => {
                self.0.insert(what.to_owned(), 1);
            }
        }
    }

    /// How often it happened.
    pub(crate) fn times(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Adds what happened elsewhere.
    pub(crate) fn add(&mut self, other: &Seen) {
        for (what, times) in &other.0 {
            *self.0.entry(what.clone()).or_default() += times;
        }
    }
}
