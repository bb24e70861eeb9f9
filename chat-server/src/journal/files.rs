//! Who holds which content, as rows: what [`Holdings`](crate::hub::Holdings) keeps in memory.

use chat_core::{AccountId, Body, ContentHash, ConversationId, Entry, Millis, Seq};
use rusqlite::{Connection, Row, Transaction, params};

use super::load::each;
use crate::hub::{FileRecord, Record, State};

/// The tables: a step of the migrations.
pub(super) const TABLES: &str = "
    CREATE TABLE uploads (              -- under way
        account INTEGER NOT NULL, hash BLOB NOT NULL,
        bytes INTEGER NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (account, hash)
    ) WITHOUT ROWID;
    CREATE TABLE held (                 -- complete: the account may post it
        account INTEGER NOT NULL, hash BLOB NOT NULL,
        bytes INTEGER NOT NULL, since INTEGER NOT NULL,
        PRIMARY KEY (account, hash)
    ) WITHOUT ROWID;
    CREATE TABLE file_entries (         -- entries that are files
        conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
        account INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (conversation, seq)
    ) WITHOUT ROWID;
    CREATE INDEX file_entries_by_content ON file_entries (account, hash);
";

/// Reads them.
pub(super) fn load(connection: &Connection, state: &mut State) -> rusqlite::Result<()> {
    each(
        connection,
        "SELECT account, hash, bytes, at FROM uploads",
        |row| {
            let (account, hash) = key(row)?;
            state.apply(&Record::File(FileRecord::Upload {
                account,
                hash,
                bytes: row.get(2)?,
                at: Millis(row.get(3)?),
            }));
            Ok(())
        },
    )?;
    each(
        connection,
        "SELECT account, hash, bytes, since FROM held",
        |row| {
            let since = Millis(row.get(3)?);
            state.files.hold(key(row)?, row.get(2)?, since);
            Ok(())
        },
    )?;
    each(
        connection,
        "SELECT account, hash, conversation, seq FROM file_entries",
        |row| {
            let place = (ConversationId(row.get(2)?), Seq(row.get(3)?));
            state.files.refer(place, key(row)?);
            Ok(())
        },
    )
}

fn key(row: &Row<'_>) -> rusqlite::Result<(AccountId, ContentHash)> {
    Ok((AccountId(row.get(0)?), ContentHash(row.get(1)?)))
}

/// Writes what a record says.
pub(super) fn record(transaction: &Transaction<'_>, record: &FileRecord) -> rusqlite::Result<()> {
    let execute = |sql, row: &[&dyn rusqlite::ToSql]| {
        transaction.prepare_cached(sql)?.execute(row).map(|_| ())
    };
    const DROP_UPLOAD: &str = "DELETE FROM uploads WHERE account = ?1 AND hash = ?2";
    match record {
        FileRecord::Upload {
            account,
            hash,
            bytes,
            at,
        } => execute(
            "INSERT OR REPLACE INTO uploads (account, hash, bytes, at) VALUES (?1, ?2, ?3, ?4)",
            params![account.0, hash.0, bytes, at.0],
        ),
        FileRecord::UploadDropped { account, hash } => {
            execute(DROP_UPLOAD, params![account.0, hash.0])
        }
        FileRecord::Stored {
            account,
            hash,
            bytes,
            at,
        } => {
            execute(DROP_UPLOAD, params![account.0, hash.0])?;
            execute(
                "INSERT OR REPLACE INTO held (account, hash, bytes, since) VALUES (?1, ?2, ?3, ?4)",
                params![account.0, hash.0, bytes, at.0],
            )
        }
        FileRecord::Dropped { account, hash } => execute(
            "DELETE FROM held WHERE account = ?1 AND hash = ?2",
            params![account.0, hash.0],
        ),
    }
}

/// Writes what an entry means for files: one that is a file refers to its content, one that takes
/// such an entry back ends that, and what its author has in no other entry is no longer held.
pub(super) fn entry(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<()> {
    match &entry.body {
        Body::File(file) => {
            let sql = "INSERT INTO file_entries (conversation, seq, account, hash) VALUES (?1, ?2, ?3, ?4)";
            let row = params![
                entry.conversation.0,
                entry.seq.0,
                entry.author.0,
                file.hash.0
            ];
            transaction.prepare_cached(sql)?.execute(row).map(|_| ())
        }
        Body::Deletion { of } => drop_file_reference(transaction, entry.conversation, *of),
        _ => Ok(()),
    }
}

fn drop_file_reference(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    seq: Seq,
) -> rusqlite::Result<()> {
    let sql =
        "DELETE FROM file_entries WHERE conversation = ?1 AND seq = ?2 RETURNING account, hash";
    let mut statement = transaction.prepare_cached(sql)?;
    let mut rows = statement.query(params![conversation.0, seq.0])?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let (account, hash): (u64, [u8; 32]) = (row.get(0)?, row.get(1)?);
    drop(rows);
    let sql = "DELETE FROM held WHERE account = ?1 AND hash = ?2
        AND NOT EXISTS (SELECT 1 FROM file_entries WHERE account = ?1 AND hash = ?2)";
    transaction
        .prepare_cached(sql)?
        .execute(params![account, hash])
        .map(|_| ())
}
