//! Whatever happens, three states are the same: the hub's, the one that replaying the records gives,
//! and the one that is read back from the store after a restart.

use std::path::Path;

use chat_core::command::{Direct, Join, Part, Post, Quit, Read, SetNick, SetPresence, Topic};
use chat_core::{Body, ConversationId, Millis, PostId, RequestId, Seq, Text};
use proptest::prelude::*;

use super::super::{Effects, Hub, Input, Rules, SessionId, State};
use super::{START, key_of, rules};
use crate::config::{Durability, StoreSection};
use crate::journal::{Store, Writer};

/// Something that happens; the numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Login {
        person: u8,
        nick: Option<u8>,
    },
    Closed {
        session: u8,
    },
    Post {
        session: u8,
        place: u8,
        id: u8,
        text: u8,
        again: bool,
    },
    Topic {
        session: u8,
        place: u8,
        text: u8,
    },
    Read {
        session: u8,
        place: u8,
        seq: u64,
    },
    Join {
        session: u8,
        room: u8,
    },
    Part {
        session: u8,
        place: u8,
    },
    Direct {
        session: u8,
        nick: u8,
    },
    SetNick {
        session: u8,
        nick: u8,
    },
    Away {
        session: u8,
        away: bool,
    },
    Quit {
        session: u8,
    },
    RosterDue,
    Wait {
        ms: u64,
    },
    Commit,
    /// The commit of what was decided since the last one fails.
    Fail,
    /// The server starts anew from its store.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let n = any::<u8>;
    prop_oneof![
        4 => (0..5u8, proptest::option::of(n())).prop_map(|(person, nick)| Step::Login { person, nick }),
        1 => n().prop_map(|session| Step::Closed { session }),
        8 => (n(), n(), 0..12u8, n(), any::<bool>()).prop_map(|(session, place, id, text, again)| {
            Step::Post { session, place, id, text, again }
        }),
        2 => (n(), n(), n()).prop_map(|(session, place, text)| Step::Topic { session, place, text }),
        3 => (n(), n(), 0..9u64).prop_map(|(session, place, seq)| Step::Read { session, place, seq }),
        4 => (n(), n()).prop_map(|(session, room)| Step::Join { session, room }),
        2 => (n(), n()).prop_map(|(session, place)| Step::Part { session, place }),
        2 => (n(), n()).prop_map(|(session, nick)| Step::Direct { session, nick }),
        3 => (n(), n()).prop_map(|(session, nick)| Step::SetNick { session, nick }),
        1 => (n(), any::<bool>()).prop_map(|(session, away)| Step::Away { session, away }),
        1 => n().prop_map(|session| Step::Quit { session }),
        1 => Just(Step::RosterDue),
        2 => prop_oneof![0..2_000u64, Just(100 * 24 * 60 * 60 * 1000)].prop_map(|ms| Step::Wait { ms }),
        4 => Just(Step::Commit),
        1 => Just(Step::Fail),
        1 => Just(Step::Restart),
    ]
}

/// Names that people wish, some of which look alike, are too long or become longer when folded.
const NAMES: [&str; 12] = [
    "ann",
    "ANN",
    "bob",
    "b0b",
    "Zoë",
    "小明",
    "-no",
    "İİİİİİİİİİİİİİİİİİİİ",
    "asa",
    "асе",
    "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "İİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİ",
];

fn name(n: u8) -> String {
    NAMES[usize::from(n) % NAMES.len()].to_owned()
}

/// Texts that cleaning, cutting and trimming change.
fn text(n: u8) -> Text {
    let long = format!(
        "{}  {}",
        "x".repeat(398 + usize::from(n % 3)),
        "y".repeat(50)
    );
    let marks = "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{202e}\u{301}\u{301}";
    Text::new(["", "hello", " two\nlines ", &long, marks, "\u{1b}[1mbold"][usize::from(n) % 6])
}

/// A hub with a store on disk.
struct World<'a> {
    path: &'a Path,
    rules: Rules,
    hub: Hub,
    writer: Option<Writer>,
    now: Millis,
    sessions: Vec<SessionId>,
    made: u64,
    pending: Effects,
    /// What the committed records made of the empty state.
    replayed: State,
}

fn open(path: &Path) -> (Writer, State) {
    let how = StoreSection {
        durability: Durability::Os,
        ..StoreSection::default()
    };
    let store = Store::open(path, &how, [1; 16]).expect("the store opens");
    store.into_writer().expect("the store is read")
}

