//! Medians, ratios, and how they are shown.

use std::fmt;

use serde::Serialize;

use super::alone::{Alone, AloneReport};
use crate::compare::{Arguments, Player};
use crate::load::{Name, Report};

/// What one player had of one scenario.
pub(super) struct Row {
    pub(super) scenario: Name,
    pub(super) player: Player,
    reports: Vec<Report>,
    failed: Option<String>,
}

impl Row {
    pub(super) fn new(scenario: Name, player: Player, played: anyhow::Result<Report>) -> Row {
        let mut row = Row {
            scenario,
            player,
            reports: Vec::new(),
            failed: None,
        };
        row.add(played);
        row
    }

    pub(super) fn add(&mut self, played: anyhow::Result<Report>) {
        match played {
            Ok(report) => self.reports.push(report),
            Err(error) => self.failed = Some(format!("{error:#}")),
        }
    }

    fn median(&self, of: impl Fn(&Report) -> Option<f64>) -> Option<f64> {
        median(self.reports.iter().filter_map(of).collect())
    }

    /// What its rank is by: CPU per delivery, in µs.
    fn cost(&self) -> Option<f64> {
        self.median(|report| report.server_cpu_us_per_delivery)
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 0 => Some((values[half - 1] + values[half]) / 2.0),
        _ => Some(values[half]),
    }
}

/// Everything that was measured; medians over the rounds.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    rounds: u32,
    seconds: f64,
    alone: AloneReport,
    rows: Vec<Figures>,
}

/// The medians of a row.
#[derive(Debug, Default, Serialize)]
struct Figures {
    scenario: Option<Name>,
    server: &'static str,
    runs: usize,
    deliveries_per_second: Option<f64>,
    server_cpu_us_per_delivery: Option<f64>,
    /// Its cost in that of the limit, and of the cheapest rival.
    to_bare: Option<f64>,
    to_best_rival: Option<f64>,
    received_p50_ms: Option<f64>,
    received_p99_ms: Option<f64>,
    acknowledged_p50_ms: Option<f64>,
    acknowledged_p99_ms: Option<f64>,
    cpu_us_per_connect: Option<f64>,
    resident_kib_per_connection: Option<f64>,
    generator_cores: Option<f64>,
    /// What the last run that failed said.
    failed: Option<String>,
}

impl Comparison {
    pub(super) fn new(arguments: &Arguments, alone: &Alone, rows: &[Row]) -> Comparison {
        Comparison {
            rounds: arguments.rounds,
            seconds: arguments.seconds,
            alone: alone.report(),
            rows: rows.iter().map(|row| Figures::new(row, rows)).collect(),
        }
    }
}

impl Figures {
    fn new(row: &Row, all: &[Row]) -> Figures {
        let cost = row.cost();
        let least = |among: &dyn Fn(&Row) -> bool| {
            all.iter()
                .filter(|other| other.scenario == row.scenario && among(other))
                .filter_map(Row::cost)
                .min_by(f64::total_cmp)
        };
        let bare = least(&|other| other.player.is_bare());
        let rival = least(&|other| !other.player.is_bare() && !other.player.is_ours());
        let ratio = |to: Option<f64>| Some(cost? / to?);
        Figures {
            scenario: Some(row.scenario),
            server: row.player.name(),
            runs: row.reports.len(),
            deliveries_per_second: row
                .median(|r| (r.deliveries_per_second > 0.0).then_some(r.deliveries_per_second)),
            server_cpu_us_per_delivery: cost,
            to_bare: ratio(bare),
            to_best_rival: ratio(rival),
            received_p50_ms: row.median(|r| r.received_ms.p50),
            received_p99_ms: row.median(|r| r.received_ms.p99),
            acknowledged_p50_ms: row.median(|r| r.acknowledged_ms.p50),
            acknowledged_p99_ms: row.median(|r| r.acknowledged_ms.p99),
            cpu_us_per_connect: row.median(|r| r.cpu_us_per_connect),
            resident_kib_per_connection: row.median(|r| r.resident_kib_per_connection),
            generator_cores: row.median(|r| r.generator_cores),
            failed: row.failed.clone(),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |value: Option<f64>, digits: usize| {
            value.map_or("-".into(), |value| format!("{value:.digits$}"))
        };
        writeln!(
            f,
            "medians of {} runs of {} s; times in ms\n\n{:<22}{:>8}{:>8}{:>8}",
            self.rounds, self.seconds, "Alone", "CPU µs", "p50", "p99",
        )?;
        for (name, work) in [
            ("a commit", &self.alone.commit),
            ("a page to the disk", &self.alone.page),
            ("arithmetic", &self.alone.arithmetic),
            ("a login's signature", &self.alone.verification),
        ] {
            let cpu = known(work.cpu_us, 1);
            let (p50, p99) = (known(work.ms.p50, 3), known(work.ms.p99, 3));
            writeln!(f, "{name:<22}{cpu:>8}{p50:>8}{p99:>8}")?;
        }
        let mut scenario = None;
        for row in &self.rows {
            if scenario != row.scenario {
                scenario = row.scenario;
                let name = row.scenario.map(|name| format!("{name:?}"));
                writeln!(
                    f,
                    "\n{:<11}{:>10}{:>8}{:>8}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}{:>9}{:>6}",
                    name.unwrap_or_default(),
                    "deliv/s",
                    "CPU µs",
                    "x bare",
                    "x rival",
                    "read p50",
                    "read p99",
                    "ack p50",
                    "ack p99",
                    "µs/conn",
                    "KiB/conn",
                    "load",
                )?;
            }
            writeln!(
                f,
                "{:<11}{:>10}{:>8}{:>8}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}{:>9}{:>6}",
                row.server,
                known(row.deliveries_per_second, 0),
                known(row.server_cpu_us_per_delivery, 3),
                known(row.to_bare, 2),
                known(row.to_best_rival, 2),
                known(row.received_p50_ms, 2),
                known(row.received_p99_ms, 2),
                known(row.acknowledged_p50_ms, 2),
                known(row.acknowledged_p99_ms, 2),
                known(row.cpu_us_per_connect, 0),
                known(row.resident_kib_per_connection, 1),
                known(row.generator_cores, 2),
            )?;
            if let Some(failed) = &row.failed {
                writeln!(f, "  {} of {} runs; {failed}", row.runs, self.rounds)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn a_median_has_as_many_above_as_below() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0]), Some(3.0));
        assert_eq!(median(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 9.0, 2.0]), Some(3.0));
    }
}
