//! Everything around a session, as simple as it can be: a worker's loop over frames, a hub that grants
//! or refuses, a store of three conversations, somebody who takes chunks.

use std::sync::{Arc, LazyLock};

use arbitrary::{Result, Unstructured};
use bytes::Bytes;
use chat_core::command::{Direction, Hello, Login};
use chat_core::event::{
    Bye, Done, Posted, ReadMarker, Refused, RoomList, RoomSummary, RosterChanges, Uploading,
    Welcome, append_entry,
};
use chat_core::limits::{LENGTH_BYTES, ROOMS_PAGE, VERSION};
use chat_core::wire::Received;
use chat_core::{
    AccountId, Body, Code, Command, ConversationId, Entry, Event, Identity, Millis, Nick, Refusal,
    RequestId, Seq, Text, frame,
};
use chat_server::contents::{ChunkDone, Part};
use chat_server::delivery::Run;
use chat_server::hub::{Input, LoginDone, Searched, SessionId};
use chat_server::journal::{Found, Page, Wanted};
use chat_server::session::{Act, OVERFULL_BYTES, Session, Start, Terms};

use super::reader::Reader;

const REASON: &str = "that is refused for a reason that takes some words ";

/// What the peer is challenged with.
pub(super) const NONCE: [u8; 32] = [1; 32];

/// What may wait for a peer that reads nothing: news up to this, then an answer, a list and a run of
/// entries that were asked for before.
const WAITING_BYTES: usize = 2 * OVERFULL_BYTES;

/// What may have been read and not taken: a worker reads no more from a peer whose frames wait.
const READ_BYTES: usize = 68 * 1024;

/// Conversations that there are; any other is one that the peer is not in.
const CONVERSATIONS: usize = 3;

/// See the module.
pub(super) struct World {
    session: Session,
    acts: Vec<Act>,
    received: Vec<u8>,
    reader: Reader,
    now: u64,
    requests: u64,
    uploads: u64,
    /// The last entries: as committed, and as the worker has seen.
    stored: [u64; CONVERSATIONS],
    seen: [u64; CONVERSATIONS],
}

/// The right login and a wrong one: a signature costs more than all the rest of a short input.
static LOGINS: LazyLock<[Command; 2]> = LazyLock::new(|| [NONCE, [9; 32]].map(signed));

/// Texts of different lengths.
static TEXTS: LazyLock<[Text; 7]> =
    LazyLock::new(|| std::array::from_fn(|n| Text::new(&"x".repeat(n * 150))));

/// A login that answers the challenge, or another one.
pub(super) fn login(right: bool) -> Command {
    LOGINS[usize::from(!right)].clone()
}

fn signed(nonce: [u8; 32]) -> Command {
    let who = Identity::from_seed(&[1; 32]);
    Login {
        key: who.public(),
        signature: who.sign_login(&nonce, &[0; 32]),
        nick: Some("ann".into()),
        invite: None,
    }
    .into()
}

fn payload(conversation: ConversationId, seq: u64) -> Vec<u8> {
    Entry {
        conversation,
        seq: Seq(seq),
        at: Millis(0),
        author: AccountId(1),
        nick: Nick::received("ann"),
        post: None,
        body: Body::Post(TEXTS[(seq % 7) as usize].clone()),
    }
    .to_payload()
}

fn place(conversation: ConversationId) -> Option<usize> {
    let place = usize::try_from(conversation.0).ok()?.checked_sub(1)?;
    (place < CONVERSATIONS).then_some(place)
}

impl World {
    pub(super) fn new() -> World {
        let terms = Terms {
            invite: None,
            login_ms: 10_000,
            login_bytes: 4_000,
            agent: "fuzz".into(),
        };
        let start = Start {
            id: SessionId {
                worker: 0,
                number: 1,
            },
            nonce: NONCE,
            binding: [0; 32],
            now: 0,
        };
        World {
            session: Session::new(start, Arc::new(terms)),
            acts: Vec::new(),
            received: Vec::new(),
            reader: Reader::default(),
            now: 0,
            requests: 0,
            uploads: 0,
            stored: [0; CONVERSATIONS],
            seen: [0; CONVERSATIONS],
        }
    }

