//! People in a process of their own, which can be stopped and continued as a whole: orders go to its
//! standard input and answers come from its standard output, one JSON value a line.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use chat_core::Link;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::crowd::{Crowd, Phase, Plan, newcomers};
use super::history::{History, Reads};
use super::person::Habits;
use super::stage::SETTLE;
use crate::runtime;

/// Over the longest that the other side may take itself.
const PATIENCE: Duration = Duration::from_secs(SETTLE.as_secs() + 30);

/// What the process is told when it starts.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(long)]
    link: Link,
    #[arg(long)]
    seed: u64,
    #[arg(long)]
    from: u64,
    #[arg(long)]
    to: u64,
    #[arg(long)]
    people: u64,
    #[arg(long)]
    rate: f64,
    #[arg(long)]
    letters_max: u64,
}

/// Plays the process.
///
/// # Errors
/// Somebody whom something unexpected happened to.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    runtime()?.block_on(obey(arguments))
}

async fn obey(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = Plan {
        link: arguments.link.clone(),
        seed: arguments.seed,
        habits: Habits {
            rate: arguments.rate,
            letters_max: arguments.letters_max,
        },
        people: arguments.people,
    };
    let who = newcomers(arguments.from..arguments.to, Reads::Everything);
    let mut crowd = Crowd::start(&plan, who);
    crowd.all_done("arrive").await?;
    println!("true");
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(order) = orders.next_line().await? {
        let phase: Phase = serde_json::from_str(&order)?;
        match phase {
            Phase::Leave => {
                println!("{}", serde_json::to_string(&crowd.leave().await?)?);
                break;
            }
            Phase::Meet => {
                crowd.go(phase);
                crowd.all_done("meet").await?;
            }
            Phase::Arrive | Phase::Talk => crowd.go(phase),
            Phase::Settle | Phase::Read(_) => {
                crowd.go(phase);
                // Whoever is missing is found out by the check.
                crowd.done(SETTLE).await?;
            }
        }
        println!("true");
    }
    Ok(())
}

/// The process, from here. Killed when dropped.
pub(super) struct Abroad {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Abroad {
    /// Lets these of the plan arrive there. Answers when they are all there.
    pub(super) fn start(plan: &Plan, who: std::ops::Range<u64>) -> anyhow::Result<Abroad> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["crowd", "--link", &plan.link.to_string()])
            .args(["--seed", &plan.seed.to_string()])
            .args(["--from", &who.start.to_string()])
            .args(["--to", &who.end.to_string()])
            .args(["--people", &plan.people.to_string()])
            .args(["--rate", &plan.habits.rate.to_string()])
            .args(["--letters-max", &plan.habits.letters_max.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start another of this program")?;
        let stdin = child.stdin.take().context("its input is piped")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        Ok(Abroad {
            child,
            orders: stdin,
            answers: BufReader::new(stdout).lines(),
        })
    }

    /// Tells them to go on with `phase`.
    pub(super) async fn go(&mut self, phase: &Phase) -> anyhow::Result<()> {
        let mut order = serde_json::to_string(phase)?;
        order.push('\n');
        Ok(self.orders.write_all(order.as_bytes()).await?)
    }

    /// Waits until they have.
    pub(super) async fn done(&mut self) -> anyhow::Result<()> {
        let answer = self.answer().await?;
        ensure!(answer == "true", "another process says {answer}");
        Ok(())
    }

    /// They go; gives what they did and saw.
    pub(super) async fn leave(mut self) -> anyhow::Result<Vec<(u64, History)>> {
        self.go(&Phase::Leave).await?;
        Ok(serde_json::from_str(&self.answer().await?)?)
    }

    async fn answer(&mut self) -> anyhow::Result<String> {
        let line = timeout(PATIENCE, self.answers.next_line()).await;
        let line = line.context("another process doesn't answer")??;
        line.context("another process has ended")
    }

    /// The process, while it runs.
    pub(super) fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("another process has ended")
    }
}
