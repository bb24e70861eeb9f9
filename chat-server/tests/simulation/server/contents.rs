//! The model of the one who keeps the contents of files: the same decisions as in the server, on a
//! directory that is a model, too.

use std::collections::{BTreeMap, VecDeque};

use chat_core::event::{Done, Refused, Uploading};
use chat_core::{AccountId, Code, ContentHash, Event, File, Millis, Refusal, RequestId};
use chat_server::contents::{ChunkDone, Part, ToContents};
use chat_server::hub::{
    Asked, FileNews, FileWork, HeldContent, Holdings, OnDisk, SessionId, Ticket, storage_refusal,
};

use super::disk::Disk;
use crate::fault::Fault;
use crate::step::Power;
use crate::violation::{Checked, ensure};

/// Messages that may wait: chunks of all sessions, and what the hub has decided meanwhile.
const INBOX_MAX: usize = 200;

type Key = (AccountId, ContentHash);

/// What it tells.
#[derive(Debug)]
pub(super) enum Told {
    Hub(FileNews),
    Answer(SessionId, Event),
    Chunk(SessionId, ChunkDone),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Hashing,
    Taking,
    Deciding,
}

#[derive(Debug)]
struct Open {
    ticket: Ticket,
    stage: Stage,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Contents {
    fault: Fault,
    inbox: VecDeque<ToContents>,
    disk: Disk,
    open: BTreeMap<Key, Open>,
    told: Vec<Told>,
    now: Millis,
    full: bool,
}

fn partial(key: Key) -> OnDisk {
    OnDisk::Partial(key.0, key.1)
}

impl Contents {
    pub(super) fn new(fault: Fault) -> Contents {
        Contents {
            fault,
            inbox: VecDeque::new(),
            disk: Disk::default(),
            open: BTreeMap::new(),
            told: Vec::new(),
            now: Millis(0),
            full: false,
        }
    }

    /// The hub has decided something.
    pub(super) fn work(&mut self, work: FileWork) {
        self.tell(ToContents::Work(work));
    }

    pub(super) fn tell(&mut self, message: ToContents) {
        self.inbox.push_back(message);
    }

    pub(super) fn waits(&self) -> bool {
        !self.inbox.is_empty() || self.open.values().any(|open| open.stage == Stage::Hashing)
    }

    pub(super) fn check_bounds(&self) -> Checked {
        let waiting = self.inbox.len();
        ensure!(
            waiting <= INBOX_MAX,
            "bounded: {waiting} messages wait for the one who keeps the contents"
        );
        Ok(())
    }

    /// Handles a message, or goes on to hash, as `first` says; what is told then.
    pub(super) fn step(&mut self, now: Millis, full: bool, first: usize) -> Vec<Told> {
        (self.now, self.full) = (now, full);
        let message = match first % 3 {
            0 => None,
            _ => self.inbox.pop_front(),
        };
        if let Some(message) = message {
            self.handle(message);
        } else if !self.hash()
            && let Some(message) = self.inbox.pop_front()
        {
            self.handle(message);
        }
        std::mem::take(&mut self.told)
    }

    fn handle(&mut self, message: ToContents) {
        match message {
            ToContents::Work(FileWork::Open(ticket)) => self.open(ticket),
            ToContents::Work(FileWork::SayHeld(ticket)) => self.done(&ticket),
            ToContents::Work(FileWork::Settle(ticket)) => self.settle(&ticket),
            ToContents::Work(FileWork::Refuse(ticket, refusal)) => {
                self.forget(&ticket);
                self.refuse(&ticket, refusal);
            }
            ToContents::Work(FileWork::Name(content)) => self.name(content),
            ToContents::Work(FileWork::Remove(what)) => self.remove(what),
            ToContents::Work(FileWork::SweepAgain) => self.news(FileNews::SweepDue),
            ToContents::Chunk(part) => self.chunk(*part),
            ToContents::Gone(session) => self
                .open
                .retain(|_, open| open.ticket.session != session || open.stage == Stage::Deciding),
        }
    }

    /// Hashes what was there of an upload that goes on; whether there was one.
    fn hash(&mut self) -> bool {
        let mut open = self.open.iter();
        let hashing = open.find(|(_, open)| open.stage == Stage::Hashing);
        let Some(key) = hashing.map(|(key, _)| *key) else {
            return false;
        };
        self.hashed(key);
        true
    }

