//! The server: puts hub, journal, workers and the accept loop together, and stops them in order.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chat_core::event::Bye;
use chat_core::{Code, Link, Millis, Text};
use tokio::net::TcpListener;

use crate::config::{Config, ConfigError, Plaintext};
use crate::files::{DataDir, DataDirError};
use crate::gate::{Gate, Verdict};
use crate::hub::{Effects, Hub, Input, Rules};
use crate::journal::{self, Store, StoreError, ToHub, Unit};
use crate::session::Terms;
use crate::stats::Stats;
use crate::tls::{Tls, TlsError};
use crate::worker::{Accepted, Tools, Workers};

/// Connections that the system holds until they are accepted: a room's worth after a restart.
const BACKLOG: u32 = 4_096;

/// Inputs that the hub decides in one batch at most.
const BATCH: usize = 1_024;

/// Batches that wait for the journal at most: while one is committed the next is decided.
const UNITS: usize = 2;

/// When clients are told to come back after a stop, in milliseconds.
const RETRY_MS: u64 = 1_000;

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

/// A server that has its port, its store and its threads, and accepts nobody yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    link: Link,
    stats: Arc<Stats>,
    gate: Gate,
    threads: Threads,
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
        let path = match config.server.data_dir.as_os_str().is_empty() {
            true => DataDir::standard()?,
            false => config.server.data_dir.clone(),
        };
        let data_dir = DataDir::open(&path)?;
        let store = Store::open(&path.join("chat.db"), &config.store, random()?)?;
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
        let stats = Arc::new(Stats::default());
        let parts = Parts {
            config: &config,
            store,
            tls,
            invite,
            link: &link,
            stats: stats.clone(),
        };
        let threads = Threads::start(parts)?;
        Ok(Server {
            listener,
            address,
            link,
            stats,
            gate: Gate::new(config.limits),
            threads,
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
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let accepting = accept(
            &self.listener,
            &mut self.gate,
            &self.threads.workers,
            &self.stats,
        );
        tokio::select! {
            () = accepting => {}
            () = shutdown => {}
        }
        tracing::info!("server stops");
        drop(self.listener);
        let ended = tokio::task::spawn_blocking(move || self.threads.stop());
        // The threads have bounds of their own; this one holds whatever they do.
        match tokio::time::timeout(Duration::from_secs(10), ended).await {
            Ok(Ok(())) => tracing::info!("server stopped"),
            _ => tracing::error!("server did not stop in time"),
        }
    }
}

