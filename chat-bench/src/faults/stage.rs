//! What every kind of fault has in common: a server, a crowd that talks, and in the end the check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chat_core::Link;
use tokio::time::Instant;

use super::Kind;
use super::check::{Typing, check};
use super::crowd::{Crowd, Phase, Plan, newcomers};
use super::dice::Dice;
use super::history::{History, Reads};
use super::person::Habits;
use super::report::Outcome;
use super::victim::{Setup, Transport};

/// How long it may take, when nothing breaks any more, until everything is acknowledged, and until
/// everybody has read everything.
pub(super) const SETTLE: Duration = Duration::from_secs(120);

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) binary: PathBuf,
    pub(super) transport: Transport,
    pub(super) length: Duration,
    pub(super) clients: u64,
    /// Posts a second in all.
    pub(super) rate: u32,
    pub(super) seed: u64,
}

/// What was done to them.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) counts: BTreeMap<&'static str, u64>,
    pub(super) recoveries_ms: Vec<u64>,
}

impl Setting {
    /// A server with its store in `dir`.
    pub(super) fn server(&self, dir: &Path) -> Setup {
        Setup::new(&self.binary, self.transport, dir)
    }

    /// People who join by `link`.
    pub(super) fn plan(&self, link: &Link, letters_max: u64) -> Plan {
        Plan {
            link: link.clone(),
            seed: self.seed,
            habits: Habits {
                rate: f64::from(self.rate) / self.clients as f64,
                letters_max,
            },
            people: self.clients,
        }
    }

    /// What a kind of fault draws from.
    pub(super) fn dice(&self, kind: Kind) -> Dice {
        Dice::new(self.seed, u64::MAX - kind as u64)
    }

    /// Everybody of a plan, talking.
    pub(super) async fn gather(&self, plan: &Plan) -> anyhow::Result<Crowd> {
        let mut crowd = Crowd::start(plan, newcomers(0..self.clients, Reads::Everything));
        crowd.all_done("arrive").await?;
        crowd.go(Phase::Meet);
        crowd.all_done("meet").await?;
        crowd.go(Phase::Talk);
        Ok(crowd)
    }
}

/// Lets a crowd to which nothing is done any more come to its end, and checks it.
///
/// # Errors
/// Somebody whom something unexpected happened to, or a log that can't be read.
pub(super) async fn close(
    mut crowd: Crowd,
    (kind, began): (Kind, Instant),
    done: Done,
    typing: Typing,
) -> anyhow::Result<Outcome> {
    let seconds = began.elapsed().as_secs_f64();
    crowd.go(Phase::Settle);
    // Whoever is missing is found out by the check.
    crowd.done(SETTLE).await?;
    let logs = crowd.logs().await?;
    crowd.read_to_the_end(&logs, SETTLE).await?;
    let histories = crowd.leave().await?;
    let histories: Vec<History> = histories.into_iter().map(|(_, history)| history).collect();
    Ok(outcome(
        (kind, seconds),
        &histories,
        done,
        check(&histories, &logs, typing),
    ))
}

/// What comes out of people's histories.
pub(super) fn outcome(
    (kind, seconds): (Kind, f64),
    histories: &[History],
    done: Done,
    found: super::check::Found,
) -> Outcome {
    let sum = |of: fn(&History) -> u64| histories.iter().map(of).sum();
    let outages = histories.iter().flat_map(|h| h.outages_ms.iter().copied());
    Outcome {
        kind: kind.name(),
        seconds,
        posted: sum(|h| h.typed.len() as u64),
        acknowledged: sum(|h| h.acknowledged.len() as u64),
        delivered: sum(History::delivered),
        postponed: sum(|h| h.postponed),
        found,
        counts: done.counts,
        recovery_ms: done.recoveries_ms.into(),
        outage_ms: outages.collect::<Vec<_>>().into(),
    }
}
