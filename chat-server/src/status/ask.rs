//! The asking end: finds the socket of a data directory and reads what the server tells.

use std::io;
use std::path::{Path, PathBuf};

use super::Report;

/// Why there is no status. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// Nobody listens there.
    #[error(
        "no server is running with its data in {}: start it, or name the directory of the one that \
         you mean with --data-dir",
        .0.display()
    )]
    NoServer(PathBuf),
    /// The socket is another user's.
    #[error(
        "the server with its data in {} is another user's: ask as the user that runs it",
        .0.display()
    )]
    NotYours(PathBuf),
    /// It is there and says nothing that makes sense.
    #[error("the server with its data in {} does not answer ({error}): look into its log", dir.display())]
    NoAnswer {
        /// Its data directory.
        dir: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// There are no such sockets on this system.
    #[error("a running server can't be asked on this system: look into its log")]
    NotHere,
}

/// Asks the server whose data is in `data_dir`, or in its folder `server`, which is where
/// `chat-tui host` keeps it. Blocks for some seconds at most.
///
/// # Errors
/// [`StatusError`] says what to do.
#[cfg(unix)]
pub fn ask(data_dir: &Path) -> Result<Report, StatusError> {
    let inner = data_dir.join("server");
    let dir = if !data_dir.join(super::SOCKET).exists() && inner.join(super::SOCKET).exists() {
        &inner
    } else {
        data_dir
    };
    let line = system::read(dir).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            StatusError::NoServer(data_dir.to_owned())
        }
        io::ErrorKind::PermissionDenied => StatusError::NotYours(data_dir.to_owned()),
        _ => StatusError::NoAnswer {
            dir: dir.to_owned(),
            error,
        },
    })?;
    serde_json::from_slice(&line).map_err(|error| StatusError::NoAnswer {
        dir: dir.to_owned(),
        error: error.into(),
    })
}

/// Asks the server whose data is in `data_dir`: not possible here.
///
/// # Errors
/// [`StatusError::NotHere`].
#[cfg(not(unix))]
pub fn ask(_data_dir: &Path) -> Result<Report, StatusError> {
    Err(StatusError::NotHere)
}

#[cfg(unix)]
mod system {
    use std::io::{self, Read};
    use std::path::Path;
    use std::time::Duration;

    use socket2::{Domain, Socket, Type};

    use crate::status::path;

    /// How long the server may take: it answers at once, unless the machine has no time for it.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// Bytes of an answer: many times what it has.
    const ANSWER_BYTES: u64 = 64 * 1024;

    pub(super) fn read(dir: &Path) -> io::Result<Vec<u8>> {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        // Also bounds the wait for a place among those who ask, on systems that let one wait.
        socket.set_write_timeout(Some(PATIENCE))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        path::with_address(dir, |address| socket.connect(address))?;
        let mut answer = Vec::new();
        socket.take(ANSWER_BYTES).read_to_end(&mut answer)?;
        Ok(answer)
    }
}
