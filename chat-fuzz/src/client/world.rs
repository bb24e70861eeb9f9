//! The session, what it sends, and what has to hold of what it tells:
//!
//! - entries in order without holes, but where it says that some are left out;
//! - each request of the program has one answer, each post one outcome, each transfer one end;
//! - no more is unanswered than a server reads ahead, and no number stands for two requests;
//! - it waits for something that is to come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use arbitrary::{Result, Unstructured};
use chat_client::bare::Bare;
use chat_client::{Config, Event, Pending, TransferId};
use chat_core::event::Welcome;
use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES, UNANSWERED};
use chat_core::wire::Received;
use chat_core::{
    AccountId, Body, Command, ConversationId, Event as Said, File, Identity, Link, Millis, Nick,
    PostId, RequestId, Seq, Text,
};

/// See the module.
pub(crate) struct World {
    pub(crate) session: Bare,
    start: Instant,
    ms: u64,
    is_online: bool,
    epoch: u8,
    /// Commands that the server has not answered.
    sent: BTreeMap<RequestId, Command>,
    /// The program's requests without an answer, and the last number.
    asked: BTreeSet<RequestId>,
    requests: u64,
    /// Posts without an outcome.
    posts: BTreeSet<PostId>,
    /// The last entry that was told.
    last: BTreeMap<ConversationId, Seq>,
    transfers: u64,
    ended: BTreeSet<TransferId>,
}

impl World {
    /// A client that has just logged in.
    pub(crate) fn new() -> World {
        let identity = Identity::from_seed(&[1; 32]);
        let mut world = World {
            session: Bare::new(&Config::new(Link::to("localhost", 1), identity)),
            start: Instant::now(),
            ms: 0,
            is_online: false,
            epoch: 1,
            sent: BTreeMap::new(),
            asked: BTreeSet::new(),
            requests: 0,
            posts: BTreeSet::new(),
            last: BTreeMap::new(),
            transfers: 0,
            ended: BTreeSet::new(),
        };
        world.connects(false);
        world
    }

