//! Opening a database: its pragmas, its version, and what happens to one that can't be used.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::CacheError;
use crate::shell::data::dirs::make_private_file;

/// How long a writer waits for another process.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A kind of database: its steps from empty to the present version.
pub(super) struct Schema {
    /// Step `n` leads from version `n` to `n + 1`.
    pub(super) steps: &'static [&'static str],
}

/// An open database, and where its predecessor is if it had to be put aside.
pub(super) struct Opened {
    pub(super) db: Connection,
    pub(super) aside: Option<PathBuf>,
}

enum Failure {
    /// This file can't be used, but another in its place can.
    Unusable,
    /// The disk, the permissions, another process: a new file would fare no better.
    Other(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        if is_damage(&error) {
            Failure::Unusable
        } else {
            Failure::Other(error)
        }
    }
}

/// Whether a file is damaged, rather than busy or unreachable.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Opens or makes the database at `path`. A damaged one, or one of a newer version, is put aside.
pub(super) fn open(path: &Path, schema: &Schema) -> Result<Opened, CacheError> {
    let failed = |source| CacheError {
        file: path.to_owned(),
        source,
    };
    match connect(path, schema) {
        Ok(db) => return Ok(Opened { db, aside: None }),
        Err(Failure::Other(error)) => return Err(failed(error)),
        Err(Failure::Unusable) => {}
    }
    let aside = put_aside(path)
        .map_err(|e| failed(rusqlite::Error::ToSqlConversionFailure(Box::new(e))))?;
    match connect(path, schema) {
        Ok(db) => Ok(Opened {
            db,
            aside: Some(aside),
        }),
        Err(Failure::Other(error)) => Err(failed(error)),
        Err(Failure::Unusable) => Err(failed(rusqlite::Error::InvalidQuery)),
    }
}

fn connect(path: &Path, schema: &Schema) -> Result<Connection, Failure> {
    // What SQLite makes beside a database has the same permissions.
    make_private_file(path)
        .map_err(|e| Failure::Other(rusqlite::Error::ToSqlConversionFailure(Box::new(e))))?;
    let mut db = Connection::open(path)?;
    db.busy_timeout(BUSY_WAIT)?;
    // Only counts for a new file: lets deleted pages be given back.
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // What was taken back leaves the file, too.
    db.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    // A power cut may lose the last commits, not damage the file. Only copies and drafts are here.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    // Of two processes that migrate at once, one waits and then finds it done.
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let steps = usize::try_from(version)
        .ok()
        .and_then(|version| schema.steps.get(version..))
        .ok_or(Failure::Unusable)?;
    for step in steps {
        tx.execute_batch(step)?;
    }
    let newest = i32::try_from(schema.steps.len()).expect("a handful of steps");
    tx.pragma_update(None, "user_version", newest)?;
    tx.commit()?;
    Ok(db)
}

/// Renames a database with its companions; one that was put aside before goes.
pub(super) fn put_aside(path: &Path) -> std::io::Result<PathBuf> {
    let suffixed = |base: &Path, suffix: &str| {
        let mut name = OsString::from(base);
        name.push(suffix);
        PathBuf::from(name)
    };
    let aside = suffixed(path, ".old");
    for companion in ["-wal", "-shm"] {
        let from = suffixed(path, companion);
        let to = suffixed(&aside, companion);
        match fs::rename(from, &to) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => match fs::remove_file(to) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
                _ => {}
            },
            other => other?,
        }
    }
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// A number of ours as SQLite's signed one, bit for bit.
pub(super) fn int(number: u64) -> i64 {
    number.cast_signed()
}

/// And back.
pub(super) fn uint(number: i64) -> u64 {
    number.cast_unsigned()
}
