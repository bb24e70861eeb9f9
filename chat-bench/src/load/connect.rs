//! Everybody arrives.

use anyhow::Context;
use chat_core::{ConversationId, Text};

use crate::load::chat::{Client, Place, Poster, Reader};
use crate::load::count::Own;
use crate::load::crowd::Member;
use crate::load::dial::Parts;
use crate::load::pace::Sender;
use crate::load::scenario::{Between, Role, Scenario};
use crate::load::socket::Socket;
use crate::load::tls;
use crate::server::Server;

/// Connections being set up at once.
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
    pub(crate) async fn at(server: &Server, scenario: &Scenario) -> anyhow::Result<Arrived> {
        // Every run has accounts and rooms of its own, so that a server can be measured twice.
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).context("no random numbers")?;
        let tag = u32::from_be_bytes([salt[0], salt[1], salt[2], salt[3]]);
        let nick = |n: usize| format!("b{tag:x}.{n}");
        let clients = log_in(server, scenario.connections(), &salt, nick).await?;
        // Of two people both have to be there before one can open their conversation.
        let mut arrived = Arrived::default();
        for (n, mut client) in clients.into_iter().enumerate() {
            let place = match scenario.between {
                Between::Rooms => Some(Place::Room(format!(
                    "bench-{tag:x}-{}",
                    n / scenario.members
                ))),
                Between::Pairs => Some(Place::Direct(nick(n ^ 1))),
                Between::Nobody => None,
            };
            let conversation = match place {
                Some(place) => client.enter(place).await?,
                None => ConversationId(0),
            };
            arrived.add(client, conversation, scenario.role(n), scenario)?;
        }
        let per_room = scenario.senders.max(1);
        let mut turns: Vec<(usize, Sender)> = arrived.senders.into_iter().enumerate().collect();
        turns.sort_by_key(|(n, _)| (n % per_room, n / per_room));
        arrived.senders = turns.into_iter().map(|(_, sender)| sender).collect();
        Ok(arrived)
    }

    fn add(
        &mut self,
        client: Client,
        conversation: ConversationId,
        role: Role,
        scenario: &Scenario,
    ) -> std::io::Result<()> {
        let parts = client.connection.into_parts()?;
        if role == Role::Stuck {
            self.stuck.push(parts);
            return Ok(());
        }
        if role == Role::Sender {
            self.senders.push(Sender {
                member: self.members.len(),
                poster: Poster {
                    conversation,
                    text: Text::new(&"x".repeat(scenario.payload)),
                },
            });
        }
        self.members.push(Member {
            socket: Socket::new(parts),
            reader: Reader {
                conversation,
                account: client.account,
                own: match scenario.between {
                    Between::Pairs => Own::DontCount,
                    _ => Own::Count,
                },
                last: None,
            },
        });
        Ok(())
    }
}

async fn log_in(
    server: &Server,
    connections: usize,
    salt: &[u8; 16],
    nick: impl Fn(usize) -> String,
) -> anyhow::Result<Vec<Client>> {
    let link = &server.link;
    let tls = match link.plaintext {
        true => None,
        false => Some(tls::config(
            link.fingerprint
                .context("the link has no fingerprint: copy the whole link")?,
        )?),
    };
    let mut clients = Vec::with_capacity(connections);
    let numbers: Vec<usize> = (0..connections).collect();
    for some in numbers.chunks(DIALLING) {
        let dialling: Vec<_> = some
            .iter()
            .map(|n| {
                let mut seed = [0; 32];
                seed[..16].copy_from_slice(salt);
                seed[16..24].copy_from_slice(&n.to_be_bytes());
                let (link, tls, nick) = (link.clone(), tls.clone(), nick(*n));
                tokio::spawn(async move { Client::log_in(&link, tls, seed, &nick).await })
            })
            .collect();
        for one in dialling {
            clients.push(one.await??);
        }
    }
    Ok(clients)
}
