//! What a message waits while a file goes over the same connection: one person posts at a steady
//! rate, first alone, then while uploading a file; then the reader downloads it meanwhile.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use chat_client::{Client, Config, Delivered, Event, Events, Transfer, TransferState};
use chat_core::{Body, ConversationId, Entry, File, Identity, Seq, Text};
use serde::Serialize;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::LocalSet;

use crate::server::{Arguments as ServerArguments, Server};
use crate::times::{Quantiles, Times};
use crate::{Output, parse_seconds, runtime};

/// Between two posts.
const PERIOD: Duration = Duration::from_millis(10);

/// Longest wait for what follows at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came out.
#[derive(Debug, Serialize)]
struct Report {
    transport: &'static str,
    file_mib: u64,
    alone: Phase,
    uploading: Phase,
    downloading: Phase,
}

/// A while in which posts were timed.
#[derive(Debug, Serialize)]
struct Phase {
    mib_per_second: Option<f64>,
    acknowledged_ms: Quantiles,
    received_ms: Quantiles,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Size of the file, which is gone afterwards
    #[arg(long, value_name = "MIB", default_value_t = 256,
          value_parser = clap::value_parser!(u64).range(1..=4_096))]
    file_mib: u64,
    /// How long messages are timed without a file
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = parse_seconds)]
    seconds: f64,
    #[command(flatten)]
    output: Output,
}

/// Plays it.
///
/// # Errors
/// Something was refused, lost, doubled, out of order or different from what was sent.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = arguments.server.start()?;
    let played = play(&server, arguments.file_mib, arguments.seconds);
    let report = runtime()?.block_on(LocalSet::new().run_until(played))?;
    arguments.output.print(&report)
}

async fn play(server: &Server, mib: u64, seconds: f64) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("measured.bin");
    write_random(&path, mib)?;
    let start = Instant::now();
    let mut ann = Person::join(server, "ann", start).await?;
    let mut bob = Person::join(server, "bob", start).await?;
    let lobby = ann.lobby;

    let alone = async {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        Ok(())
    };
    let (alone, ()) = measure(&ann.client, lobby, start, &bob.seen, alone).await?;

    let began = Instant::now();
    ann.client.send_file(path.clone(), lobby, Text::default());
    let sent = ended(&mut ann.transfers);
    let (mut uploading, _) = measure(&ann.client, lobby, start, &bob.seen, sent).await?;
    uploading.mib_per_second = Some(mib as f64 / began.elapsed().as_secs_f64());

    let file = tokio::time::timeout(PATIENCE, bob.files.recv());
    let (seq, file) = file.await?.context("the reader has ended")?;
    let began = Instant::now();
    bob.client
        .save_file(lobby, seq, file, dir.path().join("saved"));
    let saved = ended(&mut bob.transfers);
    let (mut downloading, saved) = measure(&ann.client, lobby, start, &bob.seen, saved).await?;
    downloading.mib_per_second = Some(mib as f64 / began.elapsed().as_secs_f64());

    let Delivered::Saved { path: saved } = saved else {
        bail!("the file was not saved");
    };
    ensure!(same(&path, &saved)?, "what was saved is not what was sent");
    ensure!(
        bob.seen.disordered.get() == 0,
        "{} entries came doubled or out of order",
        bob.seen.disordered.get()
    );
    Ok(Report {
        transport: server.transport(),
        file_mib: mib,
        alone,
        uploading,
        downloading,
    })
}

/// Somebody who is there.
struct Person {
    client: Client,
    lobby: ConversationId,
    seen: Rc<Seen>,
    files: UnboundedReceiver<(Seq, File)>,
    transfers: UnboundedReceiver<Transfer>,
}

/// What somebody has read.
#[derive(Debug)]
struct Seen {
    /// From the moment that a post was due.
    times: RefCell<Times>,
    last: Cell<Option<Seq>>,
    disordered: Cell<u64>,
}

impl Person {
    async fn join(server: &Server, nick: &str, start: Instant) -> anyhow::Result<Person> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).context("no random numbers")?;
        let mut config = Config::new(server.link.clone(), Identity::from_seed(&seed));
        config.nick = Some(nick.into());
        let (client, mut events) = chat_client::connect(config);
        let lobby = tokio::time::timeout(PATIENCE, until_ready(&mut events)).await??;
        let seen = Rc::new(Seen {
            times: RefCell::new(Times::new()),
            last: Cell::new(None),
            disordered: Cell::new(0),
        });
        let (files, told_files) = mpsc::unbounded_channel();
        let (transfers, told_transfers) = mpsc::unbounded_channel();
        let reading = read(events, seen.clone(), start, files, transfers);
        tokio::task::spawn_local(reading);
        Ok(Person {
            client,
            lobby,
            seen,
            files: told_files,
            transfers: told_transfers,
        })
    }
}

