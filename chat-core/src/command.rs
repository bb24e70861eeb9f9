//! What a client says. Every command from kind 16 on is a request: its field 0 is a request id, and
//! it gets exactly one answer that names it.
//!
//! Names stand here as the person typed them; a server parses them and refuses with a reason.

use minicbor::bytes::ByteVec;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::body::{Body, Parts};
use crate::event::{Ping, Pong};
use crate::file::{ContentHash, FileFields};
use crate::id::{AccountId, ConversationId, PostId, RequestId, Seq};
use crate::identity::PublicKey;
use crate::text::Text;
use crate::wire::messages;

messages! {
    /// A message from a client to a server.
    Command {
        Hello = 1,
        Login = 2,
        Ping = 3,
        Pong = 4,
        Post = 16,
        Follow = 17,
        History = 18,
        Read = 19,
        Join = 20,
        Part = 21,
        Rooms = 22,
        Topic = 23,
        SetNick = 24,
        Direct = 25,
        Roster = 26,
        SetPresence = 27,
        Quit = 28,
        Who = 29,
        Upload = 30,
        Chunk = 31,
        CancelUpload = 32,
        Fetch = 33,
        Canvas = 34,
        Snapshot = 35,
    }
}

impl Command {
    /// The request id, for commands that have one.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        Some(match self {
            Command::Hello(_) | Command::Login(_) | Command::Ping(_) | Command::Pong(_) => {
                return None;
            }
            Command::Post(c) => c.request,
            Command::Follow(c) => c.request,
            Command::History(c) => c.request,
            Command::Read(c) => c.request,
            Command::Join(c) => c.request,
            Command::Part(c) => c.request,
            Command::Rooms(c) => c.request,
            Command::Topic(c) => c.request,
            Command::SetNick(c) => c.request,
            Command::Direct(c) => c.request,
            Command::Roster(c) => c.request,
            Command::SetPresence(c) => c.request,
            Command::Quit(c) => c.request,
            Command::Who(c) => c.request,
            Command::Upload(c) => c.request,
            Command::Chunk(c) => c.request,
            Command::CancelUpload(c) => c.request,
            Command::Fetch(c) => c.request,
            Command::Canvas(c) => c.request,
            Command::Snapshot(c) => c.request,
        })
    }
}

/// The first message of a connection.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    /// Lowest protocol version that the client speaks.
    #[n(0)]
    pub version_min: u16,
    /// Highest one.
    #[n(1)]
    pub version_max: u16,
    /// Program and version, for logs.
    #[n(2)]
    pub agent: Text,
}

/// Answers a challenge. May be sent again on the same connection after a refusal.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Login {
    /// The account.
    #[n(0)]
    pub key: PublicKey,
    /// Over the challenge, bound to the channel.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// Wished nick. Needed for a new account; without it a known account keeps the nick it has.
    #[n(2)]
    pub nick: Option<String>,
    /// The word that the server asks of new accounts.
    #[n(3)]
    pub invite: Option<String>,
}

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

/// Joins a room, making it if there is none. Answered by `Opened`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Join {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// The room's name, with or without `#`.
    #[n(1)]
    pub room: String,
}

/// Leaves a room. Answered by `Done`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Part {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which.
    #[n(1)]
    pub conversation: ConversationId,
    /// A parting word.
    #[n(2)]
    pub text: Option<Text>,
}

/// Asks for a page of the server's rooms, by name. Answered by `RoomList`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Rooms {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// The last name of the page before.
    #[n(1)]
    pub after: Option<String>,
}

/// Sets a room's topic. Answered by `Posted`: the topic is an entry.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Topic {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which room.
    #[n(1)]
    pub conversation: ConversationId,
    /// The topic; empty for none.
    #[n(2)]
    pub text: Text,
}

/// Changes the account's nick. Answered by `Done`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct SetNick {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// The wish.
    #[n(1)]
    pub nick: String,
}

/// Opens the direct conversation with a person, also one who is offline. Answered by `Opened`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Direct {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// The person's nick, with or without `@`.
    #[n(1)]
    pub nick: String,
}

/// Asks for a page of a followed conversation's roster, by account. Answered by `RosterPage`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Roster {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which.
    #[n(1)]
    pub conversation: ConversationId,
    /// The last account of the page before.
    #[n(2)]
    pub after: Option<AccountId>,
}

/// Says whether the person is away, for all of the account's sessions. Answered by `Done`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct SetPresence {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Away, or back.
    #[n(1)]
    pub away: bool,
    /// Why, for others.
    #[n(2)]
    pub text: Option<Text>,
}

/// Leaves cleanly. Answered by `Done`, after which the server closes.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Quit {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// A parting word.
    #[n(1)]
    pub text: Option<Text>,
}

/// Asks who a person is. Answered by `Profile`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Who {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// The person's nick, with or without `@`.
    #[n(1)]
    pub nick: String,
}

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

/// Opens a conversation's canvas, making it if there is none. Answered by `Opened`: a canvas is a
/// conversation of its own.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Canvas {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Whose canvas.
    #[n(1)]
    pub conversation: ConversationId,
}

/// Asks for the picture of a followed canvas. Answered by `Picture`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Snapshot {
    /// Named by the answer.
    #[n(0)]
    pub request: RequestId,
    /// Which canvas.
    #[n(1)]
    pub conversation: ConversationId,
}
