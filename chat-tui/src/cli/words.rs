//! The words themselves, as clap reads them.

use std::net::SocketAddr;
use std::path::PathBuf;

use chat_core::{Link, Seq};
use clap::error::ErrorKind;
use clap::{ArgAction, Args, Parser, Subcommand};

use super::{
    Common, Hosting, Invocation, Job, Plaintext, Screen, Sending, TailFormat, Target, UsageError,
    listen_default,
};

/// A chat in the terminal: host a server with one command, join it with another.
///
/// Without a command it goes to the last server, or asks where to.
#[derive(Debug, Parser)]
#[command(name = "chat-tui", version, subcommand_precedence_over_arg = true)]
pub(super) struct Words {
    #[command(subcommand)]
    command: Option<Command>,
    /// A server: HOST PORT, or a chat:// link
    #[arg(value_name = "HOST PORT", num_args = 0..=2)]
    address: Vec<String>,
    #[command(flatten)]
    common: CommonWords,
}

#[derive(Debug, Args)]
struct CommonWords {
    /// What you want to be called
    #[arg(long, value_name = "NAME", global = true)]
    nick: Option<String>,
    /// The settings file, instead of the one where the system keeps such files
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Where key, cache, drafts and logs are kept
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// Append lines instead of drawing a screen: for screen readers, pipes and dumb terminals
    #[arg(long, global = true)]
    plain: bool,
    /// Do without TLS; must be given twice for another machine
    #[arg(long, action = ArgAction::Count, global = true)]
    plaintext: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a server and chat on it
    Host {
        /// Where the server listens [default: 0.0.0.0:7878]
        #[arg(long, value_name = "ADDR:PORT", value_parser = address)]
        listen: Option<SocketAddr>,
        /// Connections at once at most [default: 10000]
        #[arg(long, value_name = "N", value_parser = connections)]
        connections_max: Option<usize>,
    },
    /// Chat on a server
    Join {
        /// The link that the server prints, or its address
        #[arg(value_name = "LINK|HOST[:PORT]")]
        link: String,
    },
    /// Send one message, a file, or what a program says
    Send {
        /// The server (without it: the last one), #room or @nick, and the text (without it: from
        /// standard input)
        #[arg(value_name = "[LINK] CONVERSATION [TEXT]", num_args = 1.., required = true)]
        words: Vec<String>,
        /// Send this file, with the text as its caption
        #[arg(long, value_name = "PATH", conflicts_with = "json")]
        file: Option<PathBuf>,
        /// Do what standard input says, one JSON object a line, and answer each in JSON
        #[arg(long)]
        json: bool,
    },
    /// Save a file of a conversation
    Save {
        /// The server (without it: the last one), #room or @nick, the number of the file's entry, and
        /// where to (without it: here)
        #[arg(value_name = "[LINK] CONVERSATION SEQ [DIR]", num_args = 2..=4, required = true)]
        words: Vec<String>,
    },
    /// Follow a conversation
    Tail {
        /// The server (without it: the last one), and #room or @nick
        #[arg(value_name = "[LINK] CONVERSATION", num_args = 1..=2, required = true)]
        words: Vec<String>,
        /// Write one JSON object per entry and line
        #[arg(long)]
        json: bool,
        /// Begin with the entry after this number; 0 for the first
        #[arg(long, value_name = "SEQ")]
        since: Option<u64>,
    },
}

fn address(raw: &str) -> Result<SocketAddr, String> {
    raw.parse()
        .map_err(|_| "write an address and a port, such as 127.0.0.1:7878 or [::]:7878".to_owned())
}

fn connections(raw: &str) -> Result<usize, String> {
    let max = raw.parse().ok().filter(|max| *max > 0);
    max.ok_or_else(|| "write how many may be connected at once, at least 1".to_owned())
}

impl Words {
    pub(super) fn into_invocation(self) -> Result<Invocation, UsageError> {
        if let (Some(_), Some(word)) = (&self.command, self.address.first()) {
            return Err(UsageError::BeforeCommand(chat_core::text::line(word, 80)));
        }
        let common = self.common.into_common();
        let job = match self.command {
            None => start(self.address)?,
            Some(Command::Host {
                listen,
                connections_max,
            }) => Job::Host(Hosting {
                listen,
                connections_max,
            }),
            Some(Command::Join { link }) => Job::Join(link.parse()?),
            Some(Command::Send { words, file, json }) => send(words, file, json)?,
            Some(Command::Save { words }) => save(&words)?,
            Some(Command::Tail { words, json, since }) => {
                let (link, target) = tail(words)?;
                Job::Tail {
                    link,
                    target,
                    format: if json {
                        TailFormat::Json
                    } else {
                        TailFormat::Text
                    },
                    since: since.map(Seq),
                }
            }
        };
        Ok(Invocation {
            job: with_plaintext(job, common.plaintext)?,
            common,
        })
    }
}

impl CommonWords {
    fn into_common(self) -> Common {
        Common {
            nick: self.nick,
            config: self.config,
            data_dir: self.data_dir,
            screen: if self.plain {
                Screen::Lines
            } else {
                Screen::Full
            },
            plaintext: match self.plaintext {
                0 => Plaintext::No,
                1 => Plaintext::Asked,
                _ => Plaintext::Insisted,
            },
        }
    }
}