async fn until_ready(events: &mut Events) -> anyhow::Result<ConversationId> {
    let mut lobby = None;
    loop {
        match events.next().await.context("the client has ended")? {
            Event::Announced(conversation) => lobby = lobby.or(Some(conversation.id)),
            Event::Ready => return lobby.context("there is no lobby"),
            Event::LoginRefused(refusal) => bail!("login refused: {refusal}"),
            Event::Closed(error) => bail!("{error}"),
            _ => {}
        }
    }
}

/// Reads until the client ends.
async fn read(
    mut events: Events,
    seen: Rc<Seen>,
    start: Instant,
    files: UnboundedSender<(Seq, File)>,
    transfers: UnboundedSender<Transfer>,
) {
    while let Some(event) = events.next().await {
        // Nobody listens any more when the run is over.
        match event {
            Event::Entry(entry) => {
                seen.entry(&entry, start);
                if let Body::File(file) = entry.body {
                    drop(files.send((entry.seq, file)));
                }
            }
            Event::Transfer(transfer) if transfer.state.is_final() => {
                drop(transfers.send(transfer));
            }
            _ => {}
        }
    }
}

impl Seen {
    fn entry(&self, entry: &Entry, start: Instant) {
        if self.last.get().is_some_and(|last| last.next() != entry.seq) {
            self.disordered.set(self.disordered.get() + 1);
        }
        self.last.set(Some(entry.seq));
        if let Ok(due_us) = entry.body.text().parse::<u64>() {
            let now_us = start.elapsed().as_micros() as u64;
            self.times.borrow().add(now_us.saturating_sub(due_us));
        }
    }
}

/// Posts at a steady rate until `done`, and times each post from when it was due.
async fn measure<T>(
    client: &Client,
    lobby: ConversationId,
    start: Instant,
    seen: &Seen,
    done: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(Phase, T)> {
    seen.times.replace(Times::new());
    let acknowledged = Times::new();
    let mut done = std::pin::pin!(done);
    let mut due = Instant::now();
    let out = loop {
        tokio::select! {
            out = &mut done => break out?,
            () = tokio::time::sleep_until(due.into()) => {}
        }
        let due_us = due.duration_since(start).as_micros();
        client.say(lobby, &due_us.to_string()).await?;
        acknowledged.add(due.elapsed().as_micros() as u64);
        due += PERIOD;
    };
    let phase = Phase {
        mib_per_second: None,
        acknowledged_ms: (&acknowledged).into(),
        received_ms: (&*seen.times.borrow()).into(),
    };
    Ok((phase, out))
}

/// Waits until a transfer is done.
async fn ended(transfers: &mut UnboundedReceiver<Transfer>) -> anyhow::Result<Delivered> {
    match transfers
        .recv()
        .await
        .context("the client has ended")?
        .state
    {
        TransferState::Finished(delivered) => Ok(delivered),
        TransferState::Failed { why } => bail!("{why}"),
        other => bail!("the transfer ended as {other:?}"),
    }
}

fn write_random(path: &Path, mib: u64) -> anyhow::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let mut block = vec![0; 1 << 20];
    getrandom::fill(&mut block).context("no random numbers")?;
    for n in 0..mib {
        // Every block is another one.
        block[..8].copy_from_slice(&n.to_be_bytes());
        file.write_all(&block)?;
    }
    Ok(file.flush()?)
}

fn same(one: &Path, other: &Path) -> anyhow::Result<bool> {
    let hash = |path: &Path| -> anyhow::Result<_> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(std::fs::File::open(path)?)?;
        Ok(hasher.finalize())
    };
    Ok(hash(one)? == hash(other)?)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = |value: Option<f64>| value.map_or("-".into(), |v| format!("{v:.2}"));
        writeln!(f, "{} MiB over {}", self.file_mib, self.transport)?;
        writeln!(
            f,
            "{:<14}{:>10}{:>12}{:>12}{:>12}{:>12}",
            "", "MiB/s", "ack p50 ms", "ack p99", "read p50", "read p99"
        )?;
        let phases = [
            ("alone", &self.alone),
            ("uploading", &self.uploading),
            ("downloading", &self.downloading),
        ];
        for (name, phase) in phases {
            writeln!(
                f,
                "{name:<14}{:>10}{:>12}{:>12}{:>12}{:>12}",
                times(phase.mib_per_second),
                times(phase.acknowledged_ms.p50),
                times(phase.acknowledged_ms.p99),
                times(phase.received_ms.p50),
                times(phase.received_ms.p99)
            )?;
        }
        Ok(())
    }
}
