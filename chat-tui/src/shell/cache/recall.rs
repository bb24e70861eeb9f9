//! What was sent before, for `↑`, in `drafts.db`. Statements only.

use chat_core::ConversationId;
use rusqlite::{Connection, Result, params};

use super::Epoch;
use super::database::{int, uint};
use super::drafts::Home;

/// Step of the schema.
pub(super) const TABLE: &str = "
    CREATE TABLE recall (
        place INTEGER PRIMARY KEY,
        address TEXT NOT NULL,
        epoch BLOB NOT NULL,
        conversation INTEGER NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL
    );
    CREATE INDEX recall_of ON recall (address, epoch, conversation, place);
    ";

/// Keeps lines, oldest first, and `lines_max` of the conversation's in all.
pub(super) fn keep(
    db: &Connection,
    home: &Home<'_>,
    lines: &[String],
    lines_max: usize,
) -> Result<()> {
    let id = int(home.conversation.0);
    let mut insert = db.prepare_cached(
        "INSERT INTO recall (address, epoch, conversation, title, text) VALUES (?, ?, ?, ?, ?)",
    )?;
    for line in lines {
        insert.execute(params![home.address, home.epoch, id, home.title, line])?;
    }
    let lines_max = i64::try_from(lines_max).unwrap_or(i64::MAX);
    db.prepare_cached(
        "DELETE FROM recall WHERE address = ?1 AND epoch = ?2 AND conversation = ?3
         AND place NOT IN (SELECT place FROM recall
             WHERE address = ?1 AND epoch = ?2 AND conversation = ?3
             ORDER BY place DESC LIMIT ?4)",
    )?
    .execute(params![home.address, home.epoch, id, lines_max])?;
    Ok(())
}

/// What was sent to this store, oldest first.
pub(super) fn all(
    db: &Connection,
    address: &str,
    epoch: &Epoch,
) -> Result<Vec<(ConversationId, String)>> {
    db.prepare_cached(
        "SELECT conversation, text FROM recall WHERE address = ? AND epoch = ? ORDER BY place",
    )?
    .query_map(params![address, epoch], |row| {
        Ok((ConversationId(uint(row.get(0)?)), row.get(1)?))
    })?
    .collect()
}
