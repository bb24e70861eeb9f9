//! The run: connect, warm up, measure, wait for what is under way, verify.

use std::time::{Duration, Instant};

use crate::load::connect::Arrived;
use crate::load::count::Counts;
use crate::load::crowd::Crowd;
use crate::load::pace::Pacer;
use crate::load::scenario::{Between, Scenario};
use crate::load::target::Target;
use crate::process;
use crate::runtime;

/// Before anything is measured.
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
    /// What the server's process took meanwhile.
    pub(crate) cpu: Option<Duration>,
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
    cpu: Option<Duration>,
    own_cpu: Option<Duration>,
}

impl Moment {
    fn now(target: &Target, counts: &Counts) -> Moment {
        Moment {
            at: Instant::now(),
            posts: counts.sent,
            deliveries: counts.deliveries,
            reads: counts.reads,
            cpu: target.cpu(),
            own_cpu: process::own_cpu(),
        }
    }
}

/// Plays `scenario` against `target`.
///
/// # Errors
/// Somebody could not connect, or a connection ended early.
pub(crate) fn run(scenario: &Scenario, target: &Target) -> anyhow::Result<Outcome> {
    let empty_kib = target.resident_kib();
    let (cpu_before, before) = (target.cpu(), Instant::now());
    let arrived = runtime()?.block_on(Arrived::at(target, scenario))?;
    let (cpu_connected, connect_seconds) = (target.cpu(), before.elapsed().as_secs_f64());
    let connected_kib = target.resident_kib();

    let mut counts = Counts::new();
    let mut crowd = Crowd::new(arrived.members)?;
    let audience = scenario.audience(target.own());
    let mut pacer = Pacer::new(scenario, audience, arrived.senders);
    pacer.run(Instant::now() + WARM_UP, &mut crowd, &mut counts)?;
    let start = Moment::now(target, &counts);
    counts.measuring = true;
    let until = start.at + Duration::from_secs_f64(scenario.seconds);
    pacer.run(until, &mut crowd, &mut counts)?;
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
    let between = |start: Option<Duration>, end: Option<Duration>| Some(end? - start?);
    Ok(Outcome {
        seconds: (end.at - start.at).as_secs_f64(),
        posts: end.posts - start.posts,
        deliveries: end.deliveries - start.deliveries,
        reads: end.reads - start.reads,
        cpu: between(start.cpu, end.cpu),
        own_cpu: between(start.own_cpu, end.own_cpu),
        resident_kib: empty_kib.zip(full_kib),
        grown_kib: full_kib
            .zip(end_kib)
            .map(|(full, end)| end.saturating_sub(full)),
        connect_cpu: between(cpu_before, cpu_connected),
        connect_seconds,
        expected,
        received: counts.deliveries,
        counts,
    })
}
