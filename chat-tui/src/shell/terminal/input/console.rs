//! Where there are no terminals of Unix: what crossterm reads.

use crossterm::event::{self, KeyEventKind};
use ratatui::layout::Size;
use tokio::sync::mpsc;

use crate::app::Event;

/// The size comes among the keys here.
#[derive(Debug)]
pub(super) struct Sizes;

impl Sizes {
    pub(super) fn watch() -> Sizes {
        Sizes
    }

    pub(super) async fn next(&mut self) -> Size {
        std::future::pending().await
    }
}

/// Reads until nobody listens or the terminal is gone.
pub(super) fn read(sender: &mpsc::Sender<Event>) {
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
