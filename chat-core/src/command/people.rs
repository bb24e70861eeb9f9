//! Nicks, presence, who is there.

use minicbor::{Decode, Encode};

use crate::id::{AccountId, ConversationId, RequestId};
use crate::text::Text;

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
