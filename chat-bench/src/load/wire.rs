//! A connection: logs in, posts, and scans what comes. Readers are many and must cost little, so
//! that the server is what saturates: of an entry only kind, conversation and number are looked at.

use std::io;
use std::sync::Arc;

use anyhow::{Context, bail};
use chat_core::command::{Command, Direct, Follow, Hello, Join, Login};
use chat_core::identity::{CHANNEL_BINDING_LABEL, ChannelBinding, Fingerprint};
use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES, VERSION};
use chat_core::wire::Received;
use chat_core::{AccountId, ConversationId, Event, Identity, Link, PostId, RequestId, Seq, frame};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Read at once at most.
const READ_BYTES: usize = 16 * 1024;

trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// What a reader looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// An entry, live.
    Entry(SeenEntry),
    /// A post is stored.
    Posted(RequestId),
    /// A request was refused, or the server said goodbye.
    Refused,
    /// Anything else.
    Other,
}

/// What a reader looks at of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenEntry {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
    pub(crate) author: AccountId,
    /// The request that posted it, from its post id: the load's posts carry it there.
    pub(crate) post: RequestId,
}

/// The id of the post that a request makes.
pub(crate) fn post_id(request: RequestId) -> PostId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&request.0.to_be_bytes());
    PostId(id)
}

/// Where a connection goes.
#[derive(Debug)]
pub(crate) enum Place {
    /// A room of this name.
    Room(String),
    /// The conversation with the person of this nick.
    Direct(String),
}

/// One connected client.
pub(crate) struct Connection {
    reads: ReadHalf<Box<dyn Stream>>,
    /// Taken out by who posts.
    writes: Option<Writer>,
    /// Who it is.
    pub(crate) account: AccountId,
    buffer: Vec<u8>,
    taken: usize,
}

/// The half of a connection that posts.
pub(crate) struct Writer(WriteHalf<Box<dyn Stream>>);

impl Writer {
    pub(crate) async fn write(&mut self, frames: &[u8]) -> io::Result<()> {
        self.0.write_all(frames).await?;
        self.0.flush().await
    }
}

