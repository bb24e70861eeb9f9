//! What happens before the first frame: which protocol somebody speaks, and the TLS handshake.

use std::io;
use std::rc::Rc;
use std::time::Duration;

use chat_core::event::Bye;
use chat_core::identity::{CHANNEL_BINDING_LABEL, ChannelBinding, NONCE_BYTES};
use chat_core::{Code, Event};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Accepted;
use super::connection::{self, Stream};
use super::round::Shared;
use crate::session::{Session, Start};

/// How long a stranger may take to read why it is turned away.
const PARTING: Duration = Duration::from_secs(2);

/// What somebody's first bytes are.
#[derive(Debug, PartialEq, Eq)]
enum Speaks {
    Tls,
    Frames,
    Http,
    Ssh,
    Noise,
}

impl Speaks {
    fn guess(first: &[u8]) -> Speaks {
        let http = [
            &b"GET "[..],
            b"POST",
            b"HEAD",
            b"PUT ",
            b"OPTI",
            b"CONN",
            b"DELE",
            b"PRI ",
        ];
        match first {
            // A handshake record (RFC 8446 §5.1), or a frame no longer than before the login.
            [0x16, 0x03, ..] => Speaks::Tls,
            [0, 0, ..] => Speaks::Frames,
            _ if first.starts_with(b"SSH-") => Speaks::Ssh,
            _ if http.iter().any(|verb| first.starts_with(verb)) => Speaks::Http,
            _ => Speaks::Noise,
        }
    }
}

/// Takes a connection up to its first frame, then runs it.
pub(super) async fn enter(shared: Rc<Shared>, accepted: Accepted) {
    let peer = accepted.peer;
    shared.stats.connections.add();
    let time = Duration::from_millis(shared.terms.login_ms);
    match tokio::time::timeout(time, open(&shared, accepted.stream)).await {
        Ok(Ok(Some((stream, binding)))) => match accepted.permit {
            Ok(permit) => {
                let mut nonce = [0; NONCE_BYTES];
                if let Err(error) = getrandom::fill(&mut nonce) {
                    return tracing::error!(%error, "no random numbers, connection dropped");
                }
                let start = Start {
                    id: shared.name(),
                    nonce,
                    binding,
                    now: shared.now(),
                };
                let mut session = Session::new(start, shared.terms.clone());
                if let Some(bye) = shared.goodbye() {
                    session.say_bye(bye);
                }
                // A task of its own: this one has room for a handshake and all that can go wrong.
                tokio::task::spawn_local(connection::run(shared, session, stream, permit));
            }
            Err(_parting) => turn_away(stream, shared.full_retry_ms).await,
        },
        Ok(Ok(None)) => {}
        Ok(Err(error)) => {
            shared.stats.strangers.add();
            tracing::info!(%peer, %error, "connection refused");
        }
        Err(_) => tracing::debug!(%peer, "connection said nothing"),
    }
}

/// The stream that frames go over, and what logins on it are bound to; `None` when the peer went.
async fn open(
    shared: &Shared,
    stream: std::net::TcpStream,
) -> io::Result<Option<(Box<dyn Stream>, ChannelBinding)>> {
    let mut stream = TcpStream::from_std(stream)?;
    let mut first = [0; 4];
    let seen = stream.peek(&mut first).await?;
    if seen == 0 {
        return Ok(None);
    }
    match (&shared.tls, Speaks::guess(&first[..seen])) {
        (None, Speaks::Frames) => Ok(Some((Box::new(stream), ChannelBinding::default()))),
        (Some(tls), Speaks::Tls) => {
            let stream = tls.accept(stream).await?;
            let binding = stream.get_ref().1.export_keying_material(
                ChannelBinding::default(),
                CHANNEL_BINDING_LABEL,
                None,
            );
            let binding = binding.map_err(io::Error::other)?;
            Ok(Some((Box::new(stream), binding)))
        }
        (tls, speaks) => {
            say(&mut stream, &parting(&speaks, tls.is_some())).await;
            Err(io::Error::other(format!("it speaks {speaks:?}")))
        }
    }
}

/// What somebody is told in their own protocol.
fn parting(speaks: &Speaks, tls: bool) -> Vec<u8> {
    const WHAT: &str = "This is a terminal chat server. Join it with: chat-tui join HOST:PORT";
    match speaks {
        Speaks::Http => format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{WHAT}\n",
            WHAT.len() + 1
        )
        .into_bytes(),
        Speaks::Ssh => format!("{WHAT}\r\n").into_bytes(),
        // A fatal alert, protocol_version (RFC 8446 §6): there is no TLS here.
        Speaks::Tls => vec![0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 70],
        Speaks::Frames if tls => bye(Code::TlsRequired, "this server speaks TLS: leave --plaintext away", None),
        Speaks::Frames | Speaks::Noise => bye(Code::ProtocolViolation, "that is not the chat protocol", None),
    }
}

fn bye(code: Code, text: &str, retry_after_ms: Option<u64>) -> Vec<u8> {
    Event::Bye(Bye {
        code,
        text: text.into(),
        retry_after_ms,
    })
    .to_frame()
}

async fn turn_away(mut stream: Box<dyn Stream>, retry_ms: u64) {
    let text = format!("this server is full: try again in {} s", retry_ms / 1000);
    let bye = bye(Code::ServerFull, &text, Some(retry_ms));
    say(&mut stream, &bye).await;
}

/// Says something, then reads until the peer closes, so that no reset overtakes what was said.
/// A peer that doesn't take it has missed it.
async fn say(stream: &mut (impl Stream + ?Sized), bytes: &[u8]) {
    let _ = tokio::time::timeout(PARTING, async {
        stream.write_all(bytes).await?;
        stream.shutdown().await?;
        let mut rest = [0; 512];
        for _ in 0..256 {
            if stream.read(&mut rest).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_are_told_apart() {
        assert_eq!(Speaks::guess(&[0x16, 0x03, 0x01, 0x02]), Speaks::Tls);
        assert_eq!(Speaks::guess(&[0, 0, 0, 40]), Speaks::Frames);
        assert_eq!(Speaks::guess(b"GET "), Speaks::Http);
        assert_eq!(Speaks::guess(b"SSH-"), Speaks::Ssh);
        assert_eq!(Speaks::guess(&[0xff, 1, 2, 3]), Speaks::Noise);
        assert_eq!(Speaks::guess(b"G"), Speaks::Noise);
    }
}
