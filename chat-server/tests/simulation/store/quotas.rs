//! Who holds and uploads what, counted once more in the plainest way.

use std::collections::{BTreeMap, BTreeSet};

use chat_core::{AccountId, Body, ContentHash, ConversationId, Seq};
use chat_server::hub::{FileRecord, Holdings, Record};

use crate::violation::{Checked, ensure};

/// What the smallest file counts.
const BLOCK_BYTES: u64 = 4_096;

type Key = (AccountId, ContentHash);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Quotas {
    uploads: BTreeMap<Key, u64>,
    held: BTreeMap<Key, u64>,
    entries: BTreeMap<(ConversationId, Seq), Key>,
}

impl Quotas {
    /// Takes a record in; whether anything has changed.
    pub(super) fn apply(&mut self, record: &Record) -> bool {
        match record {
            Record::File(FileRecord::Upload {
                account,
                hash,
                bytes,
                ..
            }) => {
                self.uploads.insert((*account, *hash), *bytes);
            }
            Record::File(FileRecord::UploadDropped { account, hash }) => {
                self.uploads.remove(&(*account, *hash));
            }
            Record::File(FileRecord::Stored {
                account,
                hash,
                bytes,
                ..
            }) => {
                self.uploads.remove(&(*account, *hash));
                self.held.insert((*account, *hash), *bytes);
            }
            Record::File(FileRecord::Dropped { account, hash }) => {
                self.held.remove(&(*account, *hash));
            }
            Record::Entry(entry) => match &entry.body {
                Body::File(file) => {
                    let place = (entry.conversation, entry.seq);
                    self.entries.insert(place, (entry.author, file.hash));
                }
                Body::Deletion { of } => {
                    let key = self.entries.remove(&(entry.conversation, *of));
                    if let Some(key) = key.filter(|key| !self.is_posted(*key)) {
                        self.held.remove(&key);
                    }
                }
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    fn is_posted(&self, key: Key) -> bool {
        self.entries.values().any(|other| *other == key)
    }

    /// The state counts the same, everybody holds what they have posted, and nobody has more than
    /// `account_bytes_max`.
    pub(super) fn check(&self, files: &Holdings, account_bytes_max: u64) -> Checked {
        let space = |bytes: &u64| bytes.max(&1).div_ceil(BLOCK_BYTES) * BLOCK_BYTES;
        let everything = || self.uploads.iter().chain(&self.held);
        let accounts: BTreeSet<AccountId> =
            everything().map(|((account, _), _)| *account).collect();
        for account in accounts {
            let of = |map: &BTreeMap<Key, u64>| -> u64 {
                let of = map.iter().filter(|((whose, _), _)| *whose == account);
                of.map(|(_, bytes)| space(bytes)).sum()
            };
            let bytes = of(&self.uploads) + of(&self.held);
            let usage = files.usage(account);
            ensure!(
                usage.bytes == bytes,
                "quotas: {account} has {bytes} bytes and {usage:?}"
            );
            ensure!(
                bytes <= account_bytes_max,
                "quotas: {account} has {bytes} bytes, more than {account_bytes_max}"
            );
        }
        let contents: BTreeMap<ContentHash, u64> = self
            .held
            .iter()
            .map(|((_, hash), bytes)| (*hash, *bytes))
            .collect();
        let total = contents.values().map(space).sum::<u64>()
            + self.uploads.values().map(space).sum::<u64>();
        ensure!(
            (files.bytes(), files.contents(), files.uploads())
                == (total, contents.len(), self.uploads.len()),
            "quotas: {total} bytes in {} contents and {} uploads are {}, {} and {}",
            contents.len(),
            self.uploads.len(),
            files.bytes(),
            files.contents(),
            files.uploads()
        );
        let lost = self
            .entries
            .iter()
            .find(|(_, key)| !self.held.contains_key(key));
        ensure!(lost.is_none(), "quotas: {lost:?} is posted and not held");
        Ok(())
    }

    /// What somebody has uploaded and not posted.
    pub(super) fn idle(&self) -> Option<Key> {
        let mut held = self.held.keys().chain(self.uploads.keys()).copied();
        held.find(|key| !self.is_posted(*key))
    }
}
