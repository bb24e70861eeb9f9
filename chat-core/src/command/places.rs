//! Rooms, direct conversations, canvases.

use minicbor::{Decode, Encode};

use crate::id::{ConversationId, RequestId};
use crate::text::Text;

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
