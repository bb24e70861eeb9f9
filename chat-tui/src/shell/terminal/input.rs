//! What the terminal says: keys, pastes, the mouse, its size, and that it is gone.
//!
//! Reading is done by a thread of its own: crossterm's reader never returns once the terminal is
//! closed, which must not hold up the program while it leaves.

use crossterm::event::{self, KeyEventKind};
use ratatui::layout::Size;
use tokio::sync::mpsc;

use crate::app::Event;

/// Events that may wait: a paste without brackets, a mouse wheel spun.
const WAITING_MAX: usize = 1024;

/// The terminal's side of the conversation. One per process: there is one terminal.
#[derive(Debug)]
pub struct Input {
    events: mpsc::Receiver<Event>,
}

impl Input {
    /// Begins to read; needs a tokio runtime.
    #[must_use]
    pub fn start() -> Input {
        let (sender, events) = mpsc::channel(WAITING_MAX);
        let closed = sender.clone();
        std::thread::spawn(move || read(&sender));
        tokio::spawn(async move {
            hung_up().await;
            // Nobody listens while the program leaves.
            drop(closed.send(Event::Hangup).await);
        });
        Input { events }
    }

    /// The next event. Cancel safe.
    pub async fn next(&mut self) -> Event {
        self.events.recv().await.unwrap_or(Event::Hangup)
    }

    /// The next event, if it is there already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}

fn read(sender: &mpsc::Sender<Event>) {
    loop {
        let event = match event::read() {
            Ok(event) => translate(event),
            Err(error) => {
                tracing::info!(%error, "terminal can't be read");
                Some(Event::Hangup)
            }
        };
        let last = matches!(event, Some(Event::Hangup));
        let listened = event.is_none_or(|event| sender.blocking_send(event).is_ok());
        if last || !listened {
            return;
        }
    }
}

fn translate(event: event::Event) -> Option<Event> {
    Some(match event {
        event::Event::Key(key) if key.kind == KeyEventKind::Release => return None,
        event::Event::Key(key) => Event::Key(key),
        event::Event::Paste(text) => Event::Paste(text),
        event::Event::Mouse(mouse) => Event::Mouse(mouse),
        event::Event::Resize(width, height) => Event::Resize(Size::new(width, height)),
        event::Event::FocusGained => Event::FocusGained,
        event::Event::FocusLost => Event::FocusLost,
    })
}

/// Returns when the terminal is closed. The signal for that (SIGHUP) doesn't reach every process.
#[cfg(unix)]
async fn hung_up() {
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    let Ok(terminal) = AsyncFd::with_interest(std::io::stdin(), Interest::READABLE) else {
        // Not a terminal, or one that can't be watched.
        return std::future::pending().await;
    };
    while let Ok(mut ready) = terminal.readable().await {
        if ready.ready().is_read_closed() {
            return;
        }
        ready.clear_ready();
    }
}

#[cfg(not(unix))]
async fn hung_up() {
    std::future::pending().await
}
