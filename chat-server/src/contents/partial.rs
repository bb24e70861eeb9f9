//! One upload: its file, the hash of what is in it, and how much of it is on the disk.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use chat_core::ContentHash;

/// Bytes after which what came is brought to the disk. Little, so that neither the last chunk nor a
/// commit of the journal waits for long behind it: 10 ms on a disk of 100 MB/s.
const SYNC_BYTES: u64 = 1 << 20;

/// Bytes of a file that are hashed at once where an upload goes on: others wait that long.
const SLICE_BYTES: u64 = 1 << 20;

/// See the module.
#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    hasher: blake3::Hasher,
    /// Bytes in the file.
    length: u64,
    /// Of them, those that are hashed.
    hashed: u64,
    /// Of them, those that are on the disk.
    synced: u64,
}

impl Partial {
    /// Goes on with a file that has `length` bytes; they have to be hashed first.
    pub(super) fn new(file: File, length: u64) -> Partial {
        Partial {
            file,
            hasher: blake3::Hasher::new(),
            length,
            hashed: 0,
            synced: length,
        }
    }

    /// Bytes in the file.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Whether all that is in the file is hashed.
    pub(super) fn is_hashed(&self) -> bool {
        self.hashed == self.length
    }

    /// Hashes some more of what is in the file.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn hash_some(&mut self) -> io::Result<()> {
        let wanted = SLICE_BYTES.min(self.length - self.hashed);
        let mut slice = Vec::new();
        self.file.seek(SeekFrom::Start(self.hashed))?;
        (&mut self.file).take(wanted).read_to_end(&mut slice)?;
        if slice.is_empty() && wanted > 0 {
            // Somebody has cut it.
            self.length = self.hashed;
        }
        self.hasher.update(&slice);
        self.hashed += slice.len() as u64;
        Ok(())
    }

    /// Adds what comes next. When that fails, nothing of it is added.
    ///
    /// # Errors
    /// When it can't be written, as on a full disk.
    pub(super) fn append(&mut self, data: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        if let Err(error) = self.file.write_all(data) {
            // What was written of it lies behind the end; the next try overwrites it if this fails.
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.hasher.update(data);
        self.length += data.len() as u64;
        self.hashed = self.length;
        Ok(())
    }

    /// Whether so much came that it is to be brought to the disk.
    pub(super) fn wants_sync(&self) -> bool {
        self.length - self.synced >= SYNC_BYTES
    }

    /// Brings what came to the disk.
    ///
    /// # Errors
    /// When the disk fails: then nobody knows what is on it.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        // With its length, which is all that is needed of what else there is to know.
        self.file.sync_data()?;
        self.synced = self.length;
        Ok(())
    }

    /// Starts anew with nothing.
    ///
    /// # Errors
    /// When the file can't be cut.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.hasher.reset();
        (self.length, self.hashed, self.synced) = (0, 0, 0);
        Ok(())
    }

    /// The hash of what is in the file.
    pub(super) fn hash(&self) -> ContentHash {
        ContentHash(*self.hasher.finalize().as_bytes())
    }
}
