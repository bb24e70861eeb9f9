//! Standard input, line by line, on a thread of its own: reading it can't be interrupted.

use std::io::{self, BufRead, Read};

use tokio::sync::mpsc;

/// Lines that are read ahead.
const AHEAD: usize = 16;

/// Longest line in bytes: far longer than any message, so that a stream without line feeds doesn't
/// fill the memory.
const LINE_MAX: u64 = 1024 * 1024;

/// The lines of standard input.
#[derive(Debug)]
pub(super) struct Lines(mpsc::Receiver<io::Result<String>>);

impl Lines {
    /// Begins to read.
    pub(super) fn start() -> Lines {
        let (sender, lines) = mpsc::channel(AHEAD);
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            loop {
                let mut line = Vec::new();
                let read = input.by_ref().take(LINE_MAX).read_until(b'\n', &mut line);
                let line = match read {
                    Ok(0) => return,
                    Ok(_) => Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                    Err(error) => Err(error),
                };
                let last = line.is_err();
                if sender.blocking_send(line).is_err() || last {
                    return;
                }
            }
        });
        Lines(lines)
    }

    /// The next line; nothing at the end. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<io::Result<String>> {
        self.0.recv().await
    }
}
