//! The server is killed with SIGKILL at random moments and started again at once.

use std::time::Duration;

use anyhow::Context;
use tokio::time::{Instant, sleep};

use super::Kind;
use super::check::Typing;
use super::crowd::{Acknowledgement, Crowd};
use super::report::Outcome;
use super::stage::{Done, Setting, close};
use super::victim::Victim;

/// However short a run is.
const KILLS_MIN: u64 = 3;

/// From an acknowledgement to the next kill; one in so many comes while the server starts.
const GAP_MS: (u64, u64) = (100, 4_000);
const AT_START_ONCE_IN: u64 = 6;
const AT_START_MS: (u64, u64) = (0, 150);

/// Longest wait for an acknowledgement after a kill.
const RECOVERY_MAX: Duration = Duration::from_secs(60);

/// Letters of a post at most.
const LETTERS_MAX: u64 = 400;

/// Plays it.
///
/// # Errors
/// A server that ended by itself or doesn't come back, or somebody who gave up.
pub(super) async fn play(setting: &Setting) -> anyhow::Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let mut server = Victim::start(setting.server(dir.path())).await?;
    let plan = setting.plan(&server.link, LETTERS_MAX);
    let mut crowd = setting.gather(&plan).await?;
    let (began, mut dice) = (Instant::now(), setting.dice(Kind::Kill));
    let mut done = Done::default();
    let mut kills = 0;
    while began.elapsed() < setting.length || kills < KILLS_MIN {
        quiet(&mut crowd, dice.ms(GAP_MS.0, GAP_MS.1)).await?;
        server.kill().await?;
        kills += 1;
        let mut killed = Instant::now();
        server.again()?;
        if dice.once_in(AT_START_ONCE_IN) {
            quiet(&mut crowd, dice.ms(AT_START_MS.0, AT_START_MS.1)).await?;
            server.kill().await?;
            kills += 1;
            killed = Instant::now();
            server.again()?;
        }
        let anew = |told: Acknowledgement| told.online > killed;
        let first = crowd.acknowledged(anew, killed + RECOVERY_MAX).await;
        let first = first.context("nothing is acknowledged after a kill")?;
        let recovery = first.duration_since(killed).as_millis() as u64;
        done.recoveries_ms.push(recovery);
    }
    done.counts.insert("kills", kills);
    close(crowd, (Kind::Kill, began), done, Typing::InOrder).await
}

/// Nothing is done to anybody for a while.
pub(super) async fn quiet(crowd: &mut Crowd, length: Duration) -> anyhow::Result<()> {
    tokio::select! {
        () = sleep(length) => Ok(()),
        ended = crowd.ended() => ended,
    }
}
