//! Who holds which content, what is being uploaded, and which entries are files: the durable part
//! of what the hub knows of files. Part of [`State`](super::State); it changes by records only.
//!
//! An account *holds* a content that it has uploaded itself: that is its right to post it, and what
//! counts against its quota. A content is there as long as somebody holds it.

use std::collections::{BTreeSet, HashMap};

use chat_core::{AccountId, Body, ContentHash, ConversationId, Entry, Millis, Seq};

use super::record::Record;

/// What the smallest file counts: file systems give space in blocks, and each has a row here.
const BLOCK_BYTES: u64 = 4_096;

/// One change of it.
#[derive(Debug, Clone, PartialEq)]
pub enum FileRecord {
    /// An account uploads a content, or has gone on with it.
    Upload {
        /// Who.
        account: AccountId,
        /// Which content.
        hash: ContentHash,
        /// Its length.
        bytes: u64,
        /// When something of it came last, to the hour.
        at: Millis,
    },
    /// An upload came to nothing.
    UploadDropped {
        /// Whose.
        account: AccountId,
        /// Of which content.
        hash: ContentHash,
    },
    /// A content is complete: the account holds it.
    Stored {
        /// Who.
        account: AccountId,
        /// Which content.
        hash: ContentHash,
        /// Its length.
        bytes: u64,
        /// When. One that is in no entry long after this is dropped.
        at: Millis,
    },
    /// An account no longer holds a content.
    Dropped {
        /// Who.
        account: AccountId,
        /// Which content.
        hash: ContentHash,
    },
}

/// A content that an account holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Its length.
    pub bytes: u64,
    /// Since when, or when it was offered again.
    pub since: Millis,
    /// Entries of this account with it.
    pub entries: usize,
}

/// A content that an account holds, for the one who keeps it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldContent {
    /// Who holds it.
    pub account: AccountId,
    /// What.
    pub hash: ContentHash,
    /// Its length.
    pub bytes: u64,
    /// Whether the account uploads it once more, because it was lost.
    pub uploading: bool,
}

/// A content that an account uploads.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// The whole length.
    pub bytes: u64,
    /// When something of it came last, to the hour.
    pub at: Millis,
}

/// What an account has.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Bytes of what it holds and uploads.
    pub bytes: u64,
    /// Uploads under way.
    pub uploads: usize,
    /// Entries that are files.
    pub entries: usize,
}

type Key = (AccountId, ContentHash);

/// See the module.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holdings {
    held: HashMap<Key, Held>,
    uploads: HashMap<Key, Upload>,
    /// How many accounts hold a content.
    holders: HashMap<ContentHash, usize>,
    entries: HashMap<(ConversationId, Seq), Key>,
    /// What is held and in no entry, oldest first.
    idle: BTreeSet<(Millis, AccountId, ContentHash)>,
    /// Uploads, the one that got nothing for the longest first.
    waiting: BTreeSet<(Millis, AccountId, ContentHash)>,
    usage: HashMap<AccountId, Usage>,
    /// Bytes of all contents and uploads.
    bytes: u64,
}

/// What a content of this length takes.
#[must_use]
pub(super) fn space(bytes: u64) -> u64 {
    bytes
        .max(1)
        .div_ceil(BLOCK_BYTES)
        .saturating_mul(BLOCK_BYTES)
}

impl Holdings {
    /// What an account holds of a content.
    #[must_use]
    pub fn held(&self, account: AccountId, hash: ContentHash) -> Option<&Held> {
        self.held.get(&(account, hash))
    }

    /// Everything that is held.
    pub fn all_held(&self) -> impl Iterator<Item = HeldContent> {
        self.held.keys().filter_map(|key| self.held_content(*key))
    }

    /// What an account holds of a content, for the one who keeps it.
    #[must_use]
    pub(super) fn held_content(&self, key: Key) -> Option<HeldContent> {
        Some(HeldContent {
            account: key.0,
            hash: key.1,
            bytes: self.held.get(&key)?.bytes,
            uploading: self.uploads.contains_key(&key),
        })
    }

    /// An upload that is under way.
    #[must_use]
    pub fn upload(&self, account: AccountId, hash: ContentHash) -> Option<&Upload> {
        self.uploads.get(&(account, hash))
    }

    /// Whether anybody holds a content.
    #[must_use]
    pub fn is_held(&self, hash: ContentHash) -> bool {
        self.holders.contains_key(&hash)
    }

    /// What an account has.
    #[must_use]
    pub fn usage(&self, account: AccountId) -> Usage {
        self.usage.get(&account).copied().unwrap_or_default()
    }

    /// Bytes of all contents and uploads.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many contents there are.
    #[must_use]
    pub fn contents(&self) -> usize {
        self.holders.len()
    }

    /// How many uploads are under way.
    #[must_use]
    pub fn uploads(&self) -> usize {
        self.uploads.len()
    }

    /// What has been held in no entry since before `limit`: the oldest.
    #[must_use]
    pub fn idle_before(&self, limit: Millis) -> Option<(AccountId, ContentHash)> {
        oldest(&self.idle, limit)
    }

