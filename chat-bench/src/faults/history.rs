//! What one person did and saw, as it is checked in the end. Plain numbers, so that a process can
//! hand it to another.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chat_core::{ConversationId, Entry, PostId, Seq};
use serde::{Deserialize, Serialize};

/// Sentences that are kept of one person.
const NOTES_MAX: usize = 20;

/// See the module.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct History {
    pub(crate) nick: String,
    /// What was typed, in that order.
    pub(crate) typed: Vec<Typed>,
    /// Acknowledgements, in the order in which they came.
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Entries that came, by conversation.
    pub(crate) seen: BTreeMap<u64, Vec<Stretch>>,
    pub(crate) reads: Reads,
    /// The store that the numbers are of.
    pub(crate) epoch: Option<[u8; 16]>,
    /// The conversations that this person is in since the last visit.
    pub(crate) stays: Vec<u64>,
    /// The last entry of each conversation that this person has reacted to: none gets a second
    /// reaction, which would be none.
    pub(crate) reacted: BTreeMap<u64, u64>,
    /// Posts that the server could not store for now; they were sent again.
    pub(crate) postponed: u64,
    /// What should never happen and is no entry: refusals, nonsense from the server, failed files.
    pub(crate) wrong: u64,
    /// What that was.
    pub(crate) notes: Vec<String>,
    /// Milliseconds from losing the connection to the first acknowledgement on another.
    pub(crate) outages_ms: Vec<u64>,
    /// Files that were sent, and fetched.
    pub(crate) files: u64,
}

/// How much of a conversation somebody reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reads {
    /// From the first entry on, without a break.
    #[default]
    Everything,
    /// What is new, and what the server said to have left out.
    Stretches,
}

/// Something that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub(crate) post: u128,
    pub(crate) conversation: u64,
}

/// The server's word that a post is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acknowledged {
    pub(crate) post: u128,
    pub(crate) conversation: u64,
    pub(crate) seq: u64,
}

/// Entries that should be without a hole.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stretch {
    /// What came before.
    pub(crate) after: u64,
    /// In the order of arrival. Four bytes each are enough for a run of an hour.
    pub(crate) entries: Vec<(u32, u32)>,
}

impl History {
    pub(crate) fn of(nick: String, reads: Reads) -> History {
        History {
            nick,
            reads,
            ..History::default()
        }
    }

    /// A new stretch of a conversation begins behind `after`.
    pub(crate) fn begin(&mut self, conversation: ConversationId, after: Seq) {
        let stretches = self.seen.entry(conversation.0).or_default();
        stretches.push(Stretch {
            after: after.0,
            entries: Vec::new(),
        });
    }

    /// An entry came.
    pub(crate) fn sees(&mut self, entry: &Entry) {
        let stretches = self.seen.entry(entry.conversation.0).or_default();
        if stretches.is_empty() {
            stretches.push(Stretch::default());
        }
        if let Some(stretch) = stretches.last_mut() {
            stretch.entries.push((entry.seq.0 as u32, digest(entry)));
        }
    }

    /// The last entry that came of a conversation.
    pub(crate) fn last(&self, conversation: u64) -> u64 {
        let stretch = self.seen.get(&conversation).and_then(|all| all.last());
        stretch.map_or(0, |stretch| {
            let last = stretch.entries.last();
            last.map_or(stretch.after, |(seq, _)| u64::from(*seq))
        })
    }

    /// Something that should not be.
    pub(crate) fn wrong(&mut self, what: String) {
        self.wrong += 1;
        if self.notes.len() < NOTES_MAX {
            self.notes.push(what);
        }
    }

    /// Entries that came.
    pub(crate) fn delivered(&self) -> u64 {
        let stretches = self.seen.values().flatten();
        stretches.map(|stretch| stretch.entries.len() as u64).sum()
    }
}

/// A post's id as a number.
pub(crate) fn number(post: PostId) -> u128 {
    u128::from_be_bytes(post.0)
}

/// What an entry says, who made it and when, in four bytes; the same in every process of this program.
pub(crate) fn digest(entry: &Entry) -> u32 {
    let mut hasher = DefaultHasher::new();
    entry.to_payload().hash(&mut hasher);
    hasher.finish() as u32
}
