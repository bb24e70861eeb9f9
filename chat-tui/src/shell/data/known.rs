//! What the client remembers about servers: the certificates that were accepted, and which server
//! and nick came last.
//!
//! `known_servers` has a line `HOST:PORT FINGERPRINT` for each certificate that was accepted. It is
//! only appended to, and the last line of an address holds, so that several processes need no lock.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chat_core::{Fingerprint, Link};
use serde::{Deserialize, Serialize};

use crate::shell::data::dirs::DataDir;
use crate::shell::door::Visit;

/// Stands in a line in place of a fingerprint: what was accepted before holds no more.
const FORGOTTEN: &str = "forgotten";

/// A file of this module that can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("can't use {}: {source}; check its permissions and the disk", file.display())]
pub struct KnownError {
    file: PathBuf,
    source: io::Error,
}

/// The certificates that were accepted.
#[derive(Debug, Clone)]
pub struct KnownServers {
    file: PathBuf,
}

impl KnownServers {
    /// Those in the data directory.
    #[must_use]
    pub fn open(data: &DataDir) -> KnownServers {
        KnownServers {
            file: data.known_servers(),
        }
    }

    /// What was accepted for this address.
    ///
    /// # Errors
    /// [`KnownError`]; a missing file is none: nothing has been accepted yet.
    pub fn pin(&self, address: &str) -> Result<Option<Fingerprint>, KnownError> {
        let text = read(&self.file)?;
        Ok(pin_in(&text, address))
    }

    /// Remembers that `fingerprint` is accepted for this address from now on.
    ///
    /// # Errors
    /// [`KnownError`].
    pub fn accept(&self, address: &str, fingerprint: Fingerprint) -> Result<(), KnownError> {
        if self.pin(address)? == Some(fingerprint) {
            return Ok(());
        }
        self.append(&format!("{} {fingerprint}\n", address.to_lowercase()))
    }

    /// Remembers that nothing is accepted for this address any more.
    ///
    /// # Errors
    /// [`KnownError`].
    pub fn forget(&self, address: &str) -> Result<(), KnownError> {
        match self.pin(address)? {
            Some(_) => self.append(&format!("{} {FORGOTTEN}\n", address.to_lowercase())),
            None => Ok(()),
        }
    }

    /// Everything that is accepted, by address.
    ///
    /// # Errors
    /// [`KnownError`].
    pub fn all(&self) -> Result<Vec<(String, Fingerprint)>, KnownError> {
        let text = read(&self.file)?;
        let addresses = text.lines().filter_map(|line| line.trim().split_once(' '));
        let addresses: BTreeSet<_> = addresses.map(|(of, _)| of.to_lowercase()).collect();
        let pinned = addresses.into_iter().filter_map(|address| {
            let fingerprint = pin_in(&text, &address)?;
            Some((address, fingerprint))
        });
        Ok(pinned.collect())
    }

    fn append(&self, line: &str) -> Result<(), KnownError> {
        let append = || {
            let mut file = fs::File::options()
                .create(true)
                .append(true)
                .open(&self.file)?;
            // One write: lines of two processes don't mix.
            file.write_all(line.as_bytes())?;
            file.sync_data()
        };
        append().map_err(|source| KnownError {
            file: self.file.clone(),
            source,
        })
    }

    /// The file, for advice.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// The last line for `address`; lines that are something else are skipped.
fn pin_in(text: &str, address: &str) -> Option<Fingerprint> {
    let accepted = text.lines().rev().find_map(|line| {
        let (of, fingerprint) = line.trim().split_once(' ')?;
        match fingerprint.trim() {
            _ if !of.eq_ignore_ascii_case(address) => None,
            FORGOTTEN => Some(None),
            fingerprint => Fingerprint::parse(fingerprint).map(Some),
        }
    });
    accepted.flatten()
}

/// Replaces a file of this directory as a whole.
pub(super) fn replace(file: &Path, what: &impl Serialize) -> Result<(), KnownError> {
    let replace = || {
        let text = toml::to_string(what).map_err(io::Error::other)?;
        let beside = file.with_extension(format!("{}.new", std::process::id()));
        fs::write(&beside, text)?;
        fs::rename(&beside, file)
    };
    replace().map_err(|source| KnownError {
        file: file.to_owned(),
        source,
    })
}

fn read(file: &Path) -> Result<String, KnownError> {
    match fs::read(file) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(KnownError {
            file: file.to_owned(),
            source,
        }),
    }
}

