//! The model of the directory of contents: what a program sees of it, and what a power cut leaves.

use std::collections::BTreeMap;

use chat_core::{AccountId, File, Millis};
use chat_server::hub::{Found, OnDisk};

use crate::step::Power;

/// One file.
#[derive(Debug, Clone)]
struct Lies {
    data: Vec<u8>,
    /// Bytes that are on the disk.
    synced: usize,
    /// Its name is on the disk.
    named: bool,
    written: Millis,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Disk {
    files: BTreeMap<OnDisk, Lies>,
    /// Removed or replaced, and not yet so on the disk.
    removed: BTreeMap<OnDisk, Lies>,
}

impl Disk {
    /// What is in a file; `None` where it is not there.
    pub(super) fn data(&self, what: OnDisk) -> Option<&[u8]> {
        self.files.get(&what).map(|lies| lies.data.as_slice())
    }

    /// Makes a file where it is missing. Gives its length.
    pub(super) fn make(&mut self, what: OnDisk, now: Millis) -> usize {
        let empty = Lies {
            data: Vec::new(),
            synced: 0,
            named: false,
            written: now,
        };
        self.files.entry(what).or_insert(empty).data.len()
    }

    /// Adds to a file.
    pub(super) fn append(&mut self, what: OnDisk, data: &[u8], now: Millis) {
        if let Some(lies) = self.files.get_mut(&what) {
            lies.data.extend_from_slice(data);
            lies.written = now;
        }
    }

    /// Empties a file.
    pub(super) fn clear(&mut self, what: OnDisk) {
        if let Some(lies) = self.files.get_mut(&what) {
            lies.data.clear();
            lies.synced = 0;
        }
    }

    /// Brings a file and all names to the disk.
    pub(super) fn sync(&mut self, what: OnDisk) {
        if let Some(lies) = self.files.get_mut(&what) {
            lies.synced = lies.data.len();
        }
        self.sync_names();
    }

    fn sync_names(&mut self) {
        self.removed.clear();
        self.files.values_mut().for_each(|lies| lies.named = true);
    }

    /// Gives a file another name, in the place of one that has it.
    pub(super) fn rename(&mut self, from: OnDisk, to: OnDisk) {
        if let Some(lies) = self.files.remove(&from) {
            self.files.insert(to, lies);
            self.sync_names();
        }
    }

    /// Removes a file.
    pub(super) fn remove(&mut self, what: OnDisk) {
        if let Some(lies) = self.files.remove(&what)
            && lies.named
        {
            self.removed.insert(what, lies);
        }
    }

    /// A crash: what remains.
    pub(super) fn crash(&mut self, power: Power) {
        if power == Power::Stays {
            return;
        }
        for (what, lies) in std::mem::take(&mut self.removed) {
            self.files.entry(what).or_insert(lies);
        }
        self.files.retain(|_, lies| lies.named);
        for lies in self.files.values_mut() {
            lies.data.truncate(lies.synced);
        }
    }

    /// What lies there, and for how long nothing was written to it.
    pub(super) fn list(&self, now: Millis) -> Vec<Found> {
        let found = |(what, lies): (&OnDisk, &Lies)| Found {
            what: *what,
            idle_ms: now.since(lies.written),
        };
        self.files.iter().map(found).collect()
    }

    /// A piece of a file that `account` has uploaded, under either of its names.
    pub(super) fn piece(
        &self,
        account: AccountId,
        file: &File,
        (at, bytes_max): (u64, usize),
    ) -> Option<Vec<u8>> {
        let names = [
            OnDisk::Content(file.hash),
            OnDisk::Partial(account, file.hash),
        ];
        let data = names
            .into_iter()
            .filter_map(|name| self.data(name))
            .find(|data| data.len() as u64 == file.bytes)?;
        let at = (at as usize).min(data.len());
        let end = (at + bytes_max.min(data.len())).min(data.len());
        Some(data[at..end].to_vec())
    }
}