    pub(crate) fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.ms)
    }

    /// Milliseconds since the start.
    pub(crate) fn ms(&self) -> u64 {
        self.ms
    }

    pub(crate) fn is_online(&self) -> bool {
        self.is_online
    }

    pub(crate) fn connects(&mut self, anew: bool) {
        if self.is_online {
            return;
        }
        self.is_online = true;
        self.epoch += u8::from(anew);
        let welcome = Welcome {
            account: AccountId(1),
            nick: Nick::received("ann"),
            epoch: [self.epoch; 16],
            server: Text::new("fuzz"),
            now: Millis(0),
            text_bytes: 8192,
            roster_period_ms: 5000,
            file_bytes: Some(1 << 30),
        };
        self.session.online(welcome, self.now());
    }

    pub(crate) fn breaks(&mut self) {
        self.is_online = false;
        self.sent.clear();
        self.session.offline();
    }

    pub(crate) fn wait(&mut self, ms: u64) {
        self.ms += ms;
    }

    /// The number of the program's next request.
    pub(super) fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    /// The program asks for something.
    pub(crate) fn send(&mut self, command: Command) {
        let request = command.request().expect("a request");
        if self.asked.insert(request) {
            self.session.send(command);
        }
    }

    pub(super) fn post(&mut self, conversation: ConversationId, id: u8, body: Body) {
        self.put(Pending {
            post: PostId([id; 16]),
            conversation,
            body,
        });
    }

    /// The program posts something.
    pub(crate) fn put(&mut self, pending: Pending) {
        if self.posts.insert(pending.post) {
            self.session.post(pending, self.now());
        }
    }

    fn transfer(&mut self) -> TransferId {
        self.transfers += 1;
        TransferId(self.transfers)
    }

    pub(crate) fn send_file(&mut self, to: ConversationId) {
        let id = self.transfer();
        self.session.send_file(id, to, self.now());
    }

    pub(crate) fn save_file(&mut self, place: (ConversationId, Seq), file: File) -> TransferId {
        let id = self.transfer();
        self.session.save_file(id, place, file, self.now());
        id
    }

    pub(crate) fn cancel(&mut self, id: u64) {
        self.session.cancel(TransferId(id), self.now());
    }

    /// The entry that comes next, as far as the program knows.
    pub(super) fn expects(&self, id: ConversationId) -> Seq {
        let last = self.last.get(&id).copied().unwrap_or_default();
        Seq(last.0.wrapping_add(1))
    }

    /// Something that the server has not answered yet; now it does.
    pub(super) fn unanswered(&mut self, u: &mut Unstructured<'_>) -> Result<Option<Command>> {
        if self.sent.is_empty() {
            return Ok(None);
        }
        let place = u.choose_index(self.sent.len())?;
        let request = *self.sent.keys().nth(place).expect("it is there");
        Ok(self.sent.remove(&request))
    }

    pub(super) fn hears(&mut self, said: Said) {
        if self.is_online {
            // As it arrives: cleaned.
            let frame = said.to_frame();
            self.hears_bytes(&frame[LENGTH_BYTES..]);
        }
    }

    pub(super) fn hears_bytes(&mut self, body: &[u8]) {
        let Ok(received) = Said::decode(body) else {
            return;
        };
        // The goodbye and the like are not the session's.
        let is_for_it = !matches!(
            received,
            Received::Message(
                Said::Challenge(_)
                    | Said::Welcome(_)
                    | Said::LoginRefused(_)
                    | Said::Bye(_)
                    | Said::Ping(_)
                    | Said::Pong(_)
            )
        );
        if self.is_online && is_for_it && self.session.has_room() {
            let heard = self.session.received(received, self.now());
            if let Err(why) = heard {
                crate::oracle::sentence(&why);
                self.breaks();
            }
        }
    }

    /// What the session sends and tells now.
    pub(crate) fn tells(&mut self) -> Vec<Event> {
        self.sends();
        let mut events = Vec::new();
        while let Some(event) = self.session.next_event() {
            self.told(&event);
            events.push(event);
        }
        events
    }

    fn sends(&mut self) {
        let now = self.now();
        while let Some(command) = self.session.next_command(now) {
            assert!(self.is_online, "{command:?} is sent to nobody");
            assert!(command.to_frame().len() <= LENGTH_BYTES + FRAME_BYTES);
            let request = command.request().expect("it wants an answer");
            let before = self.sent.insert(request, command);
            assert!(before.is_none(), "{request} stands for two");
            assert!(self.sent.len() <= UNANSWERED, "the server reads no more");
        }
        if self.is_online {
            let deadline = self.session.deadline(now);
            assert!(deadline.is_none_or(|at| at > now), "it waits for the past");
        }
    }

    fn told(&mut self, event: &Event) {
        match event {
            Event::Online {
                new_epoch: true, ..
            } => self.last.clear(),
            // A store that lost entries goes on where it is.
            Event::Announced(c) => {
                if let Some(last) = self.last.get_mut(&c.id) {
                    *last = (*last).min(c.head);
                }
            }
            Event::Skipped {
                conversation,
                after,
                before,
            } => {
                assert!(after < before);
                let held = self.last.insert(*conversation, Seq(before.0 - 1));
                assert!(held.is_none_or(|held| held == *after), "{event:?}");
            }
            Event::Entry(entry) => {
                let last = self.last.insert(entry.conversation, entry.seq);
                let next = last.is_none_or(|last| last.0.checked_add(1) == Some(entry.seq.0));
                assert!(next, "{entry:?} behind {last:?}");
            }
            Event::Canvas { canvas, seq, .. } => {
                self.last.insert(canvas.id, *seq);
            }
            Event::Left { conversation } => {
                self.last.remove(conversation);
            }
            Event::Answer { request, answer } => {
                assert!(self.asked.remove(request), "{request} is answered twice");
                if let Err(refusal) = answer {
                    crate::oracle::clean(&refusal.text);
                }
            }
            Event::Posted { post, .. } => self.outcome(*post),
            Event::PostRefused { pending, .. } => self.outcome(pending.post),
            Event::Transfer(transfer) => {
                assert!(!self.ended.contains(&transfer.id), "{transfer:?} had ended");
                if transfer.state.is_final() {
                    self.ended.insert(transfer.id);
                }
            }
            _ => {}
        }
    }

    fn outcome(&mut self, post: PostId) {
        // A file's is told where its transfer was given up while the post was on its way.
        let of_a_file = post.0[8..] == [0xff; 8];
        assert!(
            of_a_file || self.posts.remove(&post),
            "{post:?} has two outcomes"
        );
    }

    /// Nobody is left without an answer.
    pub(crate) fn settle(&mut self) {
        self.tells();
        if self.session.is_settled() {
            assert!(self.posts.is_empty(), "lost: {:?}", self.posts);
        }
        self.is_online = false;
        self.session.end();
        self.tells();
        assert!(self.asked.is_empty(), "not answered: {:?}", self.asked);
    }
}
