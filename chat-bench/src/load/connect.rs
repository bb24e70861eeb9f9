//! Everybody arrives.

use anyhow::Context;
use chat_core::ConversationId;

use crate::load::scenario::{Between, Scenario};
use crate::load::wire::{Connection, Place};
use crate::server::Server;

/// Connections being set up at once.
const DIALLING: usize = 32;

/// Connects everybody; those of one conversation stand side by side.
///
/// # Errors
/// The first that could not connect, log in or enter its conversation.
pub(crate) async fn connect_all(
    scenario: &Scenario,
    server: &Server,
) -> anyhow::Result<Vec<(Connection, ConversationId)>> {
    // Every run has accounts and rooms of its own, so that a server can be measured twice.
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).context("no random numbers")?;
    let tag = u32::from_be_bytes([salt[0], salt[1], salt[2], salt[3]]);
    let nick = |n: usize| format!("b{tag:x}.{n}");
    let mut all = Vec::with_capacity(scenario.connections());
    let numbers: Vec<usize> = (0..scenario.connections()).collect();
    for some in numbers.chunks(DIALLING) {
        let dialling: Vec<_> = some
            .iter()
            .map(|n| {
                let mut seed = [0; 32];
                seed[..16].copy_from_slice(&salt);
                seed[16..24].copy_from_slice(&n.to_be_bytes());
                let (link, nick) = (server.link.clone(), nick(*n));
                tokio::task::spawn_local(
                    async move { Connection::log_in(&link, seed, &nick).await },
                )
            })
            .collect();
        for one in dialling {
            all.push(one.await??);
        }
    }
    // Of two people both have to be there before one can open their conversation.
    let mut placed = Vec::with_capacity(all.len());
    for (n, mut connection) in all.into_iter().enumerate() {
        let place = match scenario.between {
            Between::Rooms => Place::Room(format!("bench-{tag:x}-{}", n / scenario.members)),
            Between::Pairs => Place::Direct(nick(n ^ 1)),
            Between::Nobody => {
                placed.push((connection, ConversationId(0)));
                continue;
            }
        };
        let conversation = connection.enter(place).await?;
        placed.push((connection, conversation));
    }
    Ok(placed)
}
