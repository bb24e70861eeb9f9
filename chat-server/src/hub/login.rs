//! Logins, presence, and sessions that end.

use chat_core::command::SetPresence;
use chat_core::event::{Bye, Change, Done, Me, Profile, Welcome};
use chat_core::{
    AccountId, Code, Event, Millis, Nick, Person, Presence, PublicKey, Refusal, Seq, Text,
};

use super::output::{LoginDone, Output};
use super::{Answer, By, Effects, Hub, Record, Session, SessionId};

/// Direct conversations that a session is told of at login at most: some 64 KiB, which it gets at
/// once.
const DIRECTS_TOLD: usize = 500;

/// What a login asks for.
pub(super) struct Wish {
    pub(super) session: SessionId,
    pub(super) key: PublicKey,
    pub(super) nick: Option<String>,
    pub(super) invited: bool,
}

impl Hub {
    pub(super) fn login(&mut self, now: Millis, wish: Wish, effects: &mut Effects) {
        let session = wish.session;
        let result = self.let_in(now, wish, effects);
        let come = result.as_ref().ok().map(|done| done.account);
        effects.outputs.push(Output::Login {
            session,
            result: Box::new(result),
        });
        if let Some(account) = come
            && self
                .here
                .get(&account)
                .is_some_and(|here| here.sessions.len() == 1)
        {
            self.tell_rosters(account, Change::Came, None, None, effects);
        }
    }

    fn let_in(
        &mut self,
        now: Millis,
        wish: Wish,
        effects: &mut Effects,
    ) -> Result<LoginDone, Refusal> {
        let account = match self.state.keys.get(&wish.key).copied() {
            Some(account) => {
                self.one_more_session(account)?;
                self.known(now, account, wish.nick.as_deref(), effects)?
            }
            None => self.newcomer(now, &wish, effects)?,
        };
        if !self.here.contains_key(&account) {
            self.come_back(account, effects);
        }
        let here = self.here.entry(account).or_default();
        here.sessions.push(wish.session);
        self.sessions.insert(
            wish.session,
            Session {
                account,
                held_back: [None; 2],
            },
        );
        let conversations = self.conversations_of(account);
        Ok(LoginDone {
            account,
            welcome: Welcome {
                account,
                nick: self.state.nick(account),
                epoch: self.rules.epoch,
                server: self.rules.server.clone(),
                now,
                text_bytes: self.rules.limits.text_bytes as u64,
                roster_period_ms: self.rules.roster.period_seconds * 1000,
                file_bytes: self.file_bytes_max(),
            },
            conversations,
        })
    }

    /// Whether an account may have another session.
    fn one_more_session(&self, account: AccountId) -> Result<(), Refusal> {
        let sessions = self
            .here
            .get(&account)
            .map_or(0, |here| here.sessions.len());
        if sessions < self.rules.limits.sessions_per_account {
            return Ok(());
        }
        let text = format!("you are connected {sessions} times already: leave one of them");
        Err(Refusal::new(Code::NotPossible, text))
    }

    fn known(
        &mut self,
        now: Millis,
        account: AccountId,
        wish: Option<&str>,
        effects: &mut Effects,
    ) -> Result<AccountId, Refusal> {
        let has = self
            .state
            .accounts
            .get(&account)
            .and_then(|a| a.nick.clone());
        match (wish, has) {
            (None, Some(_)) => {}
            (None, None) => {
                let text =
                    "your nick was given to somebody else while you were away: choose another";
                return Err(Refusal::new(Code::NickTaken, text));
            }
            (Some(wish), has) => {
                let nick = Nick::parse(wish)?;
                if has.as_ref() != Some(&nick) {
                    self.writable(now)?;
                    self.take_nick(now, account, &nick, effects)?;
                    if let Some(was) = has {
                        self.tell_nick(account, was, effects);
                    }
                }
            }
        }
        if self.writable(now).is_ok() {
            self.record(Record::Seen { account, at: now }, effects);
        }
        Ok(account)
    }

    fn newcomer(
        &mut self,
        now: Millis,
        wish: &Wish,
        effects: &mut Effects,
    ) -> Result<AccountId, Refusal> {
        if self.rules.invite_only && !wish.invited {
            let text = "this server asks newcomers for an invite: join with the link that its owner gave you";
            return Err(Refusal::new(Code::InviteNeeded, text));
        }
        if self.state.accounts.len() >= self.rules.limits.accounts {
            let text = "this server takes no more accounts: ask its owner to raise limits.accounts";
            return Err(Refusal::new(Code::TooManyAccounts, text));
        }
        let nick = Nick::parse(wish.nick.as_deref().unwrap_or_default())?;
        self.writable(now)?;
        self.free_or_released(now, None, &nick)?;
        let id = self.state.next_account();
        self.record(
            Record::Account {
                id,
                key: wish.key,
                at: now,
            },
            effects,
        );
        self.take_nick(now, id, &nick, effects)?;
        self.join_lobby(id, effects);
        Ok(id)
    }

    pub(super) fn tell_own_sessions(&self, account: AccountId, effects: &mut Effects) {
        let Some(here) = self.here.get(&account) else {
            return;
        };
        let person = self.person(account);
        for session in &here.sessions {
            effects.push(
                *session,
                Event::Me(Me {
                    person: person.clone(),
                }),
            );
        }
    }

