//! Why lines end other than well.

use std::io;

use chat_core::{Fingerprint, Refusal};

use crate::shell::data::known::KnownError;
use crate::shell::engine::EngineError;

/// Why it failed. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PlainError {
    /// No link, and nowhere to go by oneself.
    #[error("say which server: give its link, or join one first with chat-tui join LINK")]
    NoServer,
    /// What was accepted before can't be read.
    #[error(transparent)]
    Known(#[from] KnownError),
    /// The connection ended for good.
    #[error("{0}")]
    Closed(chat_client::Error),
    /// Nothing says that the certificate is the server's, and nobody is there to be asked.
    #[error(
        "{address} is not known here: its certificate is {fingerprint}. Give the whole link that its \
         host has, or accept it once in a terminal with chat-tui join {address}"
    )]
    UnknownCertificate {
        /// Host and port.
        address: String,
        /// What would have to be compared.
        fingerprint: Fingerprint,
    },
    /// A person did not trust the certificate.
    #[error(
        "not joined: ask the host of {address} for its link, which names the right certificate"
    )]
    Distrusted {
        /// Host and port.
        address: String,
    },
    /// The login wants something, and nobody is there to be asked.
    #[error("{why}: {advice}")]
    Login {
        /// The server's sentence.
        why: String,
        /// What to do.
        advice: String,
    },
    /// The server refused what was asked for.
    #[error("{0}")]
    Refused(Refusal),
    /// A text without anything in it.
    #[error("there is nothing to send: write the text behind the conversation, or pipe it in")]
    Empty,
    /// A text that the server would not take.
    #[error("that text has {bytes} bytes and the server takes {bytes_max}: send it in parts")]
    TooLong {
        /// How long it is; at least that long.
        bytes: usize,
        /// How long it may be.
        bytes_max: usize,
    },
    /// A file was not sent or saved.
    #[error("{0}")]
    File(String),
    /// The entry is no file.
    #[error("there is no file in entry {0}: chat-tui tail --json says in which there are")]
    NoFile(u64),
    /// There was no connection to send it over.
    #[error("nothing was sent: {0}")]
    NotSent(String),
    /// Nobody answered in time.
    #[error(
        "the server has not acknowledged it within {0} s, so it may not be stored: look with chat-tui \
         tail before sending it again"
    )]
    NotAcknowledged(u64),
    /// Some of what was typed was not done, and that was said then.
    #[error("not everything was done ({0} refused): the reasons are above")]
    Refusals(usize),
    /// The input ended, and the server was waited for in vain.
    #[error(
        "{0} messages are not acknowledged yet: they are kept, and sent when you chat there again"
    )]
    Unsent(usize),
    /// The input ended, and files did not move any more.
    #[error("{0} files are not through: begin them again, they go on where they were")]
    FilesCutOff(usize),
    /// The account is no longer in the conversation.
    #[error("{0} was left by another terminal of this account: run it again to go back")]
    Left(String),
    /// Standard input.
    #[error("can't read standard input ({0}): check what is piped in")]
    Input(io::Error),
    /// Standard output.
    #[error("can't write to standard output ({0}): check where it goes")]
    Output(io::Error),
    /// The chat ended for good.
    #[error("{0}")]
    Ended(String),
    /// Connection, cache, door.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl PlainError {
    /// Whether the reader of standard output has had enough, which is no failure.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, PlainError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// What of a result is a failure.
pub(super) fn unless_closed_pipe(result: Result<(), PlainError>) -> Result<(), PlainError> {
    match result {
        Err(error) if error.is_closed_pipe() => Ok(()),
        other => other,
    }
}
