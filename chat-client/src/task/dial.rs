//! From an address to a connection that is private and to the right server. Nothing is sent before
//! that is certain.

use std::time::Duration;

use chat_core::Fingerprint;
use chat_core::identity::ChannelBinding;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

use super::{Ended, Signal, Task, reason};
use crate::error::Error;
use crate::event::Event;
use crate::net::{self, Handshake, Wire};
use crate::trust::Verdict;

/// Longest wait for TCP, for TLS, and for an authority: a slow line with lost packets, no more.
const DIAL: Duration = Duration::from_secs(10);

pub(super) type Stream = Either<TcpStream, TlsStream<TcpStream>>;

impl Task {
    pub(super) async fn dial(&mut self) -> Result<(Wire<Stream>, ChannelBinding), Ended> {
        let host = self.link.host.clone();
        let dialled = self.during(DIAL, net::connect(&host, self.link.port));
        let tcp = dialled.await?.map_err(|error| self.unreachable(&error))?;
        if self.link.plaintext {
            self.session.tell(Event::Secured { fingerprint: None });
            return Ok((Wire::new(Either::Left(tcp)), [0; 32]));
        }
        let tls = self.shake_hands(tcp).await?;
        let fingerprint = Some(tls.fingerprint);
        self.session.tell(Event::Secured { fingerprint });
        Ok((Wire::new(Either::Right(tls.stream)), tls.binding))
    }

    async fn shake_hands(&mut self, tcp: TcpStream) -> Result<Handshake<TcpStream>, Ended> {
        let address = self.address.clone();
        let name = ServerName::try_from(self.link.host.clone()).map_err(|_| {
            let why = "that is no host name".into();
            Ended::Closed(Error::Unreachable { address, why })
        })?;
        let shaken = self.during(DIAL, net::handshake(tcp, name.clone())).await?;
        let tls = shaken.map_err(|error| self.tls_failed(&error))?;
        if self.is_trusted(tls.fingerprint, &tls.chain, name).await? {
            return Ok(tls);
        }
        // A person takes longer than a server keeps a stranger: come back with the answer.
        let fingerprint = tls.fingerprint;
        drop(tls);
        Err(self.ask_about(fingerprint).await)
    }

    fn tls_failed(&self, error: &std::io::Error) -> Ended {
        let address = self.address.clone();
        if net::is_not_tls(error) {
            return self.failed(Error::NoTls { address });
        }
        if error
            .get_ref()
            .is_some_and(|inner| inner.is::<rustls::Error>())
        {
            let why = reason(error);
            return self.failed(Error::Tls { address, why });
        }
        self.unreachable(error)
    }

    async fn is_trusted(
        &mut self,
        got: Fingerprint,
        chain: &[CertificateDer<'static>],
        name: ServerName<'static>,
    ) -> Result<bool, Ended> {
        match self.trust.judge(got) {
            Verdict::Trusted => Ok(true),
            Verdict::Changed { expected } => {
                let address = self.address.clone();
                Err(Ended::Closed(Error::CertificateChanged {
                    address,
                    expected,
                    got,
                }))
            }
            Verdict::Unknown => {
                let chain = chain.to_vec();
                let asked = tokio::task::spawn_blocking(move || net::vouched_for(&chain, &name));
                let vouched = async { asked.await.map_err(std::io::Error::other) };
                Ok(self.during(DIAL, vouched).await?.unwrap_or_else(|error| {
                    tracing::warn!(%error, "the authorities could not be asked");
                    false
                }))
            }
        }
    }

    /// Waits for a person, however long that takes.
    async fn ask_about(&mut self, fingerprint: Fingerprint) -> Ended {
        self.session.tell(Event::UnknownCertificate { fingerprint });
        loop {
            match self.signal().await {
                Signal::Accept(accepted) if accepted == fingerprint => {
                    self.trust.accept(accepted);
                    return Ended::Anew;
                }
                Signal::Accept(_) => tracing::warn!("another certificate than this was accepted"),
                Signal::Reconnect => return Ended::Anew,
                Signal::Quit(_) => return Ended::Closed(Error::Left),
                Signal::Work | Signal::LoginAs => {}
            }
        }
    }
}
