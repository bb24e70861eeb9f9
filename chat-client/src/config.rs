//! What a client is told when it starts. It holds no defaults of a program: where to connect, as
//! whom, and what an earlier run left behind are the caller's.

use std::collections::HashMap;
use std::sync::Arc;

use chat_core::{Body, ConversationId, Fingerprint, Identity, Link, PostId, Seq};

/// Further behind than this many entries, a conversation is followed from near its end: three
/// screens or so. What lies before is fetched as history when somebody scrolls up to it.
pub const CATCH_UP: u64 = 200;

/// What to connect to and as whom.
#[derive(Debug, Clone)]
pub struct Config {
    /// Host, port, fingerprint, invite, TLS or not. Whether plain TCP to another machine is wise is
    /// the caller's decision.
    pub link: Link,
    /// The key that is the account.
    pub identity: Arc<Identity>,
    /// The wished nick. A new account needs one; a known one keeps its own without.
    pub nick: Option<String>,
    /// The certificate that was accepted for this address before. A fingerprint in the link
    /// outweighs it.
    pub pin: Option<Fingerprint>,
    /// Program and version, for the server's log.
    pub agent: String,
    /// What a cache holds. With it the client goes on trying when the server can't be reached at
    /// first; without it that is final.
    pub resume: Option<Resume>,
    /// See [`CATCH_UP`].
    pub catch_up_max: u64,
    /// Unacknowledged posts of an earlier run, oldest first. They count as sent before.
    pub pending: Vec<Pending>,
    /// Which conversations are followed.
    pub follow: FollowPolicy,
}

impl Config {
    /// A client of `link` as `identity` that follows everything and resumes nothing.
    #[must_use]
    pub fn new(link: Link, identity: Identity) -> Config {
        Config {
            link,
            identity: Arc::new(identity),
            nick: None,
            pin: None,
            agent: concat!("chat-client ", env!("CARGO_PKG_VERSION")).to_owned(),
            resume: None,
            catch_up_max: CATCH_UP,
            pending: Vec::new(),
            follow: FollowPolicy::All,
        }
    }
}

/// How far an earlier run came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resume {
    /// The store that the numbers are of.
    pub epoch: [u8; 16],
    /// The last sequence number held of each conversation.
    pub cursors: HashMap<ConversationId, Seq>,
}

/// Which conversations a client follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FollowPolicy {
    /// Every one that the account is in.
    #[default]
    All,
    /// Only those asked for with [`Client::follow`](crate::Client::follow).
    Asked,
}

/// A post that the server has not acknowledged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Stays the same however often it is sent: the server stores it once.
    pub post: PostId,
    /// Where to.
    pub conversation: ConversationId,
    /// What the entry will say.
    pub body: Body,
}