    pub(super) fn set_presence(
        &mut self,
        by: By,
        c: &SetPresence,
        effects: &mut Effects,
    ) -> Answer {
        if self.here.contains_key(&by.account) {
            let text = c
                .text
                .as_ref()
                .map(|t| Text::line(t.as_str(), chat_core::limits::LINE_BYTES));
            let text = c.away.then(|| text.unwrap_or_default());
            if self.state.away.get(&by.account) != text.as_ref() {
                // Everybody in each room of the account is told.
                self.meter(by)?;
                let account = by.account;
                self.record(Record::Away { account, text }, effects);
                self.tell_own_sessions(by.account, effects);
                self.tell_rosters(by.account, Change::Changed, None, None, effects);
            }
        }
        by.done()
    }

    /// Whoever comes, or has gone, is not away.
    fn come_back(&mut self, account: AccountId, effects: &mut Effects) {
        if self.state.away.contains_key(&account) {
            let text = None;
            self.record(Record::Away { account, text }, effects);
        }
    }

    pub(super) fn quit(&mut self, by: By, text: Option<Text>, effects: &mut Effects) {
        effects.answer(
            by.session,
            Event::Done(Done {
                request: by.request,
            }),
        );
        effects.close(
            by.session,
            Bye {
                code: Code::Left,
                text: "see you".into(),
                retry_after_ms: None,
            },
        );
        let text = text.map(|t| Text::line(t.as_str(), chat_core::limits::LINE_BYTES));
        self.end_session(by.now, by.session, text, effects);
    }

    /// A session has ended; the account is gone when it was its last.
    pub(super) fn end_session(
        &mut self,
        now: Millis,
        session: SessionId,
        text: Option<Text>,
        effects: &mut Effects,
    ) {
        let Some(Session { account, .. }) = self.sessions.remove(&session) else {
            return;
        };
        let Some(here) = self.here.get_mut(&account) else {
            return;
        };
        here.sessions.retain(|s| *s != session);
        if !here.sessions.is_empty() {
            return;
        }
        self.here.remove(&account);
        self.come_back(account, effects);
        if self.writable(now).is_ok() {
            self.record(Record::Seen { account, at: now }, effects);
        }
        if let (Some(rate), Some(meter)) = (&self.rate, self.meters.get(&account))
            && rate.is_full(meter, now)
        {
            self.meters.remove(&account);
        }
        if let (Some(rate), Some(meter)) = (&self.stroke_rate, self.stroke_meters.get(&account))
            && rate.is_full(meter, now)
        {
            self.stroke_meters.remove(&account);
        }
        self.files.gone(account, now);
        self.tell_rosters(account, Change::Went, text, None, effects);
    }

    pub(super) fn who(&mut self, by: By, nick: &str) -> Answer {
        let account = self.find(by, nick)?;
        let a = &self.state.accounts[&account];
        let sessions = self.here.get(&account).map_or(0, |h| h.sessions.len());
        Ok(Some(Event::Profile(Profile {
            request: by.request,
            person: self.person(account),
            key: a.key,
            since: a.since,
            seen: (sessions == 0).then_some(a.seen),
            sessions: sessions as u64,
        })))
    }

    /// The account with a nick that a person typed.
    pub(super) fn find(&mut self, by: By, nick: &str) -> Result<AccountId, Refusal> {
        let nick = Nick::parse(nick)?;
        if let Some(account) = self.state.by_nick(&nick) {
            return Ok(account);
        }
        // To look for a nick like it takes long: who asks too often is told no other.
        let near = match self.meter(by) {
            Ok(()) => self.nearest_nick(&nick),
            Err(_) => None,
        };
        Err(match near {
            Some(near) => Refusal::new(
                Code::NoSuchPerson,
                format!("there is nobody called {nick}: did you mean {near}?"),
            )
            .suggest(near),
            None => Refusal::new(
                Code::NoSuchPerson,
                format!("there is nobody called {nick}: /who lists who is here"),
            ),
        })
    }

    /// The own row of a roster.
    pub(super) fn person(&self, account: AccountId) -> Person {
        let here = self.here.get(&account);
        let away = here.and_then(|_| self.state.away.get(&account));
        Person {
            account,
            nick: self.state.nick(account),
            presence: match here {
                None => Presence::Offline,
                Some(_) if away.is_some() => Presence::Away,
                Some(_) => Presence::Online,
            },
            away: away.filter(|text| !text.is_empty()).cloned(),
        }
    }

    /// The conversations that a session is told of at login: rooms, and direct ones with something
    /// in. Of more direct ones than [`DIRECTS_TOLD`], those with something unread come first, then
    /// the newest; the others are told when somebody opens them.
    fn conversations_of(&self, account: AccountId) -> Vec<chat_core::Conversation> {
        let Some(a) = self.state.accounts.get(&account) else {
            return Vec::new();
        };
        let all = a.memberships.keys();
        let all = all.filter_map(|id| self.describe(account, *id));
        let (mut told, mut directs): (Vec<_>, Vec<_>) = all.partition(|c| c.peer.is_none());
        directs.retain(|c| c.head > Seq(0));
        directs.sort_by_key(|c| std::cmp::Reverse((c.read < c.head, c.id)));
        directs.truncate(DIRECTS_TOLD);
        told.append(&mut directs);
        told.sort_by_key(|c| c.id);
        told
    }
}
