//! A hub, a store that can fail, and what was committed.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use chat_core::command::Post;
use chat_core::{AccountId, Command, ContentHash, Entry, Millis, PublicKey, RequestId, Text};
use chat_server::config::{FilesSection, LimitsSection, RosterSection};
use chat_server::hub::{
    Effects, FileWork, Hub, Input, Output, Paint, Record, Rules, Searched, SessionId, State, Ticket,
};

use super::check;
use super::store::about;
use super::view::View;

/// Where the clock starts.
const START: Millis = Millis(1_800_000_000_000);

/// See the module.
pub(super) struct World {
    pub(super) rules: Rules,
    hub: Hub,
    pub(super) now: Millis,
    sessions: Vec<SessionId>,
    requests: u64,
    /// Posts and what was found of them in the store: not yet handed to the hub.
    looked_up: VecDeque<(u8, Input)>,
    tickets: Vec<Ticket>,
    paints: VecDeque<Paint>,
    pub(super) entries: Vec<Arc<Entry>>,
    /// What the records made of the empty state, and what of it is committed.
    replayed: State,
    committed: State,
    /// Those since the last commit.
    uncommitted: Vec<Record>,
    entries_committed: usize,
    /// Sessions that were let in since the last commit.
    let_in: Vec<SessionId>,
    view: View,
    view_committed: View,
}

/// Rules whose limits are low where `low` has a bit.
fn rules(low: u8) -> Rules {
    let is = |bit: u8| low & (1 << bit) != 0;
    let mut limits = LimitsSection {
        post_burst: if is(1) { 3 } else { 0 },
        stroke_burst: if is(2) { 2 } else { 0 },
        ..LimitsSection::default()
    };
    if is(3) {
        limits.rooms_per_account = 2;
    }
    if is(4) {
        limits.accounts = 3;
    }
    if is(5) {
        limits.sessions_per_account = 2;
    }
    let mut roster = RosterSection::default();
    if is(6) {
        roster.small_room = 1;
    }
    Rules {
        server: Text::new("fuzz"),
        epoch: [7; 16],
        invite_only: is(0),
        limits,
        roster,
        files: FilesSection::default(),
    }
}

impl World {
    /// A server with the limits that `low` says.
    pub(super) fn new(low: u8) -> World {
        let rules = rules(low);
        let mut world = World {
            hub: Hub::new(rules.clone(), State::default()),
            rules,
            now: START,
            sessions: Vec::new(),
            requests: 0,
            looked_up: VecDeque::new(),
            tickets: Vec::new(),
            paints: VecDeque::new(),
            entries: Vec::new(),
            replayed: State::default(),
            committed: State::default(),
            uncommitted: Vec::new(),
            entries_committed: 0,
            let_in: Vec::new(),
            view: View::default(),
            view_committed: View::default(),
        };
        world.begin();
        world
    }

    /// Two people are there from the start, so that something happens.
    fn begin(&mut self) {
        for (person, nick) in [(0, "first"), (1, "second")] {
            self.log_in(person, Some(nick.into()), true);
        }
    }

    pub(super) fn log_in(&mut self, person: u8, nick: Option<String>, invited: bool) {
        let session = SessionId {
            worker: 0,
            number: self.sessions.len() as u64,
        };
        self.sessions.push(session);
        self.let_in.push(session);
        self.handle(Input::Login {
            session,
            key: PublicKey([person + 1; 32]),
            nick,
            invited,
        });
    }

    pub(super) fn close(&mut self, session: SessionId) {
        self.view.gone(session);
        self.handle(Input::Closed { session });
    }

    pub(super) fn ask(&mut self, session: SessionId, command: Command) {
        self.handle(Input::Command {
            session,
            command,
            searched: None,
        });
    }

    pub(super) fn give_up(&mut self, session: SessionId, hash: ContentHash) {
        let request = self.request();
        self.handle(Input::CancelUpload {
            session,
            request,
            hash,
        });
    }

    /// A post, as a session hands it on: what the store is searched for comes `ago` steps later.
    pub(super) fn post(&mut self, session: SessionId, post: Post, ago: u8) {
        let account = self.view.live.get(&session).copied();
        let searches = post.again || post.body.of().is_some();
        let Some(account) = account.filter(|_| searches) else {
            return self.ask(session, post.into());
        };
        let stored = &self.entries[..self.entries_committed];
        let made = |e: &Arc<Entry>| e.author == account && e.post == Some(post.post);
        if post.again && stored.iter().any(made) {
            // The session answers.
            return;
        }
        let place = post.body.of().map(|of| (post.conversation, of));
        let searched = Searched {
            up_to: self.committed.recent.last(),
            about: place.and_then(|place| about(stored, account, place)),
        };
        let input = Input::Command {
            session,
            command: post.into(),
            searched: Some(searched),
        };
        self.looked_up.push_back((ago, input));
    }

