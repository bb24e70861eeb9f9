//! The threads of a server: the hub's, the journal's, the workers', the contents'. Started together, stopped in
//! order.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use chat_core::event::Bye;
use chat_core::{Code, Link, Text};
use tokio::sync::oneshot;

use super::{StartError, decide};
use crate::config::Config;
use crate::contents::{Contents, Directory, Receiver};
use crate::hub::{Hub, Rules};
use crate::journal::{self, Store, ToHub, Ways};
use crate::painter;
use crate::session::Terms;
use crate::stats::Stats;
use crate::tls::Tls;
use crate::worker::{Tools, Workers};

/// Batches that wait for the journal at most: while one is committed the next is decided.
const UNITS: usize = 2;

/// When clients are told to come back after a stop, in milliseconds.
const RETRY_MS: u64 = 1_000;

/// What the threads are started with.
pub(super) struct Parts<'a> {
    pub(super) config: &'a Config,
    pub(super) store: Store,
    pub(super) contents: Directory,
    pub(super) tls: Option<Tls>,
    pub(super) invite: Option<String>,
    pub(super) link: &'a Link,
    pub(super) stats: Arc<Stats>,
}

/// The hub's, the journal's, the workers' and the contents' threads.
pub(super) struct Threads {
    hub: Sender<ToHub>,
    pub(super) workers: Workers,
    /// Errs once the hub's thread has ended: told to, or because the store can't be read any more.
    pub(super) hub_ended: oneshot::Receiver<()>,
    deciding: Vec<JoinHandle<()>>,
    working: Vec<JoinHandle<()>>,
    keeping: Vec<JoinHandle<()>>,
}

impl Threads {
    pub(super) fn start(parts: Parts<'_>) -> Result<Threads, StartError> {
        let Parts {
            config,
            store,
            contents,
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
            files: config.files.clone(),
        };
        let terms = Arc::new(Terms {
            invite,
            login_ms: config.limits.login_seconds * 1000,
            login_bytes: config.limits.login_bytes,
            agent: concat!("chat-server ", env!("CARGO_PKG_VERSION")).to_owned(),
        });
        // Unbounded: each worker bounds the requests that it has here.
        let (hub, inbox) = channel();
        let (to_journal, decided) = sync_channel(UNITS);
        let (workers, inboxes) = Workers::new(config.workers());
        let full_retry_ms = config.limits.full_retry_seconds * 1000;
        let (to_contents, of_contents) = Contents::queue();
        let (deciding, hub_ended) = oneshot::channel();
        let mut threads = Threads {
            hub,
            workers,
            hub_ended,
            deciding: Vec::new(),
            working: Vec::new(),
            keeping: Vec::new(),
        };
        for (worker, inbox) in (0u16..).zip(inboxes) {
            let tools = Tools {
                worker,
                terms: terms.clone(),
                tls: tls.as_ref().map(|tls| tls.config.clone()),
                hub: threads.hub.clone(),
                contents: to_contents.clone(),
                reader: store.reader(contents.clone())?,
                stats: stats.clone(),
                full_retry_ms,
            };
            let started = threads.workers.start(tools, inbox)?;
            threads.working.push(started);
        }
        let store_reader = store.reader_of_canvases(contents.clone())?;
        let (writer, state) = store.into_writer()?;
        let keeps = Contents {
            receiver: Receiver::new(contents),
            held: state.files.all_held().collect(),
            hub: threads.hub.clone(),
            workers: threads.workers.clone(),
        };
        threads.keeping.push(keeps.start(of_contents)?);
        let (to_painter, pictures) = channel();
        let (reader, hub) = (store_reader, threads.hub.clone());
        let painter = move || painter::run(reader, &pictures, &hub);
        threads.keeping.push(
            std::thread::Builder::new()
                .name("painter".into())
                .spawn(painter)?,
        );
        let ways = Ways {
            painter: to_painter,
            hub: threads.hub.clone(),
            workers: threads.workers.clone(),
            contents: to_contents,
            stats: stats.clone(),
        };
        let journal = move || journal::run(writer, &decided, &ways);
        threads.deciding.push(
            std::thread::Builder::new()
                .name("journal".into())
                .spawn(journal)?,
        );
        let hub = Hub::new(rules, state);
        let period = Duration::from_secs(config.roster.period_seconds);
        let of_hub = threads.workers.clone();
        let decide = move || {
            // Dropped when the thread ends, whatever the reason.
            let _deciding: oneshot::Sender<()> = deciding;
            decide::decide(hub, &inbox, &to_journal, &of_hub, period, &stats.hub);
        };
        threads.deciding.push(
            std::thread::Builder::new()
                .name("hub".into())
                .spawn(decide)?,
        );
        Ok(threads)
    }

    /// Stops in order: what was decided is committed and answered before anybody is told goodbye.
    pub(super) fn stop(&mut self) {
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
        // Nobody is left who could tell it something.
        self.join(|threads| &mut threads.keeping);
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

#[cfg(test)]
mod tests {
    use super::super::{RunError, Server};
    use super::*;
    use crate::config::Plaintext;

    #[tokio::test]
    async fn a_server_without_its_hub_stops() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut config = Config::default();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.server.data_dir = dir.path().into();
        config.server.plaintext = Plaintext::Loopback;
        let server = Server::bind(config).await.expect("it starts");
        // What the journal says when it can't read what it holds after a failed commit.
        server
            .threads
            .hub
            .send(ToHub::Stop)
            .expect("the hub is there");
        let ended = server.run(std::future::pending()).await;
        assert!(matches!(ended, Err(RunError::HubEnded)), "{ended:?}");
    }
}
