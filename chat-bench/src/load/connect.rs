//! Everybody arrives.

use anyhow::{Context, bail};
use chat_core::{ConversationId, Text};

use crate::load::chat::{self, Client, Place};
use crate::load::count::Own;
use crate::load::crowd::{Member, Reader};
use crate::load::dial::{Dialled, Parts};
use crate::load::pace::{Poster, Sender};
use crate::load::scenario::{Between, Role, Scenario};
use crate::load::socket::Socket;
use crate::load::target::Target;
use crate::load::tls;
use crate::rivals::Running;
use crate::rivals::speech::Address;
use crate::server::Server;

/// Connections being set up at once with our server.
const DIALLING: usize = 32;

/// Everybody, in their places.
#[derive(Default)]
pub(crate) struct Arrived {
    pub(crate) members: Vec<Member>,
    /// Of these, who posts, in the order of their turns: rooms take turns, not the members of one.
    pub(crate) senders: Vec<Sender>,
    /// Those who never read; kept, so that they stay connected.
    pub(crate) stuck: Vec<Parts>,
}

impl Arrived {
    /// Connects everybody; those of one conversation stand side by side.
    ///
    /// # Errors
    /// The first that could not connect, log in or enter its conversation.
    pub(crate) async fn at(target: &Target, scenario: &Scenario) -> anyhow::Result<Arrived> {
        let mut arrived = Arrived::default();
        match target {
            Target::Chat(server) => arrived.chat(server, scenario).await?,
            Target::Rival(running) => arrived.rival(running, scenario).await?,
        }
        let per_room = scenario.senders.max(1);
        let mut turns: Vec<(usize, Sender)> = arrived.senders.into_iter().enumerate().collect();
        turns.sort_by_key(|(n, _)| (n % per_room, n / per_room));
        arrived.senders = turns.into_iter().map(|(_, sender)| sender).collect();
        Ok(arrived)
    }

    async fn chat(&mut self, server: &Server, scenario: &Scenario) -> anyhow::Result<()> {
        let (salt, tag) = salt()?;
        let nick = |n: usize| format!("b{tag:x}.{n}");
        let place = |n: usize| match scenario.between {
            Between::Rooms => {
                let room = n / scenario.members;
                Some(Place::Room(format!("bench-{tag:x}-{room}")))
            }
            Between::Pairs => Some(Place::Direct(nick(n ^ 1))),
            Between::Nobody => None,
        };
        let clients = log_in(server, scenario.connections(), &salt, nick).await?;
        // Of two people both have to be there before one can open their conversation.
        let entering = clients.into_iter().enumerate().map(|(n, mut client)| {
            let place = place(n);
            async move {
                let conversation = match place {
                    Some(place) => client.enter(place).await?,
                    None => ConversationId(0),
                };
                Ok((client, conversation))
            }
        });
        let entered = some_at_once(DIALLING, entering).await?;
        for (n, (client, conversation)) in entered.into_iter().enumerate() {
            let reader = Reader::Chat(chat::Reader {
                conversation,
                account: client.account,
                own: match scenario.between {
                    Between::Pairs => Own::DontCount,
                    _ => Own::Count,
                },
                last: None,
            });
            let poster = || {
                Poster::Chat(chat::Poster {
                    conversation,
                    text: Text::new(&"x".repeat(scenario.payload)),
                })
            };
            self.add(scenario.role(n), client.connection, reader, poster)?;
        }
        Ok(())
    }

    async fn rival(&mut self, running: &Running, scenario: &Scenario) -> anyhow::Result<()> {
        let (rival, port) = (running.rival, running.port);
        let between = scenario.between;
        let room = |n: usize| Address::Room(n / scenario.members);
        let greeting = (0..scenario.connections()).map(|n| {
            let address = match between {
                Between::Rooms => room(n),
                Between::Pairs | Between::Nobody => Address::Person(n),
            };
            async move {
                let mut connection = Dialled::plain("127.0.0.1", port).await?;
                rival.greet(&mut connection, n, address).await?;
                Ok(connection)
            }
        });
        let connections = some_at_once(rival.dialling(), greeting).await?;
        for (n, connection) in connections.into_iter().enumerate() {
            let poster = || {
                let address = match between {
                    Between::Rooms => room(n),
                    Between::Pairs | Between::Nobody => Address::Person(n ^ 1),
                };
                Poster::Rival(rival.message(address, scenario.payload))
            };
            self.add(scenario.role(n), connection, Reader::Rival, poster)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        role: Role,
        connection: Dialled,
        reader: Reader,
        poster: impl FnOnce() -> Poster,
    ) -> std::io::Result<()> {
        let parts = connection.into_parts()?;
        if role == Role::Stuck {
            self.stuck.push(parts);
            return Ok(());
        }
        if role == Role::Sender {
            self.senders.push(Sender {
                member: self.members.len(),
                poster: poster(),
            });
        }
        self.members.push(Member {
            socket: Socket::new(parts),
            reader,
        });
        Ok(())
    }
}

/// Clients with new accounts that are logged in and nowhere.
///
/// # Errors
/// The first that could not connect or log in.
pub(crate) async fn newcomers(server: &Server, count: usize) -> anyhow::Result<Vec<Client>> {
    let (salt, tag) = salt()?;
    log_in(server, count, &salt, |n| format!("b{tag:x}.{n}")).await
}

/// Every run has accounts and rooms of its own, so that a server can be measured twice: what their
/// keys and their names are made of.
fn salt() -> anyhow::Result<([u8; 16], u32)> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).context("no random numbers")?;
    let tag = u32::from_be_bytes([salt[0], salt[1], salt[2], salt[3]]);
    Ok((salt, tag))
}

/// Logs in as some accounts of the run that `salt` is for.
pub(crate) async fn log_in(
    server: &Server,
    connections: usize,
    salt: &[u8; 16],
    nick: impl Fn(usize) -> String,
) -> anyhow::Result<Vec<Client>> {
    let link = &server.link;
    let tls = match (link.plaintext, link.fingerprint) {
        (true, _) => None,
        (false, Some(fingerprint)) => Some(tls::config(fingerprint)?),
        (false, None) => bail!("the link has no fingerprint: copy the whole link"),
    };
    let logging_in = (0..connections).map(|n| {
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(salt);
        seed[16..24].copy_from_slice(&n.to_be_bytes());
        let (link, tls, nick) = (link.clone(), tls.clone(), nick(n));
        async move { Client::log_in(&link, tls, seed, &nick).await }
    });
    some_at_once(DIALLING, logging_in).await
}

/// Does all of `work`, `n` pieces at a time.
async fn some_at_once<T: Send + 'static>(
    n: usize,
    mut work: impl Iterator<Item = impl Future<Output = anyhow::Result<T>> + Send + 'static>,
) -> anyhow::Result<Vec<T>> {
    let mut done = Vec::new();
    loop {
        let some: Vec<_> = work.by_ref().take(n).map(tokio::spawn).collect();
        if some.is_empty() {
            return Ok(done);
        }
        for one in some {
            done.push(one.await??);
        }
    }
}