    pub(super) fn log_in(&mut self) {
        let hello = Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: Text::default(),
        };
        self.arrives(&Command::from(hello).to_frame());
        self.arrives(&login(true).to_frame());
        self.acts.clear();
        self.session.handle_login(Ok(welcome()));
        assert!(self.session.is_live());
    }

    /// The number of the next request, or of the last one once more.
    pub(super) fn request(&mut self, again: bool) -> RequestId {
        self.requests += u64::from(!again);
        RequestId(self.requests)
    }

    /// Whether a worker reads on.
    pub(super) fn reads(&self) -> bool {
        self.received.len() < READ_BYTES
    }

    /// Bytes of the peer, taken as a worker takes them.
    pub(super) fn arrives(&mut self, bytes: &[u8]) {
        self.session.handle_bytes(bytes.len(), self.now);
        self.received.extend_from_slice(bytes);
        self.take_frames();
    }

    fn take_frames(&mut self) {
        let mut taken = 0;
        while !self.session.is_busy() {
            match frame::split(&self.received[taken..], self.session.frame_bytes_max()) {
                Ok(None) => break,
                Ok(Some(body)) => {
                    taken += LENGTH_BYTES + body.len();
                    if self.session.is_live()
                        && let Some(request) = request_of(body)
                    {
                        self.reader.asked(request);
                    }
                    self.session.handle_frame(body, &mut self.acts);
                }
                Err(error) => self.session.violation(&error.to_string()),
            }
        }
        self.received.drain(..taken);
    }

    /// One of those that were asked answers.
    pub(super) fn answer(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        if self.acts.is_empty() {
            return Ok(());
        }
        let act = self.acts.remove(u.choose_index(self.acts.len())?);
        let well = !u.ratio(1u8, 6u8)?;
        self.perform(act, well);
        Ok(())
    }

    fn perform(&mut self, act: Act, well: bool) {
        match act {
            Act::Hub(input) => self.decide(input, well),
            Act::Read(wanted) => {
                let found = well.then(|| self.find(&wanted));
                self.session.found(found, &mut self.acts);
            }
            Act::Chunk(part) => self.take_chunk(&part, well),
        }
        self.has_room();
    }

    fn decide(&mut self, input: Input, well: bool) {
        match input {
            Input::Login { .. } => self.session.handle_login(match well {
                true => Ok(welcome()),
                false => Err(Refusal::new(Code::NickTaken, "that nick is taken")),
            }),
            Input::CancelUpload { request, .. } => {
                self.session.handle_answer(&Done { request }.into());
            }
            Input::Command { command, .. } => self.decide_command(command, well),
            other => panic!("a session does not say {other:?}"),
        }
    }

    fn decide_command(&mut self, command: Command, well: bool) {
        let request = command.request().expect("what the hub is asked has one");
        if !well {
            return self.session.handle_answer(&refused(request));
        }
        let answer: Event = match command {
            Command::Follow(c) => match place(c.conversation) {
                Some(place) => {
                    let head = Seq(self.seen[place]);
                    let after = c.after.unwrap_or(head).min(head);
                    self.session
                        .handle_follow(request, c.conversation, after, head);
                    let waiting = self.session.out().bytes();
                    return self.reader.follows(waiting, c.conversation, after);
                }
                None => refused(request),
            },
            Command::Part(c) => {
                self.session.handle_unfollow(c.conversation);
                Done { request }.into()
            }
            Command::Rooms(_) | Command::Roster(_) => rooms(request),
            Command::Upload(_) => {
                self.uploads += 1;
                Uploading {
                    request,
                    upload: self.uploads,
                    from: 0,
                }
                .into()
            }
            Command::Post(c) => Posted {
                request,
                conversation: c.conversation,
                seq: Seq(1),
            }
            .into(),
            Command::Quit(_) => {
                self.session.handle_answer(&Done { request }.into());
                return self.session.say_bye(Bye {
                    code: Code::Left,
                    text: Text::default(),
                    retry_after_ms: None,
                });
            }
            _ => Done { request }.into(),
        };
        self.session.handle_answer(&answer);
    }

    fn take_chunk(&mut self, part: &Part, well: bool) {
        let request = part.chunk.request;
        let event = match well {
            true => Done { request }.into(),
            false => refused(request),
        };
        let ended = (!well).then_some(part.chunk.upload);
        self.session.handle_chunk_done(&ChunkDone { event, ended });
    }

    fn find(&self, wanted: &Wanted) -> Found {
        match *wanted {
            Wanted::Page {
                conversation,
                from,
                direction,
                entries_max,
                bytes_max,
            } => self.page(conversation, from, direction, entries_max, bytes_max),
            Wanted::Piece { bytes_max, .. } => Found::Piece(Some(vec![7; bytes_max])),
            Wanted::Picture { canvas } => Found::Picture(
                place(canvas).map(|place| (Seq(self.stored[place]), vec![2; 38_401])),
            ),
            Wanted::Post { post, .. } => Found::Post {
                made: post
                    .filter(|post| post.0[0] == 1)
                    .map(|_| (ConversationId(1), Seq(1))),
                searched: Searched {
                    up_to: 0,
                    about: None,
                },
            },
        }
    }

    fn page(
        &self,
        conversation: ConversationId,
        from: Seq,
        direction: Direction,
        entries_max: u64,
        bytes_max: usize,
    ) -> Found {
        let last = place(conversation).map_or(0, |place| self.stored[place]);
        let (first, last) = match direction {
            Direction::After => (
                from.0.saturating_add(1),
                last.min(from.0.saturating_add(entries_max)),
            ),
            Direction::Before => {
                let end = last.saturating_add(1).min(from.0);
                (
                    end.saturating_sub(entries_max).max(1),
                    end.saturating_sub(1),
                )
            }
        };
        let mut bytes = 0;
        let mut entries: Vec<(Seq, Vec<u8>)> = Vec::new();
        for seq in first..=last {
            let payload = payload(conversation, seq);
            bytes += payload.len();
            if bytes > bytes_max && !entries.is_empty() {
                break;
            }
            entries.push((Seq(seq), payload));
        }
        Found::Page(Page {
            entries,
            more: false,
            gone: false,
        })
    }

    /// Entries are committed; the worker learns of them later.
    pub(super) fn commit(&mut self, conversation: u64, entries: u64) {
        if let Some(place) = place(ConversationId(conversation)) {
            self.stored[place] += entries;
        }
    }

    /// The worker learns of what is committed.
    pub(super) fn deliver(&mut self, conversation: u64) {
        let id = ConversationId(conversation);
        let Some(place) = place(id) else { return };
        while self.seen[place] < self.stored[place] {
            let first = self.seen[place] + 1;
            let last = self.stored[place].min(first + 29);
            let mut frames = Vec::new();
            for seq in first..=last {
                append_entry(&mut frames, &payload(id, seq));
            }
            let run = Run {
                conversation: id,
                first: Seq(first),
                last: Seq(last),
                author: Some(AccountId(1 + conversation % 2)),
                frames: Bytes::from(frames),
            };
            self.session.handle_entries(&run, 1);
            self.seen[place] = last;
        }
    }

    /// Something that the peer has not asked for.
    pub(super) fn push(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let conversation = ConversationId(u.int_in_range(0..=4)?);
        match u.int_in_range(0..=3u8)? {
            0 => {
                let changes = RosterChanges {
                    conversation,
                    version: 1,
                    changes: Vec::new(),
                };
                let frame = Bytes::from(Event::RosterChanges(changes).to_frame());
                self.session.handle_roster(conversation, &frame);
            }
            1 => self.session.handle_unfollow(conversation),
            _ => self.session.handle_push(
                &ReadMarker {
                    conversation,
                    seq: Seq(u.arbitrary()?),
                }
                .into(),
            ),
        }
        Ok(())
    }

    pub(super) fn peer_reads(&mut self, bytes_max: u64) {
        let mut bytes = 0;
        let mut room = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        for slice in self.session.out().slices() {
            let taken = room.min(slice.len());
            self.reader.read(&slice[..taken]);
            bytes += taken;
            room -= taken;
        }
        self.session.handle_sent(bytes);
        self.has_room();
    }

    /// Time passes; the session is told when it wants to be.
    pub(super) fn wait(&mut self, ms: u64) {
        let then = self.now + ms;
        while self.session.closing().is_none() && self.session.deadline() <= then {
            self.now = self.now.max(self.session.deadline());
            self.session.handle_time(self.now);
            let waits = self.session.closing().is_some() || self.session.deadline() > self.now;
            assert!(waits, "for something that is to come");
        }
        self.now = then;
    }

    pub(super) fn has_room(&mut self) {
        self.session.handle_room(&mut self.acts);
        self.take_frames();
    }

    /// What holds at any time.
    pub(super) fn check(&self) {
        let waiting = self.session.out().bytes();
        assert!(waiting < WAITING_BYTES, "{waiting} bytes wait");
        assert!(self.received.len() < WAITING_BYTES, "a peer waits for room");
    }

    /// All answer and the peer reads: nothing is left open.
    pub(super) fn settle(&mut self) {
        for conversation in 1..=CONVERSATIONS as u64 {
            self.deliver(conversation);
        }
        while !self.acts.is_empty() || !self.session.out().is_empty() {
            for act in std::mem::take(&mut self.acts) {
                self.perform(act, true);
            }
            self.peer_reads(u64::MAX);
        }
        self.reader.is_done();
        let closing = self.session.closing().is_some();
        assert_eq!(
            self.reader.has_read_bye(),
            closing,
            "a goodbye before the end"
        );
        if closing {
            return;
        }
        assert!(!self.session.is_busy(), "it takes more");
        for id in self.session.cursors().followed() {
            let place = place(id).expect("only what there is can be followed");
            assert_eq!(
                self.reader.last(id),
                Some(Seq(self.seen[place])),
                "all of it"
            );
        }
    }
}

