//! The login, pings, and the goodbye.

use minicbor::{Decode, Encode};

use crate::id::{AccountId, Millis};
use crate::identity::NONCE_BYTES;
use crate::name::Nick;
use crate::refusal::{Code, Refusal};
use crate::text::Text;

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
