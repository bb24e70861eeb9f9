//! A connection while it is set up: one thing after the other, so that what is said reads as it is
//! said. Once everybody is there the load takes its socket over.

use std::io;
use std::sync::Arc;

use anyhow::Context;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Read at once at most.
const READ_BYTES: usize = 16 * 1024;

/// See the module.
pub(crate) struct Dialled {
    stream: Stream,
    /// What came and was not taken.
    pub(crate) seen: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What a connection consists of when it is taken over.
pub(crate) struct Parts {
    /// Does not block.
    pub(crate) tcp: std::net::TcpStream,
    pub(crate) tls: Option<ClientConnection>,
    /// What came and was not taken.
    pub(crate) seen: Vec<u8>,
}

impl Dialled {
    /// Connects over TCP.
    pub(crate) async fn plain(host: &str, port: u16) -> anyhow::Result<Dialled> {
        let tcp = TcpStream::connect((host, port))
            .await
            .context("cannot connect")?;
        tcp.set_nodelay(true)?;
        // Thousands of ports that wait out their time would be missing in the next run.
        tcp.set_zero_linger()?;
        Ok(Dialled {
            stream: Stream::Plain(tcp),
            seen: Vec::new(),
        })
    }

    /// Goes on over TLS.
    pub(crate) async fn encrypt(self, config: Arc<ClientConfig>) -> anyhow::Result<Dialled> {
        let Stream::Plain(tcp) = self.stream else {
            return Ok(self);
        };
        let name = ServerName::try_from("localhost")?;
        let stream = TlsConnector::from(config).connect(name, tcp);
        Ok(Dialled {
            stream: Stream::Tls(Box::new(stream.await.context("no TLS")?)),
            seen: self.seen,
        })
    }

    /// The state of TLS.
    pub(crate) fn tls(&self) -> Option<&ClientConnection> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(stream) => Some(stream.get_ref().1),
        }
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes).await,
            Stream::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// Reads once.
    ///
    /// # Errors
    /// Also when the connection was closed.
    pub(crate) async fn read(&mut self) -> io::Result<()> {
        self.seen.reserve(READ_BYTES);
        let read = match &mut self.stream {
            Stream::Plain(stream) => stream.read_buf(&mut self.seen).await?,
            Stream::Tls(stream) => stream.read_buf(&mut self.seen).await?,
        };
        match read {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Ends the set-up.
    pub(crate) fn into_parts(self) -> io::Result<Parts> {
        let (tcp, tls) = match self.stream {
            Stream::Plain(tcp) => (tcp, None),
            Stream::Tls(stream) => {
                let (tcp, tls) = stream.into_inner();
                (tcp, Some(tls))
            }
        };
        Ok(Parts {
            tcp: tcp.into_std()?,
            tls,
            seen: self.seen,
        })
    }
}
