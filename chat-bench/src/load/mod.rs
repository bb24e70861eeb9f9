//! Rooms full of people, some of whom post without pause or at a fixed rate. It verifies while it
//! measures: a run in which an entry is lost, doubled or out of order at any reader fails.
//!
//! | file | owns |
//! |---|---|
//! | `scenario.rs` | what is played |
//! | `connect.rs` | everybody arrives |
//! | `dial.rs`, `tls.rs` | a connection while it is set up |
//! | `chat.rs` | our protocol: how one logs in, posts, and scans frames |
//! | `socket.rs` | a connection under load |
//! | `crowd.rs`, `alarm.rs` | all connections, on one thread |
//! | `pace.rs` | who posts when |
//! | `count.rs` | what readers see, counted and checked |
//! | `run.rs` | the run: connect, warm up, measure, verify |
//! | `target.rs` | whom: our server, or another one |
//! | `report.rs` | what came out |

mod alarm;
pub(crate) mod chat;
pub(crate) mod connect;
pub(crate) mod count;
mod crowd;
pub(crate) mod dial;
mod pace;
mod report;
mod run;
mod scenario;
mod socket;
mod target;
mod tls;

use std::path::{Path, PathBuf};

use crate::rivals::Rival;
use crate::rivals::speech::PAYLOAD;
use crate::server::{Arguments as ServerArguments, Server};
use crate::{Output, machine, parse_seconds};
pub(crate) use chat::{Client, Place};
pub(crate) use connect::newcomers;
pub(crate) use report::Report;
pub(crate) use run::Outcome;
pub(crate) use scenario::{Name, Scenario};
pub(crate) use target::Target;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Another server instead of ours, started with a configuration of its own
    #[arg(long, conflicts_with_all = ["spawn", "against", "plaintext"])]
    rival: Option<Rival>,
    /// The processor that the load stays on; the server isn't bound to it
    #[arg(long, value_name = "NUMBER")]
    core: Option<usize>,
    /// Record with perf where the server's time goes while it is measured, for `perf report -i FILE`
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    profile: Option<PathBuf>,
    /// How long to measure, after warming up as long, but a second at most
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = parse_seconds)]
    seconds: f64,
    /// Posts per second in all; without it as many as the server takes
    #[arg(long, value_name = "POSTS")]
    rate: Option<f64>,
    /// Rooms, instead of the scenario's
    #[arg(long)]
    rooms: Option<usize>,
    /// People in each room, instead of the scenario's
    #[arg(long)]
    members: Option<usize>,
    /// Of these, people who post, instead of the scenario's
    #[arg(long)]
    senders: Option<usize>,
    /// Flat out: most posts under way in all, instead of the scenario's
    #[arg(long)]
    window: Option<usize>,
    /// People in each room who never read; the server must hold little for them
    #[arg(long, default_value_t = 0)]
    stuck: usize,
    /// Bytes of each post's text
    #[arg(long, default_value_t = 100)]
    payload: usize,
    #[command(flatten)]
    output: Output,
}

impl Arguments {
    /// The scenario of this name, as far as nothing else is asked for.
    fn scenario(&self, name: Name) -> Scenario {
        let usual = Scenario::named(name);
        Scenario {
            rooms: self.rooms.unwrap_or(usual.rooms),
            members: self.members.unwrap_or(usual.members),
            senders: self.senders.unwrap_or(usual.senders),
            rate: self.rate.or(usual.rate),
            window: self.window.unwrap_or(usual.window),
            stuck: self.stuck,
            payload: self.payload,
            seconds: self.seconds,
            ..usual
        }
    }
}

/// Plays the scenario of this name.
///
/// # Errors
/// It can't be played, or something was refused, lost, doubled or out of order.
pub(crate) fn run(name: Name, arguments: &Arguments) -> anyhow::Result<()> {
    machine::allow_connections()?;
    let scenario = arguments.scenario(name);
    let target = match arguments.rival {
        Some(rival) => Target::Rival(rival.start()?),
        None => Target::Chat(arguments.server.start()?),
    };
    let outcome = play(
        &scenario,
        &target,
        arguments.core,
        arguments.profile.as_deref(),
    )?;
    arguments
        .output
        .print(&Report::new(name, &scenario, &target, &outcome))?;
    outcome.verify()
}

/// Plays a scenario against a server that runs, on a thread that stays on processor `core` (the
/// server's process doesn't), and records into `profile` where the server's time goes.
///
/// # Errors
/// It can't be played. What it came to has still to be verified.
pub(crate) fn play(
    scenario: &Scenario,
    target: &Target,
    core: Option<usize>,
    profile: Option<&Path>,
) -> anyhow::Result<Outcome> {
    scenario.check()?;
    if let Target::Rival(_) = target {
        anyhow::ensure!(
            PAYLOAD.contains(&scenario.payload),
            "--payload must be from {} to {} for a rival",
            PAYLOAD.start(),
            PAYLOAD.end()
        );
    }
    let play = || {
        core.map_or(Ok(()), machine::stay_on)?;
        run::run(scenario, target, profile)
    };
    std::thread::scope(|threads| threads.spawn(play).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Plays `scenario` against `server` and says what came out.
///
/// # Errors
/// It can't be played, or something was refused, lost, doubled or out of order.
pub(crate) fn measure(name: Name, scenario: &Scenario, server: Server) -> anyhow::Result<Report> {
    let target = Target::Chat(server);
    let outcome = play(scenario, &target, None, None)?;
    outcome.verify()?;
    Ok(Report::new(name, scenario, &target, &outcome))
}
