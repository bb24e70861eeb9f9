//! A TCP connection to the first of a host's addresses that answers.

use std::io;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::sleep;

/// Addresses of one host that are tried: a host with more has them for load, not for reach.
const ADDRESSES: usize = 8;

/// How long one address has before the next is tried beside it (RFC 8305 §5, "happy eyeballs"): so
/// that an IPv6 that leads nowhere costs a quarter of a second and not a minute.
const STAGGER: Duration = Duration::from_millis(250);

/// Connects. Takes no longer than its caller waits.
///
/// # Errors
/// What the last address that failed says, or that the name is unknown.
pub(crate) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut addresses = lookup_host((host, port)).await?.take(ADDRESSES).peekable();
    let mut attempts = FuturesUnordered::new();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    loop {
        if let Some(address) = addresses.next() {
            attempts.push(TcpStream::connect(address));
        }
        tokio::select! {
            attempt = attempts.next() => match attempt {
                Some(Ok(stream)) => {
                    // Frames are small and answers are waited for.
                    stream.set_nodelay(true)?;
                    SockRef::from(&stream).set_tcp_keepalive(&probes())?;
                    return Ok(stream);
                }
                Some(Err(error)) => failure = error,
                None => return Err(failure),
            },
            () = sleep(STAGGER), if addresses.peek().is_some() => {}
        }
    }
}

/// The system asks for us whether a line lives on which nothing comes: it is given up 75 s after the
/// last byte, and the server's process is not woken for that. Only clients do so: the timers of a
/// server with thousands of connections fire together, and probes that come in thousands get lost.
fn probes() -> TcpKeepalive {
    TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(5))
        .with_retries(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_refuses_does_not_hide_one_that_answers() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let port = listener.local_addr().expect("bound").port();
        // Where localhost has ::1 as well, that one refuses.
        connect("localhost", port).await.expect("connected");
        drop(listener);
        let error = connect("localhost", port)
            .await
            .expect_err("nobody listens");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }
}
