//! Entries: what a conversation's log consists of.

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::id::{AccountId, ConversationId, Millis, PostId, Seq};
use crate::name::Nick;
use crate::text::Text;
use crate::wire;

/// One entry of a conversation's log. Entries never change.
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

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// Something said.
    Post(Text),
    /// Something done: `/me waves`.
    Action(Text),
    /// The topic from here on; empty for none.
    Topic(Text),
    /// An entry of a kind that this version doesn't know. It holds its place in the order.
    Unknown(u16),
}

impl Body {
    fn kind(&self) -> u16 {
        match self {
            Body::Post(_) => 0,
            Body::Action(_) => 1,
            Body::Topic(_) => 2,
            Body::Unknown(kind) => *kind,
        }
    }

    /// The text, empty where there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Body::Post(text) | Body::Action(text) | Body::Topic(text) => text.as_str(),
            Body::Unknown(_) => "",
        }
    }
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
}

impl<C> Encode<C> for Entry {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        Fields {
            conversation: self.conversation,
            seq: self.seq,
            at: self.at,
            author: self.author,
            nick: self.nick.clone(),
            kind: self.body.kind(),
            text: Some(self.body.text()).filter(|_| !matches!(self.body, Body::Unknown(_))),
            post: self.post,
        }
        .encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Entry {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Entry, decode::Error> {
        let fields = Fields::decode(d, ctx)?;
        let text = Text::new(fields.text.unwrap_or_default());
        Ok(Entry {
            conversation: fields.conversation,
            seq: fields.seq,
            at: fields.at,
            author: fields.author,
            nick: fields.nick,
            post: fields.post,
            body: match fields.kind {
                0 => Body::Post(text),
                1 => Body::Action(text),
                2 => Body::Topic(text),
                kind => Body::Unknown(kind),
            },
        })
    }
}