    fn open(&mut self, ticket: Ticket) {
        let key = (ticket.account, ticket.hash);
        let before = self.open.get(&key).map(|open| (open.ticket, open.stage));
        let stage = match before {
            Some((_, Stage::Deciding)) => {
                let refusal = Refusal::new(Code::TooFast, "it is being completed");
                return self.refuse(&ticket, refusal.retry_after(500));
            }
            Some((before, Stage::Hashing)) => {
                self.open.insert(
                    key,
                    Open {
                        ticket,
                        stage: Stage::Hashing,
                    },
                );
                return self.refuse(&before, taken_over());
            }
            Some((_, Stage::Taking)) => Stage::Taking,
            None => match self.disk.make(partial(key), self.now) {
                0 => Stage::Taking,
                _ => Stage::Hashing,
            },
        };
        self.open.insert(key, Open { ticket, stage });
        if stage == Stage::Taking {
            self.hashed(key);
        }
    }

    /// What was there is hashed: it is answered, or complete.
    fn hashed(&mut self, key: Key) {
        let Some(open) = self.open.get_mut(&key) else {
            return;
        };
        open.stage = Stage::Taking;
        let ticket = open.ticket;
        let bytes = ticket.bytes as usize;
        let data = self.disk.data(partial(key)).unwrap_or_default();
        if data.len() == bytes && (bytes == 0 || blake3::hash(data) == key.1.0) {
            return self.complete(key, ticket);
        }
        if data.len() >= bytes {
            self.disk.clear(partial(key));
        }
        let from = self.disk.data(partial(key)).map_or(0, <[u8]>::len);
        self.uploading(&ticket, from as u64);
    }

    fn chunk(&mut self, part: Part) {
        let key = (part.account, part.hash);
        let (request, upload) = (part.chunk.request, part.chunk.upload);
        let full = self.full;
        let mut refuse = |code, ended| {
            let refusal = Refusal::new(code, "that chunk");
            self.told
                .push(chunk_refused(part.session, request, refusal, ended));
        };
        let Some(open) = self.open.get_mut(&key) else {
            return refuse(Code::ChunkOutOfOrder, Some(upload));
        };
        if open.ticket.upload != upload {
            return refuse(Code::NotPossible, Some(upload));
        }
        let at = self.disk.data(partial(key)).map_or(0, <[u8]>::len) as u64;
        let (length, chunk) = (open.ticket.bytes, part.chunk);
        if at == length || chunk.data.len() as u64 > length - at {
            return refuse(Code::BeyondTheEnd, None);
        }
        if chunk.at != at || open.stage != Stage::Taking {
            return refuse(Code::ChunkOutOfOrder, None);
        }
        if full {
            return refuse(Code::Storage, None);
        }
        let ticket = Ticket {
            request,
            asked: Asked::Chunk,
            ..open.ticket
        };
        self.disk.append(partial(key), &chunk.data, self.now);
        if at + chunk.data.len() as u64 == length {
            return self.complete(key, ticket);
        }
        let event = Done { request }.into();
        self.told.push(Told::Chunk(
            ticket.session,
            ChunkDone { event, ended: None },
        ));
    }

    fn complete(&mut self, key: Key, ticket: Ticket) {
        let data = self.disk.data(partial(key)).unwrap_or_default();
        if blake3::hash(data) != key.1.0 {
            self.disk.remove(partial(key));
            self.open.remove(&key);
            self.news(FileNews::Wrong { ticket });
            return self.refuse(
                &ticket,
                Refusal::new(Code::WrongHash, "it is another content"),
            );
        }
        if self.fault != Fault::ForgetSync {
            self.disk.sync(partial(key));
        }
        let stage = Stage::Deciding;
        self.open.insert(key, Open { ticket, stage });
        self.news(FileNews::Complete { ticket });
    }

    /// Gives a complete content its name; whether it is there then.
    fn give_name(&mut self, key: Key, bytes: u64) -> bool {
        let length = |disk: &Disk, what| disk.data(what).map(|data| data.len() as u64);
        let content = OnDisk::Content(key.1);
        if length(&self.disk, partial(key)) != Some(bytes) {
            return length(&self.disk, content) == Some(bytes);
        }
        self.disk.rename(partial(key), content);
        true
    }

    fn settle(&mut self, ticket: &Ticket) {
        self.forget(ticket);
        if self.give_name((ticket.account, ticket.hash), ticket.bytes) {
            self.news(FileNews::There(ticket.hash));
            self.done(ticket);
        } else {
            self.news(FileNews::Missing(vec![ticket.hash]));
            self.refuse(ticket, storage_refusal());
        }
    }

