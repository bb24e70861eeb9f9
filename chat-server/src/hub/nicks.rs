//! Nicks: who may have which, whose is given away, and who is told of a change.

use std::collections::HashMap;

use chat_core::event::{Change, Done, RosterChange};
use chat_core::name::NameKey;
use chat_core::{AccountId, Code, ConversationId, Event, Millis, Nick, Refusal};

use super::{Answer, By, Effects, Hub, Record, State};

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

impl Hub {
    /// Whether `account` may have `nick`, and from whom it is taken: somebody long idle.
    pub(super) fn free_or_released(
        &self,
        now: Millis,
        account: Option<AccountId>,
        nick: &Nick,
    ) -> Result<Option<AccountId>, Refusal> {
        if State::stands_for_nameless(nick) {
            let text = "names like account-1 stand for people without one: choose another";
            return Err(Refusal::new(Code::NameNotAllowed, text));
        }
        let Some(holder) = self
            .state
            .by_nick(nick)
            .filter(|holder| Some(*holder) != account)
        else {
            return Ok(None);
        };
        let idle_ms_max = self.rules.limits.nick_idle_days.saturating_mul(DAY_MS);
        let idle = self
            .state
            .accounts
            .get(&holder)
            .is_some_and(|a| now.since(a.seen) > idle_ms_max);
        if idle && !self.here.contains_key(&holder) {
            return Ok(Some(holder));
        }
        let has = self.state.nick(holder);
        let mut text = format!("the nick {nick} is taken");
        if has != *nick {
            text = format!("the nick {nick} looks like {has}, which is taken");
        }
        let free = free_nick(&self.state.nicks, nick);
        if let Some(free) = &free {
            text += &format!(": try {free}");
        }
        let refusal = Refusal::new(Code::NickTaken, text);
        Err(match free {
            Some(free) => refusal.suggest(free),
            None => refusal,
        })
    }

    pub(super) fn take_nick(
        &mut self,
        now: Millis,
        account: AccountId,
        nick: &Nick,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        if let Some(holder) = self.free_or_released(now, Some(account), nick)? {
            let was = self.state.nick(holder);
            self.record(
                Record::Nick {
                    account: holder,
                    nick: None,
                },
                effects,
            );
            self.tell_peers(holder, &was, effects);
        }
        self.record(
            Record::Nick {
                account,
                nick: Some(nick.clone()),
            },
            effects,
        );
        Ok(())
    }

    pub(super) fn set_nick(&mut self, by: By, wish: &str, effects: &mut Effects) -> Answer {
        let nick = Nick::parse(wish)?;
        let was = self.state.nick(by.account);
        if nick == was {
            return by.done();
        }
        self.writable(by.now)?;
        self.meter(by)?;
        self.free_or_released(by.now, Some(by.account), &nick)?;
        self.take_nick(by.now, by.account, &nick, effects)?;
        effects.answer(
            by.session,
            Event::Done(Done {
                request: by.request,
            }),
        );
        self.tell_nick(by.account, was, effects);
        Ok(None)
    }

    /// Tells those who have a direct conversation with one who is not here that the nick is gone.
    /// Rooms list those who are here.
    fn tell_peers(&mut self, account: AccountId, was: &Nick, effects: &mut Effects) {
        let Some(a) = self.state.accounts.get(&account) else {
            return;
        };
        let is_direct = |id: &&ConversationId| {
            let conversation = self.state.conversations.get(id);
            conversation.is_some_and(|c| c.kind.peer_of(account).is_some())
        };
        let directs: Vec<ConversationId> =
            a.memberships.keys().filter(is_direct).copied().collect();
        let change = RosterChange {
            person: self.person(account),
            what: Change::Changed,
            text: None,
            was: Some(was.clone()),
        };
        for id in directs {
            self.rosters.change(id, change.clone(), effects);
        }
    }

    pub(super) fn tell_nick(&mut self, account: AccountId, was: Nick, effects: &mut Effects) {
        // One who is not here yet will come with the new nick.
        if self.here.contains_key(&account) {
            self.tell_own_sessions(account, effects);
            self.tell_rosters(account, Change::Changed, None, Some(was), effects);
        }
    }
}

/// A nick like `wish` that nobody has.
fn free_nick(nicks: &HashMap<NameKey, AccountId>, wish: &Nick) -> Option<String> {
    (2..1000)
        .map(|n| wish.numbered(n))
        .find(|n| !nicks.contains_key(&n.key()))
        .map(|n| n.to_string())
}
