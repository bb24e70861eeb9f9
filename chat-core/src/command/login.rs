//! The login, and leaving.

use minicbor::{Decode, Encode};

use crate::id::RequestId;
use crate::identity::PublicKey;
use crate::text::Text;

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