    fn name(&mut self, content: HeldContent) {
        let key = (content.account, content.hash);
        if self.give_name(key, content.bytes) {
            self.news(FileNews::There(content.hash));
        }
        self.disk.remove(partial(key));
    }

    fn remove(&mut self, what: OnDisk) {
        if let OnDisk::Partial(account, hash) = what
            && let Some(open) = self.open.remove(&(account, hash))
            && open.stage == Stage::Hashing
        {
            self.refuse(&open.ticket, Refusal::new(Code::NotPossible, "given up"));
        }
        self.disk.remove(what);
    }

    fn forget(&mut self, ticket: &Ticket) {
        let key = (ticket.account, ticket.hash);
        let of = |open: &Open| open.ticket.upload == ticket.upload;
        if self.open.get(&key).is_some_and(of) {
            self.open.remove(&key);
        }
    }

    /// Tells what lies there, so that what nobody knows or wants goes.
    pub(super) fn sweep(&mut self, now: Millis) {
        self.news(FileNews::OnDisk(self.disk.list(now)));
        self.news(FileNews::SweepDue);
    }

    /// The server is killed, and starts anew with what is `held`.
    pub(super) fn crash(
        &mut self,
        power: Power,
        held: impl Iterator<Item = HeldContent>,
        now: Millis,
    ) {
        self.inbox.clear();
        self.open.clear();
        self.told.clear();
        self.disk.crash(power);
        let mut contents: Vec<HeldContent> = held.collect();
        contents.sort_by_key(|held| (held.hash, held.account));
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for held in contents {
            let key = (held.account, held.hash);
            let content = self.disk.data(OnDisk::Content(held.hash));
            let is_there = match held.uploading {
                true => content.is_some_and(|data| data.len() as u64 == held.bytes),
                false => self.give_name(key, held.bytes),
            };
            match is_there {
                true => there.push(held.hash),
                false => missing.push(held.hash),
            }
        }
        missing.retain(|hash| !there.contains(hash));
        if !missing.is_empty() {
            self.news(FileNews::Missing(missing));
        }
        self.sweep(now);
    }

    pub(super) fn piece(
        &self,
        account: AccountId,
        file: &File,
        piece: (u64, usize),
    ) -> Option<Vec<u8>> {
        self.disk.piece(account, file, piece)
    }

    /// Nothing lies there but what is held and what is uploaded, and all that is held does.
    pub(super) fn check(&self, files: &Holdings) -> Checked {
        for found in self.disk.list(self.now) {
            let known = match found.what {
                OnDisk::Content(hash) => files.is_held(hash),
                OnDisk::Partial(account, hash) => files.upload(account, hash).is_some(),
            };
            ensure!(known, "quotas: nobody wants {:?}", found.what);
        }
        for held in files.all_held() {
            let content = self.disk.data(OnDisk::Content(held.hash));
            ensure!(
                content.is_some_and(|data| data.len() as u64 == held.bytes),
                "durable: {held:?} is gone"
            );
        }
        Ok(())
    }

    // What is told.

    fn news(&mut self, news: FileNews) {
        self.told.push(Told::Hub(news));
    }

    fn uploading(&mut self, ticket: &Ticket, from: u64) {
        let (request, upload) = (ticket.request, ticket.upload);
        let event = Uploading {
            request,
            upload,
            from,
        };
        self.told.push(Told::Answer(ticket.session, event.into()));
    }

    fn done(&mut self, ticket: &Ticket) {
        let request = ticket.request;
        match ticket.asked {
            Asked::Upload => self.uploading(ticket, ticket.bytes),
            Asked::Chunk => self.told.push(Told::Chunk(
                ticket.session,
                ChunkDone {
                    event: Done { request }.into(),
                    ended: Some(ticket.upload),
                },
            )),
        }
    }

    fn refuse(&mut self, ticket: &Ticket, refusal: Refusal) {
        let told = match ticket.asked {
            Asked::Upload => {
                let refused = Refused::new(ticket.request, refusal);
                Told::Answer(ticket.session, refused.into())
            }
            Asked::Chunk => {
                chunk_refused(ticket.session, ticket.request, refusal, Some(ticket.upload))
            }
        };
        self.told.push(told);
    }
}

fn taken_over() -> Refusal {
    Refusal::new(Code::NotPossible, "another session goes on with it")
}

fn chunk_refused(
    session: SessionId,
    request: RequestId,
    refusal: Refusal,
    ended: Option<u64>,
) -> Told {
    let event = Refused::new(request, refusal).into();
    Told::Chunk(session, ChunkDone { event, ended })
}
