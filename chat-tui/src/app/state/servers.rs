//! Servers: those that are known, the one that this is, and the one in this process.

use chat_core::{Fingerprint, Link, Millis};

use super::security::Vouched;

/// What is known of servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Servers {
    /// Host and port of the one that this is, in lower case.
    pub here: String,
    /// All that are known, the last used first.
    pub known: Vec<KnownServer>,
    /// Where one was before, if this one has not been reached yet: going back is better than ending.
    pub back: Option<Link>,
    /// The own public key, which is the account everywhere.
    pub key: String,
}

/// A server that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownServer {
    /// How it is reached, without what is secret and what proves it.
    pub link: Link,
    /// What it calls itself; empty while that is not known.
    pub name: String,
    /// What one is called there; empty while that is not known.
    pub nick: String,
    /// When one was last there; 0 while that is not known.
    pub used: Millis,
    /// The certificate that was accepted.
    pub pin: Option<Fingerprint>,
    /// Who said that it is the right one.
    pub vouched: Option<Vouched>,
    /// Whether it ran in this program's own process.
    pub hosted: Hosted,
}

/// Whether a server runs, or ran, in this program's own process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hosted {
    /// It is another's.
    #[default]
    No,
    /// It did when one was last there.
    Once,
}

impl KnownServer {
    /// Host and port, in lower case: what everything kept of it belongs to.
    #[must_use]
    pub fn address(&self) -> String {
        self.link.address().to_lowercase()
    }
}

impl Servers {
    /// A server that is known.
    #[must_use]
    pub fn get(&self, address: &str) -> Option<&KnownServer> {
        self.known.iter().find(|server| server.address() == address)
    }
}
