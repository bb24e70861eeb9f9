//! The directory of contents: `HASH`, and `ACCOUNT-HASH.part` for what is not complete. Only its
//! owner can read it. Nothing that a client says becomes a part of a name but a hash, as digits.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chat_core::{AccountId, ContentHash};

use crate::files::make_private_dir;
use crate::hub::{Found, OnDisk};

/// What ends the name of a partial file.
const PARTIAL: &str = ".part";

/// See the module.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
}

impl Directory {
    /// The directory of contents within a data directory. Made where it is missing.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn open(data_dir: &Path) -> io::Result<Directory> {
        let path = data_dir.join("files");
        make_private_dir(&path)?;
        Ok(Directory { path })
    }

    fn name(&self, what: OnDisk) -> PathBuf {
        self.path.join(match what {
            OnDisk::Content(hash) => hash.to_string(),
            OnDisk::Partial(account, hash) => format!("{account}-{hash}{PARTIAL}"),
        })
    }

    /// Opens the partial file of an upload, making it where it is missing. Gives its length, too.
    pub(super) fn partial(&self, account: AccountId, hash: ContentHash) -> io::Result<(File, u64)> {
        let path = self.name(OnDisk::Partial(account, hash));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    }

    /// The length of something; `None` where it is not there.
    pub(super) fn length(&self, what: OnDisk) -> io::Result<Option<u64>> {
        match std::fs::metadata(self.name(what)) {
            Ok(there) => Ok(Some(there.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a complete partial file the name of its content, in the place of one that has it: what was
    /// verified last counts. Whether the content is there then.
    pub(super) fn settle(
        &self,
        account: AccountId,
        hash: ContentHash,
        bytes: u64,
    ) -> io::Result<bool> {
        let (content, partial) = (OnDisk::Content(hash), OnDisk::Partial(account, hash));
        if self.length(partial)? != Some(bytes) {
            return Ok(self.length(content)? == Some(bytes));
        }
        std::fs::rename(self.name(partial), self.name(content))?;
        self.sync()?;
        Ok(true)
    }

    /// Removes something. What is not there is removed.
    pub(super) fn remove(&self, what: OnDisk) -> io::Result<()> {
        match std::fs::remove_file(self.name(what)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes names last that were given.
    pub(super) fn sync(&self) -> io::Result<()> {
        // Other systems give no handle of a directory.
        #[cfg(unix)]
        File::open(&self.path)?.sync_all()?;
        Ok(())
    }

    /// What lies there, as far as it is ours.
    pub(super) fn list(&self) -> io::Result<impl Iterator<Item = Found>> {
        let now = SystemTime::now();
        let entries = std::fs::read_dir(&self.path)?;
        Ok(entries.filter_map(move |entry| {
            let entry = entry.ok()?;
            let what = what_is(entry.file_name().to_str()?)?;
            // A clock that jumped makes nothing old.
            let written = entry.metadata().and_then(|m| m.modified()).ok()?;
            let idle = now.duration_since(written).unwrap_or_default();
            let idle_ms = u64::try_from(idle.as_millis()).unwrap_or(u64::MAX);
            Some(Found { what, idle_ms })
        }))
    }

    /// A piece of a file that `account` has uploaded, from `at` on, at most `bytes_max`; empty behind
    /// its end. `None` where the content is not there in its whole length.
    ///
    /// # Errors
    /// When it can't be read.
    pub(crate) fn piece(
        &self,
        account: AccountId,
        file: &chat_core::File,
        (at, bytes_max): (u64, usize),
    ) -> io::Result<Option<Vec<u8>>> {
        // Between the commit and the new name it has the old one.
        let names = [
            OnDisk::Content(file.hash),
            OnDisk::Partial(account, file.hash),
        ];
        for name in names {
            let mut content = match File::open(self.name(name)) {
                Ok(content) => content,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if content.metadata()?.len() != file.bytes {
                continue;
            }
            let mut data = Vec::new();
            if at < file.bytes {
                content.seek(SeekFrom::Start(at))?;
                content.take(bytes_max as u64).read_to_end(&mut data)?;
            }
            return Ok(Some(data));
        }
        Ok(None)
    }
}

/// What a name stands for; `None` where it is none of ours.
fn what_is(name: &str) -> Option<OnDisk> {
    let Some(partial) = name.strip_suffix(PARTIAL) else {
        return hash(name).map(OnDisk::Content);
    };
    let (account, digits) = partial.split_once('-')?;
    // Written in one way only.
    let number: u64 = account.parse().ok()?;
    (number.to_string() == account).then_some(())?;
    Some(OnDisk::Partial(AccountId(number), hash(digits)?))
}

fn hash(digits: &str) -> Option<ContentHash> {
    let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok()?;
    Some(ContentHash(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written_and_others_are_not_ours() {
        let dir = tempfile::tempdir().expect("a directory");
        let directory = Directory::open(dir.path()).expect("made");
        let hash = ContentHash([0xab; 32]);
        for what in [OnDisk::Content(hash), OnDisk::Partial(AccountId(17), hash)] {
            let path = directory.name(what);
            let name = path.file_name().and_then(|n| n.to_str()).expect("text");
            assert_eq!(what_is(name), Some(what));
        }
        let digits = "ab".repeat(32);
        for other in [
            "notes.txt".to_owned(),
            digits.to_uppercase(),
            format!("{digits}0"),
            format!("-{digits}.part"),
            format!("017-{digits}.part"),
            format!("{digits}.part"),
        ] {
            assert_eq!(what_is(&other), None, "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_lies_there() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let directory = Directory::open(dir.path()).expect("made");
        let (account, hash) = (AccountId(1), ContentHash([1; 32]));
        directory.partial(account, hash).expect("made");
        let mode =
            |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&directory.path), 0o700);
        let partial = directory.name(OnDisk::Partial(account, hash));
        assert_eq!(mode(&partial), 0o600);
    }
}
