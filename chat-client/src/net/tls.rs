//! The TLS handshake. It proves that the server holds the key of the certificate it shows, and
//! shows that certificate; whether it is the right one is decided by [`crate::trust`] before
//! anything is sent.

use std::io;
use std::sync::Arc;

use chat_core::Fingerprint;
use chat_core::identity::{CHANNEL_BINDING_LABEL, ChannelBinding};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, PeerIncompatible, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A private connection to somebody, not yet known to be the right one.
pub(crate) struct Handshake<S> {
    pub(crate) stream: TlsStream<S>,
    /// What a login on it is bound to.
    pub(crate) binding: ChannelBinding,
    /// The server's certificate.
    pub(crate) fingerprint: Fingerprint,
    /// The same and what came with it, for [`vouched_for`].
    pub(crate) chain: Vec<CertificateDer<'static>>,
}

/// Shakes hands over `stream`, TLS 1.3 only.
///
/// # Errors
/// Of the stream, or a [`rustls::Error`] inside.
pub(crate) async fn handshake<S>(stream: S, name: ServerName<'static>) -> io::Result<Handshake<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let connector = TlsConnector::from(Arc::new(config()?));
    let stream = connector.connect(name, stream).await?;
    let (_, connection) = stream.get_ref();
    // No context, as opposed to an empty one; in TLS 1.3 both give the same (RFC 8446 §7.5).
    let binding = connection
        .export_keying_material([0; 32], CHANNEL_BINDING_LABEL, None)
        .map_err(io::Error::other)?;
    let chain: Vec<_> = connection
        .peer_certificates()
        .unwrap_or_default()
        .iter()
        .map(|certificate| certificate.clone().into_owned())
        .collect();
    let Some(certificate) = chain.first() else {
        return Err(io::Error::other("the server showed no certificate"));
    };
    let fingerprint = Fingerprint::of_certificate(certificate);
    Ok(Handshake {
        stream,
        binding,
        fingerprint,
        chain,
    })
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn config() -> io::Result<ClientConfig> {
    let provider = provider();
    let mut config = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(KeyProof(provider)))
        .with_no_client_auth();
    // A resumed session shows no certificate anew.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// Whether an authority that this machine trusts says that `chain` belongs to `name`. Blocks: some
/// systems ask the network.
pub(crate) fn vouched_for(chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> bool {
    let Some((certificate, intermediates)) = chain.split_first() else {
        return false;
    };
    let verdict = rustls_platform_verifier::Verifier::new(provider()).and_then(|verifier| {
        verifier.verify_server_cert(certificate, intermediates, name, &[], UnixTime::now())
    });
    match verdict {
        Ok(_) => true,
        Err(error) => {
            tracing::info!(%error, "no authority vouches for the certificate");
            false
        }
    }
}

/// Whether a handshake failed because the other side does not speak TLS 1.3: what came back isn't
/// TLS, or is the alert by which a plaintext chat server says so.
pub(crate) fn is_not_tls(error: &io::Error) -> bool {
    use rustls::{AlertDescription, Error};
    matches!(
        inner(error),
        Some(Error::InvalidMessage(_) | Error::AlertReceived(AlertDescription::ProtocolVersion))
    )
}

fn inner(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Takes any certificate whose key signs the handshake.
#[derive(Debug)]
struct KeyProof(Arc<CryptoProvider>);

impl ServerCertVerifier for KeyProof {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // Decided after the handshake, because it may take a person.
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
