//! What is played.

use serde::Serialize;

/// Scenarios by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Name {
    /// One room of 100, 10 of them post without pause
    F1,
    /// One room of 2,000, one posts without pause
    F2,
    /// 500 rooms of 10, one in each posts without pause
    Mf,
    /// One room of 100 at 200 posts a second: latency
    Lf,
    /// 500 rooms of 10 at 2,000 posts a second: latency
    Mp,
}

/// The numbers of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Scenario {
    /// Rooms.
    pub(crate) rooms: usize,
    /// Connections in each room.
    pub(crate) members: usize,
    /// Of these, how many post.
    pub(crate) senders: usize,
    /// Of these, how many never read.
    pub(crate) stuck: usize,
    /// Posts per second in all; `None`: flat out.
    pub(crate) rate: Option<f64>,
    /// Most posts of one sender that are not acknowledged.
    pub(crate) window: usize,
    /// Bytes of each text.
    pub(crate) payload: usize,
    /// How long is measured.
    pub(crate) seconds: f64,
}

impl Scenario {
    pub(crate) fn named(name: Name) -> Scenario {
        let (rooms, members, senders, rate) = match name {
            Name::F1 => (1, 100, 10, None),
            Name::F2 => (1, 2_000, 1, None),
            Name::Mf => (500, 10, 1, None),
            Name::Lf => (1, 100, 10, Some(200.0)),
            Name::Mp => (500, 10, 1, Some(2_000.0)),
        };
        Scenario {
            rooms,
            members,
            senders,
            stuck: 0,
            rate,
            window: 32,
            payload: 100,
            seconds: 5.0,
        }
    }

    /// Refuses what can't be played, or would not end.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let limit = |what: &str, value: usize, range: std::ops::RangeInclusive<usize>| {
            anyhow::ensure!(
                range.contains(&value),
                "{what} must be from {} to {}",
                range.start(),
                range.end()
            );
            Ok(())
        };
        limit("--rooms", self.rooms, 1..=10_000)?;
        limit("--members", self.members, 1..=20_000)?;
        limit("--senders", self.senders, 1..=self.members)?;
        anyhow::ensure!(
            self.senders + self.stuck <= self.members,
            "--senders and --stuck must fit in --members"
        );
        limit("--window", self.window, 1..=128)?;
        limit("--payload", self.payload, 24..=8_000)?;
        limit("connections in all", self.connections(), 1..=20_000)?;
        anyhow::ensure!(
            (0.1..=600.0).contains(&self.seconds),
            "--seconds must be from 0.1 to 600"
        );
        anyhow::ensure!(
            self.rate.is_none_or(|rate| (0.1..=1e6).contains(&rate)),
            "--rate must be from 0.1 to 1000000"
        );
        Ok(())
    }

    /// Connections in a room that read.
    pub(crate) fn readers(&self) -> usize {
        self.members - self.stuck
    }

    pub(crate) fn connections(&self) -> usize {
        self.rooms.saturating_mul(self.members)
    }
}
