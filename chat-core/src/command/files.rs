//! Contents of files.

use minicbor::{Decode, Encode};

use crate::file::ContentHash;
use crate::id::{ConversationId, RequestId, Seq};

/// Begins to upload a content, or goes on where this account stopped. Answered by `Uploading`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Upload {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Of the whole content.
    #[n(1)]
    pub hash: ContentHash,
    /// Its length.
    #[n(2)]
    pub bytes: u64,
}

/// The next bytes of an upload. Answered by `Done`; the last one when the whole is verified and stored.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Chunk {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which upload, as `Uploading` names it.
    #[n(1)]
    pub upload: u64,
    /// Where the data starts in the content.
    #[n(2)]
    pub at: u64,
    /// At most [`CHUNK_BYTES`](crate::limits::CHUNK_BYTES), not empty.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Vec<u8>,
}

/// Gives an upload up; what the server holds of it goes. Answered by `Done`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct CancelUpload {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which upload, as `Uploading` names it.
    #[n(1)]
    pub upload: u64,
}

/// Asks for a piece of the file in an entry of a followed conversation. Answered by `Piece`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Fetch {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// In which conversation.
    #[n(1)]
    pub conversation: ConversationId,
    /// Which entry.
    #[n(2)]
    pub seq: Seq,
    /// Where the piece starts in the content.
    #[n(3)]
    pub at: u64,
    /// Most bytes wanted; at most [`CHUNK_BYTES`](crate::limits::CHUNK_BYTES) come.
    #[n(4)]
    pub bytes_max: Option<u64>,
}
