//! What every job begins with: settings, data directory, log, identity, and what one is called.

use std::sync::Arc;

use chat_core::{Identity, Nick};
use tracing_appender::non_blocking::WorkerGuard;

use crate::cli::{Common, Plaintext};
use crate::settings::{Settings, SettingsError, SettingsFile};
use crate::shell::data::dirs::{DataDir, DirError};
use crate::shell::data::keyfile::{self, KeyError};
use crate::shell::data::known::{KnownServers, Last};
use crate::shell::data::logging::{self, LogError};

/// Why a job can't begin. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The data directory.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// The identity.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// `--nick` or the settings name a nick that no server takes.
    #[error("{0}")]
    Nick(#[from] chat_core::name::NameError),
}

/// Everything that a job begins with.
#[derive(Debug)]
pub struct Home {
    /// Where files are.
    pub data: DataDir,
    /// The key that is the account.
    pub identity: Arc<Identity>,
    /// Accepted certificates.
    pub known: KnownServers,
    /// What people want.
    pub settings: Settings,
    /// Where that was read from.
    pub settings_file: SettingsFile,
    /// How often doing without TLS was asked for.
    pub plaintext: Plaintext,
    /// The nick that was asked for by flag: also an account that has another one takes it.
    pub nick: Option<Nick>,
    _log: WorkerGuard,
}

impl Home {
    /// Opens everything; makes what is missing.
    ///
    /// # Errors
    /// [`HomeError`].
    pub fn open(common: &Common) -> Result<Home, HomeError> {
        let (settings_file, settings) = SettingsFile::open(common.config.as_deref())?;
        let data = DataDir::open(common.data_dir.as_deref())?;
        let log = logging::start(&data, &settings.log)?;
        let nick = wished(common.nick.as_deref().unwrap_or_default())?;
        // Only offered, but what can't be a nick is said at once.
        wished(&settings.person.nick)?;
        Ok(Home {
            identity: Arc::new(keyfile::open(&data.identity())?),
            known: KnownServers::open(&data),
            plaintext: common.plaintext,
            data,
            settings,
            settings_file,
            nick,
            _log: log,
        })
    }

    /// What to be called where one has no account yet and nothing else was asked for.
    #[must_use]
    pub fn offered_nick(&self) -> Nick {
        let last = Last::read(&self.data);
        let asked = self.nick.as_ref().map(Nick::as_str);
        let login = ["USER", "LOGNAME", "USERNAME"].map(|name| std::env::var(name).ok());
        let login = login.iter().flatten().map(String::as_str);
        let offered = [self.settings.person.nick.as_str()].into_iter();
        first_nick(
            asked
                .into_iter()
                .chain(offered)
                .chain(last.nick())
                .chain(login),
        )
    }
}

/// A nick that somebody wrote; empty for none.
fn wished(nick: &str) -> Result<Option<Nick>, chat_core::name::NameError> {
    match nick {
        "" => Ok(None),
        nick => Nick::parse(nick).map(Some),
    }
}

/// The first of these that is a nick, or nearly.
fn first_nick<'a>(wishes: impl Iterator<Item = &'a str>) -> Nick {
    let nearly = |wish: &str| {
        let kept = wish.chars().filter(|c| c.is_alphanumeric());
        kept.take(chat_core::limits::NICK_CHARS).collect::<String>()
    };
    wishes
        .flat_map(|wish| [wish.to_owned(), nearly(wish)])
        .find_map(|wish| Nick::parse(&wish).ok())
        .unwrap_or_else(|| Nick::received("guest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nick_is_found_for_everybody() {
        let check = |wishes: &[&str], want: &str| {
            assert_eq!(first_nick(wishes.iter().copied()).as_str(), want);
        };
        check(&["ann", "root"], "ann");
        check(&["", "root"], "root");
        check(&["DOMAIN\\bob smith"], "DOMAINbobsmith");
        check(&["$$$"], "guest");
        check(&[], "guest");
    }

    #[test]
    fn the_nick_of_the_settings_is_offered_and_renames_nobody() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("client.toml");
        std::fs::write(&file, "[person]\nnick = \"zoe\"").expect("written");
        let common = Common {
            config: Some(file),
            data_dir: Some(dir.path().join("data")),
            ..Common::default()
        };
        let home = Home::open(&common).expect("a home");
        assert_eq!(home.nick, None);
        assert_eq!(home.offered_nick().as_str(), "zoe");
    }

    #[test]
    fn a_wrong_nick_is_said_before_anything_else_happens() {
        let dir = tempfile::tempdir().expect("a directory");
        let common = Common {
            nick: Some("a b".into()),
            data_dir: Some(dir.path().to_owned()),
            ..Common::default()
        };
        let error = Home::open(&common).expect_err("no nick").to_string();
        assert!(error.contains("can't stand in a name"), "{error}");
    }
}
