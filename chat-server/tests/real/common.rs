//! What tests with a real server share: a server on port 0 with a data directory of its own, and
//! clients over real TLS whose events are waited for, never slept for.

use std::future::Future;
use std::time::Duration;

use chat_client::{Client, Config, Event, Events, connect};
use chat_core::{Body, ConversationId, Entry, Fingerprint, Identity, Link, PostId, Seq, Text};
use chat_server::Server;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long anything may take that should happen at once. Only a failing test waits for it.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// Waits for something that should happen soon.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(SOON, future).await {
        Ok(done) => done,
        Err(_) => panic!("{what} did not happen"),
    }
}

/// A configuration on port 0 of loopback, without a limit on posts.
pub(crate) fn config(dir: &tempfile::TempDir) -> chat_server::Config {
    let mut config = chat_server::Config::default();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.data_dir = dir.path().join("server");
    config.limits.post_burst = 0;
    // Also on a small machine: what goes from one to the other is to be tested.
    config.server.workers = 2;
    config
}

/// A server that runs in this process.
pub(crate) struct Host {
    pub(crate) link: Link,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), chat_server::RunError>>,
}

impl Host {
    pub(crate) async fn start(config: chat_server::Config) -> Host {
        let server = Server::bind(config).await.expect("the server starts");
        let link = server.join_link().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async {
            stopped.await.unwrap_or_default();
        }));
        Host {
            link,
            stop,
            running,
        }
    }

    /// Stops it, as a signal would.
    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("it runs");
        soon("the server's end", self.running)
            .await
            .expect("it does not panic")
            .expect("it ends well");
    }
}

/// A fresh identity.
pub(crate) fn identity(seed: u8) -> Identity {
    Identity::from_seed(&[seed; 32])
}

/// Somebody who is connected.
pub(crate) struct Peer {
    pub(crate) client: Client,
    pub(crate) events: Events,
    pub(crate) lobby: ConversationId,
    pub(crate) welcome: chat_core::event::Welcome,
}

impl Peer {
    /// Joins `link` as account number `seed` with a nick, and waits until everything is announced.
    pub(crate) async fn join(link: &Link, seed: u8, nick: &str) -> Peer {
        let mut config = Config::new(link.clone(), identity(seed));
        config.nick = Some(nick.to_owned());
        Peer::with(config).await
    }

    /// Connects as `config` says.
    pub(crate) async fn with(config: Config) -> Peer {
        let (client, mut events) = connect(config);
        let mut lobby = None;
        let mut here = None;
        soon("a login", async {
            loop {
                match events.next().await.expect("the client lives") {
                    Event::Online { welcome, .. } => here = Some(welcome),
                    Event::Announced(c) if c.name.as_str() == "#lobby" => lobby = Some(c.id),
                    Event::Ready => return,
                    Event::Closed(error) => panic!("closed: {error}"),
                    Event::LoginRefused(refusal) => panic!("refused: {refusal}"),
                    _ => {}
                }
            }
        })
        .await;
        Peer {
            client,
            events,
            lobby: lobby.expect("everybody is in the lobby"),
            welcome: here.expect("online before ready"),
        }
    }

    /// The next event that `wanted` makes something of.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(Event) -> Option<T>,
    ) -> T {
        soon(what, async {
            loop {
                let event = self.events.next().await.expect("the client lives");
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
        })
        .await
    }

    /// The next entry.
    pub(crate) async fn entry(&mut self) -> Entry {
        self.until("an entry", |event| match event {
            Event::Entry(entry) => Some(entry),
            Event::Skipped { .. } => panic!("entries were skipped"),
            Event::Closed(error) => panic!("closed: {error}"),
            _ => None,
        })
        .await
    }

    /// Says something in the lobby and waits until it is stored.
    pub(crate) async fn say(&self, text: &str) -> Seq {
        soon("an acknowledgement", self.client.say(self.lobby, text))
            .await
            .expect("stored")
    }

    /// Says something in the lobby and waits for nothing.
    pub(crate) fn post(&self, text: &str) -> PostId {
        let post = Client::new_post_id();
        self.client.post(chat_client::Pending {
            post,
            conversation: self.lobby,
            body: Body::Post(Text::new(text)),
        });
        post
    }
}

/// A link with a fingerprint that is another server's.
pub(crate) fn wrong_fingerprint(link: &Link) -> Link {
    Link {
        fingerprint: Some(Fingerprint([7; 32])),
        ..link.clone()
    }
}
