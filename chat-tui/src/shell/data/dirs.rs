//! Where files are: found, made with the right permissions, never written to from here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The system's directories for this program; none for a user without a home.
pub(crate) fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "terminal-chat")
}

/// Why there is no data directory. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DirError {
    /// The user has no home.
    #[error("there is no home directory to keep data in: name a directory with --data-dir")]
    Homeless,
    /// It can't be made or opened.
    #[error(
        "can't use the data directory {}: {source}; make it writable, or name another with --data-dir",
        dir.display()
    )]
    Unusable {
        /// Which.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The directory with everything that the client keeps.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The named directory, or the system's for this program; made for the user alone if it is
    /// missing.
    ///
    /// # Errors
    /// [`DirError`].
    pub fn open(named: Option<&Path>) -> Result<DataDir, DirError> {
        let dir = match named {
            Some(dir) => dir.to_owned(),
            None => project()
                .ok_or(DirError::Homeless)?
                .data_local_dir()
                .to_owned(),
        };
        let unusable = |source| DirError::Unusable {
            dir: dir.clone(),
            source,
        };
        make_private(&dir).map_err(unusable)?;
        // A path relative to where the program was started stays right when it moves.
        let absolute = std::path::absolute(&dir).map_err(unusable)?;
        Ok(DataDir(absolute))
    }

    /// The private key.
    #[must_use]
    pub fn identity(&self) -> PathBuf {
        self.0.join("identity.key")
    }

    /// The certificates that were accepted.
    #[must_use]
    pub fn known_servers(&self) -> PathBuf {
        self.0.join("known_servers")
    }

    /// Where one has been.
    #[must_use]
    pub fn servers(&self) -> PathBuf {
        self.0.join("servers.toml")
    }

    /// The last server and nick.
    #[must_use]
    pub fn last(&self) -> PathBuf {
        self.0.join("last.toml")
    }

    /// What may be lost: entries.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.0.join("cache.db")
    }

    /// What may not be lost: drafts and unacknowledged posts.
    #[must_use]
    pub fn drafts(&self) -> PathBuf {
        self.0.join("drafts.db")
    }

    /// The directory of the log files; made if it is missing.
    ///
    /// # Errors
    /// [`DirError`].
    pub fn logs(&self) -> Result<PathBuf, DirError> {
        let dir = self.0.join("logs");
        match make_private(&dir) {
            Ok(()) => Ok(dir),
            Err(source) => Err(DirError::Unusable { dir, source }),
        }
    }

    /// The data of a server that `chat-tui host` runs.
    #[must_use]
    pub fn server(&self) -> PathBuf {
        self.0.join("server")
    }
}

#[cfg(unix)]
fn make_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
}

/// Lets only the user read the file, which is made if it is missing.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub(crate) fn make_private_file(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::File::options();
    options.append(true).create(true).mode(0o600);
    options.open(file).map(drop)
}

/// As on Unix; here the directory's access control list holds for the file.
///
/// # Errors
/// What the system says.
#[cfg(not(unix))]
pub(crate) fn make_private_file(file: &Path) -> io::Result<()> {
    fs::File::options()
        .append(true)
        .create(true)
        .open(file)
        .map(drop)
}

#[cfg(not(unix))]
fn make_private(dir: &Path) -> io::Result<()> {
    // The user's profile is private by its access control list.
    fs::create_dir_all(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_directory_is_made_for_the_user_alone() {
        let base = tempfile::tempdir().expect("a directory");
        let dir = base.path().join("a/b");
        let data = DataDir::open(Some(&dir)).expect("made");
        assert_eq!(data.cache(), dir.join("cache.db"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&dir).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }

    #[test]
    fn a_file_in_the_way_says_what_to_do() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let error = DataDir::open(Some(file.path())).expect_err("not a directory");
        assert!(error.to_string().contains("--data-dir"), "{error}");
    }
}
