//! What is not done, said with a stable code for programs and a sentence for people. A refusal is
//! data, not an error: it never closes a connection.

use std::fmt;

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Why something is not done. The texts are part of the protocol and stay.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)*
            /// A code that this version doesn't know.
            Other,
        }

        impl Code {
            /// Every code that this version knows.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// The text on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $text,)*
                    Code::Other => "other",
                }
            }

            /// The code of a text on the wire.
            #[must_use]
            pub fn from_text(text: &str) -> Code {
                match text {
                    $($text => Code::$variant,)*
                    _ => Code::Other,
                }
            }
        }
    };
}

codes! {
    // Refusals.
    /// The name breaks a rule; the sentence says which.
    NameNotAllowed = "name-not-allowed",
    /// Another account has that nick; a free one is suggested.
    NickTaken = "nick-taken",
    /// Nobody has that nick.
    NoSuchPerson = "no-such-person",
    /// There is no such conversation, or one has not joined it.
    NotAMember = "not-a-member",
    /// The text is empty after cleaning.
    EmptyText = "empty-text",
    /// The text is longer than the server takes.
    TextTooLong = "text-too-long",
    /// Too many in too short a time; `retry_after_ms` says when.
    TooFast = "too-fast",
    /// The account has joined as many rooms as it may.
    TooManyRooms = "too-many-rooms",
    /// The server has as many accounts as it may.
    TooManyAccounts = "too-many-accounts",
    /// The server asks new accounts for an invite, and this was none or a wrong one.
    InviteNeeded = "invite-needed",
    /// It could not be stored; nothing was done.
    Storage = "storage",
    /// Only the author may do that.
    NotYours = "not-yours",
    /// The entry that it is about isn't there, or was taken back.
    NoSuchEntry = "no-such-entry",
    /// A reaction is one emoji.
    BadEmoji = "bad-emoji",
    /// The account has reacted to this entry in as many ways as it may.
    TooManyReactions = "too-many-reactions",
    /// The file is larger than the server takes.
    FileTooLarge = "file-too-large",
    /// The account's files, or all of the server's, would take more than they may.
    QuotaFull = "quota-full",
    /// The content of that file has not been uploaded by this account.
    NotUploaded = "not-uploaded",
    /// There is no file in that entry (any more).
    NoSuchFile = "no-such-file",
    /// The chunk is not the next one; the sentence says where to go on.
    ChunkOutOfOrder = "chunk-out-of-order",
    /// The chunk goes beyond the size that was announced.
    BeyondTheEnd = "beyond-the-end",
    /// The content is not what its hash says; the upload was removed.
    WrongHash = "wrong-hash",
    /// The stroke can't be drawn; the sentence says why.
    BadStroke = "bad-stroke",
    /// That part of a canvas is merged into its picture: ask for the canvas anew.
    Gone = "gone",
    /// It makes no sense here, such as leaving a direct conversation.
    NotPossible = "not-possible",
    /// A request of a kind that the server doesn't know.
    UnknownCommand = "unknown-command",
    // Reasons to close.
    /// The bytes were not this protocol.
    ProtocolViolation = "protocol-violation",
    /// The signature doesn't fit the key, the challenge or the channel.
    BadSignature = "bad-signature",
    /// No protocol version in common.
    Version = "version",
    /// No login within the time allowed.
    LoginTimeout = "login-timeout",
    /// Nothing was heard for too long.
    Dead = "dead",
    /// The server has as many connections as it may; `retry_after_ms` says when to try again.
    ServerFull = "server-full",
    /// The server stops; `retry_after_ms` says when to come back.
    Restarting = "restarting",
    /// The client read so slowly that it must connect again to resume.
    TooSlow = "too-slow",
    /// The server speaks TLS on this port and the client didn't.
    TlsRequired = "tls-required",
    /// The client said that it leaves.
    Left = "left",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<C> minicbor::Encode<C> for Code {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Code {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Code, decode::Error> {
        Ok(Code::from_text(d.str()?))
    }
}

/// A request that is not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Refusal {
    /// For programs.
    pub code: Code,
    /// For people: what happened and what to do.
    pub text: String,
    /// When trying again may help, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
    /// What would be accepted, such as a free nick.
    pub suggestion: Option<String>,
}

impl Refusal {
    /// A refusal with a code and a sentence.
    pub fn new(code: Code, text: impl Into<String>) -> Refusal {
        Refusal {
            code,
            text: text.into(),
            retry_after_ms: None,
            suggestion: None,
        }
    }

    /// The same, saying when to try again.
    #[must_use]
    pub fn retry_after(self, ms: u64) -> Refusal {
        Refusal {
            retry_after_ms: Some(ms),
            ..self
        }
    }

    /// The same, saying what would be accepted.
    #[must_use]
    pub fn suggest(self, what: impl Into<String>) -> Refusal {
        Refusal {
            suggestion: Some(what.into()),
            ..self
        }
    }
}

impl From<crate::name::NameError> for Refusal {
    fn from(error: crate::name::NameError) -> Refusal {
        Refusal::new(Code::NameNotAllowed, error.to_string())
    }
}
