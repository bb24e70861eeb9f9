//! Entries: what a conversation's log consists of.

use minicbor::bytes::ByteVec;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::body::{Body, Parts};
use crate::file::FileFields;
use crate::id::{AccountId, ConversationId, Millis, PostId, Seq};
use crate::name::Nick;
use crate::wire;

/// One entry of a conversation's log. Entries never change, but for one thing: what a deletion names, and
/// its edits, are as [`Body::taken_back`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose log it is in.
    pub conversation: ConversationId,
    /// Its place there.
    pub seq: Seq,
    /// When the server accepted it. Never decides the order.
    pub at: Millis,
    /// Who made it.
    pub author: AccountId,
    /// What the author was called then.
    pub nick: Nick,
    /// The id that the author's client chose, where it was posted with one.
    pub post: Option<PostId>,
    /// What it says.
    pub body: Body,
}

impl Entry {
    /// The payload as a store keeps it: what stands in an `Entry` event and in a page of history.
    #[must_use]
    pub fn to_payload(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.body.text().len());
        // Writing to a Vec can't fail.
        let _ = Encoder::new(&mut out).encode(self);
        out
    }

    /// Reads what [`Entry::to_payload`] wrote.
    ///
    /// # Errors
    /// [`wire::WireError`] when it is something else.
    pub fn from_payload(payload: &[u8]) -> Result<Entry, wire::WireError> {
        wire::check(payload)?;
        minicbor::decode(payload).map_err(wire::shape)
    }
}

/// The fields on the wire.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Fields<'a> {
    #[n(0)]
    conversation: ConversationId,
    #[n(1)]
    seq: Seq,
    #[n(2)]
    at: Millis,
    #[n(3)]
    author: AccountId,
    #[n(4)]
    nick: Nick,
    #[n(5)]
    kind: u16,
    #[b(6)]
    text: Option<&'a str>,
    #[n(7)]
    post: Option<PostId>,
    #[n(8)]
    of: Option<u64>,
    #[n(9)]
    file: Option<FileFields>,
    #[n(10)]
    stroke: Option<ByteVec>,
}

impl<C> Encode<C> for Entry {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let parts = self.body.parts();
        Fields {
            conversation: self.conversation,
            seq: self.seq,
            at: self.at,
            author: self.author,
            nick: self.nick.clone(),
            kind: parts.kind,
            text: parts.text,
            post: self.post,
            of: parts.of,
            file: parts.file,
            stroke: parts.stroke,
        }
        .encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Entry {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Entry, decode::Error> {
        let fields = Fields::decode(d, ctx)?;
        Ok(Entry {
            conversation: fields.conversation,
            seq: fields.seq,
            at: fields.at,
            author: fields.author,
            nick: fields.nick,
            post: fields.post,
            body: Body::from_parts(Parts {
                kind: fields.kind,
                text: fields.text,
                of: fields.of,
                file: fields.file,
                stroke: fields.stroke,
            }),
        })
    }
}
