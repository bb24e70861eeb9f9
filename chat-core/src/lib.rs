//! The message model, the wire protocol and the identity of the terminal chat.
//!
//! Everything here is pure: no runtime, no clock, no randomness, no file. What needs one of those
//! takes its result as an argument. The wire format is described for other languages in
//! `docs/protocol.md`; `tests/vectors/` holds golden frames that are checked in both directions.
//!
//! | module | owns |
//! |---|---|
//! | [`name`] | nicks and room names: parsed or refused, compared by skeleton |
//! | [`text`] | what a message may contain: cleaned before it is stored or shown |
//! | [`entry`], [`body`] | entries of a conversation's log, and what they say |
//! | [`emoji`] | what a reaction may be |
//! | [`mod@file`] | what an entry says of a file; the name to save it under |
//! | [`canvas`] | drawings: strokes, the picture that they give, what may be undone, exports |
//! | [`command`], [`event`] | what the two sides say to each other |
//! | [`refusal`] | stable codes and sentences for what is not done |
//! | [`frame`], [`wire`] | bytes to frames, frames to messages, and back |
//! | [`identity`] | keys, the login signature, certificate fingerprints |
//! | [`link`] | `chat://host:port/#fp=…&invite=…` |
//! | [`limits`] | every limit of the protocol, with its reason |

pub mod body;
pub mod canvas;
pub mod command;
pub mod emoji;
pub mod entry;
pub mod event;
pub mod file;
pub mod frame;
pub mod id;
pub mod identity;
pub mod limits;
pub mod link;
pub mod name;
pub mod refusal;
pub mod text;
pub mod wire;

pub use body::Body;
pub use command::Command;
pub use entry::Entry;
pub use event::{Conversation, ConversationKind, Event, Person, Presence};
pub use file::{ContentHash, File};
pub use id::{AccountId, ConversationId, Millis, PostId, RequestId, Seq};
pub use identity::{Fingerprint, Identity, PublicKey};
pub use link::Link;
pub use name::{Nick, RoomName};
pub use refusal::{Code, Refusal};
pub use text::Text;
