//! Opening the store: its version, its migrations, and what is said when it can't be used.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::log::{Log, truncate_log};
use super::read::Reader;
use super::write::{BUSY, Writer};
use crate::config::{Durability, StoreSection};
use crate::contents::Directory;

/// Marks the file as a store of this server (SQLite's `application_id`): "chat".
const APPLICATION: i32 = 0x6368_6174;

/// Memory for pages of the store that the journal's thread has at hand, in KiB: those that a bulk of
/// scattered rows is listed in, so that they are not read again for each.
const CACHE_KIB: i32 = 16 * 1024;

/// The same for who reads history, and for the painter, who reads each thing once, in KiB.
const READER_KIB: i32 = 2 * 1024;
const PAINTER_KIB: i32 = 256;

/// Pages (of 4 KiB) in the write-ahead log after which a commit moves them into the store's file. A
/// backstop for large commits that list nothing; mostly it is moved once all is seen, see `log.rs`.
/// The longer the log, the fewer pages are written twice, and the longer a start after a crash.
const LOG_PAGES: i32 = 8_192;

/// Each step brings a store from the version of its index to the next. A step that was released
/// never changes.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, nick TEXT,
        since INTEGER NOT NULL, seen INTEGER NOT NULL
    );
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY,
        room TEXT UNIQUE,               -- a room's name, or
        a INTEGER, b INTEGER,           -- the two accounts of a direct conversation
        head INTEGER NOT NULL DEFAULT 0, topic TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE members (
        account INTEGER NOT NULL, conversation INTEGER NOT NULL, read INTEGER NOT NULL,
        PRIMARY KEY (account, conversation)
    ) WITHOUT ROWID;
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY,         -- its position among all entries, without holes
        conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
        author INTEGER NOT NULL, post BLOB,
        payload BLOB NOT NULL           -- the entry as it stands on the wire
    );
    CREATE UNIQUE INDEX entries_by_place ON entries (conversation, seq);
    CREATE INDEX entries_by_post ON entries (author, post) WHERE post IS NOT NULL;
",
    super::files::TABLES,
    "
    ALTER TABLE entries ADD COLUMN kind INTEGER;  -- of an entry about another, and
    ALTER TABLE entries ADD COLUMN about INTEGER; -- that other's seq
    CREATE INDEX entries_by_edited ON entries (conversation, about) WHERE kind = 3;
    CREATE TABLE reactions (            -- those that stand; `seq` is the entry that made it
        conversation INTEGER NOT NULL, about INTEGER NOT NULL,
        account INTEGER NOT NULL, emoji TEXT NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (conversation, about, account, emoji)
    ) WITHOUT ROWID;
",
    super::canvas::TABLES,
    super::listing::TABLES,
];

/// Why a store can't be used. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Made by a newer server.
    #[error(
        "the store {path} has version {found}, and this server knows up to {known}: start a newer chat-server"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// Not a store of ours at all.
    #[error("{path} is not a chat store: move it away, or choose another --data-dir")]
    NotAStore {
        /// Which file.
        path: PathBuf,
    },
    /// Damaged.
    #[error(
        "the store {path} is damaged ({error}): restore it from a backup, or keep a copy and save what is readable \
         with `sqlite3 {path} .recover`"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
    },
    /// Can't be written.
    #[error(
        "the store {path} cannot be written ({error}): check the owner and the rights of the file and its folder, and the free space"
    )]
    ReadOnly {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
    },
    /// Can't be made.
    #[error(
        "the store {path} cannot be opened ({error}): check the owner and the rights of the file and its folder"
    )]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Has no thread.
    #[error("the system gives no thread for the store: {0}")]
    Thread(std::io::Error),
    /// Anything else.
    #[error("the store {path} cannot be used: {error}")]
    Other {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
    },
}

/// A store that has been opened and is of the right version.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Connection,
    /// Names this store: another store has another.
    pub epoch: [u8; 16],
}

impl Store {
    /// Opens the store at `path`, making or migrating it as needed. `fresh` names it when it is
    /// new.
    ///
    /// # Errors
    /// [`StoreError`] says what is wrong and what to do. Nothing is changed then.
    pub fn open(path: &Path, how: &StoreSection, fresh: [u8; 16]) -> Result<Store, StoreError> {
        let explain = |error| explain(path, error);
        // SQLite gives its other files the rights of this one.
        crate::files::make_private_file(path).map_err(|error| StoreError::File {
            path: path.to_owned(),
            error,
        })?;
        let mut writer = Connection::open(path).map_err(explain)?;
        prepare(&writer, how).map_err(explain)?;
        check_application(&writer, path)?;
        migrate(&mut writer, MIGRATIONS, path)?;
        let epoch = epoch(&writer, fresh).map_err(explain)?;
        // A store that can't be written is better said now than with the first post.
        unless_full(write_nothing(&mut writer)).map_err(explain)?;
        // What was taken back just before a crash goes from the log as well.
        unless_full(truncate_log(&writer).map(drop)).map_err(explain)?;
        Ok(Store {
            path: path.to_owned(),
            writer,
            epoch,
        })
    }

