//! Canvases as rows: their pictures, and what remains of entries that are merged into one.

use chat_core::canvas::Picture;
use chat_core::command::Direction;
use chat_core::{ConversationId, Seq};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::listing::Unlisted;
use super::load::each;
use super::page::{Most, page};
use super::read;
use super::tail::Tail;
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
    unlisted: &mut Unlisted,
    (canvas, base): (ConversationId, Seq),
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
    // What is not listed yet would be later, when it is no longer there.
    unlisted.list_all(transaction)?;
    execute(
        "INSERT INTO merged (id, conversation, seq, author, post)
         SELECT entries.id, entries.conversation, entries.seq, author, post
         FROM places CROSS JOIN entries ON entries.id = places.id
         WHERE places.conversation = ?1 AND places.seq <= ?2",
        read,
    )?;
    execute(
        "DELETE FROM posts WHERE (post, author) IN
            (SELECT post, author FROM places CROSS JOIN entries ON entries.id = places.id
             WHERE places.conversation = ?1 AND places.seq <= ?2)",
        read,
    )?;
    execute(
        "DELETE FROM entries WHERE id IN
            (SELECT id FROM places WHERE conversation = ?1 AND seq <= ?2)",
        read,
    )?;
    execute(
        "DELETE FROM places WHERE conversation = ?1 AND seq <= ?2",
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
    // Some of what is behind the watermark may be listed, too.
    let sql = "WITH
        canvases AS (
            SELECT conversations.id AS canvas, coalesce(base, 0) AS base
            FROM conversations LEFT JOIN pictures ON canvas = conversations.id
            WHERE parent IS NOT NULL
        ),
        rows AS (
            SELECT conversation, seq, places.id FROM canvases CROSS JOIN places
            ON conversation = canvas AND seq > base
            UNION SELECT conversation, seq, entries.id FROM entries CROSS JOIN canvases
            ON conversation = canvas AND seq > base
            WHERE entries.id > (SELECT value FROM meta WHERE key = 'listed')
        )
        SELECT payload FROM rows CROSS JOIN entries ON entries.id = rows.id
        ORDER BY rows.conversation, rows.seq";
    each(connection, sql, |row| {
        let payload: Vec<u8> = row.get(0)?;
        state.draw(&read::entry(0, &payload)?);
        Ok(())
    })
}

/// What the store holds of a canvas.
pub(super) fn stored(
    transaction: &Transaction<'_>,
    tail: &Tail,
    id: ConversationId,
) -> rusqlite::Result<Stored> {
    let (base, picture) = picture(transaction, id)?;
    let picture = match picture.is_empty() {
        true => Picture::new(),
        false => Picture::from_snapshot(&picture).map_err(|error| {
            let kind = rusqlite::types::Type::Blob;
            rusqlite::Error::FromSqlConversionFailure(1, kind, Box::new(error))
        })?,
    };
    let all = Most {
        entries: u64::MAX,
        bytes: usize::MAX,
    };
    let page = page(transaction, tail, id, (Direction::After, base), all)?;
    let entries = page.entries.iter();
    let tail = entries
        .map(|(_, payload)| read::entry(0, payload))
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
