//! What the system tells the process: to end, or that it goes on after it was stopped.

use std::io;

/// A signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// End now: the terminal is closed, or somebody ends the process.
    End,
    /// It was stopped, and something else may have used the terminal.
    Continued,
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::time::Duration;

    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::Signal;

    /// How long a stop may take to happen. A process that nobody could continue is not stopped at
    /// all, so that waiting for the end of it needs a limit.
    const STOP: Duration = Duration::from_millis(200);

    /// The signals that are listened to.
    #[derive(Debug)]
    pub struct Signals {
        hangup: Stream,
        terminate: Stream,
        interrupt: Stream,
        continued: Stream,
    }

    impl Signals {
        /// Begins to listen: from here on none of them ends the process by itself.
        ///
        /// # Errors
        /// When the system doesn't let it.
        pub fn listen() -> io::Result<Signals> {
            Ok(Signals {
                hangup: signal(SignalKind::hangup())?,
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
                continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            })
        }

        /// The next signal. Cancel safe.
        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.hangup.recv() => Signal::End,
                _ = self.terminate.recv() => Signal::End,
                _ = self.interrupt.recv() => Signal::End,
                _ = self.continued.recv() => Signal::Continued,
            }
        }

        /// Stops this process and what was started with it, as Ctrl+Z does, until it is continued.
        ///
        /// # Errors
        /// When the system doesn't let it.
        pub async fn stop(&mut self) -> io::Result<()> {
            rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
            // The stop comes a moment after the call. Time goes on while it lasts, so that
            // whichever of both is first, the process has been continued.
            let _ = tokio::time::timeout(STOP, self.continued.recv()).await;
            Ok(())
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use super::Signal;

    /// The signals that are listened to.
    #[derive(Debug)]
    pub struct Signals;

    impl Signals {
        /// Begins to listen.
        ///
        /// # Errors
        /// Never here.
        pub fn listen() -> io::Result<Signals> {
            Ok(Signals)
        }

        /// The next signal. Cancel safe.
        pub async fn next(&mut self) -> Signal {
            match tokio::signal::ctrl_c().await {
                Ok(()) => Signal::End,
                Err(_) => std::future::pending().await,
            }
        }

        /// There is no such thing here.
        ///
        /// # Errors
        /// Always.
        pub async fn stop(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

pub use system::Signals;

/// Begins to listen; without signals the program still works.
#[must_use]
pub fn listen() -> Option<Signals> {
    let listening: io::Result<Signals> = Signals::listen();
    listening
        .inspect_err(|error| tracing::warn!(%error, "signals are not heard"))
        .ok()
}

/// The next signal of those that are listened to; never, if none are. Cancel safe.
pub async fn next_of(signals: &mut Option<Signals>) -> Signal {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
    }
}
