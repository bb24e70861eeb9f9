//! The configuration: one struct per section, `Default` the only source of defaults.
//!
//! `config/server.toml` lists every key with its default; a test compares the two.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Everything a server can be told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where it listens and what it is called.
    pub server: ServerSection,
    /// Its certificate.
    pub tls: TlsSection,
    /// How it stores.
    pub store: StoreSection,
    /// What it gives to whom.
    pub limits: LimitsSection,
    /// How it pushes rosters.
    pub roster: RosterSection,
    /// How large files may be, one and all.
    pub files: FilesSection,
    /// What it logs.
    pub log: LogSection,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSection {
    /// What the server calls itself; empty for the host of the join link.
    pub name: String,
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `HOST` or `HOST:PORT` that the join link names; empty for an address of this machine.
    pub public_address: String,
    /// Where certificate, store and invite are kept; empty for the place of the system.
    pub data_dir: PathBuf,
    /// Speak plain TCP instead of TLS.
    pub plaintext: Plaintext,
    /// Whether new accounts need the invite of the join link.
    pub invite_only: bool,
    /// Threads that own connections; 0 for one less than there are cores, which is left to those that
    /// decide and commit; at least 1, at most 8.
    pub workers: usize,
}

impl Default for ServerSection {
    fn default() -> Self {
        ServerSection {
            name: String::new(),
            listen: SocketAddr::from(([0, 0, 0, 0], chat_core::limits::PORT)),
            public_address: String::new(),
            data_dir: PathBuf::new(),
            plaintext: Plaintext::Never,
            invite_only: false,
            workers: 0,
        }
    }
}

/// Where the server may speak plain TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plaintext {
    /// Nowhere: TLS.
    Never,
    /// On loopback addresses; to listen elsewhere is refused.
    Loopback,
    /// On every address.
    Anywhere,
}

/// `[tls]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsSection {
    /// PEM file with the certificate chain; empty for a self-made one in the data directory.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
}

/// `[store]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSection {
    /// What an acknowledgement promises.
    pub durability: Durability,
    /// Largest size of the store in MiB; posts are refused beyond it. 0 for no limit.
    pub size_mib_max: u64,
}

impl Default for StoreSection {
    fn default() -> Self {
        StoreSection {
            durability: Durability::Fsync,
            size_mib_max: 0,
        }
    }
}

/// What an acknowledgement promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// It is on the disk: survives a power cut.
    Fsync,
    /// The operating system has it: survives a crash of the server, not one of the machine.
    Os,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address (a household or an office may share one).
    pub connections_per_address: usize,
    /// Connections that have not logged in.
    pub unauthenticated: usize,
    /// Seconds after which a client that finds no place is told to try again.
    pub full_retry_seconds: u64,
    /// Seconds to log in.
    pub login_seconds: u64,
    /// Bytes that a connection may send before it has logged in.
    pub login_bytes: usize,
    /// Sessions of one account.
    pub sessions_per_account: usize,
    /// Posts that an account may send at once after a pause; 0 for no limit.
    pub post_burst: u32,
    /// Posts per second that an account may send for long; the burst fills up at this rate.
    pub posts_per_second: f64,
    /// Strokes, or pieces of them, that an account may draw at once after a pause; 0 for no limit.
    pub stroke_burst: u32,
    /// Strokes per second that an account may draw for long.
    pub strokes_per_second: f64,
    /// Longest text in bytes.
    pub text_bytes: usize,
    /// Rooms that an account may be in.
    pub rooms_per_account: usize,
    /// Rooms in all.
    pub rooms: usize,
    /// Accounts in all.
    pub accounts: usize,
    /// Days without a login after which a nick is free for others.
    pub nick_idle_days: u64,
}

impl Default for LimitsSection {
    fn default() -> Self {
        LimitsSection {
            connections: 10_000,
            connections_per_address: 256,
            unauthenticated: 1_000,
            full_retry_seconds: 30,
            login_seconds: 10,
            login_bytes: 16 * 1024,
            sessions_per_account: 32,
            post_burst: 20,
            posts_per_second: 5.0,
            stroke_burst: 50,
            strokes_per_second: 25.0,
            text_bytes: chat_core::limits::TEXT_BYTES,
            rooms_per_account: 100,
            rooms: 100_000,
            accounts: 100_000,
            nick_idle_days: 90,
        }
    }
}

/// `[roster]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RosterSection {
    /// Seconds between pushes of what changed in large rooms.
    pub period_seconds: u64,
    /// Up to this many people present, changes are pushed at once.
    pub small_room: usize,
}

impl Default for RosterSection {
    fn default() -> Self {
        RosterSection {
            period_seconds: 5,
            small_room: 50,
        }
    }
}

/// `[files]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilesSection {
    /// Largest file in MiB; 0 switches files off.
    pub file_mib_max: u64,
    /// What the files of one account may take, in MiB.
    pub account_mib_max: u64,
    /// What all files may take, in MiB.
    pub total_mib_max: u64,
    /// Hours after which an upload that gets nothing is dropped, and a file that is in no message.
    pub upload_hours_max: u64,
}

impl Default for FilesSection {
    fn default() -> Self {
        FilesSection {
            file_mib_max: 100,
            account_mib_max: 1_024,
            total_mib_max: 10_240,
            upload_hours_max: 24,
        }
    }
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// Lines for people or for programs.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,chat_server=debug`.
    pub level: String,
}

