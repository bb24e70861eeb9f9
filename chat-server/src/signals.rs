//! The signals that stop a server.

use std::future::Future;
use std::io;

/// Ready at the first SIGINT or SIGTERM (on Windows: Ctrl-C). Listens from the call on, so that
/// none is missed while the server starts.
///
/// # Errors
/// When the system lets nobody listen.
#[cfg(unix)]
pub fn shutdown() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at the first SIGINT or SIGTERM (on Windows: Ctrl-C). Listens from the call on, so that
/// none is missed while the server starts.
///
/// # Errors
/// When the system lets nobody listen.
#[cfg(windows)]
pub fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
