//! One file on its way from the server: asked for in pieces, a few at a time, and written in order. Pure.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chat_core::{Code, Command, ConversationId, File, Refusal, RequestId, Seq, command, file};

use super::job::Job;
use crate::handle::Waiter;

/// Bytes that have come and are not on the disk: with more, no more is asked for. A slow disk slows
/// the transfer and nothing else.
const UNWRITTEN_MAX: u64 = 1024 * 1024;

/// The wait after the server could not answer, when it says none, and the most that is believed.
const AGAIN: Duration = Duration::from_secs(2);
const AGAIN_MAX: Duration = Duration::from_secs(60);

/// How often in a row that is tried.
const TRIES_MAX: u32 = 8;

/// Where the content goes.
#[derive(Debug)]
pub(super) enum Target {
    Disk(PathBuf),
    Memory {
        data: Vec<u8>,
        waiter: Option<Waiter<Vec<u8>>>,
    },
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is asked for again in a while.
    Again,
    /// It won't come.
    Final,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Waits for its turn.
    Queued,
    /// What an earlier transfer left is read.
    Opening,
    Fetching,
    /// It is verified and gets its name.
    Settling,
}

#[derive(Debug)]
pub(super) struct Download {
    conversation: ConversationId,
    seq: Seq,
    pub(super) file: File,
    pub(super) target: Target,
    stage: Stage,
    /// What was hashed of what an earlier transfer left.
    hashed: u64,
    /// Up to here everything was asked for, but for the gaps.
    asked: u64,
    /// To be asked for again: from, length.
    gaps: VecDeque<(u64, u64)>,
    /// Came before what stands in front of it.
    early: BTreeMap<u64, Vec<u8>>,
    /// Came, in order, and is not being written.
    came: Vec<Vec<u8>>,
    /// Up to here everything has come.
    arrived: u64,
    /// Up to here everything is written.
    written: u64,
    /// Bytes that are being written.
    writing: Option<u64>,
    not_before: Option<Instant>,
    tries: u32,
}

impl Download {
    pub(super) fn new(
        conversation: ConversationId,
        seq: Seq,
        file: File,
        target: Target,
    ) -> Download {
        Download {
            conversation,
            seq,
            file,
            target,
            stage: Stage::Queued,
            hashed: 0,
            asked: 0,
            gaps: VecDeque::new(),
            early: BTreeMap::new(),
            came: Vec::new(),
            arrived: 0,
            written: 0,
            writing: None,
            not_before: None,
            tries: 0,
        }
    }

    pub(super) fn is_queued(&self) -> bool {
        self.stage == Stage::Queued
    }

    pub(super) fn is_to_disk(&self) -> bool {
        matches!(self.target, Target::Disk(_))
    }

    /// Whether nobody waits for it any more.
    pub(super) fn is_abandoned(&self) -> bool {
        matches!(&self.target, Target::Memory { waiter: Some(waiter), .. } if waiter.is_closed())
    }

    /// Its turn has come: what is to be done with files, if anything is.
    pub(super) fn start(&mut self) -> Option<Job> {
        match &self.target {
            Target::Disk(dir) => {
                self.stage = Stage::Opening;
                Some(Job::Open {
                    dir: dir.clone(),
                    hash: self.file.hash,
                    bytes: self.file.bytes,
                })
            }
            Target::Memory { .. } => {
                self.stage = Stage::Fetching;
                None
            }
        }
    }

    pub(super) fn hashing(&mut self, done: u64) {
        self.hashed = done;
    }

    /// So much is there already.
    pub(super) fn opened(&mut self, held: u64) {
        self.stage = Stage::Fetching;
        self.hashed = held;
        self.asked = held;
        self.arrived = held;
        self.written = held;
    }

    /// The connection is gone, and what was asked for with it.
    pub(super) fn offline(&mut self) {
        self.asked = self.arrived;
        self.gaps.clear();
        self.early.clear();
        self.not_before = None;
    }

    /// The next piece to ask for, at most `bytes_max` long: where it starts, and how long it will be.
    pub(super) fn fetch(
        &mut self,
        bytes_max: u64,
        now: Instant,
        id: impl FnOnce() -> RequestId,
    ) -> Option<(u64, u64, Command)> {
        let held = self.asked - self.written;
        let waits = self.not_before.is_some_and(|at| now < at);
        if self.stage != Stage::Fetching || waits || self.is_to_disk() && held >= UNWRITTEN_MAX {
            return None;
        }
        let (at, bytes) = match self.gaps.pop_front() {
            Some((at, bytes)) if bytes > bytes_max => {
                self.gaps.push_front((at + bytes_max, bytes - bytes_max));
                (at, bytes_max)
            }
            Some(gap) => gap,
            None => {
                let (at, bytes) = (self.asked, bytes_max.min(self.file.bytes - self.asked));
                self.asked += bytes;
                (at, bytes)
            }
        };
        if bytes == 0 {
            return None;
        }
        let fetch = command::Fetch {
            request: id(),
            conversation: self.conversation,
            seq: self.seq,
            at,
            bytes_max: Some(bytes),
        };
        Some((at, bytes, fetch.into()))
    }

