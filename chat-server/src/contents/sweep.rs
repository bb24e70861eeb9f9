//! What lies in the directory against what the hub knows: at the start, and then from time to time.
//! The hub decides what goes.

use std::collections::BTreeSet;
use std::io;

use chat_core::ContentHash;

use super::{Receiver, Told};
use crate::hub::{FileNews, Found, HeldContent, OnDisk};

/// Files told to the hub at once: what it does with them takes less than a millisecond.
const FOUND_MAX: usize = 512;

impl Receiver {
    /// After a start: contents that were recorded and have their old name get the new one, and those
    /// that are not there are told. `held` is everything that is recorded.
    pub(crate) fn look_for(
        &mut self,
        held: impl IntoIterator<Item = HeldContent>,
        told: &mut Vec<Told>,
    ) {
        let (mut there, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for content in held {
            let hash = content.hash;
            match self.is_there(content) {
                Ok(true) => {
                    there.insert(hash);
                }
                Ok(false) => {
                    missing.insert(hash);
                }
                Err(error) => {
                    tracing::error!(%error, %hash, "a file cannot be looked for");
                    missing.insert(hash);
                }
            }
        }
        // One that one account's partial file lacks another's may have had.
        let missing: Vec<ContentHash> = missing.difference(&there).copied().collect();
        if !missing.is_empty() {
            let first = missing[0];
            tracing::error!(
                files = missing.len(),
                hash = %first,
                "files are missing in the data directory: put them back from a backup and restart"
            );
            told.push(Told::Hub(FileNews::Missing(missing)));
        }
    }

    /// Whether a content is there. A part of one that is uploaded once more is not verified.
    fn is_there(&self, content: HeldContent) -> io::Result<bool> {
        let HeldContent {
            account,
            hash,
            bytes,
            uploading,
        } = content;
        if uploading {
            let length = self.directory.length(OnDisk::Content(hash))?;
            return Ok(length == Some(bytes));
        }
        self.directory.settle(account, hash, bytes)
    }

    /// Names a content that could not be named when it was settled. A part that is none goes.
    pub(super) fn name(&self, content: HeldContent, told: &mut Vec<Told>) {
        let HeldContent {
            account,
            hash,
            bytes,
            ..
        } = content;
        match self.directory.settle(account, hash, bytes) {
            Ok(there) => {
                if there {
                    told.push(Told::Hub(FileNews::There(hash)));
                }
                self.remove_file(OnDisk::Partial(account, hash));
            }
            // Tried again with the next sweep.
            Err(error) => tracing::error!(%error, %hash, "a file cannot be given its name"),
        }
    }

    /// Tells what lies in the directory, so that what nobody knows or wants goes.
    pub(crate) fn sweep(&mut self, told: &mut Vec<Told>) {
        // As many as there are: `files.total_mib_max` bounds that, at 4 KiB for each.
        match self.directory.list() {
            Ok(found) => {
                let found: Vec<Found> = found.collect();
                for some in found.chunks(FOUND_MAX) {
                    told.push(Told::Hub(FileNews::OnDisk(some.to_vec())));
                }
            }
            Err(error) => tracing::error!(%error, "the directory of files cannot be read"),
        }
        told.push(Told::Hub(FileNews::SweepDue));
    }
}
