//! Where tests begin: data directories, a server, people in terminals.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use chat_server::Server;
use tokio::sync::oneshot;

use crate::terminal::{Size, Terminal};

/// A place for the data of everybody in a test; gone with it.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Place {
        // Once per process; the other tests of it find it done.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Place(tempfile::tempdir().expect("a directory"))
    }

    /// Somebody's data directory.
    pub(crate) fn of(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Somebody who hosts.
    pub(crate) fn host(&self, name: &str, size: Size) -> (Terminal, String) {
        let arguments = ["host", "--listen", "127.0.0.1:0", "--nick", name];
        let mut terminal = Terminal::chat(size, &self.of(name), &arguments);
        let link = terminal.join_link();
        terminal.sees("#lobby");
        (terminal, link)
    }

    /// Somebody who joins with a link.
    pub(crate) fn join(&self, name: &str, size: Size, link: &str) -> Terminal {
        let arguments = ["join", link, "--nick", name];
        let mut terminal = Terminal::chat(size, &self.of(name), &arguments);
        terminal.sees("#lobby");
        terminal
    }
}

/// A server without a terminal.
pub(crate) struct Running {
    pub(crate) link: String,
    /// Its port on loopback.
    pub(crate) port: u16,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Running {
    /// Starts one with its data under `data`; port 0 takes a free one.
    pub(crate) fn start(data: &Path, port: u16) -> Running {
        Running::start_with(data, port, |_| {})
    }

    /// Starts one with another configuration than the default.
    pub(crate) fn start_with(
        data: &Path,
        port: u16,
        change: impl FnOnce(&mut chat_server::Config),
    ) -> Running {
        let mut config = chat_server::Config::default();
        config.server.listen = ([127, 0, 0, 1], port).into();
        config.server.data_dir = data.to_owned();
        change(&mut config);
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, start) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let server = Server::bind(config).await.expect("bound");
                let said = (server.join_link().to_string(), server.local_addr().port());
                started.send(said).expect("waited for");
                let ended = server.run(async { drop(stopped.await) }).await;
                ended.expect("as it was told");
            });
        });
        let (link, port) = start.recv().expect("started");
        Running {
            link,
            port,
            stop,
            thread,
        }
    }

    /// Stops it as SIGTERM does.
    pub(crate) fn stop(self) {
        self.stop.send(()).expect("running");
        self.thread.join().expect("ended well");
    }
}
