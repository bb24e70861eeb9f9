//! The data directory: one server's at a time, readable by its owner only.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A data directory that this process has for itself, until this is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why a data directory can't be used. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another server has it.
    #[error("another server is using {0}: stop it, or choose another --data-dir")]
    InUse(PathBuf),
    /// It can't be made or written.
    #[error("cannot use the data directory {path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The system has no place for data.
    #[error(
        "this system has no place for data of a user without a home: choose one with --data-dir"
    )]
    NoPlace,
}

impl DataDir {
    /// Makes the directory where it is missing, and takes it.
    ///
    /// # Errors
    /// [`DataDirError`].
    pub(crate) fn open(path: &Path) -> Result<DataDir, DataDirError> {
        let failed = |error| DataDirError::Io {
            path: path.to_owned(),
            error,
        };
        make_private_dir(path).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(DataDir {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Where the system keeps data of this server.
    ///
    /// # Errors
    /// [`DataDirError::NoPlace`], when it doesn't say.
    pub(crate) fn standard() -> Result<PathBuf, DataDirError> {
        let dirs =
            directories::ProjectDirs::from("", "", "terminal-chat").ok_or(DataDirError::NoPlace)?;
        Ok(dirs.data_dir().join("server"))
    }

    /// The invite of this server: 16 random bytes in letters and digits, made on the first call.
    ///
    /// # Errors
    /// What reading or writing the file says.
    pub(crate) fn invite(&self) -> io::Result<String> {
        let path = self.path.join("invite");
        match std::fs::read_to_string(&path) {
            Ok(word) if !word.trim().is_empty() => Ok(word.trim().to_owned()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => {
                let mut bytes = [0; 16];
                getrandom::fill(&mut bytes).map_err(io::Error::other)?;
                let word = data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase();
                write_secret(&path, word.as_bytes())?;
                Ok(word)
            }
        }
    }
}

/// Writes a file that only its owner can read, whole or not at all.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    // One that was left by a crash may have other rights.
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(unfinished, path)
}

/// Makes an empty file that only its owner can use, where there is none.
pub(crate) fn make_private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_directory_has_one_server() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("data");
        let first = DataDir::open(&path).expect("free");
        let error = DataDir::open(&path).expect_err("taken");
        assert!(
            error.to_string().contains("another server is using"),
            "{error}"
        );
        drop(first);
        DataDir::open(&path).expect("free again");
    }

    #[test]
    fn secrets_are_the_owners_and_stay() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::open(&dir.path().join("data")).expect("free");
        let invite = data.invite().expect("made");
        assert_eq!(data.invite().expect("read"), invite);
        assert_eq!(invite.len(), 26);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode(&data.path.join("invite")), 0o600);
            assert_eq!(mode(&data.path), 0o700);
        }
    }
}
