//! What the terminal says: keys, pastes, the mouse, its size, and what it answers.
//!
//! Reading is done by a thread of its own, which lives as long as the program: nothing waits for it
//! at the end.

#[cfg(unix)]
mod decode;
#[cfg(not(unix))]
#[path = "console.rs"]
mod system;
#[cfg(unix)]
#[path = "tty.rs"]
mod system;
#[cfg(all(unix, test))]
mod tests;

use tokio::sync::mpsc;

use crate::app::Event;

/// Events that may wait: a paste without brackets, a mouse wheel spun.
const WAITING_MAX: usize = 1024;

/// The terminal's side of the conversation. One per process: there is one terminal.
#[derive(Debug)]
pub struct Input {
    heard: mpsc::Receiver<Event>,
    sizes: system::Sizes,
}

impl Input {
    /// Begins to read. Call it within a runtime.
    #[must_use]
    pub fn start() -> Input {
        let (sender, heard) = mpsc::channel(WAITING_MAX);
        std::thread::spawn(move || system::read(&sender));
        Input {
            heard,
            sizes: system::Sizes::watch(),
        }
    }

    /// The next thing that is said. Cancel safe.
    pub async fn next(&mut self) -> Event {
        tokio::select! {
            heard = self.heard.recv() => heard.unwrap_or(Event::Hangup),
            size = self.sizes.next() => Event::Resize(size),
        }
    }

    /// The next thing, if it was said already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.heard.try_recv().ok()
    }
}
