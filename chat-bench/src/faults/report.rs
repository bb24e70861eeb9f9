//! What comes out of a run under faults.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::check::Found;

/// See the module.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Gives the same faults again; not the same moments of the system.
    pub(super) seed: u64,
    pub(super) transport: &'static str,
    pub(super) clients: u64,
    pub(super) outcomes: Vec<Outcome>,
}

/// Of one kind of fault.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) kind: &'static str,
    pub(super) seconds: f64,
    pub(super) posted: u64,
    pub(super) acknowledged: u64,
    /// Entries that reached a reader.
    pub(super) delivered: u64,
    /// Posts given back as not stored, and posted again.
    pub(super) postponed: u64,
    #[serde(flatten)]
    pub(super) found: Found,
    /// What was done, and how often.
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// From what was done to the server to the first acknowledgement over a new connection.
    pub(super) recovery_ms: Spread,
    /// From somebody's lost connection to the next acknowledgement for the same.
    pub(super) outage_ms: Spread,
}

/// Times in milliseconds.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Spread {
    pub(super) count: usize,
    pub(super) p50: Option<u64>,
    pub(super) p99: Option<u64>,
    pub(super) max: Option<u64>,
}

impl From<Vec<u64>> for Spread {
    fn from(mut all: Vec<u64>) -> Spread {
        all.sort_unstable();
        // The least that is not below a share of all.
        let at = |percent: usize| {
            all.get((all.len() * percent).div_ceil(100).max(1) - 1)
                .copied()
        };
        Spread {
            count: all.len(),
            p50: at(50),
            p99: at(99),
            max: all.last().copied(),
        }
    }
}

impl Report {
    /// Whether nothing was lost anywhere.
    pub(super) fn is_good(&self) -> bool {
        self.outcomes.iter().all(|o| o.found.is_nothing())
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |ms: Option<u64>| ms.map_or("-".into(), |ms| ms.to_string());
        write!(
            f,
            "p50 {}, p99 {}, max {} ms of {}",
            ms(self.p50),
            ms(self.p99),
            ms(self.max),
            self.count
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} people over {}, seed {}",
            self.clients, self.transport, self.seed
        )?;
        self.outcomes.iter().try_for_each(|o| write!(f, "{o}"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<_> = self
            .counts
            .iter()
            .map(|(what, count)| format!("{what} {count}"))
            .collect();
        let (kind, seconds) = (self.kind, self.seconds);
        writeln!(f, "\n{kind}, {seconds:.0} s: {}", counts.join(", "))?;
        writeln!(
            f,
            "  posted {}, acknowledged {}, delivered {}, given back {}",
            self.posted, self.acknowledged, self.delivered, self.postponed
        )?;
        write!(f, "  {}", self.found)?;
        writeln!(f, "  first acknowledgement after: {}", self.recovery_ms)?;
        writeln!(f, "  outage of one person: {}", self.outage_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads() {
        assert_eq!(Spread::from(Vec::new()), Spread::default());
        let one = Spread::from(vec![7]);
        assert_eq!((one.p50, one.p99, one.max), (Some(7), Some(7), Some(7)));
        let many = Spread::from((1..=200).rev().collect::<Vec<_>>());
        assert_eq!(
            (many.p50, many.p99, many.max),
            (Some(100), Some(198), Some(200))
        );
    }
}
