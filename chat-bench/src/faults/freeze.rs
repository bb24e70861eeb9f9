//! Processes that are stopped with SIGSTOP and continued: of some of the people, for longer than it takes
//! to be called dead, and of the server, for a moment and for longer than that, too.

use std::time::Duration;

use anyhow::Context;
use chat_core::limits::{ANSWER_MS, IDLE_MS};
use tokio::time::Instant;

use super::Kind;
use super::abroad::Abroad;
use super::check::{Typing, check};
use super::crowd::{Acknowledgement, Crowd, Phase, heads, newcomers};
use super::dice::Dice;
use super::history::Reads;
use super::kill::quiet;
use super::report::Outcome;
use super::stage::{Done, SETTLE, Setting, outcome};
use super::victim::{Signal, Victim, signal};

/// Longer than people wait for a server that is silent.
const LONG: Duration = Duration::from_millis(IDLE_MS + ANSWER_MS + 5_000);

/// A short stop, and the time between two, in milliseconds.
const SHORT_MS: (u64, u64) = (200, 4_000);
const GAP_MS: (u64, u64) = (500, 8_000);

/// Longest wait for an acknowledgement after the server goes on.
const RECOVERY_MAX: Duration = Duration::from_secs(60);

/// Letters of a post at most.
const LETTERS_MAX: u64 = 400;

/// Plays it. A run that is too short for both long stops has short ones only.
///
/// # Errors
/// A server or a process that ended by itself, or somebody who gave up.
pub(super) async fn play(setting: &Setting) -> anyhow::Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let server = Victim::start(setting.server(dir.path())).await?;
    let plan = setting.plan(&server.link, LETTERS_MAX);
    // Half of the people are here, a quarter in each of two other processes.
    let (half, all) = (setting.clients / 2, setting.clients);
    let quarter = half + (all - half) / 2;
    let mut world = World {
        here: Crowd::start(&plan, newcomers(0..half, Reads::Everything)),
        long: Abroad::start(&plan, half..quarter)?,
        short: Abroad::start(&plan, quarter..all)?,
        server,
        dice: setting.dice(Kind::Freeze),
        done: Done::default(),
    };
    world.gather().await?;
    let began = Instant::now();

    if setting.length >= 2 * LONG {
        let frozen = world.long.pid()?;
        signal(frozen, Signal::Stop).await?;
        world.moments(began + LONG).await?;
        signal(frozen, Signal::Continue).await?;
        world.count("people stopped for long");
        world.stop_server(LONG).await?;
        world.count("server stopped for long");
    }
    world.moments(began + setting.length).await?;
    world.close(began).await
}

struct World {
    here: Crowd,
    long: Abroad,
    short: Abroad,
    server: Victim,
    dice: Dice,
    done: Done,
}

impl World {
    async fn gather(&mut self) -> anyhow::Result<()> {
        self.here.all_done("arrive").await?;
        self.long.done().await?;
        self.short.done().await?;
        self.go(Phase::Meet).await?;
        self.here.all_done("meet").await?;
        self.long.done().await?;
        self.short.done().await?;
        self.go(Phase::Talk).await?;
        self.long.done().await?;
        self.short.done().await
    }

    async fn go(&mut self, phase: Phase) -> anyhow::Result<()> {
        self.long.go(&phase).await?;
        self.short.go(&phase).await?;
        self.here.go(phase);
        Ok(())
    }

    /// Everybody does `phase`; whoever does not is found out by the check.
    async fn all(&mut self, phase: Phase) -> anyhow::Result<()> {
        self.go(phase).await?;
        self.here.done(SETTLE).await?;
        self.long.done().await?;
        self.short.done().await
    }

    fn count(&mut self, what: &'static str) {
        *self.done.counts.entry(what).or_default() += 1;
    }

    /// Short stops until `end`, of people and of the server in turn.
    async fn moments(&mut self, end: Instant) -> anyhow::Result<()> {
        while Instant::now() < end {
            let gap = self.dice.ms(GAP_MS.0, GAP_MS.1);
            quiet(&mut self.here, gap).await?;
            let length = self.dice.ms(SHORT_MS.0, SHORT_MS.1);
            if self.dice.once_in(2) {
                self.stop_server(length).await?;
                self.count("server stopped");
            } else {
                let pid = self.short.pid()?;
                signal(pid, Signal::Stop).await?;
                quiet(&mut self.here, length).await?;
                signal(pid, Signal::Continue).await?;
                self.count("people stopped");
            }
        }
        Ok(())
    }

    async fn stop_server(&mut self, length: Duration) -> anyhow::Result<()> {
        let pid = self.server.pid().context("the server has ended")?;
        signal(pid, Signal::Stop).await?;
        quiet(&mut self.here, length).await?;
        let continued = Instant::now();
        signal(pid, Signal::Continue).await?;
        let after = |told: Acknowledgement| told.at > continued;
        let first = self.here.acknowledged(after, continued + RECOVERY_MAX);
        let first = first
            .await
            .context("nothing is acknowledged after a stop")?;
        let recovery = first.duration_since(continued).as_millis() as u64;
        self.done.recoveries_ms.push(recovery);
        Ok(())
    }

    async fn close(mut self, began: Instant) -> anyhow::Result<Outcome> {
        let seconds = began.elapsed().as_secs_f64();
        self.all(Phase::Settle).await?;
        // Those who are here are in every conversation.
        let logs = self.here.logs().await?;
        self.all(heads(&logs)).await?;
        let mut histories = self.here.leave().await?;
        histories.extend(self.long.leave().await?);
        histories.extend(self.short.leave().await?);
        let histories: Vec<_> = histories.into_iter().map(|(_, history)| history).collect();
        let found = check(&histories, &logs, Typing::InOrder);
        Ok(outcome(
            (Kind::Freeze, seconds),
            &histories,
            self.done,
            found,
        ))
    }
}