impl World<'_> {
    fn new(path: &Path) -> World<'_> {
        let mut rules = rules();
        rules.limits.rooms_per_account = 3;
        rules.limits.post_burst = 10;
        rules.roster.small_room = 2;
        let (writer, state) = open(path);
        assert_eq!(state, State::default());
        World {
            path,
            hub: Hub::new(rules.clone(), state),
            rules,
            writer: Some(writer),
            now: START,
            sessions: Vec::new(),
            made: 0,
            pending: Effects::default(),
            replayed: State::default(),
        }
    }

    fn perform(&mut self, step: Step) {
        match step {
            Step::Login { person, nick } => {
                let key = key_of(["p", "q", "r", "s", "t"][usize::from(person)]);
                self.made += 1;
                let session = SessionId {
                    worker: 0,
                    number: self.made,
                };
                self.sessions.push(session);
                self.handle(Input::Login {
                    session,
                    key,
                    nick: nick.map(name),
                    invited: false,
                });
            }
            Step::Closed { session } => {
                if let Some(session) = self.session(session) {
                    self.handle(Input::Closed { session });
                }
            }
            Step::RosterDue => self.handle(Input::RosterDue),
            Step::Wait { ms } => self.now = self.now.plus(ms),
            Step::Commit => self.commit(),
            Step::Fail => self.fail(),
            Step::Restart => self.restart(),
            step => self.command(&step),
        }
    }

    fn command(&mut self, step: &Step) {
        let request = RequestId(0);
        // A look-up that went just before: nothing falls between it and the window.
        let searched =
            matches!(step, Step::Post { again: true, .. }).then(|| self.hub.state().recent.last());
        let (session, command) = match *step {
            Step::Post {
                session,
                place,
                id,
                text: t,
                again,
            } => {
                let (conversation, post) = (self.place(place), PostId([id; 16]));
                let body = Body::Post(text(t));
                (
                    session,
                    Post {
                        request,
                        conversation,
                        post,
                        body,
                        again,
                    }
                    .into(),
                )
            }
            Step::Topic {
                session,
                place,
                text: t,
            } => (
                session,
                Topic {
                    request,
                    conversation: self.place(place),
                    text: text(t),
                }
                .into(),
            ),
            Step::Read {
                session,
                place,
                seq,
            } => (
                session,
                Read {
                    request,
                    conversation: self.place(place),
                    seq: Seq(seq),
                }
                .into(),
            ),
            Step::Join { session, room } => (
                session,
                Join {
                    request,
                    room: name(room),
                }
                .into(),
            ),
            Step::Part { session, place } => (
                session,
                Part {
                    request,
                    conversation: self.place(place),
                    text: None,
                }
                .into(),
            ),
            Step::Direct { session, nick } => (
                session,
                Direct {
                    request,
                    nick: name(nick),
                }
                .into(),
            ),
            Step::SetNick { session, nick } => (
                session,
                SetNick {
                    request,
                    nick: name(nick),
                }
                .into(),
            ),
            Step::Away { session, away } => (
                session,
                SetPresence {
                    request,
                    away,
                    text: None,
                }
                .into(),
            ),
            Step::Quit { session } => (
                session,
                Quit {
                    request,
                    text: None,
                }
                .into(),
            ),
            _ => unreachable!("not a command"),
        };
        if let Some(session) = self.session(session) {
            self.handle(Input::Command {
                session,
                command,
                searched,
            });
        }
    }

    fn session(&self, n: u8) -> Option<SessionId> {
        let of = self.sessions.len();
        (of > 0).then(|| self.sessions[usize::from(n) % of])
    }

    /// One of the conversations, or one that there is not.
    fn place(&self, n: u8) -> ConversationId {
        let of = self.hub.state().conversations.len() as u64;
        ConversationId(1 + u64::from(n) % (of + 1))
    }

    fn handle(&mut self, input: Input) {
        self.hub.handle(self.now, input, &mut self.pending);
    }

    fn commit(&mut self) {
        let records = std::mem::take(&mut self.pending).records;
        for record in &records {
            self.replayed.apply(record);
        }
        assert_eq!(&self.replayed, self.hub.state(), "replayed");
        let writer = self.writer.as_mut().expect("open");
        writer.commit(&records).expect("it is committed");
    }

    fn fail(&mut self) {
        self.pending = Effects::default();
        let writer = self.writer.as_ref().expect("open");
        let state = Box::new(writer.load().expect("it can be read"));
        assert_eq!(*state, self.replayed, "as of the last commit");
        self.handle(Input::Reset { state });
    }

    /// What was not committed is lost, and so are the sessions.
    fn restart(&mut self) {
        self.pending = Effects::default();
        self.sessions.clear();
        self.writer = None;
        // Who is away ends with the server.
        self.replayed.away.clear();
        let (writer, state) = open(self.path);
        assert_eq!(state, self.replayed, "read back");
        self.hub = Hub::new(self.rules.clone(), state);
        self.writer = Some(writer);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn crash_safe_store_and_records_give_the_same_state(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("chat.db");
        let mut world = World::new(&path);
        for step in steps {
            world.perform(step);
        }
        world.commit();
        world.restart();
    }
}
