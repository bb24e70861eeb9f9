//! The disk, as far as files are sent from it and saved on it: what `~` is, where files are saved,
//! how paths go on. What takes time is done beside the loop, and answered with an event.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use chat_client::TransferId;
use directories::UserDirs;
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::app::Event;
use crate::app::event::Probed;
use crate::shell::save;

/// Most names of a directory that are looked at for a completion: a directory with more is typed.
const LOOKED_AT_MAX: usize = 20_000;

/// Most ways in which a path is said to go on.
const WAYS_MAX: usize = 100;

/// Longest path that is looked at, in bytes; what systems take (PATH_MAX of Linux).
const PATH_BYTES: usize = 4_096;

/// See the module.
#[derive(Debug)]
pub struct Files {
    home: Option<PathBuf>,
    downloads: PathBuf,
    /// Texts that are being sent as files; each goes with its transfer.
    texts: HashMap<TransferId, TempDir>,
    // As many as there are questions of the application, which a person asks.
    answers: mpsc::UnboundedSender<Event>,
    answered: mpsc::UnboundedReceiver<Event>,
}

impl Files {
    /// Saves to `wanted` (where `~` is the home directory); if that is empty to the system's
    /// directory for downloads, else the home directory, else where the program was started.
    #[must_use]
    pub fn new(wanted: &str) -> Files {
        let (answers, answered) = mpsc::unbounded_channel();
        let user = UserDirs::new();
        let home = user.as_ref().map(|user| user.home_dir().to_owned());
        let system = user.and_then(|user| user.download_dir().map(Path::to_owned));
        let downloads = match wanted {
            "" => system.or_else(|| home.clone()).unwrap_or_default(),
            wanted => expand(wanted, home.as_deref()),
        };
        Files {
            home,
            downloads,
            texts: HashMap::new(),
            answers,
            answered,
        }
    }

    /// Where files are saved.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        self.downloads.clone()
    }

    /// The path that a person means.
    #[must_use]
    pub fn path(&self, typed: &str) -> PathBuf {
        expand(typed, self.home.as_deref())
    }

    /// A file of this name with this text, to be sent and then forgotten.
    ///
    /// # Errors
    /// There is no place for it.
    pub fn text(&self, name: &str, text: &str) -> io::Result<(TempDir, PathBuf)> {
        let dir = tempfile::Builder::new().prefix("chat-").tempdir()?;
        let path = dir.path().join(name);
        fs::write(&path, text)?;
        Ok((dir, path))
    }

    /// Keeps a text until its transfer ends.
    pub fn keep(&mut self, id: TransferId, text: TempDir) {
        self.texts.insert(id, text);
    }

    /// A transfer has ended.
    pub fn ended(&mut self, id: TransferId) {
        self.texts.remove(&id);
    }

    /// Looks how a path can go on: [`Event::Paths`].
    pub fn complete(&self, typed: String) {
        let (home, answers) = (self.home.clone(), self.answers.clone());
        tokio::task::spawn_blocking(move || {
            let paths = ways(&typed, home.as_deref()).unwrap_or_default();
            // The application has ended when nobody takes it.
            drop(answers.send(Event::Paths { typed, paths }));
        });
    }

    /// Looks whether a path is a file: [`Event::Probed`], if it is.
    pub fn probe(&self, typed: String, path: String) {
        let (file, answers) = (self.path(&path), self.answers.clone());
        tokio::task::spawn_blocking(move || {
            if path.len() > PATH_BYTES {
                return;
            }
            let Ok(metadata) = fs::metadata(&file) else {
                return;
            };
            if !metadata.is_file() {
                return;
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let found = Probed {
                typed,
                path,
                name: chat_core::text::line(&name, chat_core::limits::FILE_NAME_BYTES),
                bytes: metadata.len(),
            };
            drop(answers.send(Event::Probed(found)));
        });
    }

    /// Writes a file, but never over one that is there: [`Event::Saved`].
    pub fn write(&self, path: &str, bytes: Vec<u8>) {
        let (path, answers) = (self.path(path), self.answers.clone());
        tokio::task::spawn_blocking(move || {
            let saved = save::save(&path, &bytes);
            drop(answers.send(Event::Saved(saved)));
        });
    }

    /// Where others may put what [`Files::next`] gives.
    #[must_use]
    pub fn answers(&self) -> mpsc::UnboundedSender<Event> {
        self.answers.clone()
    }

    /// The next answer. Cancel safe.
    pub async fn next(&mut self) -> Event {
        match self.answered.recv().await {
            Some(event) => event,
            // There is always a sender: its own.
            None => std::future::pending().await,
        }
    }
}

fn expand(typed: &str, home: Option<&Path>) -> PathBuf {
    match (typed.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with(['/', MAIN_SEPARATOR]) => {
            home.join(&rest[1..])
        }
        _ => PathBuf::from(typed),
    }
}

/// The names that begin as the last part of `typed` does, each with what stood before it. Hidden ones
/// only if a dot is typed; those that are no text are left out.
fn ways(typed: &str, home: Option<&Path>) -> io::Result<Vec<String>> {
    let cut = typed.rfind(['/', MAIN_SEPARATOR]).map_or(0, |at| at + 1);
    let (front, begun) = typed.split_at(cut);
    let dir = match front {
        "" => PathBuf::from("."),
        front => expand(front, home),
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)?.take(LOOKED_AT_MAX) {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // A name that could not be shown as it is can't be picked by reading it.
        let shown = chat_core::text::line(&name, usize::MAX) == name;
        if !name.starts_with(begun) || (begun.is_empty() && name.starts_with('.')) || !shown {
            continue;
        }
        let is_dir = fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir());
        found.push(match is_dir {
            true => format!("{front}{name}{MAIN_SEPARATOR}"),
            false => format!("{front}{name}"),
        });
    }
    found.sort();
    found.truncate(WAYS_MAX);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_on_with_what_is_there() {
        let dir = tempfile::tempdir().expect("a directory");
        for name in ["plan.pdf", "plan b.txt", ".hidden", "other"] {
            fs::write(dir.path().join(name), "x").expect("written");
        }
        fs::create_dir(dir.path().join("plans")).expect("made");
        let home = Some(dir.path());
        let found = |typed: &str| ways(typed, home).expect("readable");
        assert_eq!(found("~/plan"), ["~/plan b.txt", "~/plan.pdf", "~/plans/"]);
        assert_eq!(
            found("~/"),
            ["~/other", "~/plan b.txt", "~/plan.pdf", "~/plans/"]
        );
        assert_eq!(found("~/."), ["~/.hidden"]);
        assert!(ways("~/missing/x", home).is_err());
    }

    #[test]
    fn the_home_directory_is_written_as_a_tilde() {
        let home = Some(Path::new("/home/ann"));
        assert_eq!(expand("~", home), Path::new("/home/ann"));
        assert_eq!(expand("~/a", home), Path::new("/home/ann/a"));
        assert_eq!(expand("~bob/a", home), Path::new("~bob/a"));
        assert_eq!(expand("~/a", None), Path::new("~/a"));
        assert_eq!(expand("/a", home), Path::new("/a"));
    }
}
