//! Which entries of `cache.db` are edits of which, so that what is taken back goes with all that it ever
//! said, without looking through the log. Statements only.

use chat_core::{Body, ConversationId, Entry, Seq};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::super::database::{int, uint};

/// Step of the schema. The index is for pruning.
pub(super) const TABLE: &str = "
    CREATE TABLE edits (
        address TEXT NOT NULL,
        conversation INTEGER NOT NULL,
        of INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (address, conversation, of, seq),
        FOREIGN KEY (address, conversation) REFERENCES conversations ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE INDEX edits_by_seq ON edits (address, conversation, seq);
    ";

/// What follows from an entry that is new in the cache. What it is about may be there, or come later
/// from a server that has taken it back already.
pub(super) fn follow_up(db: &Connection, address: &str, entry: &Entry) -> Result<()> {
    let conversation = entry.conversation;
    match entry.body {
        Body::Edit { of, .. } => {
            let place = params![address, int(conversation.0), int(of.0), int(entry.seq.0)];
            db.prepare_cached("INSERT OR IGNORE INTO edits VALUES (?, ?, ?, ?)")?
                .execute(place)?;
            if is_taken_back(db, address, conversation, of)? {
                empty(db, address, conversation, entry.seq)?;
            }
            Ok(())
        }
        Body::Deletion { of } => take_back(db, address, conversation, of),
        _ => Ok(()),
    }
}

/// Takes out what an entry and its edits say.
pub(super) fn take_back(
    db: &Connection,
    address: &str,
    conversation: ConversationId,
    of: Seq,
) -> Result<()> {
    let edits: Vec<i64> = db
        .prepare_cached("SELECT seq FROM edits WHERE address = ? AND conversation = ? AND of = ?")?
        .query_map(params![address, int(conversation.0), int(of.0)], |row| {
            row.get(0)
        })?
        .collect::<Result<_>>()?;
    let edits = edits.into_iter().map(|seq| Seq(uint(seq)));
    for seq in edits.chain([of]) {
        empty(db, address, conversation, seq)?;
    }
    Ok(())
}

fn is_taken_back(
    db: &Connection,
    address: &str,
    conversation: ConversationId,
    of: Seq,
) -> Result<bool> {
    let entry = held(db, address, conversation, of)?;
    Ok(entry.is_some_and(|entry| entry.body == Body::Removed))
}

/// Leaves nothing of what an entry says.
fn empty(db: &Connection, address: &str, conversation: ConversationId, seq: Seq) -> Result<()> {
    let Some(entry) = held(db, address, conversation, seq)? else {
        return Ok(());
    };
    let body = entry.body.taken_back();
    let payload = Entry { body, ..entry }.to_payload();
    db.prepare_cached(
        "UPDATE entries SET payload = ? WHERE address = ? AND conversation = ? AND seq = ?",
    )?
    .execute(params![payload, address, int(conversation.0), int(seq.0)])?;
    Ok(())
}

fn held(
    db: &Connection,
    address: &str,
    conversation: ConversationId,
    seq: Seq,
) -> Result<Option<Entry>> {
    let payload: Option<Vec<u8>> = db
        .prepare_cached(
            "SELECT payload FROM entries WHERE address = ? AND conversation = ? AND seq = ?",
        )?
        .query_row(params![address, int(conversation.0), int(seq.0)], |row| {
            row.get(0)
        })
        .optional()?;
    // One that can't be read is not shown, either.
    Ok(payload.and_then(|payload| Entry::from_payload(&payload).ok()))
}
