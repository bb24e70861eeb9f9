//! Numbers that must not be mixed up.

use std::fmt;

use minicbor::{Decode, Decoder, Encode, decode};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// One store's number for an account. The account itself is its public key; the number stands
    /// for it within one store epoch.
    AccountId
}
number! {
    /// One store's number for a conversation, valid within one store epoch.
    ConversationId
}
/// The place of an entry in its conversation: 1, 2, 3, … without holes. 0 is "before the first". A peer
/// may name any number; what is above [`Seq::MAX`] is decoded as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode)]
#[cbor(transparent)]
pub struct Seq(#[n(0)] pub u64);

impl<'b, C> Decode<'b, C> for Seq {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Seq, decode::Error> {
        Ok(Seq(d.u64()?).min(Seq::MAX))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
number! {
    /// Chosen by the client, unique among its unanswered requests on one connection.
    RequestId
}
number! {
    /// A moment: milliseconds since 1970-01-01 00:00 UTC.
    Millis
}

impl Seq {
    /// The greatest that is taken from a peer: what a store can keep, and so far from the end of the
    /// numbers that counting on from there does not overflow.
    pub const MAX: Seq = Seq(i64::MAX as u64);

    /// The sequence number after this one.
    #[must_use]
    pub fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}

impl Millis {
    /// This moment and `ms` milliseconds.
    #[must_use]
    pub fn plus(self, ms: u64) -> Millis {
        Millis(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; 0 if that is later (clocks jump).
    #[must_use]
    pub fn since(self, earlier: Millis) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Chosen by the author's client, once per post, and repeated when the post is sent again: the
/// server stores one entry per author and id. A UUIDv7 is expected, any 16 bytes are accepted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct PostId(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 16],
);

impl fmt::Debug for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_behind_it_whatever_a_peer_says() {
        for (said, read) in [(0, 0), (7, 7), (u64::MAX, i64::MAX as u64)] {
            let bytes = minicbor::to_vec(said).expect("in memory");
            let seq: Seq = minicbor::decode(&bytes).expect("a number");
            assert_eq!(seq, Seq(read));
            assert_eq!(seq.next(), Seq(read + 1));
        }
    }
}
