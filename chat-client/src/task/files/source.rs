//! A file that is sent: opened once, read twice (to hash it, and to send it), never changed. It is the
//! same file also when another one takes its name meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use chat_core::ContentHash;

use super::{READ, TELL, Watch, media, reason, shown};
use crate::session::Report;

#[derive(Debug)]
pub(super) struct Source {
    file: File,
    name: String,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Source {
    /// Opens and hashes.
    ///
    /// # Errors
    /// A sentence for people.
    pub(super) fn open(
        path: &Path,
        bytes_max: Option<u64>,
        watch: &Watch,
    ) -> Result<(Source, Report), String> {
        let name = shown(path).to_string();
        let mut file = open(path)?;
        let meta = file.metadata().map_err(|error| unreadable(&name, &error))?;
        let bytes = meta.len();
        if bytes == 0 {
            return Err(format!("{name} is empty: there is nothing to send"));
        }
        if let Some(bytes_max) = bytes_max.filter(|max| bytes > *max) {
            return Err(format!(
                "{name} has {bytes} bytes and the server takes {bytes_max} at most"
            ));
        }
        let modified = meta.modified().ok();
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; READ];
        let (mut done, mut told) = (0, 0);
        let mut begin = Vec::new();
        while done < bytes {
            let read = match file.read(&mut buffer) {
                Ok(0) => return Err(changed(&name)),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&name, &error)),
            };
            if done == 0 {
                begin = buffer[..read.min(media::BEGIN)].to_vec();
            }
            hasher.update(&buffer[..read]);
            done += read as u64;
            if done >= told + TELL {
                told = done;
                if !watch.hashing(done, bytes) {
                    return Err("cancelled".to_owned());
                }
            }
        }
        let source = Source {
            file,
            name,
            bytes,
            modified,
        };
        if done != bytes {
            return Err(changed(&source.name));
        }
        source.check()?;
        let report = Report::Hashed {
            hash: ContentHash(*hasher.finalize().as_bytes()),
            bytes,
            media: media::of(path, &begin),
        };
        Ok((source, report))
    }

    /// Reads `bytes` from `at` on.
    ///
    /// # Errors
    /// A sentence for people; also when the file is not any more what was hashed.
    pub(super) fn read(&mut self, at: u64, bytes: usize) -> Result<Vec<u8>, String> {
        let mut data = vec![0; bytes];
        let read = self
            .file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.read_exact(&mut data));
        match read {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(changed(&self.name));
            }
            Err(error) => return Err(unreadable(&self.name, &error)),
        }
        self.check()?;
        Ok(data)
    }

    /// Whether it is as it was when it was opened.
    fn check(&self) -> Result<(), String> {
        let meta = self.file.metadata();
        let meta = meta.map_err(|error| unreadable(&self.name, &error))?;
        if meta.len() == self.bytes && meta.modified().ok() == self.modified {
            return Ok(());
        }
        Err(changed(&self.name))
    }
}

fn open(path: &Path) -> Result<File, String> {
    let name = shown(path).to_string();
    // Looked at first, because merely opening some devices does something.
    let meta = fs::metadata(path).map_err(|error| unreadable(&name, &error))?;
    kind(&name, &meta)?;
    let mut options = OpenOptions::new();
    options.read(true);
    // Should it be a pipe by now, nobody waits for its other end.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    let file = options
        .open(path)
        .map_err(|error| unreadable(&name, &error))?;
    let meta = file.metadata().map_err(|error| unreadable(&name, &error))?;
    kind(&name, &meta)?;
    Ok(file)
}

fn kind(name: &str, meta: &fs::Metadata) -> Result<(), String> {
    if meta.is_dir() {
        return Err(format!(
            "{name} is a directory: pack it into one file and send that"
        ));
    }
    if !meta.is_file() {
        return Err(format!(
            "{name} is not a file but a device, a pipe or a socket: save what it gives in a file first"
        ));
    }
    Ok(())
}

fn unreadable(name: &str, error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!("there is no {name}: check the name"),
        ErrorKind::PermissionDenied => {
            format!("{name} may not be read by you: change its permissions")
        }
        _ => format!("{name} can't be read ({})", reason(error)),
    }
}

fn changed(name: &str) -> String {
    format!("{name} was changed while it was sent: send it again")
}
