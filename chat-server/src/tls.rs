//! The server's certificate: a self-made one in the data directory, or files of the owner's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chat_core::Fingerprint;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{self, ServerConfig};

use crate::config::TlsSection;
use crate::files;

/// Why there is no TLS. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read or written.
    #[error("cannot use {path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file isn't PEM with what it should have.
    #[error("{path} has no usable {what}: it must be PEM ({error})")]
    Pem {
        /// Which.
        path: PathBuf,
        /// A certificate or a key.
        what: &'static str,
        /// Why.
        error: rustls::pki_types::pem::Error,
    },
    /// Certificate and key don't go together, or are of a kind that isn't supported.
    #[error("certificate {certificate} and key {key} cannot be used together: {error}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        error: rustls::Error,
    },
    /// No certificate could be made.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
}

/// How to speak TLS, and what clients pin.
#[derive(Debug)]
pub(crate) struct Tls {
    /// For the workers.
    pub config: Arc<ServerConfig>,
    /// Of the certificate.
    pub fingerprint: Fingerprint,
}

impl Tls {
    /// Uses the files of `section`, or the self-made certificate in `data_dir`, which is made where
    /// it is missing.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub(crate) fn open(section: &TlsSection, data_dir: &Path) -> Result<Tls, TlsError> {
        let own = section.certificate.as_os_str().is_empty();
        let (certificate, key) = if own {
            (
                data_dir.join("certificate.pem"),
                data_dir.join("certificate-key.pem"),
            )
        } else {
            (section.certificate.clone(), section.key.clone())
        };
        if own && !(certificate.exists() && key.exists()) {
            make(&certificate, &key)?;
        }
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&certificate)
            .and_then(Iterator::collect)
            .map_err(|error| pem_error(&certificate, "certificate", error))?;
        let Some(first) = chain.first() else {
            let error = rustls::pki_types::pem::Error::NoItemsFound;
            return Err(pem_error(&certificate, "certificate", error));
        };
        let fingerprint = Fingerprint::of_certificate(first);
        let private = PrivateKeyDer::from_pem_file(&key)
            .map_err(|error| pem_error(&key, "private key", error))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_protocol_versions(&[&TLS13])
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, private)
            })
            .map_err(|error| TlsError::Pair {
                certificate,
                key,
                error,
            })?;
        // A chat connection lasts; tickets would cost every one of them bytes and memory.
        config.send_tls13_tickets = 0;
        config.ignore_client_order = true;
        Ok(Tls {
            config: Arc::new(config),
            fingerprint,
        })
    }
}

/// aws-lc-rs, with AES-128-GCM first: it is the cheapest per record on machines with AES
/// instructions, and strong enough for all that TLS 1.3 is.
fn provider() -> CryptoProvider {
    use aws_lc_rs::cipher_suite::{
        TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256,
    };
    CryptoProvider {
        cipher_suites: vec![
            TLS13_AES_128_GCM_SHA256,
            TLS13_CHACHA20_POLY1305_SHA256,
            TLS13_AES_256_GCM_SHA384,
        ],
        ..aws_lc_rs::default_provider()
    }
}

/// Makes a certificate that doesn't expire before its pin would be changed anyway. Clients know it
/// by its fingerprint, so it names nothing.
fn make(certificate: &Path, key: &Path) -> Result<(), TlsError> {
    let mut parameters = rcgen::CertificateParams::new(vec!["terminal-chat".to_owned()])?;
    parameters
        .distinguished_name
        .push(rcgen::DnType::CommonName, "terminal chat");
    parameters.not_after = rcgen::date_time_ymd(2125, 1, 1);
    let pair = rcgen::KeyPair::generate()?;
    let made = parameters.self_signed(&pair)?;
    let write = |path: &Path, text: &str| {
        files::write_secret(path, text.as_bytes()).map_err(|error| TlsError::File {
            path: path.to_owned(),
            error,
        })
    };
    write(key, &pair.serialize_pem())?;
    write(certificate, &made.pem())
}

fn pem_error(path: &Path, what: &'static str, error: rustls::pki_types::pem::Error) -> TlsError {
    let path = path.to_owned();
    match error {
        rustls::pki_types::pem::Error::Io(error) => TlsError::File { path, error },
        error => TlsError::Pem { path, what, error },
    }
}
