//! The run: connect, warm up, measure, wait for what is under way, verify.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::task::LocalSet;

use crate::load::connect;
use crate::load::count::{Counts, Own, Reader};
use crate::load::pace::{Pacer, Sender};
use crate::load::scenario::{Between, Role, Scenario};
use crate::server::Server;

/// Before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long what is under way at the end may take.
const SETTLE: Duration = Duration::from_secs(30);

/// What came out.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How long was measured.
    pub(crate) seconds: f64,
    /// Entries that reached a reader meanwhile.
    pub(crate) deliveries: u64,
    /// Posts that were acknowledged meanwhile.
    pub(crate) acknowledged: u64,
    /// What the server's process took meanwhile.
    pub(crate) cpu: Option<Duration>,
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
    pub(crate) counts: Rc<Counts>,
}

impl Outcome {
    /// An error if anything was lost, doubled, out of order or refused.
    pub(crate) fn verify(&self) -> anyhow::Result<()> {
        let (expected, received) = (self.expected, self.received);
        let disordered = self.counts.disordered.get();
        let refused = self.counts.refused.get();
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

/// Plays `scenario` against `server`.
pub(crate) async fn run(scenario: &Scenario, server: &Server) -> anyhow::Result<Outcome> {
    LocalSet::new().run_until(play(scenario, server)).await
}

async fn play(scenario: &Scenario, server: &Server) -> anyhow::Result<Outcome> {
    let empty_kib = server.resident_kib();
    let (cpu_before, before) = (server.cpu(), Instant::now());
    let connections = connect::connect_all(scenario, server).await?;
    let (cpu_connected, connect_seconds) = (server.cpu(), before.elapsed().as_secs_f64());
    let full_kib = server.resident_kib();

    let counts = Rc::new(Counts::new());
    let mut senders = Vec::new();
    // Kept, so that they stay connected.
    let mut stuck = Vec::new();
    for (n, (mut connection, conversation)) in connections.into_iter().enumerate() {
        let role = scenario.role(n);
        if role == Role::Stuck {
            stuck.push(connection);
            continue;
        }
        if role == Role::Sender {
            let writer = connection.take_writer().context("it posts once")?;
            senders.push(Sender {
                writer,
                conversation,
            });
        }
        let reader = Reader {
            conversation,
            last: None,
            own: match scenario.between {
                Between::Pairs => Own::DontCount,
                _ => Own::Count,
            },
        };
        let counts = counts.clone();
        tokio::task::spawn_local(async move { reader.run(connection, &counts).await });
    }
    // The rooms take turns, not the members of one room.
    let per_room = scenario.senders.max(1);
    let mut turns: Vec<(usize, Sender)> = senders.into_iter().enumerate().collect();
    turns.sort_by_key(|(n, _)| (n % per_room, n / per_room));
    let senders: Vec<Sender> = turns.into_iter().map(|(_, sender)| sender).collect();

    let posting = (!senders.is_empty()).then(|| {
        let (counts, scenario) = (counts.clone(), scenario.clone());
        tokio::task::spawn_local(async move { Pacer::new(&scenario, senders, &counts).run().await })
    });
    tokio::time::sleep(WARM_UP).await;
    let (start, cpu_start) = (Instant::now(), server.cpu());
    let (deliveries, acknowledged) = (counts.deliveries.get(), counts.acknowledged.get());
    counts.measuring.set(true);
    tokio::time::sleep(Duration::from_secs_f64(scenario.seconds)).await;
    counts.measuring.set(false);
    let seconds = start.elapsed().as_secs_f64();
    let cpu_end = server.cpu();
    let (deliveries, acknowledged) = (
        counts.deliveries.get() - deliveries,
        counts.acknowledged.get() - acknowledged,
    );
    if let Some(posting) = posting {
        counts.sending.set(false);
        counts.arrived.notify_one();
        posting.await?.context("a sender's connection broke")?;
    }

    let settle = Instant::now();
    let expected = counts.sent.get() * scenario.audience();
    while counts.deliveries.get() < expected && settle.elapsed() < SETTLE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let end_kib = server.resident_kib();
    drop(stuck);
    Ok(Outcome {
        seconds,
        deliveries,
        acknowledged,
        cpu: cpu_end.zip(cpu_start).map(|(end, start)| end - start),
        resident_kib: empty_kib.zip(full_kib),
        grown_kib: full_kib
            .zip(end_kib)
            .map(|(full, end)| end.saturating_sub(full)),
        connect_cpu: cpu_connected
            .zip(cpu_before)
            .map(|(after, before)| after - before),
        connect_seconds,
        expected,
        received: counts.deliveries.get(),
        counts,
    })
}
