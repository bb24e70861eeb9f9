//! What is played.

use clap::ValueEnum;
use serde::Serialize;

use crate::load::count::Own;

/// Scenarios by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Name {
    F1,
    F2,
    Mf,
    D,
    Lf,
    Mp,
    C,
}

/// Who shares a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Between {
    /// The members of a room; each gets each post, the author, too.
    Rooms,
    /// Two people; what reaches the other one counts as a delivery.
    Pairs,
    /// Nobody: they log in and stay.
    Nobody,
}

/// The numbers of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Scenario {
    /// Who shares a conversation.
    pub(crate) between: Between,
    /// Conversations.
    pub(crate) rooms: usize,
    /// Connections in each.
    pub(crate) members: usize,
    /// Of these, how many post.
    pub(crate) senders: usize,
    /// Of these, how many never read.
    pub(crate) stuck: usize,
    /// Posts per second in all; `None`: flat out.
    pub(crate) rate: Option<f64>,
    /// Flat out: most posts under way in all, from sending to the last delivery.
    pub(crate) window: usize,
    /// Bytes of each text.
    pub(crate) payload: usize,
    /// How long is measured.
    pub(crate) seconds: f64,
}

impl Scenario {
    pub(crate) fn named(name: Name) -> Scenario {
        use Between::{Nobody, Pairs, Rooms};
        // The same work, and the same number of posts under way, as the rivals were measured at.
        let (between, rooms, members, senders, window, rate) = match name {
            Name::F1 => (Rooms, 1, 100, 10, 256, None),
            Name::F2 => (Rooms, 1, 2_000, 1, 64, None),
            Name::Mf => (Rooms, 500, 10, 10, 2_000, None),
            Name::D => (Pairs, 1_000, 2, 2, 1_000, None),
            Name::Lf => (Rooms, 1, 100, 10, 256, Some(200.0)),
            Name::Mp => (Rooms, 500, 10, 10, 2_000, Some(2_000.0)),
            Name::C => (Nobody, 10_000, 1, 0, 1, None),
        };
        Scenario {
            between,
            rooms,
            members,
            senders,
            stuck: 0,
            rate,
            window,
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
        limit("--rooms", self.rooms, 1..=20_000)?;
        limit("--members", self.members, 1..=20_000)?;
        if self.between == Between::Rooms {
            limit("--senders", self.senders, 1..=self.members)?;
        }
        anyhow::ensure!(
            self.between != Between::Pairs || (self.members == 2 && self.stuck == 0),
            "direct conversations have --members 2, and none of them --stuck"
        );
        anyhow::ensure!(
            self.senders + self.stuck <= self.members,
            "--senders and --stuck must fit in --members"
        );
        limit("--window", self.window, 1..=100_000)?;
        limit("--payload", self.payload, 1..=8_000)?;
        limit("connections in all", self.connections(), 1..=20_000)?;
        anyhow::ensure!(
            self.rate.is_none_or(|rate| (0.1..=1e6).contains(&rate)),
            "--rate must be from 0.1 to 1000000"
        );
        Ok(())
    }

    pub(crate) fn connections(&self) -> usize {
        self.rooms.saturating_mul(self.members)
    }

    /// Deliveries that one post has where `own` posts come back to who posts in a room.
    pub(crate) fn audience(&self, own: Own) -> u64 {
        let others = (self.members - self.stuck).saturating_sub(1) as u64;
        match (self.between, own) {
            (Between::Rooms, Own::Count) => others + 1,
            (Between::Rooms, Own::DontCount) => others,
            (Between::Pairs, _) => 1,
            (Between::Nobody, _) => 0,
        }
    }

    /// What the `n`th connection does.
    pub(crate) fn role(&self, n: usize) -> Role {
        let place = n % self.members;
        if place < self.senders {
            Role::Sender
        } else if place < self.members - self.stuck {
            Role::Reader
        } else {
            Role::Stuck
        }
    }
}

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Posts, and reads.
    Sender,
    /// Reads.
    Reader,
    /// Never reads.
    Stuck,
}
