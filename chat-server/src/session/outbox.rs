//! What one session still has to be sent, as chunks that are shared with others or its own.
//!
//! 1. Chunks leave in the order in which they came, whole or in parts.
//! 2. Nothing is dropped.
//! 3. The one who fills it asks [`Outbox::is_full`] first; the bound is there, not here.
//! 4. Empty, it owns no memory.
//! 5. It may wait for more as long as nothing in it is for [`Haste::Now`].

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// Bytes from which on nothing live is added: the session is then fed from the store when it
/// reads. A page of history fits.
pub const FULL_BYTES: usize = 64 * 1024;

/// Bytes from which on nothing at all is added but answers to what was asked before: a session
/// that lets this much of news lie must connect again to resume.
pub const OVERFULL_BYTES: usize = 128 * 1024;

/// Chunks handed to one vectored write.
pub const SLICES: usize = 64;

/// Own chunks are gathered up to this size.
const OWN_BYTES: usize = 16 * 1024;

/// When something is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// At the end of the round.
    Now,
    /// With what else goes there, or a little later: it tells somebody that what he has said himself is
    /// committed.
    Late,
}

#[derive(Debug)]
enum Chunk {
    Shared(Bytes),
    /// Appended to while it is the last; `usize` bytes of it are sent.
    Own(Vec<u8>, usize),
}

impl Chunk {
    fn rest(&self) -> &[u8] {
        match self {
            Chunk::Shared(bytes) => bytes,
            Chunk::Own(bytes, sent) => &bytes[*sent..],
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct Outbox {
    chunks: VecDeque<Chunk>,
    bytes: usize,
    /// Something in it is for [`Haste::Now`].
    hurries: bool,
}

impl Outbox {
    /// Bytes that are not sent.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether everything is sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Whether nothing live may be added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes >= FULL_BYTES
    }

    /// Whether what is in it may be sent a little later.
    #[must_use]
    pub fn may_wait(&self) -> bool {
        !self.is_empty() && !self.hurries
    }

    /// Adds frames that others get, too.
    pub fn push_shared(&mut self, frames: Bytes, haste: Haste) {
        self.hurries |= haste == Haste::Now;
        self.bytes += frames.len();
        self.chunks.push_back(Chunk::Shared(frames));
    }

    /// Adds frames that `write` appends.
    pub fn push_own(&mut self, haste: Haste, write: impl FnOnce(&mut Vec<u8>)) {
        self.hurries |= haste == Haste::Now;
        match self.chunks.back_mut() {
            Some(Chunk::Own(bytes, _)) if bytes.len() < OWN_BYTES => {
                let before = bytes.len();
                write(bytes);
                self.bytes += bytes.len() - before;
            }
            _ => {
                let mut bytes = Vec::new();
                write(&mut bytes);
                self.bytes += bytes.len();
                self.chunks.push_back(Chunk::Own(bytes, 0));
            }
        }
    }

    /// What to send next, in order.
    pub fn slices(&self) -> impl Iterator<Item = IoSlice<'_>> {
        self.chunks
            .iter()
            .take(SLICES)
            .map(|chunk| IoSlice::new(chunk.rest()))
    }

    /// Takes `sent` bytes off the front.
    pub fn advance(&mut self, mut sent: usize) {
        self.bytes -= sent;
        while let Some(front) = self.chunks.front_mut() {
            let rest = front.rest().len();
            if sent < rest {
                match front {
                    Chunk::Shared(bytes) => bytes.advance(sent),
                    Chunk::Own(_, done) => *done += sent,
                }
                return;
            }
            sent -= rest;
            self.chunks.pop_front();
        }
        *self = Outbox::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_chunks_leave_as_they_came_whatever_a_write_takes() {
        for step in 1..9 {
            let mut out = Outbox::default();
            out.push_own(Haste::Now, |b| b.extend_from_slice(b"one "));
            out.push_own(Haste::Now, |b| b.extend_from_slice(b"two "));
            out.push_shared(Bytes::from_static(b"three "), Haste::Late);
            out.push_own(Haste::Late, |b| b.extend_from_slice(b"four"));
            assert_eq!(out.bytes(), 18);
            assert!(!out.may_wait(), "the first two can't");
            let mut sent = Vec::new();
            while !out.is_empty() {
                let all: Vec<u8> = out.slices().flat_map(|s| s.to_vec()).collect();
                let n = step.min(all.len());
                sent.extend_from_slice(&all[..n]);
                out.advance(n);
            }
            assert_eq!(sent, b"one two three four");
            assert!(!out.may_wait(), "there is nothing");
            out.push_own(Haste::Late, |b| b.extend_from_slice(b"five"));
            out.advance(1);
            assert!(
                out.may_wait(),
                "nor was it in haste because of those before"
            );
            out.advance(3);
            assert_eq!(out.chunks.capacity(), 0, "empty, it owns no memory");
        }
    }
}
