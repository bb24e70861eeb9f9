//! Whether a certificate is the server's. Pure.
//!
//! What names the certificate decides alone: the link's fingerprint first, then what was accepted
//! before. Only where neither names one does an authority count, and where none vouches, a person.

use chat_core::Fingerprint;

/// What follows from a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the one that was named.
    Trusted,
    /// Another one was named: never go on.
    Changed {
        /// The one that was named.
        expected: Fingerprint,
    },
    /// None was named: ask the authorities that this machine trusts, then a person.
    Unknown,
}

/// What a client knows about the certificate to expect.
#[derive(Debug)]
pub(crate) struct Trust {
    link: Option<Fingerprint>,
    pin: Option<Fingerprint>,
}

impl Trust {
    pub(crate) fn new(link: Option<Fingerprint>, pin: Option<Fingerprint>) -> Trust {
        Trust { link, pin }
    }

    pub(crate) fn judge(&self, got: Fingerprint) -> Verdict {
        match self.link.or(self.pin) {
            None => Verdict::Unknown,
            Some(expected) if expected == got => Verdict::Trusted,
            Some(expected) => Verdict::Changed { expected },
        }
    }

    /// A person has accepted a certificate.
    pub(crate) fn accept(&mut self, fingerprint: Fingerprint) {
        self.pin = Some(fingerprint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Fingerprint = Fingerprint([1; 32]);
    const B: Fingerprint = Fingerprint([2; 32]);

    #[track_caller]
    fn check(link: Option<Fingerprint>, pin: Option<Fingerprint>, want: Verdict) {
        assert_eq!(Trust::new(link, pin).judge(A), want);
    }

    #[test]
    fn what_names_the_certificate_decides() {
        let changed = || Verdict::Changed { expected: B };
        check(None, None, Verdict::Unknown);
        check(Some(A), None, Verdict::Trusted);
        check(None, Some(A), Verdict::Trusted);
        check(Some(B), None, changed());
        check(None, Some(B), changed());
        check(Some(A), Some(B), Verdict::Trusted);
        check(Some(B), Some(A), changed());
    }

    #[test]
    fn what_a_person_accepts_is_the_one_from_then_on() {
        let mut trust = Trust::new(None, None);
        trust.accept(A);
        assert_eq!(trust.judge(A), Verdict::Trusted);
        assert_eq!(trust.judge(B), Verdict::Changed { expected: A });
    }
}
