//! Canvases as rows: their pictures, and what remains of entries that are merged into one.

use chat_core::canvas::Picture;
use chat_core::{ConversationId, Seq};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::load::each;
use super::read;
use crate::hub::{State, WINDOW};
use crate::painter::Stored;

/// The step of the store's version that brings canvases.
pub(super) const TABLES: &str = "
    ALTER TABLE conversations ADD COLUMN parent INTEGER; -- a canvas: whose
    CREATE TABLE pictures (
        canvas INTEGER PRIMARY KEY,
        base INTEGER NOT NULL,          -- the last entry in it
        picture BLOB NOT NULL           -- as it stands on the wire
    );
    CREATE TABLE merged (               -- of entries that are merged: what made them
        id INTEGER PRIMARY KEY,         -- the position that each had among all entries
        conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
        author INTEGER NOT NULL, post BLOB
    );
    CREATE INDEX merged_by_post ON merged (author, post) WHERE post IS NOT NULL;
";

/// How many positions back the post ids of merged entries are known: a post is sent again within a
/// minute, and four windows are more than that. Bounds the table.
const KNOWN: u64 = 4 * WINDOW as u64;

/// Keeps a picture of a canvas' entries up to `base`. Those that were in the picture before go: the
/// others stay until the next one, because who has just begun to follow is still reading them. What
/// made them is known for a while: one may be sent again, and the window of recent posts has no
/// holes. The last entry of a canvas stays, so no position is given twice.
pub(super) fn merge(
    transaction: &Transaction<'_>,
    canvas: ConversationId,
    base: Seq,
    picture: &[u8],
) -> rusqlite::Result<()> {
    let (before, _) = self::picture(transaction, canvas)?;
    let read = params![canvas.0, before.0];
    let execute = |sql, row: &[&dyn rusqlite::ToSql]| {
        transaction.prepare_cached(sql)?.execute(row).map(|_| ())
    };
    execute(
        "INSERT OR REPLACE INTO pictures (canvas, base, picture) VALUES (?1, ?2, ?3)",
        params![canvas.0, base.0, picture],
    )?;
    execute(
        "INSERT INTO merged (id, conversation, seq, author, post)
         SELECT id, conversation, seq, author, post FROM entries WHERE conversation = ?1 AND seq <= ?2",
        read,
    )?;
    execute(
        "DELETE FROM entries WHERE conversation = ?1 AND seq <= ?2",
        read,
    )?;
    execute(
        "DELETE FROM merged WHERE id <= (SELECT max(id) FROM entries) - ?1",
        params![KNOWN],
    )
}

/// How many entries of a canvas the store holds.
#[cfg(test)]
pub(super) fn rows(connection: &Connection, id: ConversationId) -> rusqlite::Result<usize> {
    connection.query_row(
        "SELECT count(*) FROM entries WHERE conversation = ?1",
        [id.0],
        |row| row.get(0),
    )
}

/// Brings back what may be done on each canvas.
pub(super) fn load(connection: &Connection, state: &mut State) -> rusqlite::Result<()> {
    each(connection, "SELECT canvas, base FROM pictures", |row| {
        state.set_base(ConversationId(row.get(0)?), Seq(row.get(1)?));
        Ok(())
    })?;
    let sql = "SELECT payload FROM conversations JOIN entries ON conversation = conversations.id
        LEFT JOIN pictures ON canvas = conversation
        WHERE parent IS NOT NULL AND seq > coalesce(base, 0) ORDER BY conversation, seq";
    each(connection, sql, |row| {
        let payload: Vec<u8> = row.get(0)?;
        state.draw(&read::entry(0, &payload)?);
        Ok(())
    })
}

/// What the store holds of a canvas.
pub(super) fn stored(connection: &mut Connection, id: ConversationId) -> rusqlite::Result<Stored> {
    // One transaction: the picture and the entries behind it belong together.
    let transaction = connection.transaction()?;
    let (base, picture) = picture(&transaction, id)?;
    let picture = match picture.is_empty() {
        true => Picture::new(),
        false => Picture::from_snapshot(&picture).map_err(|error| {
            let kind = rusqlite::types::Type::Blob;
            rusqlite::Error::FromSqlConversionFailure(1, kind, Box::new(error))
        })?,
    };
    let sql = "SELECT payload FROM entries WHERE conversation = ?1 AND seq > ?2 ORDER BY seq";
    let entry = |row: &Row<'_>| {
        let payload: Vec<u8> = row.get(0)?;
        read::entry(0, &payload)
    };
    let tail = transaction
        .prepare_cached(sql)?
        .query_map(params![id.0, base.0], entry)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Stored {
        base,
        picture,
        tail,
    })
}

/// The picture of a canvas and the last entry in it; empty where nothing is merged.
pub(super) fn picture(
    connection: &Connection,
    id: ConversationId,
) -> rusqlite::Result<(Seq, Vec<u8>)> {
    let found = connection
        .prepare_cached("SELECT base, picture FROM pictures WHERE canvas = ?1")?
        .query_row([id.0], |row| Ok((Seq(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Whether a conversation is a canvas.
pub(super) fn is_one(connection: &Connection, id: ConversationId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM conversations WHERE id = ?1 AND parent IS NOT NULL")?
        .exists([id.0])
}
