//! A session against a model of a server, with connections that break anywhere: whatever happens in
//! between, in the end everything is shown once and in order, every post is stored once, and the
//! roster is the server's.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::{Duration, Instant};

use chat_core::event::{
    Announced, Change, ConversationKind, Done, Posted, Ready, Refused, RosterChange, RosterChanges,
    RosterPage, RosterStale, Welcome,
};
use chat_core::{
    AccountId, Body, Code, Command, Conversation, ConversationId, Entry, Identity, Link, Millis,
    Nick, Person, PostId, Presence, Refusal, Seq, Text,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::Session;
use crate::{Config, Event, Pending};

const ROOM: ConversationId = ConversationId(7);
const PAGE: usize = 2;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// The program posts.
    Post,
    /// Somebody else posts.
    OtherPosts,
    /// Somebody comes or goes.
    Moves { account: u64, news: News },
    /// The next so many posts are refused as too fast.
    Refuse(usize),
    /// So many messages arrive at the server, at the client.
    Arrive { up: usize, down: usize },
    /// The connection breaks; what is on its way is lost.
    Break,
    /// There is a connection again.
    Connect,
    /// A second passes.
    Tick,
}

/// What a client learns of a change of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// What it is.
    Change,
    /// That something was left out.
    Stale,
    /// Nothing, until the next change shows a gap.
    Nothing,
}

fn step() -> impl Strategy<Value = Step> {
    let news = select(vec![News::Change, News::Change, News::Stale, News::Nothing]);
    prop_oneof![
        3 => Just(Step::Post),
        2 => Just(Step::OtherPosts),
        2 => (2..9u64, news).prop_map(|(account, news)| Step::Moves { account, news }),
        1 => (1..4usize).prop_map(Step::Refuse),
        5 => (0..9usize, 0..9usize).prop_map(|(up, down)| Step::Arrive { up, down }),
        1 => Just(Step::Break),
        2 => Just(Step::Connect),
        1 => Just(Step::Tick),
    ]
}

/// What a server is, as far as a client can tell.
#[derive(Default)]
struct Server {
    /// The room's log: own posts, and `None` for those of others.
    log: Vec<Option<PostId>>,
    present: BTreeSet<u64>,
    version: u64,
    refuse: usize,
    /// What was sent last on this connection, once it follows.
    cursor: Option<usize>,
}

impl Server {
    fn answer(&mut self, command: Command, out: &mut VecDeque<chat_core::Event>) {
        match command {
            Command::Follow(c) => {
                self.cursor = Some(c.after.expect("exact").0 as usize);
                out.push_back(Done { request: c.request }.into());
            }
            Command::Roster(c) => {
                let after = c.after.map_or(0, |account| account.0);
                let mut rest = self.present.range(after + 1..).copied();
                let people = rest.by_ref().take(PAGE).map(person).collect();
                let page = RosterPage {
                    request: c.request,
                    conversation: ROOM,
                    version: self.version,
                    people,
                    more: rest.next().is_some(),
                };
                out.push_back(page.into());
            }
            Command::Post(c) => {
                let known = self.log.iter().position(|entry| *entry == Some(c.post));
                assert!(known.is_none() || c.again, "a repeated post says so");
                if known.is_none() && self.refuse > 0 {
                    self.refuse -= 1;
                    let refusal = Refusal::new(Code::TooFast, "too fast").retry_after(500);
                    return out.push_back(Refused::new(c.request, refusal).into());
                }
                let place = known.unwrap_or_else(|| {
                    self.log.push(Some(c.post));
                    self.log.len() - 1
                });
                let posted = Posted {
                    request: c.request,
                    conversation: ROOM,
                    seq: Seq(place as u64 + 1),
                };
                out.push_back(posted.into());
            }
            other => panic!("nobody asked for {other:?}"),
        }
    }

    /// Sends what lies past the cursor.
    fn feed(&mut self, out: &mut VecDeque<chat_core::Event>) {
        while let Some(cursor) = self
            .cursor
            .as_mut()
            .filter(|cursor| **cursor < self.log.len())
        {
            let post = self.log[*cursor];
            *cursor += 1;
            out.push_back(chat_core::Event::Entry(Entry {
                conversation: ROOM,
                seq: Seq(*cursor as u64),
                at: Millis(0),
                author: AccountId(1),
                nick: Nick::received("ann"),
                post,
                body: Body::Post(Text::new("hi")),
            }));
        }
    }

    fn moves(&mut self, account: u64, news: News, out: &mut VecDeque<chat_core::Event>) {
        let what = if self.present.remove(&account) {
            Change::Went
        } else {
            self.present.insert(account);
            Change::Came
        };
        self.version += 1;
        if self.cursor.is_none() || news == News::Nothing {
            return;
        }
        if news == News::Stale {
            return out.push_back(RosterStale { conversation: ROOM }.into());
        }
        let change = RosterChange {
            person: person(account),
            what,
            text: None,
            was: None,
        };
        let changes = RosterChanges {
            conversation: ROOM,
            version: self.version,
            changes: vec![change],
        };
        out.push_back(changes.into());
    }
}

fn person(account: u64) -> Person {
    Person {
        account: AccountId(account),
        nick: Nick::received(&format!("p{account}")),
        presence: Presence::Online,
        away: None,
    }
}

