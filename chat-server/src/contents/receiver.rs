//! All uploads that are open: who goes on with which, what of it comes next, and what is answered.
//! It is told the time and waits for nothing but the disk.

use std::collections::HashMap;
use std::io;
use std::time::Instant;

use chat_core::event::{Done, Refused, Uploading};
use chat_core::{AccountId, Code, ContentHash, Event, Refusal, RequestId};

use super::partial::Partial;
use super::{ChunkDone, Directory, Part, ToContents, Told};
use crate::hub::{Asked, FileNews, FileWork, OnDisk, SessionId, Ticket, storage_refusal};

/// When somebody who finds no room is to try again, in milliseconds.
const NO_ROOM_RETRY_MS: u64 = 5_000;

/// When a client is to try again whose upload is just being completed, in milliseconds.
const DECIDING_RETRY_MS: u64 = 500;

type Key = (AccountId, ContentHash);

/// An upload that is open.
#[derive(Debug)]
pub(super) struct Open {
    /// Who goes on with it.
    pub(super) ticket: Ticket,
    partial: Partial,
    pub(super) stage: Stage,
    pub(super) touched: Instant,
}

/// How far an open upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// What is there already is being hashed; then it is answered.
    Hashing,
    /// It takes chunks.
    Taking,
    /// It is complete, and the hub records it.
    Deciding,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(super) directory: Directory,
    pub(super) open: HashMap<Key, Open>,
}

impl Receiver {
    /// One that has no upload open.
    pub(crate) fn new(directory: Directory) -> Receiver {
        Receiver {
            directory,
            open: HashMap::new(),
        }
    }

    /// Does what it is told; what follows is added to `told`.
    pub(crate) fn handle(&mut self, now: Instant, message: ToContents, told: &mut Vec<Told>) {
        match message {
            ToContents::Work(FileWork::Open(ticket)) => self.open(now, ticket, told),
            ToContents::Work(FileWork::SayHeld(ticket)) => told.push(done(&ticket)),
            ToContents::Work(FileWork::Settle(ticket)) => self.settle(&ticket, told),
            ToContents::Work(FileWork::Refuse(ticket, refusal)) => {
                self.forget(&ticket);
                told.push(refused(&ticket, refusal));
            }
            ToContents::Work(FileWork::Name(content)) => self.name(content, told),
            ToContents::Work(FileWork::Remove(what)) => self.remove(what, told),
            ToContents::Work(FileWork::SweepAgain) => told.push(Told::Hub(FileNews::SweepDue)),
            ToContents::Chunk(part) => self.chunk(now, *part, told),
            ToContents::Gone(session) => self
                .open
                .retain(|_, open| open.ticket.session != session || open.stage == Stage::Deciding),
        }
    }

    /// Hashes some of what uploads hold that go on; whether there is more to hash.
    pub(crate) fn hash_some(&mut self, told: &mut Vec<Told>) -> bool {
        let mut hashing = self.open.iter().filter(|(_, o)| o.stage == Stage::Hashing);
        let Some(key) = hashing.next().map(|(key, _)| *key) else {
            return false;
        };
        if let Some(open) = self.open.get_mut(&key) {
            match open.partial.hash_some() {
                Ok(()) if open.partial.is_hashed() => self.hashed(key, told),
                Ok(()) => {}
                Err(error) => self.fails(key, &error, told),
            }
        }
        true
    }

    /// Brings everything to the disk that came.
    pub(crate) fn sync(&mut self) {
        for open in self.open.values_mut() {
            if let Err(error) = open.partial.sync() {
                tracing::error!(%error, "an upload could not be written");
            }
        }
    }

