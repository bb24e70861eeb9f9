//! What came out, as a table or JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::load::run::Outcome;
use crate::load::scenario::{Name, Scenario};
use crate::load::target::Target;
use crate::process::Threads;
use crate::times::Quantiles;

/// The figures of a run. What isn't known (the cost of a server that was not started here) is
/// absent.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    scenario: Name,
    server: &'static str,
    transport: &'static str,
    connections: usize,
    #[serde(flatten)]
    played: Scenario,
    pub(crate) deliveries_per_second: f64,
    posts_per_second: f64,
    pub(crate) server_cpu_us_per_delivery: Option<f64>,
    /// The same by the names of its threads.
    pub(crate) thread_cpu_us_per_delivery: BTreeMap<String, f64>,
    server_cores: Option<f64>,
    generator_cpu_us_per_delivery: Option<f64>,
    pub(crate) generator_cores: Option<f64>,
    deliveries_per_read: Option<f64>,
    pub(crate) acknowledged_ms: Quantiles,
    pub(crate) received_ms: Quantiles,
    pub(crate) resident_kib_per_connection: Option<f64>,
    grown_mib: Option<f64>,
    connects_per_second: f64,
    pub(crate) cpu_us_per_connect: Option<f64>,
    lost: u64,
    disordered: u64,
}

impl Report {
    pub(crate) fn new(
        name: Name,
        scenario: &Scenario,
        target: &Target,
        outcome: &Outcome,
    ) -> Report {
        let connections = scenario.connections();
        let deliveries = (outcome.deliveries > 0).then_some(outcome.deliveries as f64);
        let per_delivery = |cpu: Option<Duration>| Some(cpu?.as_secs_f64() * 1e6 / deliveries?);
        let cores = |cpu: Option<Duration>| Some(cpu?.as_secs_f64() / outcome.seconds);
        let cpu = outcome.threads.as_ref().map(Threads::total);
        let threads = outcome.threads.iter().flat_map(|threads| &threads.0);
        Report {
            scenario: name,
            server: target.name(),
            transport: target.transport(),
            connections,
            played: scenario.clone(),
            deliveries_per_second: outcome.deliveries as f64 / outcome.seconds,
            posts_per_second: outcome.posts as f64 / outcome.seconds,
            server_cpu_us_per_delivery: per_delivery(cpu),
            thread_cpu_us_per_delivery: threads
                .filter_map(|(name, ran)| Some((name.clone(), per_delivery(Some(*ran))?)))
                .collect(),
            server_cores: cores(cpu),
            generator_cpu_us_per_delivery: per_delivery(outcome.own_cpu),
            generator_cores: cores(outcome.own_cpu),
            deliveries_per_read: deliveries.map(|n| n / outcome.reads.max(1) as f64),
            acknowledged_ms: (&outcome.counts.to_acknowledgement).into(),
            received_ms: (&outcome.counts.to_reader).into(),
            resident_kib_per_connection: outcome
                .resident_kib
                .map(|(empty, full)| full.saturating_sub(empty) as f64 / connections as f64),
            grown_mib: outcome.grown_kib.map(|kib| kib as f64 / 1024.0),
            connects_per_second: connections as f64 / outcome.connect_seconds,
            cpu_us_per_connect: outcome
                .connect_cpu
                .map(|cpu| cpu.as_secs_f64() * 1e6 / connections as f64),
            lost: outcome.expected.saturating_sub(outcome.received),
            disordered: outcome.counts.disordered,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, value: String| writeln!(f, "{what:<34}{value:>14}");
        let known = |value: Option<f64>, digits: usize| {
            value.map_or("-".into(), |v| format!("{v:.digits$}"))
        };
        line("server", self.server.into())?;
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
        for (name, us) in &self.thread_cpu_us_per_delivery {
            line(&format!("  of that {name}"), known(Some(*us), 3))?;
        }
        line("server CPU, cores", known(self.server_cores, 3))?;
        line(
            "generator CPU per delivery, µs",
            known(self.generator_cpu_us_per_delivery, 3),
        )?;
        line("generator CPU, cores", known(self.generator_cores, 3))?;
        line("deliveries per read", known(self.deliveries_per_read, 1))?;
        line("to the reader, ms, p50", known(self.received_ms.p50, 2))?;
        line("to the reader, ms, p99", known(self.received_ms.p99, 2))?;
        line("to the reader, ms, p99.9", known(self.received_ms.p999, 2))?;
        line("acknowledged, ms, p50", known(self.acknowledged_ms.p50, 2))?;
        line("acknowledged, ms, p99", known(self.acknowledged_ms.p99, 2))?;
        line(
            "acknowledged, ms, p99.9",
            known(self.acknowledged_ms.p999, 2),
        )?;
        line(
            "memory per connection, KiB",
            known(self.resident_kib_per_connection, 1),
        )?;
        line("memory grown under load, MiB", known(self.grown_mib, 1))?;
        line(
            "connects per second",
            format!("{:.0}", self.connects_per_second),
        )?;
        line(
            "server CPU per connect, µs",
            known(self.cpu_us_per_connect, 0),
        )?;
        line("lost", self.lost.to_string())?;
        line("doubled or out of order", self.disordered.to_string())
    }
}
