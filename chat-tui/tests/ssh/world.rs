//! What the tests take place in: a chat server with bob on it in this process, and an `sshd` that
//! others come in by.

use chat_client::{Client, Config, Event, Events, connect};
use chat_core::event::Change;
use chat_core::{ConversationId, Identity, Link};
use chat_server::Server;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::sshd::Sshd;
use crate::terminal::PATIENCE;
use crate::visit::{Account, Visit};

/// See the module. It all ends when it is dropped.
pub(crate) struct World {
    pub(crate) bob: Person,
    sshd: Sshd,
    link: Link,
    _stop: oneshot::Sender<()>,
    _dir: TempDir,
}

impl World {
    /// Starts everything; `None` where there is no OpenSSH.
    pub(crate) async fn start() -> Option<World> {
        let sshd = Sshd::start()?;
        let dir = tempfile::tempdir().expect("a directory");
        let mut config = chat_server::Config::default();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.server.data_dir = dir.path().to_owned();
        config.server.workers = 1;
        let server = Server::bind(config).await.expect("starts");
        let link = server.join_link().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server.run(async {
            // Stopped by being dropped.
            drop(stopped.await);
        }));
        Some(World {
            bob: Person::join(&link, "bob").await,
            sshd,
            link,
            _stop: stop,
            _dir: dir,
        })
    }

    /// Somebody comes in by ssh and sees who is in the lobby.
    pub(crate) async fn visit<'a>(&self, account: &'a Account) -> Visit<'a> {
        let mut visit = account.visits(&self.sshd, &format!("join '{}'", self.link));
        visit.terminal.until_shown("● bob").await;
        visit
    }

    /// Somebody comes in by ssh and chats in lines.
    pub(crate) fn visit_in_lines<'a>(&self, account: &'a Account) -> Visit<'a> {
        account.visits(&self.sshd, &format!("join '{}' --plain", self.link))
    }
}

/// Somebody who chats without a screen.
pub(crate) struct Person {
    client: Client,
    events: Events,
    lobby: ConversationId,
}

impl Person {
    pub(crate) async fn join(link: &Link, nick: &str) -> Person {
        let mut config = Config::new(link.clone(), Identity::from_seed(&[7; 32]));
        config.nick = Some(nick.to_owned());
        let (client, mut events) = connect(config);
        let lobby = until(&mut events, |event| match event {
            Event::Announced(conversation) => Some(conversation.id),
            _ => None,
        });
        Person {
            lobby: lobby.await,
            client,
            events,
        }
    }

    /// Posts in the lobby.
    pub(crate) async fn says(&self, text: &str) {
        let said = self.client.say(self.lobby, text).await;
        said.expect("stored");
    }

    /// Waits until this happens to somebody in the lobby's roster.
    pub(crate) async fn sees(&mut self, nick: &str, what: Change) {
        let lobby = self.lobby;
        until(&mut self.events, |event| match event {
            Event::RosterChanged {
                conversation,
                change,
            } => {
                let is_it = *conversation == lobby
                    && change.person.nick.as_str() == nick
                    && change.what == what;
                is_it.then_some(())
            }
            _ => None,
        })
        .await;
    }

    /// Waits until the server is gone.
    pub(crate) async fn loses_the_server(&mut self) {
        until(&mut self.events, |event| match event {
            Event::Offline { .. } => Some(()),
            _ => None,
        })
        .await;
    }
}

async fn until<T>(events: &mut Events, wanted: impl Fn(&Event) -> Option<T>) -> T {
    let found = async {
        while let Some(event) = events.next().await {
            if let Some(found) = wanted(&event) {
                return found;
            }
        }
        panic!("bob's connection has ended");
    };
    timeout(PATIENCE, found).await.expect("it took too long")
}
