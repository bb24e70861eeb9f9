//! A terminal of Unix: bytes are read as they come, its size is asked for when the system says that
//! it is another one.

use std::io;
use std::time::Duration;

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use super::decode::Decoder;
use crate::app::Event;

/// Bytes that are read at once.
const READ_MAX: usize = 4096;

/// So long after an escape the rest of its sequence comes, also over a slow line; after that it was
/// the key.
const ESCAPE: Duration = Duration::from_millis(30);

/// Learns of new sizes.
#[derive(Debug)]
pub(super) struct Sizes(Option<Signal>);

impl Sizes {
    pub(super) fn watch() -> Sizes {
        let changes = signal(SignalKind::window_change());
        let watched = changes.inspect_err(|error| tracing::warn!(%error, "sizes are not heard"));
        Sizes(watched.ok())
    }

    /// The next size. Cancel safe.
    pub(super) async fn next(&mut self) -> Size {
        loop {
            match &mut self.0 {
                Some(changes) => changes.recv().await,
                None => std::future::pending().await,
            };
            // One that doesn't say its size keeps the one it had.
            if let Ok((width, height)) = crossterm::terminal::size() {
                return Size::new(width, height);
            }
        }
    }
}

/// Reads until nobody listens or the terminal is gone.
pub(super) fn read(sender: &mpsc::Sender<Event>) {
    let mut decoder = Decoder::default();
    let mut buffer = [0; READ_MAX];
    loop {
        let heard = match next(&mut buffer, decoder.is_waiting()) {
            Ok(Some(0)) => vec![Event::Hangup],
            Ok(Some(read)) => decoder.take(&buffer[..read]),
            Ok(None) => decoder.give_up(),
            Err(error) => {
                tracing::info!(%error, "terminal can't be read");
                vec![Event::Hangup]
            }
        };
        for heard in heard {
            let last = matches!(heard, Event::Hangup);
            if sender.blocking_send(heard).is_err() || last {
                return;
            }
        }
    }
}

/// Reads what there is; nothing, if something should follow soon and doesn't.
fn next(buffer: &mut [u8], soon: bool) -> io::Result<Option<usize>> {
    let stdin = rustix::stdio::stdin();
    let patience = Timespec::try_from(ESCAPE).map_err(io::Error::other)?;
    loop {
        let mut wanted = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut wanted, soon.then_some(&patience)) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        match rustix::io::read(stdin, &mut *buffer) {
            Ok(read) => return Ok(Some(read)),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