    /// A piece came that was asked for.
    ///
    /// # Errors
    /// It is not what was asked for.
    pub(super) fn came(
        &mut self,
        at: u64,
        bytes: u64,
        piece_at: u64,
        data: Vec<u8>,
    ) -> Result<(), String> {
        let len = data.len() as u64;
        if piece_at != at || len == 0 || len > bytes {
            return Err(format!(
                "the server sent another part of {} than it was asked for: try again",
                self.name()
            ));
        }
        self.tries = 0;
        if len < bytes {
            self.gaps.push_back((at + len, bytes - len));
        }
        self.early.insert(at, data);
        while let Some(data) = self.early.remove(&self.arrived) {
            self.arrived += data.len() as u64;
            match &mut self.target {
                Target::Disk(_) => self.came.push(data),
                Target::Memory { data: all, .. } => {
                    all.extend_from_slice(&data);
                    self.written = self.arrived;
                }
            }
        }
        Ok(())
    }

    /// The server refused a piece.
    pub(super) fn refused(
        &mut self,
        (at, bytes): (u64, u64),
        refusal: &Refusal,
        now: Instant,
    ) -> Verdict {
        self.tries += 1;
        match refusal.code {
            Code::TooFast | Code::Storage if self.tries < TRIES_MAX => {
                let told = refusal.retry_after_ms.map(Duration::from_millis);
                self.not_before = Some(now + told.unwrap_or(AGAIN).min(AGAIN_MAX));
                self.gaps.push_back((at, bytes));
                Verdict::Again
            }
            _ => Verdict::Final,
        }
    }

    /// What is to be done with the file next, if anything is and nothing is being done.
    pub(super) fn job(&mut self) -> Option<Job> {
        if self.stage != Stage::Fetching || !self.is_to_disk() || self.writing.is_some() {
            return None;
        }
        if !self.came.is_empty() {
            let data = std::mem::take(&mut self.came);
            self.writing = Some(data.iter().map(|part| part.len() as u64).sum());
            return Some(Job::Write { data });
        }
        (self.written == self.file.bytes).then(|| {
            self.stage = Stage::Settling;
            Job::Settle {
                name: file::saved_as(self.file.name.as_str()),
            }
        })
    }

    pub(super) fn was_written(&mut self) {
        self.written += self.writing.take().unwrap_or_default();
    }

    /// The content, once a download to memory is whole.
    pub(super) fn content(&mut self) -> Option<Vec<u8>> {
        let whole = self.stage == Stage::Fetching && self.arrived == self.file.bytes;
        match &mut self.target {
            Target::Memory { data, .. } if whole => Some(std::mem::take(data)),
            _ => None,
        }
    }

    /// What the file is called, for people.
    pub(super) fn name(&self) -> &str {
        match self.file.name.as_str() {
            "" => "the file",
            name => name,
        }
    }

    /// When something is due without anything happening.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.not_before
    }

    /// How far it is.
    pub(super) fn done(&self) -> u64 {
        match self.stage {
            Stage::Queued => 0,
            Stage::Opening => self.hashed,
            Stage::Fetching | Stage::Settling => self.written,
        }
    }

    /// What it waits for, if it waits.
    pub(super) fn waits(&self, now: Instant) -> Option<&'static str> {
        match self.stage {
            Stage::Queued => Some("other files are saved first"),
            Stage::Fetching if self.not_before.is_some_and(|at| now < at) => {
                Some("the server can't send it just now")
            }
            _ => None,
        }
    }

    pub(super) fn is_hashing(&self) -> bool {
        self.stage == Stage::Opening
    }

    /// Whether it goes on without a connection.
    pub(super) fn is_settling(&self) -> bool {
        self.stage == Stage::Settling
    }

    /// Ends it for whoever waits.
    pub(super) fn answer(&mut self, answer: Result<Vec<u8>, Refusal>) {
        if let Target::Memory { waiter, .. } = &mut self.target
            && let Some(waiter) = waiter.take()
        {
            drop(waiter.send(answer));
        }
    }
}
