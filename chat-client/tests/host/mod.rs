//! A real server on loopback, and clients of it.

use std::time::Duration;

use chat_client::{Client, Config, Event, Events, connect};
use chat_core::{Identity, Link};
use chat_server::Server;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Far more than anything here takes; a test that hangs ends.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Host {
    pub(crate) link: Link,
    config: chat_server::Config,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
    dir: TempDir,
}

impl Host {
    pub(crate) async fn start(change: impl FnOnce(&mut chat_server::Config)) -> Host {
        let dir = tempfile::tempdir().expect("a directory");
        let mut config = chat_server::Config::default();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.server.data_dir = dir.path().to_owned();
        config.server.workers = 1;
        change(&mut config);
        Host::run(config, dir).await
    }

    async fn run(mut config: chat_server::Config, dir: TempDir) -> Host {
        let server = Server::bind(config.clone()).await.expect("starts");
        config.server.listen = server.local_addr();
        let link = server.join_link().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async {
            // Stopped by a word or by being dropped.
            drop(stopped.await);
        }));
        Host {
            link,
            config,
            stop,
            running,
            dir,
        }
    }

    /// Stops it, as an administrator does, and starts it again: the same port, the same store.
    pub(crate) async fn restart(self) -> Host {
        drop(self.stop);
        self.running.await.expect("stops");
        Host::run(self.config, self.dir).await
    }

    /// What somebody needs who joins as `nick`.
    pub(crate) fn config(&self, nick: &str) -> Config {
        let mut seed = [0; 32];
        seed[..nick.len()].copy_from_slice(nick.as_bytes());
        let mut config = Config::new(self.link.clone(), Identity::from_seed(&seed));
        config.nick = Some(nick.to_owned());
        config
    }

    /// Joins as `nick`.
    pub(crate) fn join(&self, nick: &str) -> Person {
        Person::new(self.config(nick))
    }
}

/// A client and what it was told.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) events: Events,
}

impl Person {
    pub(crate) fn new(config: Config) -> Person {
        let (client, events) = connect(config);
        Person { client, events }
    }

    /// Reads events until one is what is wanted.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let found = async {
            while let Some(event) = self.events.next().await {
                if let Some(found) = wanted(&event) {
                    return Some(found);
                }
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.expect("it took too long").expect("it closed first")
    }

    pub(crate) async fn until_ready(&mut self) {
        self.until(|event| matches!(event, Event::Ready).then_some(()))
            .await;
    }

    /// The texts of the next entries.
    pub(crate) async fn hears(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            texts.push(
                self.until(|event| match event {
                    Event::Entry(entry) => Some(entry.body.text().to_owned()),
                    _ => None,
                })
                .await,
            );
        }
        texts
    }

    pub(crate) async fn closes(&mut self) -> chat_client::Error {
        self.until(|event| match event {
            Event::Closed(error) => Some(error.clone()),
            _ => None,
        })
        .await
    }
}