impl Default for LogSection {
    fn default() -> Self {
        LogSection {
            format: LogFormat::Text,
            level: "info".into(),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Most that is shown of a line that is wrong, and of what is wrong with it, in bytes.
const SHOWN_BYTES: usize = 400;

/// Why a configuration can't be used. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("cannot read the configuration {path}: {error}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It isn't what it should be.
    #[error("the configuration {path} is wrong: {message}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Line, key and reason.
        message: String,
    },
    /// A value that makes no sense.
    #[error("{0}")]
    Value(String),
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and what is wrong in it.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Read {
            path: path.to_owned(),
            error,
        })?;
        Config::parse(path, &text)
    }

    /// Reads what the file `path` holds.
    ///
    /// # Errors
    /// [`ConfigError::Parse`].
    pub fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let number = text[..at].matches('\n').count();
            let line = text.lines().nth(number).unwrap_or_default();
            // Someone reads it in a terminal, where a file may hold what isn't text.
            let said = |raw: &str| chat_core::text::line(&raw.replace('\n', " "), SHOWN_BYTES);
            let message = format!(
                "line {} ({}): {}",
                number + 1,
                said(line),
                said(error.message())
            );
            ConfigError::Parse {
                path: path.to_owned(),
                message,
            }
        })
    }

    /// Reads `server.toml` where the system keeps configuration; the defaults where there is none.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and what is wrong in it.
    pub fn standard() -> Result<Config, ConfigError> {
        let path = directories::ProjectDirs::from("", "", "terminal-chat")
            .map(|dirs| dirs.config_dir().join("server.toml"))
            .filter(|path| path.exists());
        path.map_or_else(|| Ok(Config::default()), |path| Config::read(&path))
    }

    /// Checks what no type says.
    ///
    /// # Errors
    /// [`ConfigError::Value`] names the key and what it may be.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |message: &str| Err(ConfigError::Value(message.to_owned()));
        let limits = &self.limits;
        if !(1..=chat_core::limits::TEXT_BYTES).contains(&limits.text_bytes) {
            return wrong(
                "limits.text_bytes must be from 1 to 8192: the protocol takes no longer texts",
            );
        }
        if !limits.posts_per_second.is_finite() || limits.posts_per_second <= 0.0 {
            return wrong(
                "limits.posts_per_second must be more than 0 (post_burst = 0 switches the limit off)",
            );
        }
        if !limits.strokes_per_second.is_finite() || limits.strokes_per_second <= 0.0 {
            return wrong(
                "limits.strokes_per_second must be more than 0 (stroke_burst = 0 switches the limit off)",
            );
        }
        let periods = [limits.login_seconds, self.roster.period_seconds];
        if periods.iter().any(|period| !(1..=3600).contains(period)) {
            return wrong("limits.login_seconds and roster.period_seconds must be from 1 to 3600");
        }
        if limits.connections == 0 {
            return wrong("limits.connections must be at least 1: nobody could connect");
        }
        if !(1..=3600).contains(&limits.full_retry_seconds) {
            return wrong("limits.full_retry_seconds must be from 1 to 3600");
        }
        let files = &self.files;
        // More than any disk has; computing with it can't overflow.
        const MIB_MAX: u64 = 1 << 40;
        if files
            .total_mib_max
            .max(files.account_mib_max)
            .max(files.file_mib_max)
            > MIB_MAX
        {
            return wrong("the sizes in files are in MiB, and may be at most 2^40");
        }
        if !(1..=24 * 365).contains(&files.upload_hours_max) {
            return wrong("files.upload_hours_max must be from 1 to 8760");
        }
        if self.tls.certificate.as_os_str().is_empty() != self.tls.key.as_os_str().is_empty() {
            return wrong("tls.certificate and tls.key belong together: set both or neither");
        }
        let server = &self.server;
        if server.plaintext == Plaintext::Loopback && !server.listen.ip().is_loopback() {
            return wrong(
                "plain TCP on an address that others reach would let them read along: listen on 127.0.0.1, \
                 or ask for it twice (--plaintext --plaintext, or plaintext = \"anywhere\")",
            );
        }
        Ok(())
    }

    /// The number of workers after resolving 0.
    #[must_use]
    pub fn workers(&self) -> usize {
        match self.server.workers {
            0 => std::thread::available_parallelism()
                .map_or(1, |cores| cores.get() - 1)
                .clamp(1, 8),
            n => n.min(64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_file_is_the_default() {
        let path = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../config/server.toml"
        ));
        let text = std::fs::read_to_string(path).expect("config/server.toml is there");
        assert_eq!(Config::read(path).expect("it parses"), Config::default());
        // Every key stands in the file, so that a reader sees all of them.
        let all = toml::Table::try_from(Config::default()).expect("the default is a table");
        let file: toml::Table = text.parse().expect("it parses");
        for (section, keys) in &all {
            for key in keys.as_table().expect("sections are tables").keys() {
                assert!(
                    file[section].get(key).is_some(),
                    "{section}.{key} is missing"
                );
            }
        }
    }

    #[test]
    fn wrong_values_are_named() {
        let mut config = Config::default();
        config.server.plaintext = Plaintext::Loopback;
        assert!(
            config
                .check()
                .expect_err("0.0.0.0 is not loopback")
                .to_string()
                .contains("twice")
        );
        let mut config = Config::default();
        config.limits.text_bytes = 0;
        assert!(
            config
                .check()
                .expect_err("0 bytes")
                .to_string()
                .contains("limits.text_bytes")
        );
    }

    #[test]
    fn what_is_wrong_in_a_file_is_one_sentence() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = Config::parse(Path::new("server.toml"), text).expect_err("it is wrong");
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains(char::is_control), "{error:?}");
        }
        check(
            "[limits]\nconections = 1",
            "server.toml is wrong: line 2 (conections = 1): unknown field `conections`",
        );
        check("[tls]\n\nkey = ", "line 3 (key =): ");
        check("x\u{1b}[m = 1", "line 1 (x = 1): ");
    }
}
