//! Whatever happens, three states are the same: the hub's, the one that replaying the records gives,
//! and the one that is read back from the store after a restart.
//!
//! | file | owns |
//! |---|---|
//! | `step.rs` | what can happen |
//! | `draw.rs` | what happens to canvases |
//! | `files.rs` | what happens to files |
//! | `check.rs` | what holds of what is read |

mod check;
mod draw;
mod files;
mod step;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use chat_core::command::{Direct, Join, Part, Post, Quit, Read, SetNick, SetPresence, Topic};
use chat_core::{Body, ConversationId, Entry, Millis, PostId, RequestId, RoomName, Seq, Text};
use proptest::prelude::*;
use step::{Step, name, step, text};

use super::{START, key_of, rules};
use crate::config::{Durability, StoreSection};
use crate::contents::Directory;
use crate::hub::{Effects, Hub, Input, Record, Rules, Searched, SessionId, State, Ticket};
use crate::journal::{Found, Reader, Store, Wanted, Writer};

/// A hub with a store on disk.
struct World<'a> {
    path: &'a Path,
    /// How many rows of the log are listed at once, and with a commit.
    pace: (usize, usize),
    rules: Rules,
    hub: Hub,
    store: Option<(Writer, Reader)>,
    /// Posts about entries, and what was found of them: not yet handed to the hub.
    looked_up: VecDeque<(u8, Input)>,
    /// What is committed.
    entries: Vec<Arc<Entry>>,
    now: Millis,
    sessions: Vec<SessionId>,
    made: u64,
    /// Uploads that were opened.
    opened: Vec<Ticket>,
    pending: Effects,
    /// What the committed records made of the empty state.
    replayed: State,
}

fn open(path: &Path, (bulk, step): (usize, usize)) -> ((Writer, Reader), State) {
    let how = StoreSection {
        durability: Durability::Os,
        ..StoreSection::default()
    };
    let store = Store::open(path, &how, [1; 16]).expect("the store opens");
    let contents = Directory::open(path.parent().expect("it is in a directory")).expect("made");
    let reader = store.reader(contents).expect("it opens once more");
    let (mut writer, state) = store.into_writer().expect("the store is read");
    writer.list_every(bulk, step);
    ((writer, reader), state)
}

