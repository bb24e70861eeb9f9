//! What lies in the directory against what the hub knows: at the start, and then from time to time.
//! The hub decides what goes.

use std::collections::BTreeSet;

use chat_core::{AccountId, ContentHash};

use super::{Receiver, Told};
use crate::hub::{FileNews, Found};

/// Files told to the hub at once: what it does with them takes less than a millisecond.
const FOUND_MAX: usize = 512;

impl Receiver {
    /// After a start: contents that were recorded and have their old name get the new one, and those
    /// that are not there are told. `held` is everything that is recorded.
    pub(crate) fn look_for(
        &mut self,
        held: impl IntoIterator<Item = (AccountId, ContentHash, u64)>,
        told: &mut Vec<Told>,
    ) {
        let (mut there, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for (account, hash, bytes) in held {
            match self.directory.settle(account, hash, bytes) {
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
                %first,
                "files are missing in the data directory: put them back from a backup and restart"
            );
            told.push(Told::Hub(FileNews::Missing(missing)));
        }
    }

    /// Tells what lies in the directory, so that what nobody knows or wants goes.
    pub(crate) fn sweep(&mut self, told: &mut Vec<Told>) {
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
