//! What an entry changes of others in the store, in the transaction that stores it: a deletion takes
//! the content of its entry out, a reaction is listed or no longer.

use chat_core::{Body, ConversationId, Entry, Seq};
use rusqlite::{Transaction, params};

use super::listing::Unlisted;
use super::read;

/// Does what follows from an entry that was just inserted.
pub(super) fn follow_up(
    transaction: &Transaction<'_>,
    unlisted: &Unlisted,
    entry: &Entry,
) -> rusqlite::Result<()> {
    let conversation = entry.conversation.0;
    let execute = |sql, row: &[&dyn rusqlite::ToSql]| {
        transaction.prepare_cached(sql)?.execute(row).map(|_| ())
    };
    match &entry.body {
        Body::Deletion { of } => remove(transaction, unlisted, entry.conversation, *of),
        Body::Reaction { of, emoji } => execute(
            "INSERT OR IGNORE INTO reactions (conversation, about, account, emoji, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                conversation,
                of.0,
                entry.author.0,
                emoji.as_str(),
                entry.seq.0
            ],
        ),
        Body::Unreaction { of, emoji } => execute(
            "DELETE FROM reactions WHERE conversation = ?1 AND about = ?2 AND account = ?3 AND emoji = ?4",
            params![conversation, of.0, entry.author.0, emoji.as_str()],
        ),
        _ => Ok(()),
    }
}

/// Takes an entry back: what it and its edits said goes, see [`Body::taken_back`], and who reacted
/// to it is forgotten. Their places, authors and post ids stay.
fn remove(
    transaction: &Transaction<'_>,
    unlisted: &Unlisted,
    conversation: ConversationId,
    of: Seq,
) -> rusqlite::Result<()> {
    let place = params![conversation.0, of.0];
    let edits: Vec<u64> = transaction
        .prepare_cached(
            "SELECT id FROM entries WHERE conversation = ?1 AND about = ?2 AND kind = 3",
        )?
        .query_map(place, |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let entry = unlisted.find(transaction, conversation, of)?;
    for id in entry.into_iter().chain(edits) {
        replace(transaction, id)?;
    }
    transaction
        .prepare_cached("DELETE FROM reactions WHERE conversation = ?1 AND about = ?2")?
        .execute(place)?;
    Ok(())
}

/// Takes out what the entry in row `id` says. Whatever else the store keeps for
/// the sake of this content is let go of here, in the same transaction.
fn replace(transaction: &Transaction<'_>, id: u64) -> rusqlite::Result<()> {
    let payload: Vec<u8> = transaction
        .prepare_cached("SELECT payload FROM entries WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let entry = read::entry(0, &payload)?;
    let removed = Entry {
        body: entry.body.taken_back(),
        ..entry
    };
    transaction
        .prepare_cached("UPDATE entries SET payload = ?2, kind = NULL, about = NULL WHERE id = ?1")?
        .execute(params![id, removed.to_payload()])?;
    Ok(())
}
