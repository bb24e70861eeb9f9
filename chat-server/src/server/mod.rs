//! The server: puts hub, journal, workers and the accept loop together, and stops them in order.
//!
//! | file | owns |
//! |---|---|
//! | `address.rs` | the listener, and the join link |
//! | `accept.rs` | the accept loop |
//! | `decide.rs` | the hub's thread |
//! | `pace.rs` | when it decides the next batch |
//! | `threads.rs` | all threads, their start and their stop |

mod accept;
mod address;
mod decide;
mod pace;
mod threads;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chat_core::Link;
use tokio::net::TcpListener;

use crate::config::{Config, ConfigError, Plaintext};
use crate::contents::Directory;
use crate::files::{DataDir, DataDirError};
use crate::gate::Gate;
use crate::journal::{Store, StoreError};
use crate::stats::Stats;
#[cfg(unix)]
use crate::status;
use crate::tls::{Tls, TlsError};

use accept::accept;
use address::{link, listen};
use threads::{Parts, Threads};

/// Why a server does not start. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data directory can't be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The certificate can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Nothing can be listened on there.
    #[error("cannot listen on {address}: {}", why_not(.error))]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The system gives no threads or no random numbers.
    #[error("the system is short of something: {0}")]
    System(#[from] io::Error),
}

fn why_not(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program is using that port: stop it, or choose another with --listen".into()
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need special rights: choose another with --listen".into()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address: choose another with --listen".into()
        }
        _ => error.to_string(),
    }
}

/// Why a server ended otherwise than it was told to. What was acknowledged is in the store.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The hub's thread has ended, as when the store can't be read after a failed commit.
    #[error("the server had to stop, its log says why: mend that and start it again")]
    HubEnded,
    /// It did not stop within its time.
    #[error("the server did not stop within 10 s, and was left")]
    Stuck,
}

/// A server that has its port, its store and its threads, and accepts nobody yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    link: Link,
    stats: Arc<Stats>,
    gate: Gate,
    threads: Threads,
    #[cfg(unix)]
    status: Option<status::Door>,
    // Held until everything else has ended.
    _data_dir: DataDir,
}

impl Server {
    /// Opens the data directory, the store and the port, and starts the threads. Needs a tokio
    /// runtime with IO.
    ///
    /// # Errors
    /// [`StartError`] says what is wrong and what to do.
    pub async fn bind(config: Config) -> Result<Server, StartError> {
        config.check()?;
        let path = data_dir(&config)?;
        let data_dir = DataDir::open(&path)?;
        let store = Store::open(&store_path(&path), &config.store, random()?)?;
        let contents = Directory::open(&path).map_err(|error| DataDirError::Io {
            path: path.join("files"),
            error,
        })?;
        let tls = match config.server.plaintext {
            Plaintext::Never => Some(Tls::open(&config.tls, &path)?),
            Plaintext::Loopback | Plaintext::Anywhere => None,
        };
        let invite = if config.server.invite_only {
            Some(data_dir.invite()?)
        } else {
            None
        };
        let (listener, address) = listen(config.server.listen)?;
        let link = link(&config, address, tls.as_ref(), invite.clone());
        let stats = Arc::new(Stats::new(config.workers()));
        let parts = Parts {
            config: &config,
            store,
            contents,
            tls,
            invite,
            link: &link,
            stats: stats.clone(),
        };
        let threads = Threads::start(parts)?;
        #[cfg(unix)]
        let status = status::Door::make(
            &path,
            status::Source {
                stats: stats.clone(),
                started: std::time::Instant::now(),
                listen: address,
                tls: !link.plaintext,
                connections_max: config.limits.connections,
                store: store_path(&path),
            },
        );
        Ok(Server {
            listener,
            address,
            link,
            gate: Gate::new(config.limits, stats.clone()),
            stats,
            threads,
            #[cfg(unix)]
            status,
            _data_dir: data_dir,
        })
    }

    /// The address that it listens on, with the port that it got.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What others join it with.
    #[must_use]
    pub fn join_link(&self) -> &Link {
        &self.link
    }

    /// What it counts.
    #[must_use]
    pub fn stats(&self) -> Arc<Stats> {
        self.stats.clone()
    }

    /// Serves until `shutdown` is ready; then commits what was decided, tells every client that
    /// the server restarts and when to come back, and closes. That takes at most 10 s.
    ///
    /// # Errors
    /// [`RunError`], when it ended otherwise.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), RunError> {
        #[cfg(unix)]
        let _status = self.status.take().and_then(status::Door::open);
        tracing::info!(listen = %self.address, version = env!("CARGO_PKG_VERSION"), "server runs");
        let accepting = accept(
            &self.listener,
            &mut self.gate,
            &self.threads.workers,
            &self.stats,
        );
        let told = tokio::select! {
            () = accepting => Ok(()),
            () = shutdown => Ok(()),
            // Nobody would be answered any more: better no server than one that only accepts.
            _ = &mut self.threads.hub_ended => Err(RunError::HubEnded),
        };
        tracing::info!("server stops");
        drop(self.listener);
        let ended = tokio::task::spawn_blocking(move || self.threads.stop());
        // The threads have bounds of their own; this one holds whatever they do.
        match tokio::time::timeout(Duration::from_secs(10), ended).await {
            Ok(Ok(())) => tracing::info!("server stopped"),
            _ => return Err(RunError::Stuck),
        }
        told
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// The data directory of a configuration: the one that it names, or the system's place for it.
///
/// # Errors
/// [`DataDirError::NoPlace`], when the system has none.
pub fn data_dir(config: &Config) -> Result<PathBuf, DataDirError> {
    match config.server.data_dir.as_os_str().is_empty() {
        true => DataDir::standard(),
        false => Ok(config.server.data_dir.clone()),
    }
}

/// Where the store of a data directory is.
#[must_use]
pub fn store_path(data_dir: &Path) -> PathBuf {
    data_dir.join("chat.db")
}
