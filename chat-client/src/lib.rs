//! Async client of the terminal chat: connects, makes sure that the server is the right one, logs in,
//! resends what was not acknowledged, resumes where it was, pings, and reconnects by itself.
//!
//! [`connect`] spawns one task and returns the two ends of it: a [`Client`] to say something and
//! [`Events`] to hear what happens. A bot that repeats what others say:
//!
//! ```no_run
#![doc = include_str!("../tests/all/bot.rs")]
//! ```
//!
//! | module | owns |
//! |---|---|
//! | `config`, `event`, `transfer`, `error`, `handle` | what a program sees |
//! | `session` | what is known and decided, without IO: cursors, rosters, posts, requests |
//! | `task` | attempt after attempt: dial, log in, be online |
//! | `net` | sockets, TLS, frames |
//! | `bare` | the session alone, for fuzzing (a feature) |
//! | `trust`, `backoff` | whether a certificate is the right one; how long to wait |

mod backoff;
#[cfg(feature = "bare")]
pub mod bare;
mod config;
mod error;
mod event;
mod handle;
mod net;
mod session;
mod task;
mod transfer;
mod trust;

pub use config::{CATCH_UP, Config, FollowPolicy, Pending, Resume};
pub use error::Error;
pub use event::Event;
pub use handle::{Client, Events};
pub use transfer::{Delivered, Transfer, TransferDirection, TransferId, TransferState};

use tokio::sync::mpsc;

/// Events between the task and the program, so that neither waits for the other at each one. What
/// is more stays with the task, which has a limit of its own.
const EVENTS_BUFFERED: usize = 64;

/// Spawns the connection's task on the current tokio runtime and returns at once. The task ends with
/// [`Event::Closed`]: when the last [`Client`] is dropped, after [`Client::quit`], or on an [`Error`].
///
/// # Panics
/// Outside a tokio runtime.
#[must_use]
pub fn connect(config: Config) -> (Client, Events) {
    let (inputs, taken) = mpsc::unbounded_channel();
    let (events, told) = mpsc::channel(EVENTS_BUFFERED);
    tokio::spawn(task::Task::new(config, taken, events).run());
    (Client::new(inputs), Events(told))
}
