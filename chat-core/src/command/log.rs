//! What is asked of a conversation's log.

use minicbor::bytes::ByteVec;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::body::{Body, Parts};
use crate::file::FileFields;
use crate::id::{ConversationId, PostId, RequestId, Seq};

/// Adds an entry. Answered by `Posted` when it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Named by the answer.
    pub request: RequestId,
    /// Where to.
    pub conversation: ConversationId,
    /// Repeated when the post is sent again.
    pub post: PostId,
    /// What the entry says.
    pub body: Body,
    /// Whether this id may have been sent before, on this connection or another. Must be set then.
    pub again: bool,
}

/// The fields of a post on the wire.
#[derive(Encode, Decode)]
#[cbor(map)]
struct PostFields<'a> {
    #[n(0)]
    request: RequestId,
    #[n(1)]
    conversation: ConversationId,
    #[n(2)]
    post: PostId,
    #[b(3)]
    text: Option<&'a str>,
    #[n(4)]
    #[cbor(default)]
    kind: u16,
    #[n(5)]
    #[cbor(default)]
    again: bool,
    #[n(6)]
    of: Option<u64>,
    #[n(7)]
    file: Option<FileFields>,
    #[n(8)]
    stroke: Option<ByteVec>,
}

impl<C> Encode<C> for Post {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let parts = self.body.parts();
        PostFields {
            request: self.request,
            conversation: self.conversation,
            post: self.post,
            text: parts.text,
            kind: parts.kind,
            again: self.again,
            of: parts.of,
            file: parts.file,
            stroke: parts.stroke,
        }
        .encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Post {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Post, decode::Error> {
        let fields = PostFields::decode(d, ctx)?;
        Ok(Post {
            request: fields.request,
            conversation: fields.conversation,
            post: fields.post,
            body: Body::from_parts(Parts {
                kind: fields.kind,
                text: fields.text,
                of: fields.of,
                file: fields.file,
                stroke: fields.stroke,
            }),
            again: fields.again,
        })
    }
}

/// Asks for a conversation's entries from now on, and its roster's changes. Answered by `Done`, then
/// every entry past `after` comes in order, old ones as fast as they are read, then live ones.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Follow {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which.
    #[n(1)]
    pub conversation: ConversationId,
    /// The last sequence number that the client holds; without it, only what is new is sent.
    #[n(2)]
    pub after: Option<Seq>,
}

/// Asks for a page of a followed conversation. Answered by `Page`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct History {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which.
    #[n(1)]
    pub conversation: ConversationId,
    /// Entries before this one (newest first chosen, but sent in order), or after it.
    #[n(2)]
    pub from: Seq,
    /// Whether the page lies before `from` or after it.
    #[n(3)]
    #[cbor(default)]
    pub direction: Direction,
    /// Most entries wanted; at most [`PAGE_ENTRIES`](crate::limits::PAGE_ENTRIES) come.
    #[n(4)]
    pub entries_max: Option<u64>,
}

/// Where a page of history lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Direction {
    /// The entries just before.
    #[default]
    #[n(0)]
    Before,
    /// The entries just after.
    #[n(1)]
    After,
}

/// Moves the account's read marker forward; a lower one than it has is ignored. Answered by `Done`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Read {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Where.
    #[n(1)]
    pub conversation: ConversationId,
    /// The last entry that was read.
    #[n(2)]
    pub seq: Seq,
}
