//! What is loaded: our server, or another one.

use std::time::Duration;

use crate::load::count::Own;
use crate::process::Process;
use crate::rivals::Running;
use crate::server::Server;

/// See the module.
pub(crate) enum Target {
    Chat(Server),
    Rival(Running),
}

impl Target {
    /// What it is called.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Target::Chat(_) => "chat",
            Target::Rival(running) => running.rival.name(),
        }
    }

    /// How it is spoken to.
    pub(crate) fn transport(&self) -> &'static str {
        match self {
            Target::Chat(server) => server.transport(),
            Target::Rival(_) => "tcp",
        }
    }

    /// Whether what somebody posts in a room comes back to them.
    pub(crate) fn own(&self) -> Own {
        match self {
            Target::Chat(_) => Own::Count,
            Target::Rival(running) => running.rival.own(),
        }
    }

    /// Its process; `None` where that isn't known.
    pub(crate) fn process(&self) -> Option<&Process> {
        match self {
            Target::Chat(server) => server.process(),
            Target::Rival(running) => Some(&running.process),
        }
    }

    /// What it has run so far.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        match self {
            Target::Chat(server) => server.cpu(),
            Target::Rival(running) => running.process.cpu(),
        }
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        match self {
            Target::Chat(server) => server.resident_kib(),
            Target::Rival(running) => running.process.resident_kib(),
        }
    }
}
