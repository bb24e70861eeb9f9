//! Other servers on the same work, by the same load: what would they take?
//!
//! They store nothing, and none of them says whether what it took has reached anybody; so their
//! deliveries are counted and not checked one by one. Each is started on a free port of loopback,
//! with a configuration in which no limit bends the figures (docs/benchmarks.md).
//!
//! | file | owns |
//! |---|---|
//! | `config.rs` | how each is started |
//! | `speech.rs` | what is said to each, and how deliveries are counted in what it says |
//! | `bare.rs` | servers of our own that only write, to show what the system allows |

pub(crate) mod bare;
mod config;
pub(crate) mod speech;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use serde::Serialize;

use crate::process::Process;

/// How long one may take to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks at whether it has started.
const LOOK: Duration = Duration::from_millis(10);

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rival {
    /// Redis, publish and subscribe
    Redis,
    /// InspIRCd
    Inspircd,
    /// ngIRCd
    Ngircd,
    /// NATS without its store
    Nats,
    /// Mosquitto (MQTT), quality of service 0
    Mosquitto,
    /// No rival but the limit: one write for each recipient and round of a poll
    Bare,
    /// The limit at a low rate: one write for each recipient and message
    BareWrite,
}

impl Rival {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Rival::Redis => "redis",
            Rival::Inspircd => "inspircd",
            Rival::Ngircd => "ngircd",
            Rival::Nats => "nats",
            Rival::Mosquitto => "mosquitto",
            Rival::Bare => "bare",
            Rival::BareWrite => "bare-write",
        }
    }

    /// Whether it is a limit, and no rival.
    pub(crate) fn is_bare(self) -> bool {
        matches!(self, Rival::Bare | Rival::BareWrite)
    }

    /// Connections being set up at once. InspIRCd ends registrations once a second, so that few
    /// would time its timer; ngIRCd has a short queue, and many would time lost attempts.
    pub(crate) fn dialling(self) -> usize {
        match self {
            Rival::Ngircd => 8,
            _ => 1_000,
        }
    }

    /// Starts it.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub(crate) fn start(self) -> anyhow::Result<Running> {
        let dir = tempfile::tempdir()?;
        let port = free_port()?;
        let mut command = config::command(self, dir.path(), port)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}: is it installed?", self.name()))?;
        let mut running = Running {
            rival: self,
            port,
            process: Process::new(child, dir),
        };
        running.wait()?;
        Ok(running)
    }
}

/// One that runs, until this is dropped.
pub(crate) struct Running {
    pub(crate) rival: Rival,
    pub(crate) port: u16,
    pub(crate) process: Process,
}

impl Running {
    fn wait(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.process.child.try_wait()? {
                bail!("{} ended at once: {status}", self.rival.name());
            }
            if Instant::now() > until {
                bail!("{} does not listen", self.rival.name());
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }
}

fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
