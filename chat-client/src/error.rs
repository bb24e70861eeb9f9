//! Why a client ends. What it gets over by itself (a lost connection, a server that restarts) is
//! an [`Event::Offline`](crate::Event::Offline), not an error.

use chat_core::{Fingerprint, Refusal};

/// Final: the client does not try again. Each message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another certificate than the link or the pin names: somebody may be in between.
    #[error(
        "the certificate of {address} has changed: expected {expected}, got {got}. Somebody may be \
         between you and the server. Ask its host for a new link before you join again"
    )]
    CertificateChanged {
        /// Host and port.
        address: String,
        /// What the link or the pin names.
        expected: Fingerprint,
        /// What came.
        got: Fingerprint,
    },
    /// No connection, and there never was one.
    #[error("cannot reach {address}: check the address, and that the server runs ({why})")]
    Unreachable {
        /// Host and port.
        address: String,
        /// What the system said.
        why: String,
    },
    /// Something else answers there.
    #[error("{address} answers, but is not a chat server ({why}): check the address and the port")]
    NotThisProtocol {
        /// Host and port.
        address: String,
        /// What gave it away.
        why: String,
    },
    /// TLS was offered and something else came back.
    #[error(
        "{address} does not speak TLS 1.3: if its host set it up without, join with --plaintext; \
         otherwise check the address and the port"
    )]
    NoTls {
        /// Host and port.
        address: String,
    },
    /// Plain TCP was offered to a server that wants TLS.
    #[error("{address} wants TLS: join without --plaintext and without tls=off in the link")]
    TlsRequired {
        /// Host and port.
        address: String,
    },
    /// The TLS handshake failed for another reason.
    #[error("no private connection to {address} ({why}): check that the server is up to date")]
    Tls {
        /// Host and port.
        address: String,
        /// What the TLS library said.
        why: String,
    },
    /// No protocol version in common.
    #[error("{address} speaks another version of the protocol ({why}): update the older one")]
    Version {
        /// Host and port.
        address: String,
        /// What the server said.
        why: String,
    },
    /// The server does not want this client and said why.
    #[error("{0}")]
    Refused(Refusal),
    /// The client was told to leave, or its last handle is gone.
    #[error("left")]
    Left,
}
