//! An hour of people who come and go, after half an hour that warms up: does the server hold in the end
//! what it held before?
//!
//! Half of the people stay, the others visit again and again. After a warm-up everybody leaves, and the
//! server is looked at; then all come back for the rest of the time and leave, and it is looked at again:
//! memory and descriptors have to be where they were. What was said meanwhile is checked as under
//! [`crate::faults`].
//!
//! | file | owns |
//! |---|---|
//! | `visitor.rs` | who comes and goes |
//! | `sample.rs` | what the server holds, and whether that has grown |
//! | `report.rs` | what comes out |

mod report;
mod sample;
mod visitor;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::faults::check::{Logs, Typing, check};
use crate::faults::crowd::{Crowd, Ending, Phase, Plan, newcomers};
use crate::faults::dice::Dice;
use crate::faults::history::{History, Reads};
use crate::faults::person::Habits;
use crate::faults::unless_interrupted;
use crate::faults::victim::{Setup, Transport, Victim};
use crate::{Output, runtime};

use report::{Minute, Report};
use sample::Sample;
use visitor::Hours;

/// Share of the time that warms up: everything that is kept once for each account, room or thread is
/// there then. Of an hour and a half that is half an hour, in which the first strokes get old enough to be
/// merged into a picture.
const WARM_UP: f64 = 1.0 / 3.0;

/// How many times as much is said while it warms up: the caches of the store, which have bounds, are
/// nearly full then.
const WARM_UP_RATE: f64 = 4.0;

/// Between two looks at the server.
const PERIOD: Duration = Duration::from_secs(60);

/// How long acknowledgements and reading to the end may take.
const SETTLE: Duration = Duration::from_secs(60);

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
    /// How long, in minutes; a third of it warms up
    #[arg(long, value_name = "N", default_value_t = 90.0, value_parser = parse_minutes)]
    minutes: f64,
    /// People; half of them come and go
    #[arg(long, value_name = "N", default_value_t = 100,
          value_parser = clap::value_parser!(u64).range(4..=1_000))]
    clients: u64,
    /// Posts a second in all
    #[arg(long, value_name = "N", default_value_t = 50,
          value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rate: u32,
    #[command(flatten)]
    output: Output,
}

/// From half a minute to a week.
fn parse_minutes(text: &str) -> Result<f64, String> {
    let minutes: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match (0.1..=10_080.0).contains(&minutes) {
        true => Ok(minutes),
        false => Err("must be from 0.1 to 10080".to_owned()),
    }
}

/// Runs it.
///
/// # Errors
/// Something was lost or has grown, or the server could not be started or looked at.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let report = runtime()?.block_on(unless_interrupted(soak(arguments)))?;
    arguments.output.print(&report)?;
    ensure!(report.found.is_nothing(), "something was lost");
    let grown = report.grown.unwrap_or_default();
    ensure!(grown.is_empty(), "{}", grown.join("; "));
    Ok(())
}

async fn soak(arguments: &Arguments) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let transport = match arguments.plaintext {
        true => Transport::Plain,
        false => Transport::Tls,
    };
    let setup = Setup::new(&arguments.spawn, transport, dir.path());
    let data_dir = setup.data_dir.clone();
    let server = Victim::start(setup).await?;
    let mut watch = Watch {
        pid: server.pid().context("the server has ended")?,
        data_dir,
        start: Instant::now(),
        minutes: Vec::new(),
    };
    let stay = arguments.clients / 2;
    let plan = Plan {
        link: server.link.clone(),
        seed: Dice::fresh()?.next(),
        habits: Habits {
            rate: f64::from(arguments.rate) / arguments.clients as f64,
            letters_max: 200,
        },
        people: stay,
    };
    let mut run = Run {
        residents: newcomers(0..stay, Reads::Everything),
        visitors: newcomers(stay..arguments.clients, Reads::Stretches),
        logs: Logs::new(),
        visits: 0,
    };
    let all = Duration::from_secs_f64(arguments.minutes * 60.0);
    let warm_up = all.mul_f64(WARM_UP);

    eprintln!("{}", report::HEADER);
    watch.look("start")?;
    let mut busy = plan.clone();
    busy.habits.rate *= WARM_UP_RATE;
    run.shift(&busy, warm_up, || watch.look("warm-up")).await?;
    let before = watch.look_when_steady("nobody").await?;
    run.shift(&plan, all - warm_up, || watch.look("run"))
        .await?;
    let after = watch.look_when_steady("nobody").await?;

    let histories: Vec<History> = run
        .residents
        .into_iter()
        .chain(run.visitors)
        .map(|(_, history)| history)
        .collect();
    Ok(Report {
        transport: transport.name(),
        clients: arguments.clients,
        rate: arguments.rate,
        visits: run.visits,
        posted: histories.iter().map(|h| h.typed.len() as u64).sum(),
        acknowledged: histories.iter().map(|h| h.acknowledged.len() as u64).sum(),
        delivered: histories.iter().map(History::delivered).sum(),
        files: histories.iter().map(|h| h.files).sum(),
        found: check(&histories, &run.logs, Typing::InOrder),
        grown: after.growth(&before),
        minutes: watch.minutes,
    })
}

