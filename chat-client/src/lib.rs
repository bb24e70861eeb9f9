//! Async client of the terminal chat.

mod config;
mod error;
mod event;
mod handle;

pub use config::{CATCH_UP, Config, FollowPolicy, Pending, Resume};
pub use error::Error;
pub use event::Event;
pub use handle::{Client, Events};

/// Spawns the connection's task on the current tokio runtime and returns at once.
///
/// # Panics
/// Outside a tokio runtime.
#[must_use]
pub fn connect(config: Config) -> (Client, Events) {
    let (inputs, mut taken) = tokio::sync::mpsc::unbounded_channel();
    let (events, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        drop(config);
        while taken.recv().await.is_some() {}
        drop(events.send(Event::Closed(Error::Left)).await);
    });
    (Client::new(inputs), Events(receiver))
}
