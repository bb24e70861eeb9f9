//! What speaks something else on the port, or the protocol wrongly. Each is told why where that is
//! possible, and the server goes on.

use std::sync::Arc;

use chat_core::command::{Command, Hello, Login, Quit};
use chat_core::wire::Received;
use chat_core::{Code, Event, Identity, RequestId, frame};
use chat_server::config::Plaintext;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{Host, Peer, config, identity, soon};

/// Sends `bytes` and gives all that comes back until the server closes.
async fn talk(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(bytes).await.expect("sent");
    let mut answer = Vec::new();
    // A reset counts as closed: what came before it was read.
    let _ = soon("the end of the connection", stream.read_to_end(&mut answer)).await;
    answer
}

/// The goodbye in a frame.
fn bye(answer: &[u8]) -> chat_core::event::Bye {
    let body = frame::split(answer, 65_536)
        .expect("a frame")
        .expect("a whole frame");
    match Event::decode(body).expect("an event") {
        Received::Message(Event::Bye(bye)) => bye,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn strangers_are_told_in_their_own_protocol() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let address = host.link.address();
    let http = talk(&address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(http.starts_with(b"HTTP/1.1 400"), "{http:?}");
    let ssh = talk(&address, b"SSH-2.0-OpenSSH_9.9\r\n").await;
    assert!(
        ssh.starts_with(b"This is a terminal chat server"),
        "{ssh:?}"
    );
    assert_eq!(
        bye(&talk(&address, &[0xc8, 3, 4, 5, 6]).await).code,
        Code::ProtocolViolation
    );
    let hello = hello();
    assert_eq!(bye(&talk(&address, &hello).await).code, Code::TlsRequired);
    // Others are served meanwhile and afterwards.
    Peer::join(&host.link, 1, "ann")
        .await
        .say("still here")
        .await;
    host.stop().await;
}

#[tokio::test]
async fn another_version_of_tls_is_refused() {
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, version::TLS12};
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let old = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS12])
        .expect("supported")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let stream = TcpStream::connect(host.link.address())
        .await
        .expect("connects");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(old));
    let name = "localhost".try_into().expect("a name");
    let error = soon("the refusal", connector.connect(name, stream))
        .await
        .expect_err("TLS 1.2");
    assert!(error.to_string().contains("ProtocolVersion"), "{error}");
    host.stop().await;
}

/// A configuration that speaks plain TCP, to send raw frames to.
fn plain(dir: &tempfile::TempDir) -> chat_server::Config {
    let mut config = config(dir);
    config.server.plaintext = Plaintext::Loopback;
    config
}

fn hello() -> Vec<u8> {
    Command::from(Hello {
        version_min: 1,
        version_max: 1,
        agent: "test".into(),
    })
    .to_frame()
}

#[tokio::test]
async fn bounded_frames_that_cannot_be_are_refused_before_they_are_buffered() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let quit = Command::from(Quit {
        request: RequestId(1),
        text: None,
    });
    let cases: [(&str, Vec<u8>, &str); 6] = [
        (
            "a frame longer than before the login",
            vec![0, 0, 0x10, 0x01],
            "longer than the 4096",
        ),
        ("an empty frame", vec![0, 0, 0, 0], "empty"),
        ("malformed CBOR", vec![0, 0, 0, 2, 0x82, 0xff], "malformed"),
        (
            "CBOR 4,000 deep",
            [&[0, 0, 0x0f, 0xa0][..], &[0x81; 4_000]].concat(),
            "nested deeper",
        ),
        (
            "a claim of 2^60 items",
            vec![0, 0, 0, 9, 0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0],
            "claims more",
        ),
        (
            "a request before the login",
            quit.to_frame(),
            "starts with Hello",
        ),
    ];
    for (what, bytes, why) in cases {
        let bye = bye(&talk(&address, &bytes).await);
        assert_eq!(bye.code, Code::ProtocolViolation, "{what}");
        assert!(bye.text.as_str().contains(why), "{what}: {}", bye.text);
    }
    host.stop().await;
}

#[tokio::test]
async fn bounded_silence_is_closed_at_the_deadline() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = plain(&dir);
    config.limits.login_seconds = 1;
    let host = Host::start(config).await;
    let address = host.link.address();
    let half = talk(&address, &[0, 0, 0, 40, 0x82]).await;
    assert_eq!(bye(&half).code, Code::LoginTimeout);
    let no_login = talk(&address, &hello()).await;
    assert!(no_login.len() > 40, "a challenge, then the goodbye");
    assert!(
        talk(&address, &[]).await.is_empty(),
        "nothing said, nothing answered"
    );
    host.stop().await;
}

/// Connects in plain TCP, says hello and gives the challenge's nonce.
async fn challenged(address: &str) -> (TcpStream, [u8; 32]) {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(&hello()).await.expect("sent");
    match event(&mut stream).await {
        Event::Challenge(challenge) => (stream, challenge.nonce),
        other => panic!("{other:?}"),
    }
}

async fn event(stream: &mut TcpStream) -> Event {
    soon("an event", async {
        let length = stream.read_u32().await.expect("a length");
        let mut body = vec![0; length as usize];
        stream.read_exact(&mut body).await.expect("a body");
        match Event::decode(&body).expect("an event") {
            Received::Message(event) => event,
            other @ Received::Unknown { .. } => panic!("{other:?}"),
        }
    })
    .await
}

async fn log_in(stream: &mut TcpStream, who: &Identity, signature: [u8; 64]) -> Event {
    let login = Login {
        key: who.public(),
        signature,
        nick: Some("ann".into()),
        invite: None,
    };
    stream
        .write_all(&Command::from(login).to_frame())
        .await
        .expect("sent");
    event(stream).await
}

#[tokio::test]
async fn key_not_name_a_login_needs_the_key_on_this_connection() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let ann = identity(1);
    let refused = |event: Event| match event {
        Event::Bye(bye) => assert_eq!(bye.code, Code::BadSignature),
        other => panic!("{other:?}"),
    };
    let (mut stream, nonce) = challenged(&address).await;
    let signature = ann.sign_login(&nonce, &[0; 32]);
    assert!(matches!(
        log_in(&mut stream, &ann, signature).await,
        Event::Welcome(_)
    ));
    // Replayed on another connection.
    let (mut stream, _) = challenged(&address).await;
    refused(log_in(&mut stream, &ann, signature).await);
    // Bound to another channel.
    let (mut stream, nonce) = challenged(&address).await;
    refused(log_in(&mut stream, &ann, ann.sign_login(&nonce, &[9; 32])).await);
    // Signed by somebody else.
    let (mut stream, nonce) = challenged(&address).await;
    refused(log_in(&mut stream, &ann, identity(2).sign_login(&nonce, &[0; 32])).await);
    host.stop().await;
}
