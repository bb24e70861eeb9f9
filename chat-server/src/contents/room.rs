//! How many uploads are open at once, and which one is laid aside for another.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use chat_core::AccountId;

use super::receiver::{Open, Receiver, Stage};
use crate::hub::Ticket;

/// Uploads that are open at once, so that they leave descriptors for connections: each has a file descriptor, of which a process often has 1,024.
const OPEN_MAX: usize = 256;

/// An upload that got nothing for this long makes room for another.
const IDLE: Duration = Duration::from_secs(30);

impl Receiver {
    /// Makes room for another one of `account` to be open; whether there is. What is laid aside goes
    /// on where it was when it is asked for again.
    pub(super) fn has_room(&mut self, account: AccountId, now: Instant) -> bool {
        if self.open.len() < OPEN_MAX {
            return true;
        }
        let idle = |open: &&Open| open.stage == Stage::Taking && now - open.touched >= IDLE;
        let waiting = self.open.values().filter(idle);
        let longest = waiting.min_by_key(|o| o.touched).map(|o| o.ticket);
        longest
            .or_else(|| self.of_who_has_most(account))
            .is_some_and(|ticket| self.open.remove(&(ticket.account, ticket.hash)).is_some())
    }

    /// An upload of the account that has most of them open, unless `account` would have as many: so
    /// a few can't take all the room by sending a byte from time to time.
    fn of_who_has_most(&self, account: AccountId) -> Option<Ticket> {
        let mut counts: HashMap<AccountId, usize> = HashMap::new();
        for (holder, _) in self.open.keys() {
            *counts.entry(*holder).or_default() += 1;
        }
        let own = counts.get(&account).copied().unwrap_or_default();
        let count = |open: &Open| {
            counts
                .get(&open.ticket.account)
                .copied()
                .unwrap_or_default()
        };
        self.open
            .values()
            .filter(|open| open.stage == Stage::Taking && count(open) > own + 1)
            .max_by_key(|open| (count(open), Reverse(open.touched)))
            .map(|open| open.ticket)
    }
}
