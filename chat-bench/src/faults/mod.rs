//! The real thing under faults: people who post and read through the client library while their server
//! is killed, their lines break, processes freeze, or the disk is full. In the end everything that was
//! typed has to stand in its log once, and everybody has to have seen the same logs without a hole.
//!
//! | file | owns |
//! |---|---|
//! | `kill.rs`, `proxy.rs`, `freeze.rs`, `disk.rs` | what is done to them |
//! | `stage.rs` | what these have in common |
//! | `victim.rs` | the server's process |
//! | `person.rs`, `crowd.rs`, `abroad.rs` | one person, many at once, and those in another process |
//! | `history.rs`, `check.rs` | what was done and seen, and whether anything is wrong with it |
//! | `dice.rs` | numbers that follow from the seed |
//! | `report.rs` | what comes out |

pub(crate) mod abroad;
pub(crate) mod check;
pub(crate) mod crowd;
pub(crate) mod dice;
mod disk;
mod freeze;
pub(crate) mod history;
mod kill;
pub(crate) mod person;
mod proxy;
mod report;
mod stage;
pub(crate) mod victim;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::ValueEnum;

use crate::{Output, parse_seconds, runtime};
use dice::Dice;
use report::{Outcome, Report};
use stage::Setting;
use victim::Transport;

/// What is done to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The server is killed and started again
    Kill,
    /// Lines delay, split, freeze and cut
    Proxy,
    /// Processes are stopped and continued
    Freeze,
    /// The disk is full for a while, again and again
    Disk,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Kill, Kind::Proxy, Kind::Freeze, Kind::Disk];

    fn name(self) -> &'static str {
        match self {
            Kind::Kill => "kill",
            Kind::Proxy => "proxy",
            Kind::Freeze => "freeze",
            Kind::Disk => "disk",
        }
    }
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The server's binary
    #[arg(
        long,
        value_name = "PATH",
        default_value = "target/release/chat-server"
    )]
    spawn: PathBuf,
    /// Plain TCP instead of TLS
    #[arg(long)]
    plaintext: bool,
    /// How long each kind of fault lasts
    #[arg(long, value_name = "SECONDS", default_value_t = 180.0, value_parser = parse_seconds)]
    seconds: f64,
    /// People
    #[arg(long, value_name = "N", default_value_t = 50,
          value_parser = clap::value_parser!(u64).range(2..=1_000))]
    clients: u64,
    /// Posts a second in all
    #[arg(long, value_name = "N", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// Of an earlier run, for the same faults [default: another each time]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// One kind of fault instead of all, one after the other
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
    #[command(flatten)]
    output: Output,
}

/// Plays them.
///
/// # Errors
/// Anything lost, doubled, left out or out of order, or a server or client that gave up.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => Dice::fresh()?.next(),
    };
    let setting = Setting {
        binary: arguments.spawn.clone(),
        transport: match arguments.plaintext {
            true => Transport::Plain,
            false => Transport::Tls,
        },
        length: Duration::from_secs_f64(arguments.seconds),
        clients: arguments.clients,
        rate: arguments.rate,
        seed,
    };
    let kinds = match arguments.only {
        Some(kind) => vec![kind],
        None => Kind::ALL.to_vec(),
    };
    let mut report = Report {
        seed,
        transport: setting.transport.name(),
        clients: setting.clients,
        outcomes: Vec::new(),
    };
    let played = play_all(&kinds, &setting, &mut report.outcomes);
    // Also what was played before something went wrong.
    arguments.output.print(&report)?;
    played?;
    ensure!(report.is_good(), "something was lost; the seed was {seed}");
    Ok(())
}

fn play_all(kinds: &[Kind], setting: &Setting, outcomes: &mut Vec<Outcome>) -> anyhow::Result<()> {
    for kind in kinds {
        let played = runtime()?.block_on(unless_interrupted(play(*kind, setting)));
        let of = || format!("{} with seed {}", kind.name(), setting.seed);
        outcomes.push(played.with_context(of)?);
    }
    Ok(())
}

async fn play(kind: Kind, setting: &Setting) -> anyhow::Result<Outcome> {
    match kind {
        Kind::Kill => kill::play(setting).await,
        Kind::Proxy => proxy::play(setting).await,
        Kind::Freeze => freeze::play(setting).await,
        Kind::Disk => disk::play(setting).await,
    }
}

/// Drives `work`, and drops it at the first SIGINT or SIGTERM, so that its processes end and what it has
/// mounted is unmounted.
pub(crate) async fn unless_interrupted<T>(
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    #[cfg(unix)]
    let mut terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())?
    };
    #[cfg(unix)]
    let terminated = terminate.recv();
    #[cfg(not(unix))]
    let terminated = std::future::pending::<Option<()>>();
    tokio::select! {
        worked = work => worked,
        _ = terminated => bail!("interrupted"),
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            bail!("interrupted")
        }
    }
}