fn welcome() -> LoginDone {
    LoginDone {
        account: AccountId(1),
        welcome: Welcome {
            account: AccountId(1),
            nick: Nick::received("ann"),
            epoch: [0; 16],
            server: Text::new("fuzz"),
            now: Millis(0),
            text_bytes: 8192,
            roster_period_ms: 5000,
            file_bytes: None,
        },
        conversations: Vec::new(),
    }
}

fn refused(request: RequestId) -> Event {
    let text = REASON.repeat(4);
    Refused::new(request, Refusal::new(Code::NotPossible, text)).into()
}

/// As long a list as there may be, seldom: it takes long to read.
fn rooms(request: RequestId) -> Event {
    let length = match request.0 % 4 {
        0 => ROOMS_PAGE,
        _ => 1,
    };
    let room = RoomSummary {
        name: "#room".into(),
        topic: TEXTS[2].clone(),
        members: 1,
        present: 1,
    };
    RoomList {
        request,
        rooms: vec![room; length],
        more: false,
    }
    .into()
}

/// What a body asks, where it is a request.
fn request_of(body: &[u8]) -> Option<RequestId> {
    match Command::decode(body) {
        Ok(Received::Message(command)) => command.request(),
        Ok(Received::Unknown { request, .. }) => request,
        Err(_) => None,
    }
}
