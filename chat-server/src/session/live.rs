//! A session that is logged in: requests, and what is delivered.

use bytes::Bytes;
use chat_core::command::{Chunk, Command, Direction, Fetch, History, Snapshot};
use chat_core::event::{Done, Refused, RosterStale};
use chat_core::limits::{CHUNK_BYTES, PAGE_ENTRIES};
use chat_core::{AccountId, Code, ConversationId, Event, Refusal, RequestId, Seq};

use super::{Act, Haste, Next, OVERFULL_BYTES, Phase, Reading, Room, Session};
use crate::contents::{ChunkDone, Part};
use crate::delivery::Run;
use crate::hub::{Input, Searched};
use crate::journal::Wanted;

/// Bytes of payloads in a page: a frame less what stands around them.
const PAGE_BYTES: usize = 48 * 1024;

/// Readers on a worker up to which the author's own entries may reach him a little later: those of a
/// direct conversation, or of a room that few of its sessions follow.
const FEW: usize = 2;

impl Session {
    pub(super) fn request(&mut self, account: AccountId, command: Command, acts: &mut Vec<Act>) {
        match command {
            Command::Hello(_) | Command::Login(_) => self.violation("the login is done"),
            Command::History(history) => self.history(history, acts),
            Command::Snapshot(snapshot) => self.snapshot(&snapshot, acts),
            Command::Fetch(fetch) => self.fetch(&fetch, acts),
            Command::Chunk(chunk) => self.chunk(account, chunk, acts),
            Command::CancelUpload(c) => match self.uploads.cancel(c.upload) {
                Ok(hash) => {
                    self.unanswered += 1;
                    acts.push(Act::Hub(Input::CancelUpload {
                        session: self.id,
                        request: c.request,
                        hash,
                    }));
                }
                Err(refusal) => self.refuse(c.request, refusal),
            },
            Command::Upload(ref upload) => {
                self.uploads.ask(upload);
                self.ask_hub(command, None, acts);
            }
            Command::Follow(ref follow) => {
                self.asked_to_follow
                    .push((follow.request, follow.conversation));
                self.ask_hub(command, None, acts);
            }
            Command::Post(ref post) if post.again || post.body.of().is_some() => {
                let wanted = Wanted::Post {
                    author: account,
                    post: post.again.then_some(post.post),
                    about: post.body.of().map(|of| (post.conversation, of)),
                };
                self.read(wanted, Reading::Post(Box::new(command)), acts);
            }
            Command::Rooms(_) | Command::Roster(_) => {
                self.listing = command.request();
                self.ask_hub(command, None, acts);
            }
            command => self.ask_hub(command, None, acts),
        }
    }

    pub(super) fn ask_hub(
        &mut self,
        command: Command,
        searched: Option<Searched>,
        acts: &mut Vec<Act>,
    ) {
        self.unanswered += 1;
        acts.push(Act::Hub(Input::Command {
            session: self.id,
            command,
            searched,
        }));
    }

    fn history(&mut self, c: History, acts: &mut Vec<Act>) {
        if self
            .asked_to_follow
            .iter()
            .any(|(_, id)| *id == c.conversation)
        {
            self.page_behind_follow = Some(Box::new(c));
            return;
        }
        let Some(head) = self.cursors.head(c.conversation) else {
            return self.refuse(c.request, not_followed());
        };
        // What it has not been told of is not there yet.
        let from = match c.direction {
            Direction::Before => c.from.min(head.next()),
            Direction::After => c.from,
        };
        let wanted = Wanted::Page {
            conversation: c.conversation,
            from,
            direction: c.direction,
            entries_max: c.entries_max.unwrap_or(PAGE_ENTRIES).clamp(1, PAGE_ENTRIES),
            bytes_max: PAGE_BYTES,
        };
        self.read(wanted, Reading::Page(c.request, c.conversation), acts);
    }

