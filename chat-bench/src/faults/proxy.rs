//! Bad lines: a proxy between people and the server that delays, splits into small pieces, freezes and
//! cuts, at random and within bounds. It never changes a byte.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chat_core::Link;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::Kind;
use super::check::Typing;
use super::dice::Dice;
use super::kill::quiet;
use super::report::Outcome;
use super::stage::{Done, Setting, close};
use super::victim::Victim;

/// Most bytes that pass at once: a few frames.
const PASS_MAX: u64 = 2_048;

/// One pass in so many waits, that long; one is split; one freezes that way, that long.
const DELAY_ONCE_IN: u64 = 4;
const DELAY_MS: (u64, u64) = (0, 30);
const SPLIT_ONCE_IN: u64 = 8;
const SPLIT_BYTES_MAX: u64 = 40;
const FREEZE_ONCE_IN: u64 = 200;
const FREEZE_MS: (u64, u64) = (100, 5_000);

/// Letters of a post at most.
const LETTERS_MAX: u64 = 400;

/// When a connection meets its fate, in milliseconds after it was made.
const FATE_MS: (u64, u64) = (50, 20_000);

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It breaks.
    Cut,
    /// Nothing passes any more, and nobody is told.
    Stall,
    /// It stays.
    Stays,
}

impl Fate {
    fn draw(dice: &mut Dice) -> Fate {
        match dice.below(10) {
            0 => Fate::Stall,
            1 => Fate::Stays,
            _ => Fate::Cut,
        }
    }
}

/// Whether lines are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Storm,
    Calm,
}

/// What was done to lines.
#[derive(Debug, Default)]
struct Counts {
    connections: AtomicU64,
    cuts: AtomicU64,
    stalls: AtomicU64,
    freezes: AtomicU64,
    delays: AtomicU64,
    splits: AtomicU64,
}

impl Counts {
    fn table(&self) -> BTreeMap<&'static str, u64> {
        let all = [
            ("connections", &self.connections),
            ("cuts", &self.cuts),
            ("stalls", &self.stalls),
            ("freezes", &self.freezes),
            ("delays", &self.delays),
            ("splits", &self.splits),
        ];
        let read = |(what, count): (_, &AtomicU64)| (what, count.load(Ordering::Relaxed));
        all.into_iter().map(read).collect()
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// See the module. Its lines end with it.
pub(super) struct Proxy {
    pub(super) link: Link,
    counts: Arc<Counts>,
    weather: watch::Sender<Weather>,
    running: JoinHandle<()>,
}

impl Proxy {
    /// Good lines to the server of `link`, which turn bad in a storm.
    pub(super) async fn start(link: &Link, seed: u64) -> anyhow::Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (weather, forecast) = watch::channel(Weather::Calm);
        let counts = Arc::new(Counts::default());
        let running = accept(listener, link.address(), seed, (forecast, counts.clone()));
        Ok(Proxy {
            link: Link {
                port,
                ..link.clone()
            },
            counts,
            weather,
            running: tokio::spawn(running),
        })
    }

    /// Lines are like that from here on. Calm ends what is frozen.
    pub(super) fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// What every line knows.
type Sky = (watch::Receiver<Weather>, Arc<Counts>);

async fn accept(listener: TcpListener, server: String, seed: u64, sky: Sky) {
    let mut lines = JoinSet::new();
    for n in 0.. {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = lines.join_next() => continue,
        };
        let Ok((client, _)) = accepted else {
            continue;
        };
        // Where the server is away, the client is told by a closed connection.
        if let Ok(server) = TcpStream::connect(&server).await {
            count(&sky.1.connections);
            lines.spawn(line(client, server, Dice::new(seed, n), sky.clone()));
        }
    }
}

async fn line(client: TcpStream, server: TcpStream, mut dice: Dice, sky: Sky) {
    // What passes in pieces arrives in pieces.
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (mut weather, counts) = sky.clone();
    let (up, down) = (Dice::new(dice.next(), 0), Dice::new(dice.next(), 1));
    let passing = async {
        // Whichever ends first takes the other with it.
        tokio::select! {
            () = copy(from_client, to_server, up, sky.clone()) => {}
            () = copy(from_server, to_client, down, sky.clone()) => {}
        }
    };
    let mut passing = std::pin::pin!(passing);
    let (fate, after) = (Fate::draw(&mut dice), dice.ms(FATE_MS.0, FATE_MS.1));
    tokio::select! {
        () = &mut passing => return,
        () = sleep(after) => {}
    }
    let is_bad = *weather.borrow() == Weather::Storm;
    match fate {
        Fate::Cut if is_bad => return count(&counts.cuts),
        Fate::Stall if is_bad => {
            count(&counts.stalls);
            calm(&mut weather).await;
        }
        _ => {}
    }
    passing.await;
}

/// Waits until lines are good.
async fn calm(weather: &mut watch::Receiver<Weather>) {
    // A proxy that has ended takes its lines with it.
    drop(weather.wait_for(|weather| *weather == Weather::Calm).await);
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut dice: Dice, sky: Sky) {
    let (mut weather, counts) = sky;
    let mut buffer = [0; PASS_MAX as usize];
    loop {
        let at_most = dice.between(1, PASS_MAX) as usize;
        let read = match from.read(&mut buffer[..at_most]).await {
            Ok(0) | Err(_) => return,
            Ok(read) => read,
        };
        let mut piece = read;
        if *weather.borrow() == Weather::Storm {
            let freezes = dice.once_in(FREEZE_ONCE_IN);
            let wait = match (freezes, dice.once_in(DELAY_ONCE_IN)) {
                (true, _) => {
                    count(&counts.freezes);
                    dice.ms(FREEZE_MS.0, FREEZE_MS.1)
                }
                (_, true) => {
                    count(&counts.delays);
                    dice.ms(DELAY_MS.0, DELAY_MS.1)
                }
                _ => Duration::ZERO,
            };
            if !wait.is_zero() {
                // Over sooner when it is calm.
                drop(timeout(wait, calm(&mut weather)).await);
            }
            if dice.once_in(SPLIT_ONCE_IN) {
                count(&counts.splits);
                piece = dice.between(1, SPLIT_BYTES_MAX) as usize;
            }
        }
        for part in buffer[..read].chunks(piece) {
            if to.write_all(part).await.is_err() {
                return;
            }
        }
    }
}

/// Plays it: bad lines for all the time.
///
/// # Errors
/// Somebody who gave up.
pub(super) async fn play(setting: &Setting) -> anyhow::Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let server = Victim::start(setting.server(dir.path())).await?;
    let proxy = Proxy::start(&server.link, setting.seed).await?;
    let plan = setting.plan(&proxy.link, LETTERS_MAX);
    let mut crowd = setting.gather(&plan).await?;
    let began = Instant::now();
    proxy.turn(Weather::Storm);
    quiet(&mut crowd, setting.length).await?;
    proxy.turn(Weather::Calm);
    let done = Done {
        counts: proxy.counts.table(),
        recoveries_ms: Vec::new(),
    };
    close(crowd, (Kind::Proxy, began), done, Typing::InOrder).await
}
