//! What the terminal says: keys, pastes, the mouse, its size.
//!
//! Reading is done by a thread of its own: crossterm's reader never returns once the terminal is
//! closed, which must not hold up the program while it leaves. That the terminal is closed is
//! learned from SIGHUP, or else from the next write.

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
    /// Begins to read.
    #[must_use]
    pub fn start() -> Input {
        let (sender, events) = mpsc::channel(WAITING_MAX);
        std::thread::spawn(move || read(&sender));
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
