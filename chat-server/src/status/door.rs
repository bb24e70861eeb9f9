//! The server's end of the socket: made at the start, answered from a task of its own, removed at
//! the stop.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener as StdListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use super::rates::{STEP, Window};
use super::{SOCKET, Source, path};

/// Who waits to be answered at most; the system refuses the next.
const WAITING: i32 = 16;

/// How long one who asks may take to read the answer, which fits the socket's buffer: the next one
/// waits for that.
const ANSWER: Duration = Duration::from_secs(1);

/// How long nobody is answered after the system gave no socket, such as when too many files are
/// open.
const PAUSE: Duration = Duration::from_secs(1);

/// A socket that is listened on, and not yet answered.
#[derive(Debug)]
pub(crate) struct Door {
    listener: StdListener,
    file: SocketFile,
    source: Source,
}

/// A door that is answered, until this is dropped.
#[derive(Debug)]
pub(crate) struct Open {
    answering: JoinHandle<()>,
    _file: SocketFile,
}

/// The socket's name in the file system. Gone with it.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Door {
    /// Makes the socket in a data directory, which the caller has for itself. Where that can't be,
    /// the log says so and the server goes on without.
    pub(crate) fn make(data_dir: &Path, source: Source) -> Option<Door> {
        listen(data_dir)
            .map(|(listener, file)| Door {
                listener,
                file,
                source,
            })
            .inspect_err(cannot_be_asked)
            .ok()
    }

    /// Answers from here on, in a task of its own. Needs a tokio runtime with IO and time.
    pub(crate) fn open(self) -> Option<Open> {
        let listener = UnixListener::from_std(self.listener)
            .inspect_err(cannot_be_asked)
            .ok()?;
        Some(Open {
            answering: tokio::spawn(answer(listener, self.source)),
            _file: self.file,
        })
    }
}

fn cannot_be_asked(error: &io::Error) {
    tracing::warn!(%error, "no status socket: nobody can ask this server how it is");
}

fn listen(data_dir: &Path) -> io::Result<(StdListener, SocketFile)> {
    let path = data_dir.join(SOCKET);
    // Left by a server that was killed.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    path::with_address(data_dir, |address| socket.bind(address))?;
    let file = SocketFile(path);
    // Before anybody can connect.
    std::fs::set_permissions(&file.0, std::fs::Permissions::from_mode(0o600))?;
    socket.listen(WAITING)?;
    socket.set_nonblocking(true)?;
    Ok((socket.into(), file))
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::debug!(%error, "the status socket stays");
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

async fn answer(listener: UnixListener, source: Source) {
    let mut window = Window::default();
    let mut step = tokio::time::interval(STEP);
    loop {
        let accepted = tokio::select! {
            _ = step.tick() => {
                window.step(source.started.elapsed(), source.counts());
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let mut line = match serde_json::to_vec(&source.report(&window)) {
                    Ok(line) => line,
                    Err(error) => {
                        tracing::error!(%error, "no status");
                        continue;
                    }
                };
                line.push(b'\n');
                tell(stream, &line).await;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a question for the status");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn tell(mut stream: UnixStream, line: &[u8]) {
    let told = tokio::time::timeout(ANSWER, stream.write_all(line)).await;
    // Who went, or does not read, has missed it.
    if !matches!(told, Ok(Ok(()))) {
        tracing::debug!("the status was not read");
    }
}