/// What came last. Of several processes, the one that wrote last counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Last {
    /// Where to, as a link without fingerprint and invite; empty: nowhere yet.
    server: String,
    /// What one was called there; empty: nothing yet.
    nick: String,
    /// Whether that server ran in the client's own process.
    hosted: bool,
}

impl Last {
    /// Reads it; what can't be read or understood is as if nothing had been yet.
    #[must_use]
    pub fn read(data: &DataDir) -> Last {
        let text = read(&data.last()).unwrap_or_else(|error| {
            tracing::warn!(%error, "last server not read");
            String::new()
        });
        toml::from_str(&text).unwrap_or_default()
    }

    /// The last server.
    #[must_use]
    pub fn link(&self) -> Option<Link> {
        self.server.parse().ok()
    }

    /// The last nick.
    #[must_use]
    pub fn nick(&self) -> Option<&str> {
        Some(self.nick.as_str()).filter(|nick| !nick.is_empty())
    }

    /// Whether it ran in the client's own process, so that it is only there if it is run again.
    #[must_use]
    pub fn is_hosted(&self) -> bool {
        self.hosted
    }

    /// Remembers where one is and as whom.
    ///
    /// # Errors
    /// [`KnownError`].
    pub fn write(data: &DataDir, link: &Link, nick: &str, visit: Visit) -> Result<(), KnownError> {
        // What proves the server stands in `known_servers`; an invite is used once.
        let bare = Link {
            fingerprint: None,
            invite: None,
            ..link.clone()
        };
        let last = Last {
            server: bare.to_string(),
            nick: nick.to_owned(),
            hosted: visit == Visit::Hosted,
        };
        if Last::read(data) == last {
            return Ok(());
        }
        replace(&data.last(), &last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> (tempfile::TempDir, DataDir) {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::open(Some(dir.path())).expect("made");
        (dir, data)
    }

    #[test]
    fn the_last_accepted_certificate_of_an_address_holds() {
        let (_dir, data) = data();
        let known = KnownServers::open(&data);
        let (a, b) = (Fingerprint([1; 32]), Fingerprint([2; 32]));
        assert_eq!(known.pin("chat.example:7878").expect("read"), None);
        known.accept("chat.example:7878", a).expect("written");
        known.accept("Other:7878", b).expect("written");
        known.accept("chat.example:7878", b).expect("written");
        known.accept("chat.example:7878", b).expect("written");
        assert_eq!(known.pin("Chat.Example:7878").expect("read"), Some(b));
        assert_eq!(known.pin("other:7878").expect("read"), Some(b));
        assert_eq!(known.pin("chat.example:7879").expect("read"), None);
        let text = fs::read_to_string(known.file()).expect("read");
        assert_eq!(text.lines().count(), 3, "nothing twice");
    }

    #[test]
    fn damaged_lines_are_skipped() {
        let fp = Fingerprint([1; 32]);
        let text = format!("h:1 {fp}\nh:1 garbage\n\nnothing\n# h:1 {fp}\n");
        assert_eq!(pin_in(&text, "h:1"), Some(fp));
    }

    #[test]
    fn the_last_server_is_kept_without_its_secrets() {
        let (_dir, data) = data();
        assert_eq!(Last::read(&data), Last::default());
        assert_eq!(Last::read(&data).link(), None);
        let link: Link = format!("chat://h:9/#fp={}&invite=x&tls=off", Fingerprint([1; 32]))
            .parse()
            .expect("valid");
        Last::write(&data, &link, "ann", Visit::Remembered).expect("written");
        let last = Last::read(&data);
        assert_eq!(last.nick(), Some("ann"));
        let back = last.link().expect("kept").to_string();
        assert_eq!(back, "chat://h:9/#tls=off");
        fs::write(data.last(), "\u{0}damaged").expect("written");
        assert_eq!(Last::read(&data), Last::default());
    }
}
