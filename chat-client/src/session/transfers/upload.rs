//! One file on its way to the server: hashed, offered, sent from where the server is, posted. Pure.
//!
//! Whatever interrupts it (a lost connection, a server that restarted, another device that sends the
//! same), it offers the content again and goes on from where the server says.

mod shown;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chat_core::{
    Body, Code, Command, ContentHash, ConversationId, File, PostId, Refusal, RequestId,
};
use chat_core::{Seq, Text, command};

use super::job::Job;
use crate::config::Pending;
use crate::transfer::{Delivered, TransferState};

/// What is read of a file at once, and kept until it is sent: a window's worth.
const BLOCK: u64 = 256 * 1024;

/// How often in a row the server may send an upload back to the offer without taking anything.
const SENT_BACK_MAX: u32 = 8;

/// The wait before it is offered again, when the server gives none, and the most that is believed.
const AGAIN: Duration = Duration::from_secs(2);
const AGAIN_MAX: Duration = Duration::from_secs(60);

/// What is to be sent, once it is known.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) hash: ContentHash,
    pub(super) bytes: u64,
    media: Text,
}

#[derive(Debug)]
enum Stage {
    /// Waits for its turn.
    Queued,
    Hashing,
    /// The same content is sent by another transfer.
    Behind,
    /// To be offered, not before then.
    Offer(Option<Instant>),
    Offered(RequestId),
    Sending(Sending),
    /// The content is there; its post is in the outbox.
    Posting,
    Over,
}

#[derive(Debug)]
struct Sending {
    upload: u64,
    /// Where the next chunk starts.
    next: u64,
    /// Read and not sent: from `next` on.
    read: Vec<u8>,
    /// How much of `read` is sent.
    taken: usize,
    /// Names this round in the answers to its chunks.
    round: u32,
}

impl Sending {
    fn left(&self) -> usize {
        self.read.len() - self.taken
    }
}

#[derive(Debug)]
pub(super) struct Upload {
    path: PathBuf,
    caption: Text,
    conversation: ConversationId,
    name: Text,
    post: PostId,
    content: Option<Content>,
    stage: Stage,
    /// Length of the file, once it is open.
    size: u64,
    hashed: u64,
    /// What the server held last.
    held: u64,
    /// A read that is out: from where.
    reading: Option<u64>,
    sent_back: u32,
    rounds: u32,
    /// Whether the server may hold some of it.
    offered: bool,
    /// Where what is there of it came from.
    origin: Origin,
}

/// Where a server has the beginning of an upload from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// All of it was sent in one go.
    Here,
    /// Some was there already: after a power cut that need not be what was sent.
    Earlier,
    /// It was wrong, and is sent from the start.
    Again,
}

/// What follows for an upload from what happened.
#[derive(Debug)]
pub(super) enum Next {
    /// It goes on by itself.
    Goes,
    /// Its post is to be stored.
    Post(Pending),
    /// It is over.
    Over(TransferState),
}

impl Upload {
    pub(super) fn new(
        path: PathBuf,
        conversation: ConversationId,
        post: PostId,
        name: Text,
        caption: Text,
    ) -> Upload {
        Upload {
            path,
            caption,
            conversation,
            name,
            post,
            content: None,
            stage: Stage::Queued,
            size: 0,
            hashed: 0,
            held: 0,
            reading: None,
            sent_back: 0,
            rounds: 0,
            offered: false,
            origin: Origin::Here,
        }
    }

    /// Its turn has come.
    pub(super) fn start(&mut self, bytes_max: Option<u64>) -> Job {
        self.stage = Stage::Hashing;
        Job::Hash {
            path: self.path.clone(),
            bytes_max,
        }
    }

    pub(super) fn hashing(&mut self, done: u64, bytes: u64) {
        self.hashed = done;
        self.size = bytes;
    }

    /// The content is known. It waits until [`Upload::go`].
    pub(super) fn hashed(&mut self, hash: ContentHash, bytes: u64, media: Text) {
        self.size = bytes;
        self.content = Some(Content { hash, bytes, media });
        self.stage = Stage::Behind;
    }

    /// Nobody else sends the same content (any more).
    pub(super) fn go(&mut self) {
        self.stage = Stage::Offer(None);
    }

    /// The connection is gone.
    pub(super) fn offline(&mut self) {
        if self.is_sending() {
            self.stage = Stage::Offer(None);
        }
    }

    /// The offer, when it is due.
    pub(super) fn offer(
        &mut self,
        now: Instant,
        id: impl FnOnce() -> RequestId,
    ) -> Option<Command> {
        let Stage::Offer(not_before) = self.stage else {
            return None;
        };
        if not_before.is_some_and(|at| now < at) {
            return None;
        }
        let content = self.content.as_ref()?;
        let request = id();
        self.stage = Stage::Offered(request);
        self.offered = true;
        Some(
            command::Upload {
                request,
                hash: content.hash,
                bytes: content.bytes,
            }
            .into(),
        )
    }

