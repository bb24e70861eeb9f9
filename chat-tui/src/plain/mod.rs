//! Append-only lines instead of a screen: `--plain`, `send`, `tail`. For pipes, screen readers and
//! dumb terminals: no control sequence is ever written, no line is ever taken back, and the terminal
//! stays as it is.
//!
//! The chat in lines is the application of the full screen ([`crate::app`]): what is typed goes in as
//! if it stood in the input line, and what it would show comes out as lines. So commands, refusals,
//! unread counts, drafts and the cache are the same in both. `send` and `tail` need none of that and
//! stand on [`chat_client`] directly.
//!
//! | module | owns |
//! |---|---|
//! | `chat` | `--plain`: the loop around the application |
//! | `first` | the questions of a first start |
//! | `ending` | what is not done yet, and how long the end waits for it, pure |
//! | `news` | what the application shows, as lines; pure |
//! | `popups` | what would lie over the screen, as lines; pure |
//! | `send`, `tail`, `transfers` | the commands for scripts |
//! | `feed`, `wanted` | `send --json`: the loop, and what a line asks for (pure) |
//! | `line`, `json` | entries and what happens beside them as text and as JSON, pure |
//! | `connection` | a connection without an application, for `send` and `tail` |
//! | `question` | what `send` and `tail` ask a person before the login, pure |
//! | `input` | bytes of standard input to lines |
//! | `paper` | standard output and standard error: the only way out, and clean |

mod chat;
mod connection;
mod ending;
mod error;
mod feed;
mod first;
mod input;
mod json;
mod line;
mod news;
mod paper;
mod popups;
mod question;
mod send;
mod tail;
mod transfers;
mod wanted;

pub use chat::chat;
pub use error::PlainError;
pub use first::ask as ask_where;
pub use send::send;
pub use tail::{Tail, tail};
pub use transfers::save;
