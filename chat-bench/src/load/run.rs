//! The run: connect, warm up, measure, wait for what is under way, verify.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::load::connect::Arrived;
use crate::load::count::Counts;
use crate::load::crowd::Crowd;
use crate::load::pace::Pacer;
use crate::load::scenario::{Between, Scenario};
use crate::load::target::Target;
use crate::process::{self, Process, Recording, Threads};
use crate::runtime;

/// Before anything is measured; not longer than what is.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long what is under way at the end may take.
const SETTLE: Duration = Duration::from_secs(30);

/// What came out.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How long was measured.
    pub(crate) seconds: f64,
    /// Posts meanwhile.
    pub(crate) posts: u64,
    /// Entries that reached a reader meanwhile.
    pub(crate) deliveries: u64,
    /// Reads of a socket meanwhile.
    pub(crate) reads: u64,
    /// What the server's threads took meanwhile.
    pub(crate) threads: Option<Threads>,
    /// What the load itself took meanwhile.
    pub(crate) own_cpu: Option<Duration>,
    /// Memory before anybody connected, and with everybody there, in KiB.
    pub(crate) resident_kib: Option<(u64, u64)>,
    /// Memory that the load added, in KiB.
    pub(crate) grown_kib: Option<u64>,
    /// What the server's process took for the connects and logins, and how long all of them took.
    pub(crate) connect_cpu: Option<Duration>,
    pub(crate) connect_seconds: f64,
    /// Entries that the readers should have had in the end, and had.
    pub(crate) expected: u64,
    pub(crate) received: u64,
    /// Everything counted over the run.
    pub(crate) counts: Counts,
}

impl Outcome {
    /// An error if anything was lost, doubled, out of order or refused.
    pub(crate) fn verify(&self) -> anyhow::Result<()> {
        let (expected, received) = (self.expected, self.received);
        let (disordered, refused) = (self.counts.disordered, self.counts.refused);
        anyhow::ensure!(
            refused == 0,
            "the server refused {refused} posts: raise its limits"
        );
        anyhow::ensure!(
            disordered == 0,
            "{disordered} entries came doubled or out of order"
        );
        anyhow::ensure!(
            expected == received,
            "{expected} entries were due and {received} came"
        );
        Ok(())
    }
}

/// What is counted, at a moment.
struct Moment {
    at: Instant,
    posts: u64,
    deliveries: u64,
    reads: u64,
    threads: Option<Threads>,
    own_cpu: Option<Duration>,
}

impl Moment {
    fn now(target: &Target, counts: &Counts) -> Moment {
        Moment {
            at: Instant::now(),
            posts: counts.sent,
            deliveries: counts.deliveries,
            reads: counts.reads,
            threads: target.process().and_then(Process::threads),
            own_cpu: process::own_cpu(),
        }
    }
}

fn record(target: &Target, file: &Path, scenario: &Scenario) -> anyhow::Result<Recording> {
    let process = target.process();
    process
        .context("only a server that is started here can be profiled")?
        .record(file, scenario.seconds)
}

/// Plays `scenario` against `target`, and records into `profile` where the server's time goes.
///
/// # Errors
/// Somebody could not connect, or a connection ended early.
pub(crate) fn run(
    scenario: &Scenario,
    target: &Target,
    profile: Option<&Path>,
) -> anyhow::Result<Outcome> {
    let empty_kib = target.resident_kib();
    let (unconnected, before) = (target.cpu(), Instant::now());
    let arrived = runtime()?.block_on(Arrived::at(target, scenario))?;
    let (connected, connect_seconds) = (target.cpu(), before.elapsed().as_secs_f64());
    let connected_kib = target.resident_kib();

    let mut counts = Counts::new();
    let mut crowd = Crowd::new(arrived.members)?;
    let audience = scenario.audience(target.own());
    let mut pacer = Pacer::new(scenario, audience, arrived.senders);
    let measured = Duration::from_secs_f64(scenario.seconds);
    let warm = Instant::now() + WARM_UP.min(measured);
    pacer.run(warm, &mut crowd, &mut counts)?;
    let recording = match profile {
        Some(file) => Some(record(target, file, scenario)?),
        None => None,
    };
    let start = Moment::now(target, &counts);
    counts.measuring = true;
    pacer.run(start.at + measured, &mut crowd, &mut counts)?;
    counts.measuring = false;
    let end = Moment::now(target, &counts);

    let settled = end.at + SETTLE;
    let expected = counts.sent * audience;
    while counts.deliveries < expected && Instant::now() < settled {
        crowd.turn(settled, &mut counts)?;
    }
    let end_kib = target.resident_kib();
    // Who does nothing but be there is weighed once all is quiet.
    let full_kib = match scenario.between {
        Between::Nobody => end_kib,
        _ => connected_kib,
    };
    drop(arrived.stuck);
    recording.map_or(Ok(()), Recording::finish)?;
    Ok(Outcome {
        seconds: (end.at - start.at).as_secs_f64(),
        posts: end.posts - start.posts,
        deliveries: end.deliveries - start.deliveries,
        reads: end.reads - start.reads,
        threads: end
            .threads
            .zip(start.threads)
            .map(|(end, start)| end.since(&start)),
        own_cpu: end
            .own_cpu
            .zip(start.own_cpu)
            .map(|(end, start)| end - start),
        resident_kib: empty_kib.zip(full_kib),
        grown_kib: full_kib
            .zip(end_kib)
            .map(|(full, end)| end.saturating_sub(full)),
        connect_cpu: connected
            .zip(unconnected)
            .map(|(after, before)| after - before),
        connect_seconds,
        expected,
        received: counts.deliveries,
        counts,
    })
}