    fn open(&mut self, now: Instant, ticket: Ticket, told: &mut Vec<Told>) {
        let key = (ticket.account, ticket.hash);
        if let Some(open) = self.open.get_mut(&key) {
            match open.stage {
                Stage::Deciding => {
                    let text = "that file is just being completed by another session of yours";
                    let refusal = Refusal::new(Code::TooFast, text).retry_after(DECIDING_RETRY_MS);
                    return told.push(refused(&ticket, refusal));
                }
                Stage::Hashing => {
                    let before = std::mem::replace(&mut open.ticket, ticket);
                    return told.push(refused(&before, taken_over()));
                }
                Stage::Taking => {}
            }
            open.ticket = ticket;
            open.touched = now;
        } else {
            if !self.has_room(ticket.account, now) {
                let text = "the server takes as many files as it can right now: try again soon";
                let refusal = Refusal::new(Code::TooFast, text).retry_after(NO_ROOM_RETRY_MS);
                return told.push(refused(&ticket, refusal));
            }
            match self.directory.partial(key.0, key.1) {
                Ok((file, length)) => {
                    let open = Open {
                        ticket,
                        partial: Partial::new(file, length),
                        stage: Stage::Hashing,
                        touched: now,
                    };
                    self.open.insert(key, open);
                }
                Err(error) => {
                    tracing::error!(%error, "an upload cannot be begun");
                    return told.push(refused(&ticket, storage_refusal()));
                }
            }
        }
        self.hashed(key, told);
    }

    /// Answers the one who goes on with an upload, once all that is there is hashed.
    fn hashed(&mut self, key: Key, told: &mut Vec<Told>) {
        let Some(open) = self.open.get_mut(&key) else {
            return;
        };
        let bytes = open.ticket.bytes;
        if open.partial.length() > bytes {
            // Another length was announced before.
            if let Err(error) = open.partial.clear() {
                return self.fails(key, &error, told);
            }
        }
        if !open.partial.is_hashed() {
            return;
        }
        open.stage = Stage::Taking;
        if open.partial.length() == bytes {
            if bytes == 0 || open.partial.hash() == key.1 {
                let ticket = open.ticket;
                return self.complete(key, ticket, told);
            }
            // What a power cut leaves may have the right length and the wrong bytes.
            tracing::warn!("what was there of an upload is not what it has to be: it begins anew");
            if let Err(error) = open.partial.clear() {
                return self.fails(key, &error, told);
            }
        }
        told.push(Told::Answer(
            open.ticket.session,
            Event::Uploading(Uploading {
                request: open.ticket.request,
                upload: open.ticket.upload,
                from: open.partial.length(),
            }),
        ));
    }

    fn chunk(&mut self, now: Instant, part: Part, told: &mut Vec<Told>) {
        let key = (part.account, part.hash);
        let (request, upload) = (part.chunk.request, part.chunk.upload);
        let mut refuse = |refusal: Refusal, ended: Option<u64>| {
            told.push(chunk_refused(part.session, request, refusal, ended));
        };
        let Some(open) = self.open.get_mut(&key) else {
            let text = "the server has laid that upload aside: ask for it again to go on";
            return refuse(Refusal::new(Code::ChunkOutOfOrder, text), Some(upload));
        };
        if open.ticket.upload != upload {
            return refuse(taken_over(), Some(upload));
        }
        let (at, length) = (open.partial.length(), open.ticket.bytes);
        let chunk = part.chunk;
        if at == length || chunk.data.len() as u64 > length - at {
            let text = format!("that goes beyond the {length} bytes that were announced");
            return refuse(Refusal::new(Code::BeyondTheEnd, text), None);
        }
        if chunk.at != at || open.stage != Stage::Taking {
            let text = format!("the next chunk starts at {at}, not at {}", chunk.at);
            return refuse(Refusal::new(Code::ChunkOutOfOrder, text), None);
        }
        if let Err(error) = open.partial.append(&chunk.data) {
            tracing::error!(%error, "an upload cannot be written");
            return refuse(storage_refusal(), None);
        }
        open.touched = now;
        let ticket = Ticket {
            request,
            asked: Asked::Chunk,
            ..open.ticket
        };
        if open.partial.length() == length {
            return self.complete(key, ticket, told);
        }
        if open.partial.wants_sync()
            && let Err(error) = open.partial.sync()
        {
            open.ticket = ticket;
            return self.fails(key, &error, told);
        }
        told.push(Told::Chunk(
            ticket.session,
            ChunkDone {
                event: Done { request }.into(),
                ended: None,
            },
        ));
    }

