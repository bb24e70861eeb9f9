//! What is written to the terminal, on a thread of its own: a terminal that takes nothing (a stalled
//! ssh, a stopped emulator) holds up neither signals nor the connection. While one frame is on its
//! way no other is drawn, so that a slow line gets fewer frames and not a queue of old ones.

use std::io::{self, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

/// How long the last bytes may take when the terminal is given back.
const DRAIN: Duration = Duration::from_secs(1);

/// Sequences that may wait behind a frame: what is more is for a terminal that takes nothing.
const WAITING_MAX: usize = 32;

/// The way to the terminal.
#[derive(Debug)]
pub(super) struct Outlet {
    jobs: std::sync::mpsc::Sender<Vec<u8>>,
    done: mpsc::UnboundedReceiver<io::Result<()>>,
    /// Writes that are not done.
    waiting: usize,
}

impl Outlet {
    /// Starts the thread. What is still on its way when `taken` becomes false, as in a panic, is not
    /// written: the terminal is given back by then.
    pub(super) fn start(taken: &'static AtomicBool) -> Outlet {
        let (jobs, handed) = std::sync::mpsc::channel::<Vec<u8>>();
        let (sender, done) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            while let Ok(bytes) = handed.recv() {
                // Held from looking to writing: who gives the terminal back writes behind this, or before.
                let out = io::stdout().lock();
                let result = match taken.load(Ordering::SeqCst) {
                    true => write_to(out, &bytes),
                    false => Ok(()),
                };
                if sender.send(result).is_err() {
                    return;
                }
            }
        });
        Outlet {
            jobs,
            done,
            waiting: 0,
        }
    }

    /// Hands bytes over. What can't be written is told by [`Outlet::written`].
    pub(super) fn write(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        if self.waiting >= WAITING_MAX {
            tracing::warn!("terminal takes nothing");
        } else if self.jobs.send(bytes).is_ok() {
            self.waiting += 1;
        }
    }

    /// Whether something is on its way.
    pub(super) fn is_busy(&self) -> bool {
        self.waiting > 0
    }

    /// Waits until one more write is done; for ever, if nothing is on its way. Cancel safe.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) async fn written(&mut self) -> io::Result<()> {
        if self.waiting == 0 {
            return std::future::pending().await;
        }
        let result = self.done.recv().await;
        self.waiting -= 1;
        result.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))
    }

    /// Waits until everything is written, but not for a terminal that takes nothing.
    ///
    /// # Errors
    /// When the terminal is gone or takes nothing.
    pub(super) async fn drained(&mut self) -> io::Result<()> {
        let all = async {
            while self.waiting > 0 {
                self.written().await?;
            }
            Ok(())
        };
        tokio::time::timeout(DRAIN, all)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Writes to the terminal now.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    write_to(io::stdout().lock(), bytes)
}

fn write_to(mut out: StdoutLock<'_>, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.flush()
}
