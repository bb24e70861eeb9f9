//! Conversations: what an account is in, and how far it has read there.

use minicbor::{Decode, Encode};

use crate::id::{AccountId, ConversationId, Seq};
use crate::text::Text;

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