impl World<'_> {
    fn new(path: &Path, pace: (usize, usize)) -> World<'_> {
        let mut rules = rules();
        rules.limits.rooms_per_account = 3;
        rules.limits.post_burst = 10;
        rules.roster.small_room = 2;
        let (store, state) = open(path, pace);
        assert_eq!(state, State::default());
        World {
            path,
            pace,
            hub: Hub::new(rules.clone(), state),
            rules,
            store: Some(store),
            looked_up: VecDeque::new(),
            entries: Vec::new(),
            now: START,
            sessions: Vec::new(),
            made: 0,
            opened: Vec::new(),
            pending: Effects::default(),
            replayed: State::default(),
        }
    }

    fn perform(&mut self, step: Step) {
        self.hand_over();
        match step {
            Step::About {
                session,
                place,
                of,
                what,
                ago,
            } => self.about(session, place, Seq(of), what, ago),
            Step::Canvas { session, place } => self.open_canvas(session, place),
            Step::Draw {
                session,
                canvas,
                what,
            } => (0..6).for_each(|n| self.draw(session, canvas, what.wrapping_add(n * 43))),
            Step::Painted { canvas, but } => self.painted(canvas, but),
            Step::File {
                session,
                place,
                content,
                what,
            } => self.file(session, place, content, what),
            Step::Login { person, nick } => self.log_in(person, nick.map(name)),
            Step::Closed { session } => {
                if let Some(session) = self.session(session) {
                    self.handle(Input::Closed { session });
                }
            }
            Step::RosterDue => self.handle(Input::RosterDue),
            Step::Wait { ms } => self.now = self.now.plus(ms),
            Step::Look { place, from, most } => self.look(place, Seq(from), most),
            Step::Commit => self.commit(),
            Step::Fail => self.fail(),
            Step::Restart => self.restart(),
            step => self.command(&step),
        }
    }

    fn log_in(&mut self, person: u8, nick: Option<String>) {
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
            nick,
            invited: false,
        });
    }

    /// Two people are there from the start, so that something happens.
    fn begin(&mut self) {
        for (person, nick) in [(0, "first"), (1, "second")] {
            self.log_in(person, Some(nick.to_owned()));
        }
    }

    fn command(&mut self, step: &Step) {
        let request = RequestId(0);
        // A look-up that went just before: nothing falls between it and the window.
        let searched = matches!(step, Step::Post { again: true, .. }).then(|| Searched {
            up_to: self.hub.state().recent.last(),
            about: None,
        });
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

    /// Searches the store, and hands what it finds to the hub some steps later.
    fn about(&mut self, session: u8, place: u8, of: Seq, what: u8, ago: u8) {
        let Some(session) = self.session(session) else {
            return;
        };
        let conversation = self.place(place);
        let emoji = Text::new(["👍", "❤", "nothing"][usize::from(what / 4) % 3]);
        let body = match what % 4 {
            0 => Body::Edit {
                of,
                text: text(what / 4),
            },
            1 => Body::Deletion { of },
            2 => Body::Reaction { of, emoji },
            _ => Body::Unreaction { of, emoji },
        };
        self.about_entry(session, conversation, body, ago);
    }

    fn about_entry(
        &mut self,
        session: SessionId,
        conversation: ConversationId,
        body: Body,
        ago: u8,
    ) {
        let Some(account) = self.hub.sessions.get(&session).map(|s| s.account) else {
            return;
        };
        let wanted = Wanted::Post {
            author: account,
            post: None,
            about: body.of().map(|of| (conversation, of)),
        };
        let (_, reader) = self.store.as_mut().expect("open");
        let Ok(Found::Post { searched, .. }) = reader.read(wanted) else {
            panic!("the store can't be read");
        };
        self.made += 1;
        let mut post = [0xff; 16];
        post[..8].copy_from_slice(&self.made.to_be_bytes());
        let command = Post {
            request: RequestId(0),
            conversation,
            post: PostId(post),
            body,
            again: false,
        };
        let input = Input::Command {
            session,
            command: command.into(),
            searched: Some(searched),
        };
        self.looked_up.push_back((ago, input));
    }

    /// What was looked up long enough ago is decided.
    fn hand_over(&mut self) {
        self.looked_up
            .iter_mut()
            .for_each(|(ago, _)| *ago = ago.saturating_sub(1));
        while let Some((_, input)) = self.looked_up.pop_front_if(|(ago, _)| *ago == 0) {
            self.handle(input);
        }
    }

    fn session(&self, n: u8) -> Option<SessionId> {
        // Mostly one that is logged in.
        let here = |id: &&SessionId| n.is_multiple_of(16) || self.hub.sessions.contains_key(id);
        let sessions: Vec<&SessionId> = self.sessions.iter().filter(here).collect();
        let of = sessions.len();
        (of > 0).then(|| *sessions[usize::from(n) % of])
    }

    /// One of the conversations, or one that there is not.
    fn place(&self, n: u8) -> ConversationId {
        let of = self.hub.state().conversations.len() as u64;
        // Mostly the lobby, where everybody is.
        match n % 2 {
            0 => ConversationId(1),
            _ => ConversationId(1 + u64::from(n / 2) % (of + 1)),
        }
    }

    fn handle(&mut self, input: Input) {
        self.hub.handle(self.now, input, &mut self.pending);
    }

    fn commit(&mut self) {
        self.opened = self.tickets();
        let records = std::mem::take(&mut self.pending).records;
        for record in &records {
            self.replayed.apply(record);
            if let Record::Entry(entry) = record {
                self.entries.push(entry.clone());
            }
        }
        assert_eq!(&self.replayed, self.hub.state(), "replayed");
        let (writer, _) = self.store.as_mut().expect("open");
        writer.commit(&records).expect("it is committed");
    }

    /// What was decided last can't be committed.
    fn fail(&mut self) {
        let mut records = std::mem::take(&mut self.pending).records;
        let twice = Record::Room {
            id: ConversationId(1_000_000),
            name: RoomName::stored("#twice"),
        };
        records.extend([twice.clone(), twice]);
        let (writer, _) = self.store.as_mut().expect("open");
        let committed = writer.commit(&records);
        committed.expect_err("there is such a room");
        let state = Box::new(writer.load().expect("it can be read"));
        assert_eq!(*state, self.replayed, "as of the last commit");
        self.handle(Input::Reset { state });
    }

    /// What was not committed is lost, and so are the sessions.
    fn restart(&mut self) {
        self.pending = Effects::default();
        self.sessions.clear();
        self.opened.clear();
        self.looked_up.clear();
        self.store = None;
        // Who is away ends with the server.
        self.replayed.away.clear();
        let (store, state) = open(self.path, self.pace);
        assert_eq!(state, self.replayed, "read back");
        self.hub = Hub::new(self.rules.clone(), state);
        self.store = Some(store);
        self.begin();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(80) })]

    #[test]
    fn crash_safe_store_and_records_give_the_same_state(
        steps in proptest::collection::vec(step(), 1..120),
        pace in (1..30usize, 1..20usize),
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("chat.db");
        let mut world = World::new(&path, pace);
        world.begin();
        for step in steps {
            world.perform(step);
        }
        world.commit();
        world.restart();
        world.check_abouts();
    }
}
