//! What a server says: the login, answers (kinds 16 to 31, field 0 is the request id) and pushes.
//!
//! Texts and names are cleaned while they are decoded, so that a client need not trust its server.

use minicbor::{Decode, Encode, Encoder};

use crate::entry::Entry;
use crate::id::{AccountId, ConversationId, Millis, RequestId, Seq};
use crate::identity::{NONCE_BYTES, PublicKey};
use crate::name::Nick;
use crate::refusal::{Code, Refusal};
use crate::text::Text;
use crate::wire::{self, messages};

messages! {
    /// A message from a server to a client.
    Event {
        Challenge = 1,
        Welcome = 2,
        Ping = 3,
        Pong = 4,
        Bye = 5,
        LoginRefused = 6,
        Done = 16,
        Refused = 17,
        Posted = 18,
        Page = 19,
        RoomList = 20,
        RosterPage = 21,
        Opened = 22,
        Profile = 23,
        Uploading = 24,
        Piece = 25,
        Picture = 26,
        Announced = 32,
        Ready = 33,
        Entry = 34,
        RosterChanges = 35,
        RosterStale = 36,
        ReadMarker = 37,
        Left = 38,
        Me = 39,
    }
}

/// The kind of an entry's frame.
const ENTRY_KIND: u16 = 34;
/// The kind of a page's frame.
const PAGE_KIND: u16 = 19;

impl Event {
    /// The request that this answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        match self {
            Event::Done(e) => Some(e.request),
            Event::Refused(e) => Some(e.request),
            Event::Posted(e) => Some(e.request),
            Event::Page(e) => Some(e.request),
            Event::RoomList(e) => Some(e.request),
            Event::RosterPage(e) => Some(e.request),
            Event::Opened(e) => Some(e.request),
            Event::Profile(e) => Some(e.request),
            Event::Uploading(e) => Some(e.request),
            Event::Piece(e) => Some(e.request),
            Event::Picture(e) => Some(e.request),
            _ => None,
        }
    }
}

/// Appends the frame of an `Entry` event to `out`, from the payload that a store kept.
pub fn append_entry(out: &mut Vec<u8>, payload: &[u8]) {
    wire::append_raw(out, ENTRY_KIND, payload);
}

/// Appends the frame of a `Page` to `out`, from payloads that a store kept. The caller keeps the
/// sum of their lengths below the frame limit less 64 bytes.
pub fn append_page(
    out: &mut Vec<u8>,
    request: RequestId,
    conversation: ConversationId,
    more: bool,
    payloads: &[impl AsRef<[u8]>],
) {
    crate::frame::append(out, |out| {
        let mut e = Encoder::new(&mut *out);
        // Writing to a Vec can't fail.
        let _ = (|| {
            e.array(2)?.u16(PAGE_KIND)?.map(4)?;
            e.u8(0)?.encode(request)?.u8(1)?.encode(conversation)?;
            e.u8(2)?
                .bool(more)?
                .u8(3)?
                .array(payloads.len() as u64)?
                .ok()
        })();
        for payload in payloads {
            out.extend_from_slice(payload.as_ref());
        }
    });
}

/// Asks the client to prove its key.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Challenge {
    /// The protocol version spoken from here on.
    #[n(0)]
    pub version: u16,
    /// Random, of this connection only.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub nonce: [u8; NONCE_BYTES],
    /// Program and version, for logs.
    #[n(2)]
    pub agent: Text,
}

/// The login is done. `Announced` for each conversation follows, then `Ready`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Welcome {
    /// Who the client is.
    #[n(0)]
    pub account: AccountId,
    /// What it is called.
    #[n(1)]
    pub nick: Nick,
    /// Names the store. With another epoch than last time, every number that the client kept
    /// (accounts, conversations, sequence numbers) is void.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub epoch: [u8; 16],
    /// What the server calls itself.
    #[n(3)]
    pub server: Text,
    /// The server's clock.
    #[n(4)]
    pub now: Millis,
    /// Longest text of a post in bytes after cleaning.
    #[n(5)]
    pub text_bytes: u64,
    /// How often rosters are pushed, in milliseconds.
    #[n(6)]
    pub roster_period_ms: u64,
    /// Longest file in bytes; absent where the server takes no files.
    #[n(7)]
    pub file_bytes: Option<u64>,
}

/// Asks for a `Pong` with the same token.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Ping {
    /// Comes back.
    #[n(0)]
    pub token: u64,
}

/// Answers a `Ping`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Pong {
    /// The ping's.
    #[n(0)]
    pub token: u64,
}

/// The last message of a connection: why it is closed.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Bye {
    /// For programs.
    #[n(0)]
    pub code: Code,
    /// For people.
    #[n(1)]
    pub text: Text,
    /// When to come back, in milliseconds from now.
    #[n(2)]
    pub retry_after_ms: Option<u64>,
}

