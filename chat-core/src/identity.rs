//! Keys: the account is an Ed25519 public key, a server is known by its certificate's fingerprint.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// Bytes of a challenge's nonce.
pub const NONCE_BYTES: usize = 32;

/// The label under which both sides export 32 bytes from the TLS session (RFC 5705, RFC 8446
/// §7.5), with an empty context: what a login is bound to, so that it can't be relayed.
pub const CHANNEL_BINDING_LABEL: &[u8] = b"EXPORTER-terminal-chat-login";

/// What a login is bound to: the exported bytes, or zeros on a plaintext connection.
pub type ChannelBinding = [u8; 32];

/// What a client proves that it holds the key of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct PublicKey(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 32],
);

impl PublicKey {
    /// Whether `signature` is this key's over the login that `nonce` asks for on the channel that
    /// `binding` names (strict verification: no malleable signatures, no weak keys).
    #[must_use]
    pub fn verifies(
        &self,
        nonce: &[u8; NONCE_BYTES],
        binding: &ChannelBinding,
        signature: &[u8; 64],
    ) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            let signature = Signature::from_bytes(signature);
            key.verify_strict(&login_message(nonce, binding), &signature)
                .is_ok()
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A private key. Whoever holds it is the account.
pub struct Identity(SigningKey);

impl Identity {
    /// The key that follows from 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Identity {
        Identity(SigningKey::from_bytes(seed))
    }

    /// The 32 bytes to keep.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// What others know it by.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the login that `nonce` asks for on the channel that `binding` names.
    #[must_use]
    pub fn sign_login(&self, nonce: &[u8; NONCE_BYTES], binding: &ChannelBinding) -> [u8; 64] {
        self.0.sign(&login_message(nonce, binding)).to_bytes()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.public())
    }
}

/// What is signed: a label that no other use of the key has, the nonce, the channel.
fn login_message(nonce: &[u8; NONCE_BYTES], binding: &ChannelBinding) -> Vec<u8> {
    [b"terminal-chat login 1\0".as_slice(), nonce, binding].concat()
}

/// SHA-256 of a certificate in DER form: what a client pins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Fingerprint {
        Fingerprint(Sha256::digest(der).into())
    }

    /// Reads what [`fmt::Display`] writes: 43 characters of URL-safe base64.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Fingerprint(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_bound_to_key_nonce_and_channel() {
        let me = Identity::from_seed(&[7; 32]);
        let signature = me.sign_login(&[1; 32], &[2; 32]);
        assert!(me.public().verifies(&[1; 32], &[2; 32], &signature));
        assert!(
            !me.public().verifies(&[9; 32], &[2; 32], &signature),
            "replayed"
        );
        assert!(
            !me.public().verifies(&[1; 32], &[9; 32], &signature),
            "another channel"
        );
        let other = Identity::from_seed(&[8; 32]).public();
        assert!(
            !other.verifies(&[1; 32], &[2; 32], &signature),
            "another key"
        );
        assert!(
            !PublicKey([0; 32]).verifies(&[1; 32], &[2; 32], &[0; 64]),
            "weak key"
        );
    }

    #[test]
    fn a_fingerprint_reads_what_it_writes() {
        let fp = Fingerprint::of_certificate(b"certificate");
        assert_eq!(Fingerprint::parse(&fp.to_string()), Some(fp));
        assert_eq!(Fingerprint::parse("short"), None);
    }
}
