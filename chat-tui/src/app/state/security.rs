//! Whether the connection is private, and how it is known with whom.

use chat_core::Fingerprint;

/// Whether others on the way can read and change what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// Not settled: there is no connection yet.
    #[default]
    Unsettled,
    /// Plain TCP: everybody on the way can.
    Plain,
    /// TLS 1.3; nothing else is spoken.
    Tls {
        /// The server's certificate.
        fingerprint: Fingerprint,
        /// Who says that it is the server's.
        vouched: Vouched,
    },
}

/// Who says that a certificate is the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// The link that one joined with.
    Link,
    /// A person, who was asked and said yes.
    Person,
    /// An authority that this machine trusts.
    Authority,
}
