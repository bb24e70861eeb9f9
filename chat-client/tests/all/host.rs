//! A real server on loopback.

use chat_client::Config;
use chat_core::{Identity, Link};
use chat_server::Server;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::person::Person;

pub(crate) struct Host {
    pub(crate) link: Link,
    config: chat_server::Config,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), chat_server::RunError>>,
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
        self.running.await.expect("stops").expect("as it was told");
        Host::run(self.config, self.dir).await
    }

    /// Where it keeps the contents of files.
    pub(crate) fn files(&self) -> std::path::PathBuf {
        self.dir.path().join("files")
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