    /// A connection for a thread that reads history, and files in the directory of `contents`.
    ///
    /// # Errors
    /// [`StoreError`], when the file can't be opened once more.
    pub fn reader(&self, contents: Directory) -> Result<Reader, StoreError> {
        self.reader_with(contents, READER_KIB)
    }

    /// The same for the painter.
    ///
    /// # Errors
    /// Likewise.
    pub fn reader_of_canvases(&self, contents: Directory) -> Result<Reader, StoreError> {
        self.reader_with(contents, PAINTER_KIB)
    }

    fn reader_with(&self, contents: Directory, cache_kib: i32) -> Result<Reader, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(&self.path, flags)?;
            connection.pragma_update(None, "cache_size", -cache_kib)?;
            // SQLite opens files with the first read: better now than with the first who wants a page.
            connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
            Ok(Reader::new(connection, contents))
        };
        open().map_err(|error| explain(&self.path, error))
    }

    /// The connection of the journal's thread, and the state that the store holds.
    ///
    /// # Errors
    /// [`StoreError`], when what is stored can't be read or the system gives no thread.
    pub fn into_writer(self) -> Result<(Writer, crate::hub::State), StoreError> {
        let path = self.path;
        let writer = Writer::new(self.writer, Log::new(&path)?);
        let state = writer.load().map_err(|error| explain(&path, error))?;
        Ok((writer, state))
    }
}

fn prepare(connection: &Connection, how: &StoreSection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    let synchronous = match how.durability {
        Durability::Fsync => "FULL",
        Durability::Os => "NORMAL",
    };
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // What is taken back is overwritten, not only no longer listed.
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    if how.size_mib_max > 0 {
        let page: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = (how.size_mib_max << 20) / page;
        connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    }
    Ok(())
}

fn check_application(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let explain = |error| explain(path, error);
    let id: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(explain)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(explain)?;
    match (id, tables) {
        (APPLICATION, _) => Ok(()),
        (0, 0) => connection
            .pragma_update(None, "application_id", APPLICATION)
            .map_err(explain),
        _ => Err(StoreError::NotAStore {
            path: path.to_owned(),
        }),
    }
}

fn migrate(connection: &mut Connection, steps: &[&str], path: &Path) -> Result<(), StoreError> {
    let explain = |error| explain(path, error);
    let found: usize = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(explain)?;
    let known = steps.len();
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    for (version, step) in steps.iter().enumerate().skip(found) {
        let transaction = connection.transaction().map_err(explain)?;
        transaction.execute_batch(step).map_err(explain)?;
        transaction
            .pragma_update(None, "user_version", version + 1)
            .map_err(explain)?;
        transaction.commit().map_err(explain)?;
        tracing::info!(version = version + 1, "store migrated");
    }
    Ok(())
}

fn epoch(connection: &Connection, fresh: [u8; 16]) -> rusqlite::Result<[u8; 16]> {
    connection.execute(
        "INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?1)",
        [fresh],
    )?;
    connection.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| {
        row.get(0)
    })
}

/// Writes what stands there already.
fn write_nothing(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("UPDATE meta SET value = value", [])?;
    transaction.commit()
}

/// A disk that is full may get room while the server runs, and until then there is much to read.
fn unless_full(written: rusqlite::Result<()>) -> rusqlite::Result<()> {
    match written {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => {
            tracing::error!(%error, "the store cannot be written: posts are refused until there is room");
            Ok(())
        }
        written => written,
    }
}

pub(super) fn explain(path: &Path, error: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotAStore { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, error },
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::PermissionDenied,
        ) => StoreError::ReadOnly { path, error },
        _ => match error {
            // A row that is not what we wrote.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..) => StoreError::Damaged { path, error },
            error => StoreError::Other { path, error },
        },
    }
}

#[cfg(test)]
mod tests {
    use chat_core::command::Direction;
    use chat_core::{AccountId, ConversationId, PostId, Seq};
    use rusqlite::params;