struct World {
    session: Session,
    server: Server,
    now: Instant,
    connected: bool,
    up: VecDeque<Command>,
    down: VecDeque<chat_core::Event>,
    // What the program did and was told.
    posted: Vec<PostId>,
    acknowledged: HashMap<PostId, Seq>,
    shown: u64,
    roster: BTreeSet<u64>,
}

impl World {
    fn new() -> World {
        let mut config = Config::new(Link::to("localhost", 1), Identity::from_seed(&[1; 32]));
        config.catch_up_max = u64::MAX;
        World {
            session: Session::new(&config),
            server: Server::default(),
            now: Instant::now(),
            connected: false,
            up: VecDeque::new(),
            down: VecDeque::new(),
            posted: Vec::new(),
            acknowledged: HashMap::new(),
            shown: 0,
            roster: BTreeSet::new(),
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Post => self.post(),
            Step::OtherPosts => self.server.log.push(None),
            Step::Moves { account, news } => {
                self.server.moves(*account, *news, &mut self.down);
            }
            Step::Refuse(count) => self.server.refuse = *count,
            Step::Arrive { up, down } => self.arrive(*up, *down),
            Step::Break => self.disconnect(),
            Step::Connect => self.connect(),
            Step::Tick => self.now += Duration::from_secs(1),
        }
        self.server.feed(&mut self.down);
        while let Some(command) = self.session.next_command(self.now) {
            self.up.push_back(command);
        }
        while let Some(event) = self.session.next_event() {
            self.tell(event);
        }
    }

    fn post(&mut self) {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(self.posted.len() as u64).to_be_bytes());
        self.posted.push(PostId(id));
        let pending = Pending {
            post: PostId(id),
            conversation: ROOM,
            body: Body::Post(Text::new("hi")),
        };
        self.session.post(pending, None, self.now);
    }

    fn arrive(&mut self, up: usize, down: usize) {
        for _ in 0..up {
            if let Some(command) = self.up.pop_front() {
                self.server.answer(command, &mut self.down);
            }
        }
        for _ in 0..down {
            if let Some(event) = self.down.pop_front() {
                self.session
                    .received(event, self.now)
                    .expect("no violation");
            }
        }
    }

    fn connect(&mut self) {
        if self.connected {
            return;
        }
        self.connected = true;
        self.session.online(
            Welcome {
                account: AccountId(1),
                nick: Nick::received("ann"),
                epoch: [1; 16],
                server: Text::default(),
                now: Millis(0),
                text_bytes: 8192,
                roster_period_ms: 5000,
                file_bytes: None,
            },
            self.now,
        );
        let conversation = Conversation {
            id: ROOM,
            kind: ConversationKind::Room,
            name: Text::new("#room"),
            peer: None,
            topic: Text::default(),
            head: Seq(self.server.log.len() as u64),
            read: Seq(0),
            base: None,
        };
        self.down.push_back(Announced { conversation }.into());
        self.down.push_back(Ready {}.into());
    }

    fn disconnect(&mut self) {
        self.connected = false;
        self.server.cursor = None;
        self.up.clear();
        self.down.clear();
        self.session.offline();
    }

    fn tell(&mut self, event: Event) {
        match event {
            Event::Entry(entry) => {
                assert_eq!(entry.seq.0, self.shown + 1, "in order, without holes, once");
                self.shown += 1;
            }
            Event::Posted { post, seq, .. } => {
                assert_eq!(self.server.log[seq.0 as usize - 1], Some(post));
                assert_eq!(self.acknowledged.insert(post, seq), None, "once");
            }
            Event::Roster { people, .. } => {
                self.roster = people.iter().map(|person| person.account.0).collect();
            }
            Event::RosterChanged { change, .. } => match change.what {
                Change::Went => assert!(self.roster.remove(&change.person.account.0)),
                _ => assert!(self.roster.insert(change.person.account.0)),
            },
            Event::Online { .. } | Event::Announced(_) | Event::Ready => {}
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// Lets everything come to an end.
    fn settle(&mut self) {
        self.step(&Step::Connect);
        self.until_quiet();
        // The last change may have been left out.
        let news = News::Change;
        self.step(&Step::Moves { account: 1, news });
        self.until_quiet();
    }

    fn until_quiet(&mut self) {
        let mut quiet = 0;
        while quiet < 3 {
            self.step(&Step::Arrive { up: 64, down: 64 });
            self.step(&Step::Tick);
            let waits = self.up.is_empty() && self.down.is_empty();
            quiet = if waits { quiet + 1 } else { 0 };
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn order_and_exactly_once_whatever_happens(steps in proptest::collection::vec(step(), 0..120)) {
        let mut world = World::new();
        let mut refusals = false;
        for step in &steps {
            refusals |= matches!(step, Step::Refuse(_));
            world.step(step);
        }
        world.settle();
        prop_assert!(world.session.is_settled());
        prop_assert_eq!(world.shown, world.server.log.len() as u64);
        let stored: Vec<_> = world.server.log.iter().flatten().copied().collect();
        if refusals {
            let (got, want) = (BTreeSet::from_iter(&stored), BTreeSet::from_iter(&world.posted));
            prop_assert_eq!(got, want);
            prop_assert_eq!(stored.len(), world.posted.len());
        } else {
            prop_assert_eq!(&stored, &world.posted, "in the order in which they were made");
        }
        prop_assert_eq!(world.acknowledged.len(), world.posted.len());
        prop_assert_eq!(world.roster, world.server.present);
    }
}