/// Looks at the server, and keeps what there was to see.
struct Watch {
    pid: u32,
    data_dir: PathBuf,
    start: Instant,
    minutes: Vec<Minute>,
}

impl Watch {
    fn look(&mut self, phase: &'static str) -> anyhow::Result<()> {
        self.note(phase, Sample::take(self.pid, &self.data_dir, self.start)?);
        Ok(())
    }

    /// When everybody has left.
    async fn look_when_steady(&mut self, phase: &'static str) -> anyhow::Result<Sample> {
        let sample = Sample::steady(self.pid, &self.data_dir, self.start).await?;
        self.note(phase, sample.clone());
        Ok(sample)
    }

    fn note(&mut self, phase: &'static str, sample: Sample) {
        let minute = Minute::new(phase, sample, self.minutes.last());
        eprintln!("{minute}");
        self.minutes.push(minute);
    }
}

/// Who there is, and what was said.
struct Run {
    residents: Vec<(u64, History)>,
    visitors: Vec<(u64, History)>,
    logs: Logs,
    visits: u64,
}

impl Run {
    /// Everybody comes, talks for `length` and leaves; `look` is called each minute.
    async fn shift(
        &mut self,
        plan: &Plan,
        length: Duration,
        mut look: impl FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut crowd = Crowd::start(plan, std::mem::take(&mut self.residents));
        crowd.all_done("arrive").await?;
        crowd.go(Phase::Meet);
        crowd.all_done("meet").await?;
        crowd.go(Phase::Talk);
        let (hours, open) = watch::channel(Hours::Open);
        let mut visitors = JoinSet::new();
        for (n, history) in self.visitors.drain(..) {
            let visits = visitor::visits(plan.clone(), n, history, open.clone());
            visitors.spawn(async move { (n, visits.await) });
        }
        let end = Instant::now() + length;
        while Instant::now() < end {
            let next = (Instant::now() + PERIOD).min(end);
            tokio::select! {
                () = tokio::time::sleep_until(next) => look()?,
                Some(ended) = visitors.join_next() => {
                    let (n, ended) = ended?;
                    ended.with_context(|| format!("visitor {n}"))?;
                    anyhow::bail!("visitor {n} stopped coming");
                }
                ended = crowd.ended() => return ended,
            }
        }
        hours.send_replace(Hours::Closed);
        while let Some(ended) = visitors.join_next().await {
            let (n, ended) = ended?;
            let (visits, history) = ended.with_context(|| format!("visitor {n}"))?;
            self.visits += visits;
            self.visitors.push((n, history));
        }
        crowd.go(Phase::Settle);
        // Whoever isn't done is found out by the check.
        let settled = crowd.done(SETTLE).await?;
        ensure!(
            settled == Ending::Everybody,
            "somebody waits for the server"
        );
        self.logs = crowd.logs().await?;
        crowd.read_to_the_end(&self.logs, SETTLE).await?;
        self.residents = crowd.leave().await?;
        Ok(())
    }
}
