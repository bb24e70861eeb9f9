//! The identity's file: one private key, as base64, readable by its owner alone. Made once, never
//! changed.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chat_core::Identity;
use data_encoding::BASE64;

/// Why there is no identity. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It can't be read or made.
    #[error("can't use the key file {}: {source}; check its permissions and the disk", file.display())]
    Io {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read it.
    #[error(
        "other users can read the key file {}, so it may have been copied: run chmod 600 on it if you \
         trust them, or move it away to start as a new account",
        .0.display()
    )]
    Open(PathBuf),
    /// It is something else.
    #[error(
        "the key file {} is damaged: put it back from a backup, or move it away to start as a new \
         account",
        .0.display()
    )]
    Damaged(PathBuf),
    /// The system gives no randomness.
    #[error("can't make a key: the system gives no random numbers ({0})")]
    Random(getrandom::Error),
}

/// Reads the identity, making it if there is none. Of several processes that do so at once, all get
/// the same.
///
/// # Errors
/// [`KeyError`].
pub fn open(path: &Path) -> Result<Identity, KeyError> {
    if let Some(identity) = read(path)? {
        return Ok(identity);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(KeyError::Random)?;
    create(path, &seed).map_err(|source| failed(path, source))?;
    // Whoever was first: it is theirs that counts.
    read(path)?.ok_or_else(|| failed(path, io::ErrorKind::NotFound.into()))
}

fn failed(path: &Path, source: io::Error) -> KeyError {
    KeyError::Io {
        file: path.to_owned(),
        source,
    }
}

fn read(path: &Path) -> Result<Option<Identity>, KeyError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => {
            return Err(KeyError::Damaged(path.to_owned()));
        }
        Err(e) => return Err(failed(path, e)),
    };
    if others_can_read(path).map_err(|e| failed(path, e))? {
        return Err(KeyError::Open(path.to_owned()));
    }
    let seed = BASE64.decode(text.trim().as_bytes()).ok();
    let seed: Option<[u8; 32]> = seed.and_then(|bytes| bytes.try_into().ok());
    match seed {
        Some(seed) => Ok(Some(Identity::from_seed(&seed))),
        None => Err(KeyError::Damaged(path.to_owned())),
    }
}

/// Puts a whole file in place, unless one is there: written beside it first, so that no other
/// process and no crash ever sees half of it.
fn create(path: &Path, seed: &[u8; 32]) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    private(&mut options);
    // Left over from a process that was killed and had the same number.
    remove(&beside)?;
    let mut file = options.open(&beside)?;
    file.write_all(format!("{}\n", BASE64.encode(seed)).as_bytes())?;
    file.sync_all()?;
    let linked = match fs::hard_link(&beside, path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // File systems without links: the worst is that the later of two processes wins.
        Err(_) if !path.exists() => fs::rename(&beside, path),
        other => other,
    };
    remove(&beside)?;
    linked
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn private(options: &mut fs::OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut fs::OpenOptions) {}

#[cfg(unix)]
fn others_can_read(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir() -> tempfile::TempDir {
        tempfile::tempdir().expect("a directory")
    }

    #[test]
    fn the_identity_stays() {
        let dir = dir();
        let path = dir.path().join("identity.key");
        let first = open(&path).expect("made").public();
        assert_eq!(open(&path).expect("read").public(), first);
        let left: Vec<_> = fs::read_dir(dir.path()).expect("read").collect();
        assert_eq!(left.len(), 1, "nothing left beside it");
    }

    #[test]
    fn two_that_start_at_once_agree() {
        let dir = dir();
        let path = dir.path().join("identity.key");
        // The one that comes second finds the file already there.
        create(&path, &[1; 32]).expect("made");
        create(&path, &[2; 32]).expect("left alone");
        let identity = open(&path).expect("read");
        assert_eq!(identity.seed(), [1; 32]);
    }

    #[test]
    fn damage_says_what_to_do() {
        let dir = dir();
        let path = dir.path().join("identity.key");
        for wrong in ["", "AAAA", "not base64 !", "\u{fffd}"] {
            fs::write(&path, wrong).expect("written");
            close(&path);
            let error = open(&path).expect_err("damaged").to_string();
            assert!(error.contains("put it back from a backup"), "{error}");
        }
    }

    #[cfg(unix)]
    fn close(path: &Path) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("changed");
    }

    #[cfg(not(unix))]
    fn close(_: &Path) {}

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = dir();
        let path = dir.path().join("identity.key");
        open(&path).expect("made");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
        let error = open(&path).expect_err("open").to_string();
        assert!(error.contains("run chmod 600"), "{error}");
    }
}