    use super::*;
    use crate::journal::{Found, Wanted};

    #[test]
    fn an_older_store_is_migrated_and_a_newer_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("chat.db");
        let steps = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"];
        let mut connection = Connection::open(&path).expect("opens");
        migrate(&mut connection, &steps[..1], &path).expect("to version 1");
        connection
            .execute("INSERT INTO a VALUES (7)", [])
            .expect("version 1 has x");
        migrate(&mut connection, &steps, &path).expect("to version 2");
        let row: (i64, Option<i64>) = connection
            .query_row("SELECT x, y FROM a", [], |r| Ok((r.get(0)?, r.get(1)?)))
            .expect("both columns");
        assert_eq!(row, (7, None));
        let error = migrate(&mut connection, &steps[..1], &path).expect_err("newer than known");
        assert!(
            error.to_string().contains("start a newer chat-server"),
            "{error}"
        );
    }

    /// A store as the first version left it, with three entries.
    fn first_version(path: &Path) {
        use chat_core::{Body, Entry, Millis, Nick, Text};
        let mut connection = Connection::open(path).expect("opens");
        let id = connection.pragma_update(None, "application_id", APPLICATION);
        id.expect("marked as ours");
        migrate(&mut connection, &MIGRATIONS[..1], path).expect("version 1");
        connection
            .execute_batch(
                "INSERT INTO accounts (id, key, nick, since, seen) VALUES (1, zeroblob(32), 'ann', 1, 1);
                 INSERT INTO conversations (id, room, head) VALUES (1, '#lobby', 3);
                 INSERT INTO members (account, conversation, read) VALUES (1, 1, 0);",
            )
            .expect("rows");
        for n in 1..=3 {
            let entry = Entry {
                conversation: ConversationId(1),
                seq: Seq(n),
                at: Millis(5),
                author: AccountId(1),
                nick: Nick::received("ann"),
                post: Some(PostId([9 - n as u8; 16])),
                body: Body::Post(Text::new("kept")),
            };
            let post = entry.post.map(|post| post.0);
            connection
                .execute(
                    "INSERT INTO entries (conversation, seq, author, post, payload) VALUES (1, ?1, 1, ?2, ?3)",
                    params![n, post, entry.to_payload()],
                )
                .expect("an entry");
        }
    }

    #[test]
    fn crash_safe_a_store_of_the_first_version_goes_on() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("chat.db");
        first_version(&path);
        let store = Store::open(&path, &StoreSection::default(), [1; 16]).expect("migrated");
        let contents = Directory::open(dir.path()).expect("made");
        let mut reader = store.reader(contents).expect("opens once more");
        let (_, state) = store.into_writer().expect("read");
        assert_eq!((state.accounts.len(), state.conversations.len()), (1, 1));
        assert_eq!(state.recent.last(), 3);

        let (from, direction) = (Seq(0), Direction::After);
        let page = Wanted::Page {
            conversation: ConversationId(1),
            from,
            direction,
            entries_max: 2,
            bytes_max: 1_000,
        };
        let Ok(Found::Page(page)) = reader.read(page) else {
            panic!("it can't be read");
        };
        let seqs: Vec<Seq> = page.entries.iter().map(|(seq, _)| *seq).collect();
        assert_eq!((seqs, page.more), (vec![Seq(1), Seq(2)], true));
        let post = Wanted::Post {
            author: AccountId(1),
            post: Some(PostId([7; 16])),
            about: None,
        };
        let Ok(Found::Post { made, .. }) = reader.read(post) else {
            panic!("it can't be read");
        };
        assert_eq!(made, Some((ConversationId(1), Seq(2))));
    }

    #[test]
    fn what_is_not_a_store_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("chat.db");
        let open = || Store::open(&path, &StoreSection::default(), [1; 16]).map(|s| s.epoch);
        std::fs::write(
            &path,
            "not a database, but longer than a header needs to be".repeat(20),
        )
        .expect("written");
        assert!(
            open()
                .expect_err("text")
                .to_string()
                .contains("is not a chat store")
        );
        std::fs::remove_file(&path).expect("removed");
        Connection::open(&path)
            .and_then(|c| c.execute_batch("CREATE TABLE other (x)"))
            .expect("another program's");
        assert!(
            open()
                .expect_err("another program's")
                .to_string()
                .contains("is not a chat store")
        );
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(open().expect("new"), [1; 16]);
        let again = Store::open(&path, &StoreSection::default(), [2; 16]).expect("opens again");
        assert_eq!(again.epoch, [1; 16], "the epoch stays");
    }
}