    /// What was looked up long enough ago is decided.
    pub(super) fn hand_over(&mut self) {
        for (ago, _) in &mut self.looked_up {
            *ago = ago.saturating_sub(1);
        }
        while let Some((_, input)) = self.looked_up.pop_front_if(|(ago, _)| *ago == 0) {
            self.handle(input);
        }
    }

    pub(super) fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    /// Mostly one that is there.
    pub(super) fn session(&self, u: &mut Unstructured<'_>) -> Result<Option<SessionId>> {
        if u.ratio(1u8, 16u8)? {
            return Ok(Some(*u.choose(&self.sessions)?));
        }
        let here: Vec<SessionId> = self.view.live.keys().copied().collect();
        if here.is_empty() {
            return Ok(None);
        }
        Ok(Some(*u.choose(&here)?))
    }

    pub(super) fn ticket(&self, u: &mut Unstructured<'_>) -> Result<Option<Ticket>> {
        if self.tickets.is_empty() {
            return Ok(None);
        }
        Ok(Some(*u.choose(&self.tickets)?))
    }

    pub(super) fn paint(&mut self) -> Option<Paint> {
        self.paints.pop_front()
    }

    pub(super) fn handle(&mut self, input: Input) {
        let asks = check::asks(&input);
        let asks = asks.filter(|(session, _)| self.view.live.contains_key(session));
        let mut effects = Effects::default();
        self.hub.handle(self.now, input, &mut effects);
        for record in &effects.records {
            if let Record::Entry(entry) = record {
                self.may_follow(entry, &self.replayed);
                self.entries.push(entry.clone());
            }
            self.replayed.apply(record);
        }
        check::recorded(&effects);
        check::files(&effects.outputs, &self.replayed);
        if let Some(asks) = asks {
            check::one_answer(asks, &effects);
        }
        self.view.told(&effects.outputs, &self.replayed);
        assert_eq!(self.hub.sessions(), self.view.live.len());
        let people: BTreeSet<&AccountId> = self.view.live.values().collect();
        assert_eq!(self.hub.people(), people.len());
        self.uncommitted.append(&mut effects.records);
        for output in effects.outputs {
            match output {
                Output::Files(FileWork::Open(ticket)) => self.tickets.push(ticket),
                Output::Paint(paint) => self.paints.push_back(paint),
                _ => {}
            }
        }
    }

    /// The hub's state is what the records give. Compared before it goes: what differs once differs
    /// until then.
    fn compare(&self) {
        assert_eq!(&self.replayed, self.hub.state(), "what the records give");
        check::whole(&self.replayed, &self.rules);
    }

    pub(super) fn commit(&mut self) {
        for record in self.uncommitted.drain(..) {
            self.committed.apply(&record);
        }
        self.entries_committed = self.entries.len();
        self.view_committed = self.view.clone();
        self.let_in.clear();
    }

    /// What was decided since the last commit has not happened.
    pub(super) fn fail(&mut self) {
        self.compare();
        self.uncommitted.clear();
        self.replayed = self.committed.clone();
        self.entries.truncate(self.entries_committed);
        self.view.back_to(&self.view_committed);
        let state = Box::new(self.committed.clone());
        self.handle(Input::Reset { state });
        // Their logins were refused instead.
        for session in std::mem::take(&mut self.let_in) {
            self.close(session);
        }
    }

    /// What was not committed is lost, and so are the sessions.
    pub(super) fn restart(&mut self) {
        self.compare();
        self.uncommitted.clear();
        // Who is away ends with the server.
        self.committed.away.clear();
        self.replayed = self.committed.clone();
        self.entries.truncate(self.entries_committed);
        self.sessions.clear();
        self.looked_up.clear();
        self.tickets.clear();
        self.paints.clear();
        self.let_in.clear();
        self.view = View::default();
        self.view_committed = View::default();
        self.hub = Hub::new(self.rules.clone(), self.committed.clone());
        self.begin();
    }
}
