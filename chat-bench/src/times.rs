//! Times, counted by how long they are.

use std::cell::RefCell;

use hdrhistogram::Histogram;
use serde::Serialize;

/// Longest time that is told apart, in microseconds.
const LONGEST_US: u64 = 60_000_000;

/// Times in microseconds, to 3 digits.
#[derive(Debug)]
pub(crate) struct Times(RefCell<Histogram<u64>>);

impl Times {
    pub(crate) fn new() -> Times {
        let times = Histogram::new_with_bounds(1, LONGEST_US, 3);
        Times(RefCell::new(
            times.expect("the bounds are those that the documentation allows"),
        ))
    }

    /// Counts one.
    pub(crate) fn add(&self, us: u64) {
        self.add_many(us, 1);
    }

    /// Counts `n` of the same length.
    pub(crate) fn add_many(&self, us: u64, n: u64) {
        self.0.borrow_mut().saturating_record_n(us.max(1), n);
    }

    /// The mean, in microseconds; `None` where nothing was timed.
    pub(crate) fn mean_us(&self) -> Option<f64> {
        let times = self.0.borrow();
        (!times.is_empty()).then(|| times.mean())
    }

    /// The time that a share `q` of all stays below, in milliseconds; `None` where nothing was
    /// timed.
    pub(crate) fn quantile_ms(&self, q: f64) -> Option<f64> {
        let times = self.0.borrow();
        (!times.is_empty()).then(|| times.value_at_quantile(q) as f64 / 1000.0)
    }
}

/// Times that half, 99 % and 99.9 % of all stay below.
#[derive(Debug, Serialize)]
pub(crate) struct Quantiles {
    pub(crate) p50: Option<f64>,
    pub(crate) p99: Option<f64>,
    pub(crate) p999: Option<f64>,
}

impl From<&Times> for Quantiles {
    fn from(times: &Times) -> Quantiles {
        Quantiles {
            p50: times.quantile_ms(0.5),
            p99: times.quantile_ms(0.99),
            p999: times.quantile_ms(0.999),
        }
    }
}

/// The middle one of some figures; `None` where one isn't known, or there are none.
pub(crate) fn median(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect::<Option<_>>()?;
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}