    /// A part of the content that is read, at most `bytes_max` long: the upload's number, where it
    /// starts, itself, and the round.
    pub(super) fn chunk(&mut self, bytes_max: u64) -> Option<(u64, u64, Vec<u8>, u32)> {
        let Stage::Sending(sending) = &mut self.stage else {
            return None;
        };
        let bytes = sending.left().min(bytes_max as usize);
        if bytes == 0 {
            return None;
        }
        let data = sending.read[sending.taken..sending.taken + bytes].to_vec();
        sending.taken += bytes;
        let at = sending.next;
        sending.next += bytes as u64;
        Some((sending.upload, at, data, sending.round))
    }

    /// What is to be read next, if anything is and nothing is being read.
    pub(super) fn read(&mut self) -> Option<Job> {
        let bytes = self.content.as_ref()?.bytes;
        let Stage::Sending(sending) = &self.stage else {
            return None;
        };
        let at = sending.next + sending.left() as u64;
        let wanted = (bytes - at).min(BLOCK);
        if self.reading.is_some() || wanted == 0 || sending.left() as u64 >= BLOCK {
            return None;
        }
        self.reading = Some(at);
        Some(Job::Read {
            at,
            bytes: wanted as usize,
        })
    }

    /// Something was read.
    pub(super) fn was_read(&mut self, data: Vec<u8>) {
        let Some(at) = self.reading.take() else {
            return;
        };
        let Stage::Sending(sending) = &mut self.stage else {
            return;
        };
        // Of a round before, otherwise.
        if at == sending.next + sending.left() as u64 {
            sending.read.drain(..sending.taken);
            sending.taken = 0;
            sending.read.extend_from_slice(&data);
        }
    }

    /// The server's answer to the offer.
    pub(super) fn offer_answered(
        &mut self,
        request: RequestId,
        answer: Result<(u64, u64), Refusal>,
        now: Instant,
    ) -> Next {
        let Some(bytes) = self.content.as_ref().map(|content| content.bytes) else {
            return Next::Goes;
        };
        if !matches!(self.stage, Stage::Offered(asked) if asked == request) {
            return Next::Goes;
        }
        let (upload, from) = match answer {
            Ok(answer) => answer,
            Err(refusal) => return self.refused(&refusal, now),
        };
        if from >= bytes {
            return self.complete();
        }
        self.rounds += 1;
        self.held = from;
        if from > 0 && self.origin == Origin::Here {
            self.origin = Origin::Earlier;
        }
        self.stage = Stage::Sending(Sending {
            upload,
            next: from,
            read: Vec::new(),
            taken: 0,
            round: self.rounds,
        });
        Next::Goes
    }

    /// The server's answer to a chunk of so many bytes.
    pub(super) fn chunk_answered(
        &mut self,
        round: u32,
        bytes: u64,
        answer: Result<(), Refusal>,
        now: Instant,
    ) -> Next {
        let Stage::Sending(sending) = &self.stage else {
            return Next::Goes;
        };
        if sending.round != round {
            return Next::Goes;
        }
        if let Err(refusal) = answer {
            return self.refused(&refusal, now);
        }
        self.sent_back = 0;
        self.held += bytes;
        match self.held >= self.size {
            true => self.complete(),
            false => Next::Goes,
        }
    }

    fn complete(&mut self) -> Next {
        let Some(content) = self.content.clone() else {
            return Next::Goes;
        };
        self.stage = Stage::Posting;
        Next::Post(Pending {
            post: self.post,
            conversation: self.conversation,
            body: Body::File(File {
                hash: content.hash,
                name: self.name.clone(),
                media: content.media,
                bytes: content.bytes,
                caption: self.caption.clone(),
            }),
        })
    }

    /// What became of its post.
    pub(super) fn posted(&mut self, answer: Result<Seq, Refusal>, now: Instant) -> Next {
        match answer {
            Ok(seq) => {
                self.stage = Stage::Over;
                self.offered = false;
                Next::Over(TransferState::Finished(Delivered::Posted { seq }))
            }
            Err(refusal) => self.refused(&refusal, now),
        }
    }

    /// The server doesn't take it: now, or at all.
    fn refused(&mut self, refusal: &Refusal, now: Instant) -> Next {
        let wait = match refusal.code {
            // The server has dropped it: from the start, once.
            Code::WrongHash if self.origin == Origin::Earlier => {
                self.origin = Origin::Again;
                None
            }
            Code::WrongHash | Code::BeyondTheEnd => {
                self.offered = false;
                return self.failed(format!(
                    "{} was changed while it was sent: send it again",
                    self.name
                ));
            }
            // The server says where to go on.
            Code::ChunkOutOfOrder | Code::NotUploaded => None,
            Code::TooFast | Code::Storage | Code::NotPossible | Code::Other => {
                if self.upload().is_none() && refusal.code == Code::NotPossible {
                    return self.failed(refusal.text.clone());
                }
                let told = refusal.retry_after_ms.map(Duration::from_millis);
                Some(now + told.unwrap_or(AGAIN).min(AGAIN_MAX))
            }
            _ => return self.failed(refusal.text.clone()),
        };
        self.sent_back += 1;
        if self.sent_back > SENT_BACK_MAX {
            return self.failed(refusal.text.clone());
        }
        self.stage = Stage::Offer(wait);
        Next::Goes
    }

    fn failed(&mut self, why: String) -> Next {
        self.stage = Stage::Over;
        Next::Over(TransferState::Failed { why })
    }
}
