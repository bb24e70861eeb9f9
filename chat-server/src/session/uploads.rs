//! A session's uploads: which it was granted, and what of them is not answered.

use std::collections::BTreeMap;

use chat_core::command::Chunk;
use chat_core::limits::CHUNK_BYTES;
use chat_core::{Code, ContentHash, Event, Refusal, RequestId};

/// Chunks of a session that may be unanswered: 512 KiB. The server reads no further then, so a client
/// that wants to say something meanwhile keeps fewer.
const CHUNKS_MAX: usize = 16;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    /// Asked for and not answered.
    asked: Vec<(RequestId, ContentHash)>,
    /// By number.
    granted: BTreeMap<u64, ContentHash>,
    /// Chunks that are not answered.
    chunks: usize,
    /// Whether there ever was one.
    any: bool,
}

impl Uploads {
    /// Whether it takes no more chunks now.
    pub(super) fn is_full(&self) -> bool {
        self.chunks >= CHUNKS_MAX
    }

    /// Chunks that are not answered.
    pub(super) fn unanswered(&self) -> usize {
        self.chunks
    }

    /// Whether the one who keeps the contents may know this session.
    pub(super) fn any(&self) -> bool {
        self.any
    }

    /// An upload is asked for.
    pub(super) fn ask(&mut self, request: RequestId, hash: ContentHash) {
        self.any = true;
        self.asked.push((request, hash));
    }

    /// A request was answered, perhaps by granting an upload.
    pub(super) fn answered(&mut self, answer: &Event) {
        let asked = |(request, _): &(RequestId, ContentHash)| Some(*request) == answer.answers();
        let Some(place) = self.asked.iter().position(asked) else {
            return;
        };
        let (_, hash) = self.asked.remove(place);
        if let Event::Uploading(uploading) = answer {
            self.granted.insert(uploading.upload, hash);
        }
    }

    /// The content that a chunk is of.
    ///
    /// # Errors
    /// When it is none that this session may send.
    pub(super) fn take(&mut self, chunk: &Chunk) -> Result<ContentHash, Refusal> {
        let hash = self.content(chunk.upload)?;
        if chunk.data.is_empty() || chunk.data.len() > CHUNK_BYTES {
            let text = format!(
                "a chunk has 1 to {CHUNK_BYTES} bytes, and that one has {}",
                chunk.data.len()
            );
            return Err(Refusal::new(Code::NotPossible, text));
        }
        self.chunks += 1;
        Ok(hash)
    }

    /// A chunk was answered; `ended` is the number of an upload that is no more.
    pub(super) fn chunk_done(&mut self, ended: Option<u64>) {
        self.chunks = self.chunks.saturating_sub(1);
        if let Some(upload) = ended {
            self.granted.remove(&upload);
        }
    }

    /// The content of an upload that is given up.
    ///
    /// # Errors
    /// When there is no such upload.
    pub(super) fn cancel(&mut self, upload: u64) -> Result<ContentHash, Refusal> {
        let hash = self.content(upload)?;
        self.granted.remove(&upload);
        Ok(hash)
    }

    fn content(&self, upload: u64) -> Result<ContentHash, Refusal> {
        self.granted.get(&upload).copied().ok_or_else(|| {
            let text = "this connection has no such upload (any more): ask for one with Upload";
            Refusal::new(Code::NotPossible, text)
        })
    }
}
