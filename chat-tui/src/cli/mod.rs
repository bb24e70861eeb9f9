//! The command line: words to an [`Invocation`], or a sentence that says what is wrong with them.
//! Decides from the words alone; looks at no file and no network.

mod words;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use chat_core::limits::PORT;
use chat_core::{Link, Nick, RoomName, Seq};
use clap::Parser;

pub use words::usage_sentence;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// What to do.
    pub job: Job,
    /// What holds for every job.
    pub common: Common,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Chat on the last server, or ask where to.
    Start,
    /// Run a server and chat on it.
    Host(Hosting),
    /// Chat on this server.
    Join(Link),
    /// Send something.
    Send {
        /// On which server; none: the last one.
        link: Option<Link>,
        /// Where to.
        target: Target,
        /// What.
        what: Sending,
    },
    /// Save a file of a conversation.
    Save {
        /// On which server; none: the last one.
        link: Option<Link>,
        /// Which conversation.
        target: Target,
        /// Which entry.
        seq: Seq,
        /// Where to; none: the directory that one is in.
        dir: Option<PathBuf>,
    },
    /// Follow one conversation.
    Tail {
        /// On which server; none: the last one.
        link: Option<Link>,
        /// Which.
        target: Target,
        /// How entries are written.
        format: TailFormat,
        /// Entries after this one; none: only new ones.
        since: Option<Seq>,
    },
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// One message; none: what standard input says.
    Text(Option<String>),
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// What is said about it; may be empty.
        caption: String,
    },
    /// What standard input asks for: one JSON object a line.
    Json,
}

/// How to run a server. What is not said stands in `server.toml`, or has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hosting {
    /// Where it listens.
    pub listen: Option<SocketAddr>,
    /// How many may be connected at once.
    pub connections_max: Option<usize>,
}

/// What holds for every job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Common {
    /// The wished nick.
    pub nick: Option<String>,
    /// The settings file.
    pub config: Option<PathBuf>,
    /// The data directory.
    pub data_dir: Option<PathBuf>,
    /// What kind of screen.
    pub screen: Screen,
    /// Whether to do without TLS.
    pub plaintext: Plaintext,
}

/// What kind of screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// The whole terminal.
    #[default]
    Full,
    /// Appended lines.
    Lines,
}

/// How entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TailFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// How often doing without TLS was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Plaintext {
    /// Not at all.
    #[default]
    No,
    /// Once: enough within this machine.
    Asked,
    /// Twice: enough for any address.
    Insisted,
}

/// A conversation as one names it on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A room: `#name`, or `name`, because `#` begins a comment in shells.
    Room(RoomName),
    /// A person: `@nick`.
    Person(Nick),
}

/// What is wrong with the words. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// Clap's words.
    #[error("{0}")]
    Words(String),
    /// A damaged link or address.
    #[error("{0}")]
    Link(#[from] chat_core::link::LinkError),
    /// A name that no conversation has.
    #[error("{0}")]
    Name(#[from] chat_core::name::NameError),
    /// One word that is neither a command nor a link.
    #[error("'{0}' is not a command: write chat-tui join {0}, or chat-tui {0} PORT")]
    NoCommand(String),
    /// An address in front of a command.
    #[error("'{0}' can't stand before a command: write it behind, as in chat-tui join {0}")]
    BeforeCommand(String),
    /// Plain TCP to another machine.
    #[error(
        "without TLS everybody on the way to {0} can read and change what you write: leave out \
         --plaintext, or give it twice if you really want that"
    )]
    PlaintextAbroad(String),
    /// No entry of a conversation.
    #[error("'{0}' is no number of an entry: chat-tui tail --json says them as seq")]
    NoSeq(String),
    /// A text where standard input says what to send.
    #[error("with --json the texts come from standard input: leave '{0}' out")]
    TextWithJson(String),
    /// More words than `send` takes.
    #[error("put the text between quotes: chat-tui send [LINK] CONVERSATION 'TEXT'")]
    UnquotedText,
}

/// Reads the words of a command line, the program's name first.
///
/// # Errors
/// A [`clap::Error`] of help and version, which are printed as they are, and everything that
/// [`usage_sentence`] turns into one sentence.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let words = words::Words::try_parse_from(words)?;
    words
        .into_invocation()
        .map_err(|error| clap::Error::raw(clap::error::ErrorKind::ValueValidation, error))
}

impl Target {
    /// Reads `#room`, `room` or `@nick`.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn parse(raw: &str) -> Result<Target, UsageError> {
        Ok(if raw.starts_with('@') {
            Target::Person(Nick::parse(raw)?)
        } else {
            Target::Room(RoomName::parse(raw)?)
        })
    }
}

impl Plaintext {
    /// `link` as it may be used: without TLS if the link or the flag says so, and only where that
    /// was asked for often enough.
    ///
    /// # Errors
    /// [`UsageError::PlaintextAbroad`].
    pub fn apply(self, link: Link) -> Result<Link, UsageError> {
        let plaintext = link.plaintext || self > Plaintext::No;
        if plaintext && self < Plaintext::Insisted && !is_loopback(&link.host) {
            return Err(UsageError::PlaintextAbroad(link.address()));
        }
        Ok(Link { plaintext, ..link })
    }
}

/// Whether a host is this machine, by its name alone.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => {
            host.eq_ignore_ascii_case("localhost") || host.to_lowercase().ends_with(".localhost")
        }
    }
}

/// Where `host` listens unless it is told otherwise: everywhere, so that others on the LAN can join.
#[must_use]
pub fn listen_default() -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], PORT))
}

#[cfg(test)]
mod tests;
