//! What came out, as a table and as JSON.

use std::fmt;

use serde::Serialize;

use super::irc::Rival;
use super::measure::{Costs, Flood, Idle};

/// See the module.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) transport: &'static str,
    pub(super) people: usize,
    pub(super) rooms: usize,
    /// From the start of the process to the newest line on the screen.
    pub(super) start_ms: Start,
    pub(super) resident_kib: Resident,
    pub(super) entries: usize,
    pub(super) keys: Costs,
    pub(super) lines: Costs,
    /// In a terminal with left and right margins.
    pub(super) lines_with_margins: Costs,
    pub(super) idle: Idle,
    pub(super) flood: Flood,
    pub(super) beside: Vec<Beside>,
}

/// Median of several starts, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Start {
    /// With what a day leaves in the cache, and the server there.
    pub(super) small: f64,
    /// With many entries in the cache, and the server away: the first screen doesn't wait for it.
    pub(super) large: f64,
}

/// Resident memory.
#[derive(Debug, Serialize)]
pub(super) struct Resident {
    /// In a full room, connected, before anybody says anything.
    pub(super) small: u64,
    /// After the flood.
    pub(super) flooded: u64,
    /// After the start with many entries in the cache.
    pub(super) large: u64,
}

/// Another client.
#[derive(Debug, Serialize)]
pub(super) struct Beside {
    pub(super) client: Rival,
    pub(super) resident_kib: u64,
    pub(super) keys: Costs,
    pub(super) lines: Costs,
    pub(super) idle: Idle,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |value: Option<f64>| value.map_or("-".into(), |v| format!("{v:.1}"));
        writeln!(
            f,
            "100x30, {} people, {} rooms, over {}",
            self.people, self.rooms, self.transport
        )?;
        let costs = |f: &mut fmt::Formatter<'_>, name: &str, costs: &Costs| {
            writeln!(
                f,
                "{name:<28}{:>6} bytes (most {:>5}){:>9.3} ms CPU (most {:.3})",
                costs.bytes_median,
                costs.bytes_max,
                costs.cpu_us_median as f64 / 1000.0,
                costs.cpu_us_max as f64 / 1000.0
            )
        };
        let idle = |f: &mut fmt::Formatter<'_>, name: &str, idle: &Idle| {
            writeln!(
                f,
                "{name:<28}{:>6} bytes in {} s{:>19.3} ms CPU",
                idle.bytes,
                idle.seconds,
                idle.cpu_us as f64 / 1000.0
            )
        };
        costs(f, "a key", &self.keys)?;
        costs(f, "a line of 45", &self.lines)?;
        costs(f, "  with margins", &self.lines_with_margins)?;
        idle(f, "idle", &self.idle)?;
        for beside in &self.beside {
            let name = format!("{:?}", beside.client).to_lowercase();
            costs(f, &format!("{name}: a key"), &beside.keys)?;
            costs(f, &format!("{name}: a line of 45"), &beside.lines)?;
            idle(f, &format!("{name}: idle"), &beside.idle)?;
            writeln!(
                f,
                "{:<28}{:>6} KiB",
                format!("{name}: resident"),
                beside.resident_kib
            )?;
        }
        writeln!(
            f,
            "start, small cache          {:>6.1} ms\nstart, {} entries  {:>6.1} ms",
            self.start_ms.small, self.entries, self.start_ms.large
        )?;
        writeln!(
            f,
            "resident                    {:>6} KiB small, {} flooded, {} with {} entries",
            self.resident_kib.small,
            self.resident_kib.flooded,
            self.resident_kib.large,
            self.entries
        )?;
        writeln!(
            f,
            "flood                       {:>6.0} lines/s: {:.1} frames/s, {:.0} KiB/s, {:.1} % CPU, echo p50 {} ms, p99 {}",
            self.flood.lines_per_second,
            self.flood.frames_per_second,
            self.flood.kib_per_second,
            self.flood.cpu_percent,
            ms(self.flood.echo_ms.p50),
            ms(self.flood.echo_ms.p99)
        )
    }
}