    /// The upload that has got nothing since before `limit`: the oldest.
    #[must_use]
    pub fn waiting_before(&self, limit: Millis) -> Option<(AccountId, ContentHash)> {
        oldest(&self.waiting, limit)
    }

    /// The content that nobody holds any more once `record` is applied.
    #[must_use]
    pub fn goes_with(&self, record: &Record) -> Option<ContentHash> {
        let (account, hash) = match record {
            Record::File(FileRecord::Dropped { account, hash }) => (*account, *hash),
            Record::Entry(entry) => {
                let Body::Deletion { of } = entry.body else {
                    return None;
                };
                let key = self.entries.get(&(entry.conversation, of))?;
                (self.held.get(key)?.entries == 1).then_some(*key)?
            }
            _ => return None,
        };
        let last = self.held.contains_key(&(account, hash)) && self.holders.get(&hash) == Some(&1);
        last.then_some(hash)
    }

    pub(super) fn apply(&mut self, record: &FileRecord) {
        match *record {
            FileRecord::Upload {
                account,
                hash,
                bytes,
                at,
            } => {
                self.drop_upload((account, hash));
                self.waiting.insert((at, account, hash));
                self.uploads.insert((account, hash), Upload { bytes, at });
                self.bytes += space(bytes);
                let usage = self.usage.entry(account).or_default();
                usage.bytes += space(bytes);
                usage.uploads += 1;
            }
            FileRecord::UploadDropped { account, hash } => self.drop_upload((account, hash)),
            FileRecord::Stored {
                account,
                hash,
                bytes,
                at,
            } => {
                self.drop_upload((account, hash));
                self.hold((account, hash), bytes, at);
            }
            FileRecord::Dropped { account, hash } => self.drop_held((account, hash)),
        }
    }

    /// An entry was added: one that is a file refers to its content, one that takes such an entry
    /// back ends that.
    pub(super) fn add_entry(&mut self, entry: &Entry) {
        match &entry.body {
            Body::File(file) => {
                self.refer((entry.conversation, entry.seq), (entry.author, file.hash));
            }
            Body::Deletion { of } => self.unrefer((entry.conversation, *of)),
            _ => {}
        }
    }

    /// The entry at `place` is a file of an account.
    pub(crate) fn refer(&mut self, place: (ConversationId, Seq), key: Key) {
        let Some(held) = self.held.get_mut(&key) else {
            return;
        };
        held.entries += 1;
        self.idle.remove(&(held.since, key.0, key.1));
        self.entries.insert(place, key);
        self.usage.entry(key.0).or_default().entries += 1;
    }

    /// The entry at `place` is taken back. What its author has in no other entry goes at once.
    fn unrefer(&mut self, place: (ConversationId, Seq)) {
        let Some(key) = self.entries.remove(&place) else {
            return;
        };
        self.use_less(key.0, |usage| usage.entries -= 1);
        if let Some(held) = self.held.get_mut(&key) {
            held.entries -= 1;
            if held.entries == 0 {
                self.drop_held(key);
            }
        }
    }

    /// An account holds a content since then.
    pub(crate) fn hold(&mut self, key: Key, bytes: u64, since: Millis) {
        if let Some(held) = self.held.get_mut(&key) {
            if self.idle.remove(&(held.since, key.0, key.1)) {
                self.idle.insert((since, key.0, key.1));
            }
            held.since = since;
            return;
        }
        let entries = 0;
        let held = Held {
            bytes,
            since,
            entries,
        };
        self.held.insert(key, held);
        self.idle.insert((since, key.0, key.1));
        let holders = self.holders.entry(key.1).or_default();
        *holders += 1;
        if *holders == 1 {
            self.bytes += space(bytes);
        }
        self.usage.entry(key.0).or_default().bytes += space(bytes);
    }

    fn drop_held(&mut self, key: Key) {
        let Some(held) = self.held.remove(&key) else {
            return;
        };
        self.idle.remove(&(held.since, key.0, key.1));
        self.use_less(key.0, |usage| usage.bytes -= space(held.bytes));
        if let Some(holders) = self.holders.get_mut(&key.1) {
            *holders -= 1;
            if *holders == 0 {
                self.holders.remove(&key.1);
                self.bytes -= space(held.bytes);
            }
        }
    }

    fn drop_upload(&mut self, key: Key) {
        let Some(upload) = self.uploads.remove(&key) else {
            return;
        };
        self.waiting.remove(&(upload.at, key.0, key.1));
        self.bytes -= space(upload.bytes);
        self.use_less(key.0, |usage| {
            usage.bytes -= space(upload.bytes);
            usage.uploads -= 1;
        });
    }

    fn use_less(&mut self, account: AccountId, change: impl FnOnce(&mut Usage)) {
        let usage = self.usage.entry(account).or_default();
        change(usage);
        if *usage == Usage::default() {
            self.usage.remove(&account);
        }
    }
}

fn oldest(
    ages: &BTreeSet<(Millis, AccountId, ContentHash)>,
    limit: Millis,
) -> Option<(AccountId, ContentHash)> {
    let (at, account, hash) = ages.first()?;
    (*at < limit).then_some((*account, *hash))
}