    /// Everything is there: verifies it, brings it to the disk and has it recorded.
    fn complete(&mut self, key: Key, ticket: Ticket, told: &mut Vec<Told>) {
        let Some(open) = self.open.get_mut(&key) else {
            return;
        };
        open.ticket = ticket;
        if open.partial.hash() != key.1 {
            self.remove_file(OnDisk::Partial(key.0, key.1));
            self.open.remove(&key);
            told.push(Told::Hub(FileNews::Wrong { ticket }));
            let text = "what was uploaded is not what its hash says, and was dropped: begin again";
            return told.push(refused(&ticket, Refusal::new(Code::WrongHash, text)));
        }
        // Its name has to last as well as its bytes.
        if let Err(error) = open.partial.sync().and_then(|()| self.directory.sync()) {
            return self.fails(key, &error, told);
        }
        open.stage = Stage::Deciding;
        told.push(Told::Hub(FileNews::Complete { ticket }));
    }

    fn settle(&mut self, ticket: &Ticket, told: &mut Vec<Told>) {
        self.forget(ticket);
        match self
            .directory
            .settle(ticket.account, ticket.hash, ticket.bytes)
        {
            Ok(true) => {
                told.push(Told::Hub(FileNews::There(ticket.hash)));
                told.push(done(ticket));
            }
            Ok(false) => {
                tracing::error!(hash = %ticket.hash, "a file that was complete is not there");
                told.push(Told::Hub(FileNews::Missing(vec![ticket.hash])));
                told.push(refused(ticket, storage_refusal()));
            }
            Err(error) => {
                // It is read under its old name, and gets the new one with the next sweep.
                tracing::error!(%error, hash = %ticket.hash, "a file cannot be given its name");
                told.push(done(ticket));
            }
        }
    }

    fn remove(&mut self, what: OnDisk, told: &mut Vec<Told>) {
        if let OnDisk::Partial(account, hash) = what
            && let Some(open) = self.open.remove(&(account, hash))
            && open.stage == Stage::Hashing
        {
            let text = "that upload was given up by another session of yours";
            told.push(refused(&open.ticket, Refusal::new(Code::NotPossible, text)));
        }
        self.remove_file(what);
    }

    pub(super) fn remove_file(&self, what: OnDisk) {
        if let Err(error) = self.directory.remove(what) {
            // Tried again with the next sweep.
            tracing::error!(%error, "a file cannot be removed");
        }
    }

    /// The upload of this number is no longer open.
    fn forget(&mut self, ticket: &Ticket) {
        let key = (ticket.account, ticket.hash);
        if self
            .open
            .get(&key)
            .is_some_and(|open| open.ticket.upload == ticket.upload)
        {
            self.open.remove(&key);
        }
    }

    /// The disk fails: nobody knows what of an upload is on it, so it begins anew next time.
    fn fails(&mut self, key: Key, error: &io::Error, told: &mut Vec<Told>) {
        tracing::error!(%error, "an upload is dropped");
        self.remove_file(OnDisk::Partial(key.0, key.1));
        if let Some(open) = self.open.remove(&key) {
            told.push(refused(&open.ticket, storage_refusal()));
        }
    }
}

fn taken_over() -> Refusal {
    let text = "another session of yours goes on with that upload";
    Refusal::new(Code::NotPossible, text)
}

/// The answer to a request after which everything is there.
fn done(ticket: &Ticket) -> Told {
    let (request, upload) = (ticket.request, ticket.upload);
    match ticket.asked {
        Asked::Upload => Told::Answer(
            ticket.session,
            Event::Uploading(Uploading {
                request,
                upload,
                from: ticket.bytes,
            }),
        ),
        Asked::Chunk => Told::Chunk(
            ticket.session,
            ChunkDone {
                event: Done { request }.into(),
                ended: Some(upload),
            },
        ),
    }
}

fn refused(ticket: &Ticket, refusal: Refusal) -> Told {
    match ticket.asked {
        Asked::Upload => Told::Answer(ticket.session, Refused::new(ticket.request, refusal).into()),
        Asked::Chunk => chunk_refused(ticket.session, ticket.request, refusal, Some(ticket.upload)),
    }
}

fn chunk_refused(
    session: SessionId,
    request: RequestId,
    refusal: Refusal,
    ended: Option<u64>,
) -> Told {
    Told::Chunk(
        session,
        ChunkDone {
            event: Refused::new(request, refusal).into(),
            ended,
        },
    )
}
