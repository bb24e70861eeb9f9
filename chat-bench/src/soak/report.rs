//! What comes out of a soak.

use std::fmt;

use serde::Serialize;

use super::sample::Sample;
use crate::faults::check::Found;

pub(super) const HEADER: &str =
    "       s  phase      memory KiB    fds threads    store KiB      wal KiB   cpu %";

/// One look at the server.
#[derive(Debug, Serialize)]
pub(super) struct Minute {
    phase: &'static str,
    #[serde(flatten)]
    sample: Sample,
    /// Of one core, since the look before.
    cpu_percent: f64,
}

/// See the module.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) transport: &'static str,
    pub(super) clients: u64,
    pub(super) rate: u32,
    pub(super) visits: u64,
    pub(super) posted: u64,
    pub(super) acknowledged: u64,
    pub(super) delivered: u64,
    /// Sent.
    pub(super) files: u64,
    #[serde(flatten)]
    pub(super) found: Found,
    /// What has grown, in sentences; absent where the run was too short to tell.
    pub(super) grown: Option<Vec<String>>,
    pub(super) minutes: Vec<Minute>,
}

impl Minute {
    pub(super) fn new(phase: &'static str, sample: Sample, before: Option<&Minute>) -> Minute {
        let (cpu_ms, seconds) = before.map_or((0, 0), |m| (m.sample.cpu_ms, m.sample.seconds));
        let ran = sample.cpu_ms.saturating_sub(cpu_ms) as f64;
        let passed = sample.seconds.saturating_sub(seconds).max(1) as f64;
        Minute {
            phase,
            cpu_percent: ran / passed / 10.0,
            sample,
        }
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = &self.sample;
        write!(
            f,
            "{:>8}  {:<9}{:>12}{:>7}{:>8}{:>13}{:>13}{:>8.1}",
            s.seconds,
            self.phase,
            s.resident_kib,
            s.descriptors,
            s.threads,
            s.store_kib,
            s.wal_kib,
            self.cpu_percent
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} people over {}, {} posts a second, {} visits",
            self.clients, self.transport, self.rate, self.visits
        )?;
        writeln!(f, "{HEADER}")?;
        for minute in &self.minutes {
            writeln!(f, "{minute}")?;
        }
        writeln!(
            f,
            "posted {}, acknowledged {}, delivered {}, files {}",
            self.posted, self.acknowledged, self.delivered, self.files
        )?;
        write!(f, "{}", self.found)?;
        match self.grown.as_deref() {
            None => writeln!(
                f,
                "too short to tell whether anything grows: an hour and a half does"
            ),
            Some([]) => writeln!(f, "nothing has grown"),
            Some(grown) => writeln!(f, "grown: {}", grown.join("; ")),
        }
    }
}