/// The login is refused for a reason that another `Login` on this connection can mend, such as
/// another nick.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct LoginRefused {
    /// For programs.
    #[n(0)]
    pub code: Code,
    /// For people.
    #[n(1)]
    pub text: Text,
    /// When trying again may help, in milliseconds from now.
    #[n(2)]
    pub retry_after_ms: Option<u64>,
    /// What would be accepted, such as a free nick.
    #[n(3)]
    pub suggestion: Option<Text>,
}

impl From<Refusal> for LoginRefused {
    fn from(r: Refusal) -> LoginRefused {
        LoginRefused {
            code: r.code,
            text: Text::new(&r.text),
            retry_after_ms: r.retry_after_ms,
            suggestion: r.suggestion.as_deref().map(Text::new),
        }
    }
}

impl From<LoginRefused> for Refusal {
    fn from(r: LoginRefused) -> Refusal {
        Refusal {
            code: r.code,
            text: r.text.to_string(),
            retry_after_ms: r.retry_after_ms,
            suggestion: r.suggestion.map(|s| s.to_string()),
        }
    }
}

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

/// A conversation that the account is in.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Conversation {
    /// Its number.
    #[n(0)]
    pub id: ConversationId,
    /// Room or direct.
    #[n(1)]
    pub kind: ConversationKind,
    /// A room's name with its `#`, or the other person's nick.
    #[n(2)]
    pub name: Text,
    /// The other person of a direct conversation.
    #[n(3)]
    pub peer: Option<AccountId>,
    /// Empty for none.
    #[n(4)]
    pub topic: Text,
    /// The last sequence number.
    #[n(5)]
    pub head: Seq,
    /// The account's read marker.
    #[n(6)]
    pub read: Seq,
    /// Of a canvas: entries up to this one are merged into its picture and are not sent any more.
    #[n(7)]
    pub base: Option<Seq>,
}

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum ConversationKind {
    /// Open to all who join.
    #[n(0)]
    Room,
    /// Between two accounts.
    #[n(1)]
    Direct,
    /// What the people of another conversation draw. Told only to who asks for it.
    #[n(2)]
    Canvas,
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

/// Somebody in a roster.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Person {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// What they are called.
    #[n(1)]
    pub nick: Nick,
    /// Whether they are there.
    #[n(2)]
    pub presence: Presence,
    /// Why they are away.
    #[n(3)]
    pub away: Option<Text>,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Presence {
    /// Connected.
    #[n(0)]
    Online,
    /// Connected, but said to be away.
    #[n(1)]
    Away,
    /// Not connected. Only in direct conversations; rooms list who is there.
    #[n(2)]
    Offline,
}

/// A conversation that the account is in: at login one for each, later when another session of the
/// account joined it or somebody opened a direct conversation.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Announced {
    /// Which.
    #[n(0)]
    pub conversation: Conversation,
}

/// Every conversation has been announced.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Ready {}

/// Changes of a roster. One whose version is not one more than the client's shows a gap: the client
/// asks for the roster anew.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RosterChanges {
    /// Whose roster.
    #[n(0)]
    pub conversation: ConversationId,
    /// Its version with these changes.
    #[n(1)]
    pub version: u64,
    /// What is different: whole rows, so that applying one twice does no harm.
    #[n(2)]
    pub changes: Vec<RosterChange>,
}

/// One row of a roster that is different.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RosterChange {
    /// The row.
    #[n(0)]
    pub person: Person,
    /// What happened to it.
    #[n(1)]
    pub what: Change,
    /// The parting word of one who left.
    #[n(2)]
    pub text: Option<Text>,
    /// What a renamed person was called before.
    #[n(3)]
    pub was: Option<Nick>,
}

/// What happened to a row of a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Change {
    /// Joined the room: the row is new.
    #[n(0)]
    Joined,
    /// Came online: the row is new in a room.
    #[n(1)]
    Came,
    /// Away, back, or another nick: the row is changed.
    #[n(2)]
    Changed,
    /// Left the room: the row goes.
    #[n(3)]
    Parted,
    /// Went offline: the row goes in a room.
    #[n(4)]
    Went,
}

/// Changes of this roster were not sent because the client read too slowly: ask for it anew.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RosterStale {
    /// Whose roster.
    #[n(0)]
    pub conversation: ConversationId,
}

/// Another session of the account has read up to here.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct ReadMarker {
    /// Where.
    #[n(0)]
    pub conversation: ConversationId,
    /// The last entry that was read.
    #[n(1)]
    pub seq: Seq,
}

/// The account is no longer in this conversation: a session of it left.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Left {
    /// Which.
    #[n(0)]
    pub conversation: ConversationId,
}

/// What the account is called and shown as, after a change by any session of it.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Me {
    /// The own row.
    #[n(0)]
    pub person: Person,
}
