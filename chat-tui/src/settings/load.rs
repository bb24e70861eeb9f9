//! Where the settings file is and what is wrong with it. Reads, never writes.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::settings::Settings;

/// Why there are no settings. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// `--config` names a file that is not there.
    #[error(
        "there is no settings file {}: check the path after --config, or leave it out",
        .0.display()
    )]
    Missing(PathBuf),
    /// It is there and can't be read.
    #[error("can't read the settings file {}: {source}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It says something that it can't say.
    #[error("{}, line {line}{}: {what}; correct or delete that line", file.display(), key_part(key))]
    Wrong {
        /// Which.
        file: PathBuf,
        /// From 1.
        line: usize,
        /// The key on that line, as far as there is one.
        key: Option<String>,
        /// What is wrong.
        what: String,
    },
}

fn key_part(key: &Option<String>) -> String {
    key.as_ref()
        .map(|key| format!(", key {key}"))
        .unwrap_or_default()
}

/// Where settings are read from, so that they can be read again after a change.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: Option<PathBuf>,
    changed: Option<SystemTime>,
}

impl SettingsFile {
    /// The file that `--config` names, or the one where the system keeps such files, which may be
    /// missing.
    ///
    /// # Errors
    /// [`SettingsError`]; a missing file is one only when it was named.
    pub fn open(named: Option<&Path>) -> Result<(SettingsFile, Settings), SettingsError> {
        let path = match named {
            Some(path) => Some(path.to_owned()),
            None => default_path(),
        };
        let mut file = SettingsFile {
            path,
            changed: None,
        };
        match file.read()? {
            Some(settings) => Ok((file, settings)),
            None => match named {
                Some(path) => Err(SettingsError::Missing(path.to_owned())),
                None => Ok((file, Settings::default())),
            },
        }
    }

    /// The settings anew if the file has changed since it was last read.
    ///
    /// # Errors
    /// As [`SettingsFile::open`]; the same state of the file is an error only once.
    pub fn reread(&mut self) -> Result<Option<Settings>, SettingsError> {
        if self.time() == self.changed {
            return Ok(None);
        }
        Ok(Some(self.read()?.unwrap_or_default()))
    }

    fn time(&self) -> Option<SystemTime> {
        let meta = std::fs::metadata(self.path.as_deref()?).ok()?;
        meta.modified().ok()
    }

    fn read(&mut self) -> Result<Option<Settings>, SettingsError> {
        // Taken before reading: a change in between is then seen next time.
        self.changed = self.time();
        let Some(path) = &self.path else {
            return Ok(None);
        };
        match std::fs::read_to_string(path) {
            Ok(text) => parse(path, &text).map(Some),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SettingsError::Unreadable {
                file: path.clone(),
                source,
            }),
        }
    }
}

/// Most that is shown of a key and of what is wrong with it, in bytes. Both are shown in a terminal,
/// and a file may hold what isn't text.
const SHOWN_BYTES: usize = 400;

/// `client.toml` in the directory of the system for settings.
fn default_path() -> Option<PathBuf> {
    crate::shell::data::dirs::project().map(|dirs| dirs.config_dir().join("client.toml"))
}

impl Settings {
    /// The settings that `text` says, which stands in `file`.
    ///
    /// # Errors
    /// [`SettingsError::Wrong`].
    pub fn parse(file: &Path, text: &str) -> Result<Settings, SettingsError> {
        parse(file, text)
    }
}

fn parse(file: &Path, text: &str) -> Result<Settings, SettingsError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        SettingsError::Wrong {
            file: file.to_owned(),
            line: text[..at.start.min(text.len())].matches('\n').count() + 1,
            key: key_at(text, &at),
            what: chat_core::text::line(&error.message().replace('\n', " "), SHOWN_BYTES),
        }
    })
}

/// The key, with its section, on the line where `at` starts.
fn key_at(text: &str, at: &Range<usize>) -> Option<String> {
    let before = &text[..at.start.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let (key, _) = text[line_start..].lines().next()?.split_once('=')?;
    let section = before
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    let key = match section {
        Some(section) => format!("{section}.{}", key.trim()),
        None => key.trim().to_owned(),
    };
    Some(chat_core::text::line(&key, SHOWN_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let got = match parse(Path::new("client.toml"), text) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(got.contains(want), "{got:?} does not contain {want:?}");
    }

    #[test]
    fn what_is_wrong_is_named_by_file_line_and_key() {
        check("", "fine");
        check("[look]\ntime = \"%H\"", "fine");
        check(
            "[look]\n\ntiem = \"%H\"",
            "client.toml, line 3, key look.tiem: unknown field `tiem`",
        );
        check("[lok]\n", "client.toml, line 1: unknown field `lok`");
        check(
            "[panes]\npeople = 3",
            "line 2, key panes.people: invalid type",
        );
        check(
            "[look]\ntheme = \"pink\"",
            "line 2, key look.theme: unknown variant",
        );
        check("[look]\ntheme = ", "line 2");
        check("[log]\nx\u{1b}[m = 1", "line 2, key log.x: ");
        check(
            "[look]\ntime = \"%H:%\"",
            "line 2, key look.time: '%H:%' is not a format of strftime",
        );
    }

    #[test]
    fn a_named_file_must_be_there() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("client.toml");
        let error = SettingsFile::open(Some(&path)).expect_err("missing");
        assert!(error.to_string().contains("check the path after --config"));
    }

    #[test]
    fn a_changed_file_is_read_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("client.toml");
        std::fs::write(&path, "[look]\ntheme = \"dark\"").expect("written");
        let (mut file, settings) = SettingsFile::open(Some(&path)).expect("valid");
        assert_eq!(settings.look.theme, crate::settings::Theme::Dark);
        assert!(file.reread().expect("valid").is_none());

        std::fs::write(&path, "[look]\ntheme = \"light\"").expect("written");
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        let handle = std::fs::File::options().append(true).open(&path);
        handle.and_then(|f| f.set_modified(later)).expect("dated");
        let again = file.reread().expect("valid").expect("changed");
        assert_eq!(again.look.theme, crate::settings::Theme::Light);
    }
}
