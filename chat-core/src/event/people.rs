//! People: who is in a conversation, and what changes about that.

use minicbor::{Decode, Encode};

use crate::id::{AccountId, ConversationId};
use crate::name::Nick;
use crate::text::Text;

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

/// What the account is called and shown as, after a change by any session of it.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Me {
    /// The own row.
    #[n(0)]
    pub person: Person,
}
