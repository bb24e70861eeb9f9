//! A file that is saved. Until it is whole and verified it is called after its hash, `<hash>.part`, in the
//! directory where it will be; what an earlier transfer left there is gone on with. Then it gets a name that
//! was free. Nothing that was there before is changed, and no link is followed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chat_core::ContentHash;

use super::{Open, READ, TELL, Watch, reason, shown};
use crate::session::Report;

/// Names that are tried when the first is taken: `name (2)` to this.
const NAMES_MAX: u32 = 9_999;

/// How long another transfer of the same content is waited for, and in which steps: the end of one
/// that was given up takes a moment; one that goes on takes longer than a person waits.
const LOCK_TRIES: u32 = 20;
const LOCK_WAIT: Duration = Duration::from_millis(50);

/// Bytes after which what was written goes to the disk. All at once at the end would make everybody
/// on the machine wait for it whose own few bytes have to get there, such as a server beside it.
const SYNC_BYTES: u64 = 2 << 20;

#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    dir: PathBuf,
    path: PathBuf,
    hash: ContentHash,
    hasher: Box<blake3::Hasher>,
    held: u64,
    synced: u64,
}

impl Partial {
    /// Opens it, or makes it, and the directory as well.
    ///
    /// # Errors
    /// A sentence for people.
    pub(super) fn open(
        dir: &Path,
        hash: ContentHash,
        bytes: u64,
        watch: &Watch,
    ) -> Result<Partial, String> {
        let cannot = |error: io::Error| cannot_write(dir, &error);
        fs::create_dir_all(dir).map_err(cannot)?;
        let path = dir.join(format!("{hash}.part"));
        let file = open_own(&path)?;
        lock(&file)?;
        let mut partial = Partial {
            file,
            dir: dir.to_owned(),
            path,
            hash,
            hasher: Box::default(),
            held: 0,
            synced: 0,
        };
        if partial.file.metadata().map_err(cannot)?.len() > bytes {
            partial.file.set_len(0).map_err(cannot)?;
        }
        partial.hash_held(bytes, watch)?;
        partial.synced = partial.held;
        Ok(partial)
    }

    /// Reads what is there.
    fn hash_held(&mut self, bytes: u64, watch: &Watch) -> Result<(), String> {
        let mut buffer = vec![0; READ];
        let mut told = 0;
        loop {
            match self.file.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    self.hasher.update(&buffer[..read]);
                    self.held += read as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(cannot_write(&self.dir, &error)),
            }
            if self.held >= told + TELL {
                told = self.held;
                if !watch.hashing(self.held, bytes) {
                    return Err("cancelled".to_owned());
                }
            }
        }
    }

    /// How much of the content is there.
    pub(super) fn held(&self) -> u64 {
        self.held
    }

    /// Appends.
    ///
    /// # Errors
    /// A sentence for people. What was there stays, and no more counts.
    pub(super) fn write(&mut self, data: &[Vec<u8>]) -> Result<(), String> {
        for part in data {
            let written = self
                .file
                .seek(SeekFrom::Start(self.held))
                .and_then(|_| self.file.write_all(part));
            if let Err(error) = written {
                // Half a part would be taken for held by the next transfer, which is right as well.
                return Err(cannot_write(&self.dir, &error));
            }
            self.hasher.update(part);
            self.held += part.len() as u64;
        }
        if self.held - self.synced >= SYNC_BYTES {
            self.synced = self.held;
            let synced = self.file.sync_data();
            synced.map_err(|error| cannot_write(&self.dir, &error))?;
        }
        Ok(())
    }

    /// Verifies it and gives it a name that is free: `name`, or with a number.
    pub(super) fn settle(self, name: &str) -> (Option<Open>, Report) {
        if self.hasher.finalize() != blake3::Hash::from_bytes(self.hash.0) {
            self.remove();
            return (None, Report::NotTheContent);
        }
        // The name promises that it is all there, also after a power cut.
        if let Err(error) = self.file.sync_all() {
            let why = cannot_write(&self.dir, &error);
            return (Some(Open::Partial(self)), Report::Failed { why });
        }
        match self.named(name) {
            Ok(path) => (None, Report::Saved { path }),
            Err(error) => {
                let why = cannot_write(&self.dir, &error);
                (Some(Open::Partial(self)), Report::Failed { why })
            }
        }
    }

    fn named(&self, name: &str) -> io::Result<PathBuf> {
        for number in 1..=NAMES_MAX {
            let path = self.dir.join(numbered(name, number));
            match self.take_name(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(path),
            }
        }
        Err(io::Error::new(
            ErrorKind::AlreadyExists,
            "too many files of that name are there",
        ))
    }

    /// Takes a name only if nothing has it, whatever it is.
    fn take_name(&self, path: &Path) -> io::Result<()> {
        match fs::hard_link(&self.path, path) {
            Ok(()) => {
                // It has its name; that it has another one as well harms nobody.
                if let Err(error) = fs::remove_file(&self.path) {
                    tracing::warn!(%error, "a partial file stays");
                }
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without links: the name is taken by an empty file, then by this one.
            Err(_) => {
                drop(OpenOptions::new().write(true).create_new(true).open(path)?);
                fs::rename(&self.path, path)
            }
        }
    }

    /// Takes it away.
    pub(super) fn remove(&self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "a partial file stays");
        }
    }
}

/// Opens or makes a file of our own. What else lies there under its name (a link, a pipe, somebody
/// else's file, one that has another name as well) is left alone.
fn open_own(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    let in_the_way = || format!("{} is in the way: remove it", shown(path));
    let taken = fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_file());
    if taken {
        return Err(in_the_way());
    }
    let dir = path.parent().unwrap_or(path);
    let file = options
        .open(path)
        .map_err(|error| cannot_write(dir, &error))?;
    let meta = file.metadata().map_err(|error| cannot_write(dir, &error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let own = meta.uid() == rustix::process::geteuid().as_raw();
        if !own || meta.nlink() != 1 {
            return Err(in_the_way());
        }
    }
    if !meta.is_file() {
        return Err(in_the_way());
    }
    Ok(file)
}

/// Keeps others away, which would write the same. One that ends just now is waited for.
fn lock(file: &File) -> Result<(), String> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
            // A file system without locks.
            Err(TryLockError::Error(error)) => {
                tracing::debug!(%error, "no lock on a partial file");
                return Ok(());
            }
        }
    }
    Err("the same file is being saved there already: wait for it".to_owned())
}

/// `name`, and from 2 on `name (2)` with the number before the ending.
fn numbered(name: &str, number: u32) -> String {
    match (number, name.rfind('.')) {
        (1, _) => name.to_owned(),
        (_, Some(dot)) if dot > 0 => format!("{} ({number}){}", &name[..dot], &name[dot..]),
        _ => format!("{name} ({number})"),
    }
}

fn cannot_write(dir: &Path, error: &io::Error) -> String {
    let dir = shown(dir);
    match error.kind() {
        ErrorKind::PermissionDenied => {
            format!("nothing may be saved in {dir} by you: choose another directory")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("there is no room left in {dir}: make some and save it again")
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            format!("{dir} is not a directory: choose another one")
        }
        _ => format!("it can't be saved in {dir} ({})", reason(error)),
    }
}
