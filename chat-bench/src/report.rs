//! What came out, as a table or JSON.

use std::fmt;

use serde::Serialize;

use crate::run::Outcome;
use crate::scenario::{Name, Scenario};
use crate::server::Server;

/// The figures of a run. What isn't known (the cost of a server that was not started here) is
/// absent.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    scenario: Name,
    transport: &'static str,
    connections: usize,
    #[serde(flatten)]
    played: Scenario,
    deliveries_per_second: f64,
    posts_per_second: f64,
    server_cpu_us_per_delivery: Option<f64>,
    acknowledged_ms_p50: f64,
    acknowledged_ms_p99: f64,
    acknowledged_ms_p999: f64,
    resident_kib_per_connection: Option<f64>,
    grown_mib: Option<f64>,
    cpu_us_per_connect: Option<f64>,
    lost: u64,
    disordered: u64,
}

impl Report {
    pub(crate) fn new(
        name: Name,
        scenario: &Scenario,
        server: &Server,
        outcome: &Outcome,
    ) -> Report {
        let connections = scenario.connections();
        let quantile = |q: f64| {
            let last = outcome.latencies_us.len().saturating_sub(1);
            let us = outcome
                .latencies_us
                .get((last as f64 * q) as usize)
                .copied()
                .unwrap_or_default();
            us as f64 / 1000.0
        };
        Report {
            scenario: name,
            transport: if server.link.plaintext { "tcp" } else { "tls" },
            connections,
            played: scenario.clone(),
            deliveries_per_second: outcome.deliveries as f64 / outcome.seconds,
            posts_per_second: outcome.acknowledged as f64 / outcome.seconds,
            server_cpu_us_per_delivery: outcome
                .cpu
                .map(|cpu| cpu.as_secs_f64() * 1e6 / outcome.deliveries.max(1) as f64),
            acknowledged_ms_p50: quantile(0.5),
            acknowledged_ms_p99: quantile(0.99),
            acknowledged_ms_p999: quantile(0.999),
            resident_kib_per_connection: outcome
                .resident_kib
                .map(|(empty, full)| full.saturating_sub(empty) as f64 / connections as f64),
            grown_mib: outcome.grown_kib.map(|kib| kib as f64 / 1024.0),
            cpu_us_per_connect: outcome
                .connect_cpu
                .map(|cpu| cpu.as_secs_f64() * 1e6 / connections as f64),
            lost: outcome.expected.saturating_sub(outcome.received),
            disordered: outcome.disordered,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, value: String| writeln!(f, "{what:<34}{value:>14}");
        let known = |value: Option<f64>, digits: usize| {
            value.map_or("not known".into(), |v| format!("{v:.digits$}"))
        };
        line("connections", self.connections.to_string())?;
        line("transport", self.transport.into())?;
        line(
            "deliveries per second",
            format!("{:.0}", self.deliveries_per_second),
        )?;
        line("posts per second", format!("{:.0}", self.posts_per_second))?;
        line(
            "server CPU per delivery, µs",
            known(self.server_cpu_us_per_delivery, 3),
        )?;
        line(
            "acknowledged after, ms, p50",
            format!("{:.2}", self.acknowledged_ms_p50),
        )?;
        line(
            "acknowledged after, ms, p99",
            format!("{:.2}", self.acknowledged_ms_p99),
        )?;
        line(
            "acknowledged after, ms, p99.9",
            format!("{:.2}", self.acknowledged_ms_p999),
        )?;
        line(
            "memory per connection, KiB",
            known(self.resident_kib_per_connection, 1),
        )?;
        line("memory grown under load, MiB", known(self.grown_mib, 1))?;
        line(
            "server CPU per connect, µs",
            known(self.cpu_us_per_connect, 0),
        )?;
        line("lost", self.lost.to_string())?;
        line("doubled or out of order", self.disordered.to_string())
    }
}
