//! How everything comes to rest, and what must hold then.

use std::collections::BTreeMap;

use chat_core::{AccountId, ConversationId, Person, Presence};
use chat_server::hub::Kind;

use crate::client::Client;
use crate::violation::{Checked, ensure};
use crate::world::{CLIENTS, World};

/// Rounds in which everything must come to rest; at a second each, that is more than any refusal
/// asks to wait for.
const ROUNDS: usize = 100;

/// After this long nothing is kept that nobody has posted, in milliseconds: more than
/// `files.upload_hours_max`.
const DAYS_MS: i64 = 3 * 24 * 3_600_000;

impl World {
    /// No more faults: everybody connects, reads, and asks again for what was refused.
    pub(crate) fn settle(&mut self) -> Checked {
        self.mend();
        for _ in 0..ROUNDS {
            for n in 0..CLIENTS {
                self.clients[n].reads = true;
                if self.clients[n].session().is_none() {
                    let id = self.server.connect(n as u16);
                    self.clients[n].connected(id);
                }
                self.clients[n].retry();
            }
            self.take_out();
            self.drain()?;
            if self.clients.iter().all(Client::is_settled) && !self.server.hub().wants_roster_due()
            {
                return Ok(());
            }
            self.server.wait(1_000);
            self.server.roster_due();
        }
        let unsettled: Vec<&Client> = self.clients.iter().filter(|c| !c.is_settled()).collect();
        ensure!(
            false,
            "liveness: these clients wait for ever: {unsettled:?}"
        );
        Ok(())
    }

    /// What must hold when nothing is under way.
    pub(crate) fn check_rest(&mut self) -> Checked {
        for client in &self.clients {
            let store = &self.server.store;
            client.check_logs(store)?;
            let account = client.account().expect("everybody is settled");
            for (post, conversation, seq) in client.acknowledged() {
                let made = store.made_by(account, *post);
                ensure!(
                    made == Some((*conversation, *seq)),
                    "exactly once: {post} was acknowledged as {seq} of {conversation}, and is {made:?}"
                );
            }
        }
        ensure!(
            *self.server.store.state() == *self.server.hub().state(),
            "durable: the hub and the store differ"
        );
        self.server.store.check_taken_back()?;
        self.check_rosters()?;
        self.check_files()
    }

    /// After some days nothing is kept that is in no message.
    fn check_files(&mut self) -> Checked {
        // What is dated by a clock that was ahead is kept until it is old by that.
        let ahead = self.server.store.latest().since(self.server.now);
        self.server
            .set_clock(DAYS_MS.saturating_add_unsigned(ahead));
        for _ in 0..3 {
            self.server.sweep();
            self.drain()?;
        }
        let idle = self.server.store.idle();
        ensure!(idle.is_none(), "quotas: {idle:?} is kept for nothing");
        self.server.check_contents()
    }

    /// Everybody sees who is there, and the same of them. Everybody is.
    fn check_rosters(&mut self) -> Checked {
        let state = self.server.store.state().clone();
        let present: Vec<AccountId> = self.clients.iter().filter_map(Client::account).collect();
        let mut shown: BTreeMap<ConversationId, Vec<Person>> = BTreeMap::new();
        for client in &self.clients {
            for (id, people) in client.rosters() {
                let expected: Vec<AccountId> = match &state.conversations[&id].kind {
                    Kind::Room { members, .. } => members
                        .iter()
                        .copied()
                        .filter(|m| present.contains(m))
                        .collect(),
                    Kind::Direct(a, b) => vec![*a, *b],
                    Kind::Canvas(_) => Vec::new(),
                };
                let people = people?;
                let accounts: Vec<AccountId> = people.iter().map(|p| p.account).collect();
                ensure!(
                    accounts == expected,
                    "rosters: {id} shows {accounts:?}, not {expected:?}"
                );
                let others = shown.entry(id).or_insert_with(|| people.clone());
                ensure!(
                    *others == people,
                    "rosters: {id} shows {people:?}, and {others:?}"
                );
                for person in people {
                    let nick = state.nick(person.account);
                    ensure!(person.nick == nick, "rosters: {person:?} is called {nick}");
                    ensure!(
                        person.presence != Presence::Offline,
                        "rosters: {person:?} is here"
                    );
                }
            }
        }
        Ok(())
    }
}
