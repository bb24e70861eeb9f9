//! Who may connect: connections in all, per address, and before their login.
//!
//! The accept loop owns the counts; a [`Permit`] tells it when a connection has logged in or ended,
//! and keeps the gauges of [`Stats`] right.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::config::LimitsSection;
use crate::stats::Stats;

/// What the gate hears of connections.
#[derive(Debug)]
enum News {
    LoggedIn,
    Ended { peer: SocketAddr, logged_in: bool },
    TurnedAway,
}

/// A connection's place. Dropping it gives the place back.
#[derive(Debug)]
pub struct Permit {
    peer: SocketAddr,
    logged_in: std::cell::Cell<bool>,
    news: UnboundedSender<News>,
    stats: Arc<Stats>,
}

impl Permit {
    /// Where the connection comes from.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The connection is no longer a stranger's.
    pub fn logged_in(&self) {
        if !self.logged_in.replace(true) {
            // Without a gate nobody counts.
            let _ = self.news.send(News::LoggedIn);
            self.stats.logged_in.up();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.stats.inside.down();
        if self.logged_in.get() {
            self.stats.logged_in.down();
        }
        let _ = self.news.send(News::Ended {
            peer: self.peer,
            logged_in: self.logged_in.get(),
        });
    }
}

/// A connection that finds no place and is told so: counts as a stranger's until this is dropped.
#[derive(Debug)]
pub struct Parting {
    news: UnboundedSender<News>,
}

impl Drop for Parting {
    fn drop(&mut self) {
        // Without a gate nobody counts.
        let _ = self.news.send(News::TurnedAway);
    }
}

/// Whether a connection may come in.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It may.
    Enter(Permit),
    /// It is told that there is no place, and when to try again.
    Full(Parting),
    /// It is dropped: there are too many to talk to.
    Drop,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Gate {
    limits: LimitsSection,
    all: usize,
    strangers: usize,
    by_address: HashMap<IpAddr, usize>,
    sender: UnboundedSender<News>,
    news: UnboundedReceiver<News>,
    stats: Arc<Stats>,
}

impl Gate {
    /// A gate with nobody inside.
    #[must_use]
    pub(crate) fn new(limits: LimitsSection, stats: Arc<Stats>) -> Gate {
        // Unbounded: two messages a connection at most, and connections are bounded.
        let (sender, news) = unbounded_channel();
        Gate {
            limits,
            all: 0,
            strangers: 0,
            by_address: HashMap::new(),
            sender,
            news,
            stats,
        }
    }

    /// Decides about a connection from `peer`.
    pub(crate) fn knock(&mut self, peer: SocketAddr) -> Verdict {
        self.hear();
        if self.strangers >= self.limits.unauthenticated {
            return Verdict::Drop;
        }
        let here = self.by_address.entry(peer.ip()).or_default();
        if self.all >= self.limits.connections || *here >= self.limits.connections_per_address {
            if *here == 0 {
                self.by_address.remove(&peer.ip());
            }
            // To tell somebody costs as much as to ask who it is.
            self.strangers += 1;
            return Verdict::Full(Parting {
                news: self.sender.clone(),
            });
        }
        *here += 1;
        self.all += 1;
        self.strangers += 1;
        self.stats.inside.up();
        Verdict::Enter(Permit {
            peer,
            logged_in: false.into(),
            news: self.sender.clone(),
            stats: self.stats.clone(),
        })
    }

    fn hear(&mut self) {
        while let Ok(news) = self.news.try_recv() {
            match news {
                News::LoggedIn | News::TurnedAway => self.strangers -= 1,
                News::Ended { peer, logged_in } => {
                    self.all -= 1;
                    if !logged_in {
                        self.strangers -= 1;
                    }
                    if let Some(here) = self.by_address.get_mut(&peer.ip()) {
                        *here -= 1;
                        if *here == 0 {
                            self.by_address.remove(&peer.ip());
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(connections: usize, per_address: usize, unauthenticated: usize) -> Gate {
        let limits = LimitsSection {
            connections,
            connections_per_address: per_address,
            unauthenticated,
            ..LimitsSection::default()
        };
        Gate::new(limits, Arc::default())
    }

    fn peer(last: u8) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, last], 1000))
    }

    fn enter(gate: &mut Gate, last: u8) -> Permit {
        match gate.knock(peer(last)) {
            Verdict::Enter(permit) => permit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bounded_connections_in_all_and_per_address() {
        let mut gate = gate(3, 2, 100);
        let first = enter(&mut gate, 1);
        let _second = enter(&mut gate, 1);
        assert!(
            matches!(gate.knock(peer(1)), Verdict::Full(_)),
            "two from one address"
        );
        let _third = enter(&mut gate, 2);
        assert!(
            matches!(gate.knock(peer(3)), Verdict::Full(_)),
            "three in all"
        );
        drop(first);
        let _fourth = enter(&mut gate, 3);
        assert_eq!(gate.by_address.len(), 3);
    }

    #[test]
    fn bounded_those_who_are_turned_away_are_strangers_meanwhile() {
        let mut gate = gate(1, 10, 2);
        let inside = enter(&mut gate, 1);
        inside.logged_in();
        let first = gate.knock(peer(2));
        let second = gate.knock(peer(3));
        assert!(matches!(
            (&first, &second),
            (Verdict::Full(_), Verdict::Full(_))
        ));
        assert!(matches!(gate.knock(peer(4)), Verdict::Drop));
        drop((first, second));
        assert!(matches!(gate.knock(peer(4)), Verdict::Full(_)));
        gate.hear();
        assert_eq!((gate.all, gate.strangers), (1, 0));
    }

    #[test]
    fn bounded_strangers() {
        let mut gate = gate(10, 10, 1);
        let first = enter(&mut gate, 1);
        assert!(matches!(gate.knock(peer(2)), Verdict::Drop));
        first.logged_in();
        first.logged_in();
        let second = enter(&mut gate, 2);
        let gauges = |gate: &Gate| (gate.stats.inside.get(), gate.stats.logged_in.get());
        assert_eq!(gauges(&gate), (2, 1));
        drop((first, second));
        assert_eq!(gauges(&gate), (0, 0));
        enter(&mut gate, 1);
        gate.hear();
        assert_eq!((gate.all, gate.strangers), (0, 0));
    }
}
