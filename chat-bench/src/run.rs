//! The run: connect, warm up, measure, wait for what is under way, verify.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use chat_core::command::Post;
use chat_core::{Body, ConversationId, PostId, RequestId, Seq, Text};
use tokio::task::LocalSet;

use crate::scenario::Scenario;
use crate::server::Server;
use crate::wire::{Connection, Seen};

/// Before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long what is under way at the end may take.
const SETTLE: Duration = Duration::from_secs(30);

/// Connections being set up at once.
const DIALLING: usize = 32;

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
    /// From sending a post to its acknowledgement, in microseconds, sorted.
    pub(crate) latencies_us: Vec<u64>,
    /// Memory before anybody connected, and with everybody there, in KiB.
    pub(crate) resident_kib: Option<(u64, u64)>,
    /// Memory that the load added, in KiB.
    pub(crate) grown_kib: Option<u64>,
    /// What the server's process took for the connects and logins.
    pub(crate) connect_cpu: Option<Duration>,
    /// Entries that the readers should have had in the end, and had.
    pub(crate) expected: u64,
    pub(crate) received: u64,
    /// Entries that came doubled or out of order.
    pub(crate) disordered: u64,
}

impl Outcome {
    /// An error if anything was lost, doubled or out of order.
    pub(crate) fn verify(&self) -> anyhow::Result<()> {
        let (expected, received, disordered) = (self.expected, self.received, self.disordered);
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

/// What all connections count together.
#[derive(Debug, Default)]
struct Counts {
    deliveries: Cell<u64>,
    disordered: Cell<u64>,
    sent: Cell<u64>,
    acknowledged: Cell<u64>,
    refused: Cell<u64>,
    latencies_us: RefCell<Vec<u64>>,
    measuring: Cell<bool>,
    sending: Cell<bool>,
}

impl Counts {
    fn add(counter: &Cell<u64>) {
        counter.set(counter.get() + 1);
    }
}

/// Plays `scenario` against `server`.
pub(crate) async fn run(scenario: &Scenario, server: &Server) -> anyhow::Result<Outcome> {
    LocalSet::new().run_until(play(scenario, server)).await
}

async fn play(scenario: &Scenario, server: &Server) -> anyhow::Result<Outcome> {
    let empty_kib = server.resident_kib();
    let cpu_before = server.cpu();
    let connections = connect_all(scenario, server).await?;
    let cpu_connected = server.cpu();
    let full_kib = server.resident_kib();

    let counts = Rc::new(Counts::default());
    counts.sending.set(true);
    let mut stuck = Vec::new();
    let per_sender = scenario
        .rate
        .map(|rate| rate / (scenario.rooms * scenario.senders) as f64);
    for (n, (connection, conversation)) in connections.into_iter().enumerate() {
        let counts = counts.clone();
        if n % scenario.members < scenario.senders {
            let sender = Sender {
                conversation,
                window: scenario.window,
                text: Text::new(&"x".repeat(scenario.payload)),
                period: per_sender.map(|rate| Duration::from_secs_f64(1.0 / rate)),
                // Spread over the period, so that a rate is no burst.
                offset: n as f64 / scenario.connections() as f64,
            };
            tokio::task::spawn_local(sender.run(connection, counts));
        } else if n % scenario.members < scenario.readers() {
            tokio::task::spawn_local(read(connection, conversation, counts));
        } else {
            stuck.push(connection);
        }
    }
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
    counts.sending.set(false);

    let settle = Instant::now();
    let expected = || counts.sent.get() * scenario.readers() as u64;
    while counts.deliveries.get() < expected() && settle.elapsed() < SETTLE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    anyhow::ensure!(
        counts.refused.get() == 0,
        "the server refused {} posts: raise its limits",
        counts.refused.get()
    );
    let end_kib = server.resident_kib();
    drop(stuck);
    let mut latencies_us = counts.latencies_us.take();
    latencies_us.sort_unstable();
    Ok(Outcome {
        seconds,
        deliveries,
        acknowledged,
        cpu: cpu_end.zip(cpu_start).map(|(end, start)| end - start),
        latencies_us,
        resident_kib: empty_kib.zip(full_kib),
        grown_kib: full_kib
            .zip(end_kib)
            .map(|(full, end)| end.saturating_sub(full)),
        connect_cpu: cpu_connected
            .zip(cpu_before)
            .map(|(after, before)| after - before),
        expected: expected(),
        received: counts.deliveries.get(),
        disordered: counts.disordered.get(),
    })
}

async fn connect_all(
    scenario: &Scenario,
    server: &Server,
) -> anyhow::Result<Vec<(Connection, ConversationId)>> {
    // Every run has accounts and rooms of its own, so that a server can be measured twice.
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).context("no random numbers")?;
    let tag = u32::from_be_bytes([salt[0], salt[1], salt[2], salt[3]]);
    let mut connections = Vec::with_capacity(scenario.connections());
    let all: Vec<usize> = (0..scenario.connections()).collect();
    for some in all.chunks(DIALLING) {
        let dialling: Vec<_> = some
            .iter()
            .map(|n| {
                let mut seed = [0; 32];
                seed[..16].copy_from_slice(&salt);
                seed[16..24].copy_from_slice(&n.to_be_bytes());
                let (link, nick, room) = (
                    server.link.clone(),
                    format!("b{tag:x}.{n}"),
                    format!("bench-{tag:x}-{}", n / scenario.members),
                );
                tokio::task::spawn_local(async move {
                    Connection::open(&link, seed, &nick, &room).await
                })
            })
            .collect();
        for one in dialling {
            connections.push(one.await??);
        }
    }
    Ok(connections)
}

/// Counts entries and checks their order.
struct Order(Option<Seq>);

impl Order {
    fn see(&mut self, seq: Seq, counts: &Counts) {
        if self.0.is_some_and(|last| last.next() != seq) {
            Counts::add(&counts.disordered);
        }
        self.0 = Some(seq);
        Counts::add(&counts.deliveries);
    }
}

async fn read(mut connection: Connection, conversation: ConversationId, counts: Rc<Counts>) {
    let mut order = Order(None);
    let see = |seen| {
        if let Seen::Entry(id, seq) = seen
            && id == conversation
        {
            order.see(seq, &counts);
        }
    };
    let mut see = see;
    // A connection that breaks loses entries, which the end of the run tells.
    while connection.scan(&mut see).await.is_ok() {}
}

/// Somebody who posts.
struct Sender {
    conversation: ConversationId,
    window: usize,
    text: Text,
    period: Option<Duration>,
    offset: f64,
}

impl Sender {
    async fn run(self, mut connection: Connection, counts: Rc<Counts>) {
        let mut order = Order(None);
        let mut under_way: std::collections::VecDeque<(RequestId, Instant)> =
            std::collections::VecDeque::new();
        let mut next = 16u64;
        let offset = self
            .period
            .map_or(Duration::ZERO, |period| period.mul_f64(self.offset));
        let mut due = tokio::time::Instant::now() + offset;
        loop {
            let mut frames = Vec::new();
            while counts.sending.get() && under_way.len() < self.window {
                if let Some(period) = self.period {
                    if tokio::time::Instant::now() < due {
                        break;
                    }
                    due += period;
                }
                next += 1;
                under_way.push_back((RequestId(next), Instant::now()));
                Counts::add(&counts.sent);
                self.post(RequestId(next), &mut frames);
            }
            if !frames.is_empty() && connection.write(&frames).await.is_err() {
                return;
            }
            let see = |seen| match seen {
                Seen::Entry(id, seq) if id == self.conversation => order.see(seq, &counts),
                Seen::Posted(request) => {
                    Counts::add(&counts.acknowledged);
                    if let Some((_, sent)) = under_way.pop_front_if(|(first, _)| *first == request)
                        && counts.measuring.get()
                    {
                        let us = u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
                        counts.latencies_us.borrow_mut().push(us);
                    }
                }
                Seen::Refused => Counts::add(&counts.refused),
                _ => {}
            };
            let waits = self.period.is_some() && counts.sending.get();
            tokio::select! {
                read = connection.scan(see) => if read.is_err() { return },
                () = tokio::time::sleep_until(due), if waits => {}
            }
        }
    }

    fn post(&self, request: RequestId, frames: &mut Vec<u8>) {
        let mut post = [0; 16];
        post[..8].copy_from_slice(&request.0.to_be_bytes());
        let post = Post {
            request,
            conversation: self.conversation,
            post: PostId(post),
            body: Body::Post(self.text.clone()),
            again: false,
        };
        chat_core::Command::from(post).append_to(frames);
    }
}