/// Accepts connections for ever.
async fn accept(listener: &TcpListener, gate: &mut Gate, workers: &Workers, stats: &Stats) {
    let mut next = 0;
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: goes on when some are closed.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let permit = match gate.knock(peer) {
            Verdict::Enter(permit) => Some(permit),
            Verdict::Full => None,
            Verdict::Drop => {
                stats.full.add();
                tracing::debug!(%peer, "too many strangers, connection dropped");
                continue;
            }
        };
        if permit.is_none() {
            stats.full.add();
        }
        // Small frames go out at once: without this, answers wait for the peer's delayed ACK.
        let stream = stream.set_nodelay(true).and_then(|()| stream.into_std());
        match stream {
            Ok(stream) => workers.connected(
                next,
                Accepted {
                    stream,
                    peer,
                    permit,
                },
            ),
            Err(error) => tracing::debug!(%peer, %error, "connection went at once"),
        }
        next = (next + 1) % workers.count();
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let domain = socket2::Domain::for_address(address);
    let open = || {
        let socket = socket2::Socket::new(domain, socket2::Type::STREAM, None)?;
        // A restart must not wait for the old connections' TIME_WAIT. Windows has no such wait, and
        // the option would let two servers share a port there.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG.cast_signed())?;
        TcpListener::from_std(socket.into())
    };
    let listener = open().map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn link(config: &Config, address: SocketAddr, tls: Option<&Tls>, invite: Option<String>) -> Link {
    let public = config.server.public_address.parse::<Link>().ok();
    let (host, port) = match public {
        Some(public) if config.server.public_address.contains(':') => (public.host, public.port),
        Some(public) => (public.host, address.port()),
        None => (reachable(address.ip()).to_string(), address.port()),
    };
    Link {
        host,
        port,
        fingerprint: tls.map(|tls| tls.fingerprint),
        invite,
        plaintext: tls.is_none(),
    }
}

/// An address that others on the network reach, where `listening` means all of them.
fn reachable(listening: IpAddr) -> IpAddr {
    if !listening.is_unspecified() {
        return listening;
    }
    let addresses = if_addrs::get_if_addrs().unwrap_or_default();
    let mut own = addresses
        .iter()
        .filter(|a| !a.is_loopback() && !a.is_link_local())
        .map(|a| a.ip());
    let v4 = own.clone().find(IpAddr::is_ipv4);
    v4.or_else(|| own.next())
        .unwrap_or(IpAddr::from([127, 0, 0, 1]))
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// What the threads are started with.
struct Parts<'a> {
    config: &'a Config,
    store: Store,
    tls: Option<Tls>,
    invite: Option<String>,
    link: &'a Link,
    stats: Arc<Stats>,
}

/// The hub's, the journal's and the workers' threads.
struct Threads {
    hub: Sender<ToHub>,
    workers: Workers,
    deciding: Vec<JoinHandle<()>>,
    working: Vec<JoinHandle<()>>,
}

impl Threads {
    fn start(parts: Parts<'_>) -> Result<Threads, StartError> {
        let Parts {
            config,
            store,
            tls,
            invite,
            link,
            stats,
        } = parts;
        let name = if config.server.name.is_empty() {
            &link.host
        } else {
            &config.server.name
        };
        let rules = Rules {
            server: Text::line(name, chat_core::limits::LINE_BYTES),
            epoch: store.epoch,
            invite_only: invite.is_some(),
            limits: config.limits.clone(),
            roster: config.roster.clone(),
        };
        let terms = Arc::new(Terms {
            invite,
            login_ms: config.limits.login_seconds * 1000,
            login_bytes: config.limits.login_bytes,
            agent: concat!("chat-server ", env!("CARGO_PKG_VERSION")).to_owned(),
        });
        // Unbounded: each worker bounds the requests that it has here.
        let (hub, inbox) = channel();
        let (units, decided) = sync_channel(UNITS);
        let (workers, inboxes) = Workers::new(config.workers());
        let mut threads = Threads {
            hub,
            workers,
            deciding: Vec::new(),
            working: Vec::new(),
        };
        for (worker, inbox) in (0u16..).zip(inboxes) {
            let tools = Tools {
                worker,
                terms: terms.clone(),
                tls: tls.as_ref().map(|tls| tls.config.clone()),
                hub: threads.hub.clone(),
                reader: store.reader()?,
                stats: stats.clone(),
            };
            let started = threads.workers.start(tools, inbox)?;
            threads.working.push(started);
        }
        let (writer, state) = store.into_writer()?;
        let (to_hub, workers) = (threads.hub.clone(), threads.workers.clone());
        let journal = move || journal::run(writer, &decided, &to_hub, &workers);
        threads.deciding.push(
            std::thread::Builder::new()
                .name("journal".into())
                .spawn(journal)?,
        );
        let hub = Hub::new(rules, state);
        let period = Duration::from_secs(config.roster.period_seconds);
        let decide = move || decide(hub, &inbox, &units, period);
        threads.deciding.push(
            std::thread::Builder::new()
                .name("hub".into())
                .spawn(decide)?,
        );
        Ok(threads)
    }

    /// Stops in order: what was decided is committed and answered before anybody is told goodbye.
    fn stop(&mut self) {
        // A thread that has ended needs no telling.
        let _ = self.hub.send(ToHub::Stop);
        self.join(|threads| &mut threads.deciding);
        let text = Text::new("the server restarts: your client comes back by itself");
        self.workers.stop(&Bye {
            code: Code::Restarting,
            text,
            retry_after_ms: Some(RETRY_MS),
        });
        self.join(|threads| &mut threads.working);
    }

    fn join(&mut self, which: impl Fn(&mut Threads) -> &mut Vec<JoinHandle<()>>) {
        for thread in which(self).drain(..) {
            let name = thread.thread().name().unwrap_or_default().to_owned();
            if thread.join().is_err() {
                tracing::error!(name, "a thread panicked");
            }
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if !self.working.is_empty() {
            self.stop();
        }
    }
}

/// The hub's thread: decides batches until it is told to stop.
fn decide(mut hub: Hub, inbox: &Receiver<ToHub>, units: &SyncSender<Unit>, period: Duration) {
    let mut generation = 0;
    let mut roster_due: Option<Instant> = None;
    loop {
        let first = match roster_due {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => ToHub::Input(Input::RosterDue),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut effects = Effects::default();
        for message in std::iter::once(first).chain(inbox.try_iter()).take(BATCH) {
            let now = wall_clock();
            match message {
                ToHub::Input(input) => hub.handle(now, input, &mut effects),
                ToHub::Failed {
                    generation: failed,
                    state,
                } => {
                    // What this batch decided on the lost state is refused with it.
                    if units
                        .send(Unit {
                            generation,
                            effects: std::mem::take(&mut effects),
                        })
                        .is_err()
                    {
                        return;
                    }
                    generation = failed;
                    hub.handle(now, Input::Reset { state }, &mut effects);
                }
                ToHub::Stop => {
                    // The journal commits what it has and ends with this channel.
                    let _ = units.send(Unit {
                        generation,
                        effects,
                    });
                    return;
                }
            }
        }
        roster_due = match (hub.wants_roster_due(), roster_due) {
            (false, _) => None,
            (true, Some(due)) if due > Instant::now() => Some(due),
            (true, _) => Some(Instant::now() + period),
        };
        if !effects.is_empty()
            && units
                .send(Unit {
                    generation,
                    effects,
                })
                .is_err()
        {
            return;
        }
    }
}

fn wall_clock() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Where the store of a data directory is.
#[must_use]
pub fn store_path(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("chat.db")
}
