//! A session's uploads: which it was granted, and what of them is not answered.

use std::collections::BTreeMap;

use chat_core::command::{Chunk, Upload};
use chat_core::limits::CHUNK_BYTES;
use chat_core::{Code, ContentHash, Event, Refusal, RequestId};

/// Chunks of a session that may be unanswered: 512 KiB. The server reads no further then, so a client
/// that wants to say something meanwhile keeps fewer.
const CHUNKS_MAX: usize = 16;

/// Uploads that a session may have at once, by their numbers: as many as an account, and some that
/// ended elsewhere. Of more, the oldest is asked for again.
const GRANTED_MAX: usize = 64;

/// See the module. Nothing of a session that never uploads.
#[derive(Debug, Default)]
pub(super) struct Uploads(Option<Box<Made>>);

#[derive(Debug, Default)]
struct Made {
    /// Asked for and not answered.
    asked: Vec<Asked>,
    /// By number.
    granted: BTreeMap<u64, ContentHash>,
    /// Chunks that are not answered.
    chunks: usize,
}

/// An upload that is asked for.
#[derive(Debug)]
struct Asked {
    request: RequestId,
    hash: ContentHash,
    bytes: u64,
}

impl Uploads {
    /// Whether it takes no more chunks now.
    pub(super) fn is_full(&self) -> bool {
        self.unanswered() >= CHUNKS_MAX
    }

    /// Chunks that are not answered.
    pub(super) fn unanswered(&self) -> usize {
        self.0.as_ref().map_or(0, |made| made.chunks)
    }

    /// Whether the one who keeps the contents may know this session.
    pub(super) fn any(&self) -> bool {
        self.0.is_some()
    }

    /// An upload is asked for.
    pub(super) fn ask(&mut self, c: &Upload) {
        self.0.get_or_insert_default().asked.push(Asked {
            request: c.request,
            hash: c.hash,
            bytes: c.bytes,
        });
    }

    /// A request was answered, perhaps by granting an upload.
    pub(super) fn answered(&mut self, answer: &Event) {
        let Some(made) = &mut self.0 else {
            return;
        };
        let asked = |asked: &Asked| Some(asked.request) == answer.answers();
        let Some(place) = made.asked.iter().position(asked) else {
            return;
        };
        let Asked { hash, bytes, .. } = made.asked.remove(place);
        // One that is complete takes no chunks.
        if let Event::Uploading(uploading) = answer
            && uploading.from < bytes
        {
            made.granted.retain(|_, other| *other != hash);
            made.granted.insert(uploading.upload, hash);
            if made.granted.len() > GRANTED_MAX {
                made.granted.pop_first();
            }
        }
    }

    /// The content that a chunk is of.
    ///
    /// # Errors
    /// When it is none that this session may send.
    pub(super) fn take(&mut self, chunk: &Chunk) -> Result<ContentHash, Refusal> {
        let (made, hash) = self.granted(chunk.upload)?;
        if chunk.data.is_empty() || chunk.data.len() > CHUNK_BYTES {
            let text = format!(
                "a chunk has 1 to {CHUNK_BYTES} bytes, and that one has {}",
                chunk.data.len()
            );
            return Err(Refusal::new(Code::NotPossible, text));
        }
        made.chunks += 1;
        Ok(hash)
    }

    /// A chunk was answered; `ended` is the number of an upload that is no more.
    pub(super) fn chunk_done(&mut self, ended: Option<u64>) {
        let Some(made) = &mut self.0 else {
            return;
        };
        made.chunks = made.chunks.saturating_sub(1);
        if let Some(upload) = ended {
            made.granted.remove(&upload);
        }
    }

    /// The content of an upload that is given up.
    ///
    /// # Errors
    /// When there is no such upload.
    pub(super) fn cancel(&mut self, upload: u64) -> Result<ContentHash, Refusal> {
        let (made, hash) = self.granted(upload)?;
        made.granted.remove(&upload);
        Ok(hash)
    }

    fn granted(&mut self, upload: u64) -> Result<(&mut Made, ContentHash), Refusal> {
        let granted = self.0.as_mut().and_then(|made| {
            let hash = *made.granted.get(&upload)?;
            Some((&mut **made, hash))
        });
        granted.ok_or_else(|| {
            let text = "this connection has no such upload (any more): ask for one with Upload";
            Refusal::new(Code::NotPossible, text)
        })
    }
}