fn start(address: Vec<String>) -> Result<Job, UsageError> {
    let words: Vec<&str> = address.iter().map(String::as_str).collect();
    match words[..] {
        [] => Ok(Job::Start),
        [link] if link.starts_with("chat://") => Ok(Job::Join(link.parse()?)),
        [word] => Err(UsageError::NoCommand(chat_core::text::line(word, 80))),
        [host, port, ..] => {
            // The host alone, so that "1.2.3.4:5 6" is refused and an IPv6 address needs no
            // brackets.
            let host = if host.contains(':') && !host.starts_with('[') {
                format!("[{host}]")
            } else {
                host.to_owned()
            };
            Ok(Job::Join(format!("{host}:{port}").parse()?))
        }
    }
}

fn send(words: Vec<String>, file: Option<PathBuf>, json: bool) -> Result<Job, UsageError> {
    let job = |link: Option<&String>, conversation: &str, text: Option<&String>| {
        Ok(Job::Send {
            link: link.map(|link| link.parse()).transpose()?,
            target: Target::parse(conversation)?,
            what: match (file.clone(), text) {
                (Some(path), caption) => Sending::File {
                    path,
                    caption: caption.cloned().unwrap_or_default(),
                },
                (None, Some(text)) if json => {
                    return Err(UsageError::TextWithJson(chat_core::text::line(text, 80)));
                }
                (None, None) if json => Sending::Json,
                (None, text) => Sending::Text(text.cloned()),
            },
        })
    };
    match &words[..] {
        [conversation] => job(None, conversation, None),
        [first, second] if is_address(first) || (is_sigiled(second) && !is_sigiled(first)) => {
            job(Some(first), second, None)
        }
        [conversation, text] => job(None, conversation, Some(text)),
        [link, conversation, text] if !is_sigiled(link) => {
            job(Some(link), conversation, Some(text))
        }
        _ => Err(UsageError::UnquotedText),
    }
}

fn save(words: &[String]) -> Result<Job, UsageError> {
    let number = |word: &String| word.parse().ok().map(Seq);
    let has_link = |second: &String| number(second).is_none();
    let (link, rest) = match words {
        [link, second, rest @ ..] if !rest.is_empty() && has_link(second) => {
            (Some(link.parse()?), &words[1..])
        }
        words => (None, words),
    };
    match rest {
        [conversation, seq, dir @ ..] if dir.len() < 2 => Ok(Job::Save {
            link,
            target: Target::parse(conversation)?,
            seq: number(seq).ok_or_else(|| UsageError::NoSeq(chat_core::text::line(seq, 80)))?,
            dir: dir.first().map(PathBuf::from),
        }),
        _ => Err(UsageError::Words(
            "say which file: chat-tui save [LINK] CONVERSATION SEQ [DIR]".into(),
        )),
    }
}

fn tail(words: Vec<String>) -> Result<(Option<Link>, Target), UsageError> {
    match &words[..] {
        [link, conversation, ..] => Ok((Some(link.parse()?), Target::parse(conversation)?)),
        [conversation] => Ok((None, Target::parse(conversation)?)),
        [] => Err(UsageError::Words("say which conversation to follow".into())),
    }
}

/// Whether a word can only be an address: no conversation has a colon in its name.
fn is_address(word: &str) -> bool {
    !is_sigiled(word) && word.contains(':')
}

fn is_sigiled(word: &str) -> bool {
    word.starts_with(['#', '@'])
}

fn with_plaintext(job: Job, plaintext: Plaintext) -> Result<Job, UsageError> {
    let apply = |link: Option<Link>| link.map(|link| plaintext.apply(link)).transpose();
    Ok(match job {
        Job::Join(link) => Job::Join(plaintext.apply(link)?),
        Job::Send { link, target, what } => Job::Send {
            link: apply(link)?,
            target,
            what,
        },
        Job::Save {
            link,
            target,
            seq,
            dir,
        } => Job::Save {
            link: apply(link)?,
            target,
            seq,
            dir,
        },
        Job::Tail {
            link,
            target,
            format,
            since,
        } => Job::Tail {
            link: apply(link)?,
            target,
            format,
            since,
        },
        Job::Host(hosting) => {
            // A server without TLS needs the same insistence as a client of it.
            let listen = hosting.listen.unwrap_or_else(listen_default);
            plaintext.apply(Link::to(listen.ip().to_string(), listen.port()))?;
            Job::Host(hosting)
        }
        Job::Start => Job::Start,
    })
}

/// What is said of wrong words, in bytes: clap's longest sentence and a word.
const SAID_BYTES: usize = 1_000;

/// What is wrong, in one sentence; `None` for help and version, which are no errors.
#[must_use]
pub fn usage_sentence(error: &clap::Error) -> Option<String> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return None;
    }
    let whole = error.render().to_string();
    let lines = whole.lines().map(str::trim);
    let said: Vec<&str> = lines
        .take_while(|l| !l.starts_with("Usage:") && !l.starts_with("For more information"))
        .filter(|l| !l.is_empty())
        .collect();
    // Words that were pasted are repeated in it.
    let said = chat_core::text::line(&said.join(" "), SAID_BYTES);
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    Some(match error.kind() {
        // This crate's own sentences already say what to do.
        ErrorKind::ValueValidation => said.to_owned(),
        _ => format!("{said}; see chat-tui --help"),
    })
}
