//! Append-only lines instead of a screen: `--plain`, `send`, `tail`. For pipes, screen readers and
//! dumb terminals: no control sequence is ever written.
//!
//! | module | owns |
//! |---|---|
//! | [`chat()`] | `--plain`: the whole chat, one line at a time |
//! | [`lines`] | what the application shows, as lines; pure |
//! | [`json`] | the object per entry of `tail --json`; pure |
//! | [`send()`], [`tail()`] | one message, one conversation |

mod chat;
mod connection;
pub mod json;
pub mod lines;
mod output;
mod send;
mod stdin;
mod tail;

use chat_core::{Fingerprint, Refusal};

pub use chat::chat;
pub use send::send;
pub use tail::{Tail, tail};

use crate::shell::engine::EngineError;
use crate::shell::known::KnownError;

/// Why it failed. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PlainError {
    /// No link, and nowhere to go by oneself.
    #[error("say which server: give its link, or join one first with chat-tui join LINK")]
    NoServer,
    /// Nobody is there to compare fingerprints.
    #[error(
        "{address} shows a certificate that was never accepted ({fingerprint}): give the whole link \
         that its host prints, or join once in a terminal and accept it there"
    )]
    UnknownCertificate {
        /// Host and port.
        address: String,
        /// What it shows.
        fingerprint: Fingerprint,
    },
    /// The server doesn't want it.
    #[error("{0}")]
    Refused(Refusal),
    /// The connection ended for good.
    #[error("{0}")]
    Closed(chat_client::Error),
    /// Standard input.
    #[error("can't read standard input ({0}): give the text as an argument")]
    Input(std::io::Error),
    /// There is no text.
    #[error("there is nothing to send: give a text, or write one to standard input")]
    Empty,
    /// The input ended before everything was stored.
    #[error("{0} of the messages were not stored: see above why, or try again")]
    NotStored(usize),
    /// Standard output.
    #[error("can't write to standard output: {0}")]
    Output(std::io::Error),
    /// What was accepted before can't be read.
    #[error(transparent)]
    Known(#[from] KnownError),
    /// Connection, cache, door.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
