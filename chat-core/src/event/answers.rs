//! Answers to requests: field 0 names the request.

use minicbor::{Decode, Encode};

use super::{Conversation, Person};
use crate::entry::Entry;
use crate::id::{ConversationId, Millis, RequestId, Seq};
use crate::identity::PublicKey;
use crate::refusal::{Code, Refusal};
use crate::text::Text;

/// The request is done.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Done {
    /// Which.
    #[n(0)]
    pub request: RequestId,
}

/// The request is not done.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Refused {
    /// Which.
    #[n(0)]
    pub request: RequestId,
    /// For programs.
    #[n(1)]
    pub code: Code,
    /// For people.
    #[n(2)]
    pub text: Text,
    /// When trying again may help, in milliseconds from now.
    #[n(3)]
    pub retry_after_ms: Option<u64>,
    /// What would be accepted.
    #[n(4)]
    pub suggestion: Option<Text>,
}

impl Refused {
    /// The refusal of a request.
    #[must_use]
    pub fn new(request: RequestId, r: Refusal) -> Refused {
        Refused {
            request,
            code: r.code,
            text: Text::new(&r.text),
            retry_after_ms: r.retry_after_ms,
            suggestion: r.suggestion.as_deref().map(Text::new),
        }
    }
}

impl From<Refused> for Refusal {
    fn from(r: Refused) -> Refusal {
        Refusal {
            code: r.code,
            text: r.text.to_string(),
            retry_after_ms: r.retry_after_ms,
            suggestion: r.suggestion.map(|s| s.to_string()),
        }
    }
}

/// The post is stored, now or when it was first sent.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Posted {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Where.
    #[n(1)]
    pub conversation: ConversationId,
    /// Its place there.
    #[n(2)]
    pub seq: Seq,
}

/// A page of history, in order and without holes.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Page {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Whose entries.
    #[n(1)]
    pub conversation: ConversationId,
    /// Whether there are more in the direction that was asked.
    #[n(2)]
    pub more: bool,
    /// The entries.
    #[n(3)]
    pub entries: Vec<Entry>,
}

/// A page of the server's rooms, by name.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RoomList {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// The rooms.
    #[n(1)]
    pub rooms: Vec<RoomSummary>,
    /// Whether there are more behind the last.
    #[n(2)]
    pub more: bool,
}

/// A room in the list.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RoomSummary {
    /// With its `#`.
    #[n(0)]
    pub name: Text,
    /// Empty for none.
    #[n(1)]
    pub topic: Text,
    /// Accounts that have joined it.
    #[n(2)]
    pub members: u64,
    /// Of these, online or away.
    #[n(3)]
    pub present: u64,
}

/// A page of a roster, by account. The changes that arrive between the pages hold for all of it.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RosterPage {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Whose roster.
    #[n(1)]
    pub conversation: ConversationId,
    /// Its version as of this page.
    #[n(2)]
    pub version: u64,
    /// Who is there.
    #[n(3)]
    pub people: Vec<Person>,
    /// Whether there are more behind the last.
    #[n(4)]
    pub more: bool,
}

/// The conversation that a `Join` or `Direct` opened.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Opened {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// What it opened.
    #[n(1)]
    pub conversation: Conversation,
}

/// Who a person is.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Profile {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Nick and presence.
    #[n(1)]
    pub person: Person,
    /// The account's key.
    #[n(2)]
    pub key: PublicKey,
    /// When the account was made.
    #[n(3)]
    pub since: Millis,
    /// When it was last here; absent while it is.
    #[n(4)]
    pub seen: Option<Millis>,
    /// Sessions that it has now.
    #[n(5)]
    pub sessions: u64,
}

/// An upload may begin, or go on.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Uploading {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Names the upload in its chunks, on this connection.
    #[n(1)]
    pub upload: u64,
    /// Bytes that the server holds already: the next chunk starts here. The whole length: nothing is
    /// missing.
    #[n(2)]
    pub from: u64,
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Piece {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Where it starts in the content.
    #[n(1)]
    pub at: u64,
    /// The bytes; fewer than asked for at the end, none behind it.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Vec<u8>,
}

/// A canvas' picture.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Picture {
    /// Which request.
    #[n(0)]
    pub request: RequestId,
    /// Which canvas.
    #[n(1)]
    pub conversation: ConversationId,
    /// Every entry up to this one is in it.
    #[n(2)]
    pub seq: Seq,
    /// The picture, see `canvas`; empty for an empty one.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Vec<u8>,
}