impl Connection {
    /// Connects and logs in as the account of `seed`.
    pub(crate) async fn log_in(
        link: &Link,
        seed: [u8; 32],
        nick: &str,
    ) -> anyhow::Result<Connection> {
        let tcp = TcpStream::connect((link.host.as_str(), link.port))
            .await
            .context("cannot connect")?;
        tcp.set_nodelay(true)?;
        let (stream, binding): (Box<dyn Stream>, _) = if link.plaintext {
            (Box::new(tcp), ChannelBinding::default())
        } else {
            let connector = TlsConnector::from(tls(link.fingerprint)?);
            let name = ServerName::try_from("localhost")?;
            let stream = connector.connect(name, tcp).await.context("no TLS")?;
            let binding = stream.get_ref().1.export_keying_material(
                ChannelBinding::default(),
                CHANNEL_BINDING_LABEL,
                None,
            )?;
            (Box::new(stream), binding)
        };
        let (reads, writes) = tokio::io::split(stream);
        let mut connection = Connection {
            reads,
            writes: Some(Writer(writes)),
            account: AccountId(0),
            buffer: Vec::new(),
            taken: 0,
        };
        let hello = Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: "chat-bench".into(),
        };
        connection.send(&hello.into()).await?;
        let Event::Challenge(challenge) = connection.event().await? else {
            bail!("no challenge")
        };
        let identity = Identity::from_seed(&seed);
        let login = Login {
            key: identity.public(),
            signature: identity.sign_login(&challenge.nonce, &binding),
            nick: Some(nick.into()),
            invite: link.invite.clone(),
        };
        connection.send(&login.into()).await?;
        loop {
            match connection.event().await? {
                Event::Welcome(welcome) => connection.account = welcome.account,
                Event::Ready(_) => return Ok(connection),
                Event::LoginRefused(refused) => bail!("login refused: {}", refused.text),
                Event::Bye(bye) => bail!("the server said goodbye: {}", bye.text),
                _ => {}
            }
        }
    }

    /// Enters a conversation and follows it from now on.
    pub(crate) async fn enter(&mut self, place: Place) -> anyhow::Result<ConversationId> {
        let request = RequestId(1);
        let enter = match place {
            Place::Room(room) => Join { request, room }.into(),
            Place::Direct(nick) => Direct { request, nick }.into(),
        };
        self.send(&enter).await?;
        let Event::Opened(opened) = self.answer(request).await? else {
            bail!("the conversation was not opened")
        };
        let conversation = opened.conversation.id;
        let follow = Follow {
            request: RequestId(2),
            conversation,
            after: None,
        };
        self.send(&follow.into()).await?;
        self.answer(RequestId(2)).await?;
        Ok(conversation)
    }

    async fn answer(&mut self, request: RequestId) -> anyhow::Result<Event> {
        loop {
            match self.event().await? {
                Event::Refused(refused) => bail!("refused: {}", refused.text),
                Event::Bye(bye) => bail!("the server said goodbye: {}", bye.text),
                event if event.answers() == Some(request) => return Ok(event),
                _ => {}
            }
        }
    }

    /// The half that posts; it can be taken once.
    pub(crate) fn take_writer(&mut self) -> Option<Writer> {
        self.writes.take()
    }

    async fn send(&mut self, command: &Command) -> io::Result<()> {
        match &mut self.writes {
            Some(writer) => writer.write(&command.to_frame()).await,
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    async fn event(&mut self) -> anyhow::Result<Event> {
        loop {
            if let Some(body) = self.body()? {
                match Event::decode(&body)? {
                    Received::Message(event) => return Ok(event),
                    Received::Unknown { .. } => {}
                }
            } else {
                self.read().await?;
            }
        }
    }

    fn body(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let body = frame::split(&self.buffer[self.taken..], FRAME_BYTES)?.map(<[u8]>::to_vec);
        self.taken += body.as_ref().map_or(0, |body| LENGTH_BYTES + body.len());
        Ok(body)
    }

    async fn read(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.reserve(READ_BYTES);
        match self.reads.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Reads once and hands everything whole to `see`. Cancel safe.
    pub(crate) async fn scan(&mut self, mut see: impl FnMut(Seen)) -> anyhow::Result<()> {
        self.read().await.context("the connection broke")?;
        while let Some(body) = frame::split(&self.buffer[self.taken..], FRAME_BYTES)? {
            see(look(body));
            self.taken += LENGTH_BYTES + body.len();
        }
        Ok(())
    }
}

/// Looks at a body: `[kind, {0: …, 1: …`, and at a post id at its end.
fn look(body: &[u8]) -> Seen {
    try_look(body).unwrap_or(Seen::Other)
}

fn try_look(body: &[u8]) -> Option<Seen> {
    let at = &mut Scan(body);
    at.one()?;
    let kind = at.number()?;
    at.one()?;
    at.number()?;
    let first = at.number()?;
    Some(match kind {
        34 => {
            let mut field = || {
                at.number()?;
                at.number()
            };
            let (seq, _at, author) = (field()?, field()?, field()?);
            Seen::Entry(SeenEntry {
                conversation: ConversationId(first),
                seq: Seq(seq),
                author: AccountId(author),
                post: RequestId(u64::from_be_bytes(*body.last_chunk()?)),
            })
        }
        18 => Seen::Posted(RequestId(first)),
        17 | 5 => Seen::Refused,
        _ => Seen::Other,
    })
}

/// Reads CBOR heads.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn one(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let bytes = match self.one()? {
            n @ 0..=23 => return Some(n.into()),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        (0..bytes).try_fold(0, |n, _| Some(n << 8 | u64::from(self.one()?)))
    }
}

fn tls(fingerprint: Option<Fingerprint>) -> anyhow::Result<Arc<ClientConfig>> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let fingerprint = fingerprint.context("the link has no fingerprint: copy the whole link")?;
    let verifier = Arc::new(Pinned {
        provider: provider.clone(),
        fingerprint,
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Accepts the certificate of the link and no other.
#[derive(Debug)]
struct Pinned {
    provider: Arc<CryptoProvider>,
    fingerprint: Fingerprint,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Fingerprint::of_certificate(certificate) == self.fingerprint {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General(
                "the certificate is not the one of the link".into(),
            ))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_core::event::{Done, Posted};
    use chat_core::{Body, Entry, Millis, Nick};

    #[test]
    fn scanning_sees_what_decoding_would() {
        let see = |event: Event| look(&event.to_frame()[LENGTH_BYTES..]);
        for seq in [1, 30, 300, 70_000, 5_000_000_000] {
            let entry = Entry {
                conversation: ConversationId(7),
                seq: Seq(seq),
                at: Millis(1),
                author: AccountId(2),
                nick: Nick::received("ann"),
                post: Some(post_id(RequestId(99 << 32))),
                body: Body::Post("hi".into()),
            };
            let seen = SeenEntry {
                conversation: ConversationId(7),
                seq: Seq(seq),
                author: AccountId(2),
                post: RequestId(99 << 32),
            };
            assert_eq!(see(entry.into()), Seen::Entry(seen));
        }
        let posted = Posted {
            request: RequestId(1 << 40),
            conversation: ConversationId(7),
            seq: Seq(1),
        };
        assert_eq!(see(posted.into()), Seen::Posted(RequestId(1 << 40)));
        assert_eq!(
            see(Done {
                request: RequestId(3)
            }
            .into()),
            Seen::Other
        );
        assert_eq!(look(&[]), Seen::Other);
    }
}
