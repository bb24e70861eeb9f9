//! A line between a client and a server that breaks when a test says so.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use chat_core::Link;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What becomes of a connection once its bytes have passed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then {
    /// It breaks.
    Breaks,
    /// Nothing passes any more that way.
    Stalls,
}

/// Bytes that pass, both ways together, and what happens then, one after the other.
type Limits = Arc<Mutex<VecDeque<(u64, Then)>>>;

/// See the module.
pub(crate) struct Proxy {
    pub(crate) link: Link,
    limits: Limits,
    running: JoinHandle<()>,
}

impl Proxy {
    /// A line to the server of `link` that holds.
    pub(crate) async fn to(link: &Link) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let limits = Limits::default();
        let (server, shared) = (link.address(), Arc::clone(&limits));
        let running = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else {
                    continue;
                };
                tokio::spawn(join(client, server, Arc::clone(&shared)));
            }
        });
        let mut link = link.clone();
        link.port = port;
        Proxy {
            link,
            limits,
            running,
        }
    }

    /// From here on so many bytes pass before that happens, then so many before the next; then all.
    /// Told beforehand, so that nothing depends on who is quicker.
    pub(crate) fn passes(&self, limits: &[(u64, Then)]) {
        *self.limits.lock().expect("whole") = limits.iter().copied().collect();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn join(client: TcpStream, server: TcpStream, limits: Limits) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Whichever ends first takes the other with it.
    tokio::select! {
        () = copy(from_client, to_server, &limits) => {}
        () = copy(from_server, to_client, &limits) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, limits: &Limits) {
    let mut buffer = vec![0; 8 * 1024];
    while let Ok(read) = from.read(&mut buffer).await {
        if read == 0 {
            return;
        }
        match passes(limits, read as u64) {
            None => {}
            Some(Then::Breaks) => return,
            Some(Then::Stalls) => {
                // Until that end goes away.
                while from.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
                return;
            }
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// So many bytes want to pass: what happens instead, if they don't.
fn passes(limits: &Limits, bytes: u64) -> Option<Then> {
    let mut limits = limits.lock().expect("whole");
    let (left, then) = limits.front_mut()?;
    match left.checked_sub(bytes) {
        Some(less) => {
            *left = less;
            None
        }
        None => {
            let then = *then;
            limits.pop_front();
            Some(then)
        }
    }
}