    fn fetch(&mut self, c: &Fetch, acts: &mut Vec<Act>) {
        let Some(head) = self.cursors.head(c.conversation) else {
            return self.refuse(c.request, not_followed());
        };
        if c.seq > head {
            return self.refuse(c.request, no_such_file());
        }
        let bytes_max = usize::try_from(c.bytes_max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let wanted = Wanted::Piece {
            conversation: c.conversation,
            seq: c.seq,
            at: c.at,
            bytes_max: bytes_max.clamp(1, CHUNK_BYTES),
        };
        self.read(
            wanted,
            Reading::Piece(c.request, c.conversation, c.at),
            acts,
        );
    }

    fn chunk(&mut self, account: AccountId, chunk: Chunk, acts: &mut Vec<Act>) {
        match self.uploads.take(&chunk) {
            Ok(hash) => acts.push(Act::Chunk(Box::new(Part {
                session: self.id,
                account,
                hash,
                chunk,
            }))),
            Err(refusal) => self.refuse(chunk.request, refusal),
        }
    }

    /// The answer to a chunk.
    pub fn handle_chunk_done(&mut self, done: &ChunkDone) {
        self.uploads.chunk_done(done.ended);
        if self.closing().is_none() {
            self.send(&done.event);
        }
    }

    fn snapshot(&mut self, c: &Snapshot, acts: &mut Vec<Act>) {
        if !self.cursors.follows(c.conversation) {
            return self.refuse(c.request, not_followed());
        }
        let wanted = Wanted::Picture {
            canvas: c.conversation,
        };
        self.read(wanted, Reading::Picture(c.request, c.conversation), acts);
    }

    /// Reads now, or when the store has answered what is being read and that is sent.
    fn read(&mut self, wanted: Wanted, reading: Reading, acts: &mut Vec<Act>) {
        if self.reading.is_some() {
            self.waiting = Some(Box::new((wanted, reading)));
        } else {
            self.reading = Some(reading);
            acts.push(Act::Read(wanted));
        }
    }

    pub(super) fn refuse(&mut self, request: RequestId, refusal: Refusal) {
        self.send(&Event::Refused(Refused::new(request, refusal)));
    }

    /// The hub's answer to a request.
    pub fn handle_answer(&mut self, answer: &Event) {
        self.unanswered = self.unanswered.saturating_sub(1);
        self.listing = self.listing.filter(|list| Some(*list) != answer.answers());
        self.asked_to_follow
            .retain(|(request, _)| Some(*request) != answer.answers());
        if self.asked_to_follow.is_empty() {
            self.asked_to_follow = Vec::new();
        }
        self.uploads.answered(answer);
        let haste = match answer {
            Event::Posted(_) => Haste::Late,
            _ => Haste::Now,
        };
        if self.closing().is_none() {
            self.out.push_own(haste, |out| answer.append_to(out));
        }
    }

    /// Something that it is told without having asked.
    pub fn handle_push(&mut self, event: &Event) {
        if self.closing().is_some() {
            return;
        }
        if self.out.bytes() > OVERFULL_BYTES {
            return self.close(
                Code::TooSlow,
                "you read too slowly: connect again to resume",
            );
        }
        self.send(event);
    }

    /// It follows a conversation from here on.
    pub fn handle_follow(&mut self, request: RequestId, id: ConversationId, after: Seq, head: Seq) {
        self.cursors.follow(id, after, head);
        self.handle_answer(&Done { request }.into());
    }

    /// It no longer follows a conversation.
    pub fn handle_unfollow(&mut self, id: ConversationId) {
        self.cursors.unfollow(id);
        self.stale_rosters.remove(&id);
    }

    /// Entries of a conversation are committed, and `readers` sessions of its worker follow that.
    pub fn handle_entries(&mut self, run: &Run, readers: usize) {
        let room = if self.out.is_full() || self.closing().is_some() {
            Room::None
        } else {
            Room::Free
        };
        let (id, first, last) = (run.conversation, run.first, run.last);
        if self.cursors.arrived(id, first, last, room) == Next::Send {
            let haste = self.haste(run, readers);
            self.out.push_shared(run.frames.clone(), haste);
        }
    }

    /// Where few read, what goes to the author is much of all that is sent; he has it on his screen, at
    /// least where he has written it.
    fn haste(&self, run: &Run, readers: usize) -> Haste {
        match self.phase {
            Phase::Live(account) if run.author == Some(account) && readers <= FEW => Haste::Late,
            _ => Haste::Now,
        }
    }

    /// A roster has changed; `frame` says how.
    pub fn handle_roster(&mut self, id: ConversationId, frame: &Bytes) {
        if self.closing().is_some() || !self.cursors.follows(id) {
            return;
        }
        if self.out.is_full() {
            self.stale_rosters.insert(id);
        } else {
            self.out.push_shared(frame.clone(), Haste::Now);
        }
    }

    /// The outbox has room again: goes on with what was held back.
    pub fn handle_room(&mut self, acts: &mut Vec<Act>) {
        if self.closing().is_some() || !self.has_room() {
            return;
        }
        if self.reading.is_none()
            && let Some(waiting) = self.waiting.take()
        {
            let (wanted, reading) = *waiting;
            self.read(wanted, reading, acts);
        }
        if let Some(history) = self.page_behind_follow.take() {
            self.history(*history, acts);
        }
        for conversation in std::mem::take(&mut self.stale_rosters) {
            self.send(&RosterStale { conversation }.into());
        }
        if self.reading.is_none()
            && let Some((conversation, from)) = self.cursors.lagging()
        {
            let direction = Direction::After;
            let wanted = Wanted::Page {
                conversation,
                from,
                direction,
                entries_max: PAGE_ENTRIES,
                bytes_max: PAGE_BYTES,
            };
            self.read(wanted, Reading::CatchUp(conversation, from), acts);
        }
    }
}

pub(super) fn no_such_file() -> Refusal {
    let text = "there is no file in that message (any more)";
    Refusal::new(Code::NoSuchFile, text)
}

pub(super) fn not_followed() -> Refusal {
    let text = "only a conversation that is followed can be read: join and follow it first";
    Refusal::new(Code::NotAMember, text)
}
