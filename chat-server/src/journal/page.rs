//! A page of history: what the look-up tables list of it, and what they don't yet.

use chat_core::command::Direction;
use chat_core::{ConversationId, Seq};
use rusqlite::{ToSql, Transaction};

use super::read::{Page, sql_number};
use super::tail::Tail;

/// How much a page holds at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Entries.
    pub(super) entries: u64,
    /// Bytes of payloads; one entry comes even if it is longer.
    pub(super) bytes: usize,
}

/// The page of `conversation` that lies in a direction from an entry. `tail` is up to date with
/// `transaction`.
pub(super) fn page(
    transaction: &Transaction<'_>,
    tail: &Tail,
    conversation: ConversationId,
    (direction, from): (Direction, Seq),
    most: Most,
) -> rusqlite::Result<Page> {
    let mut filling = Filling {
        transaction,
        most,
        page: Page::default(),
        bytes: 0,
    };
    // The tables may hold some of the tail already, but not all of it.
    let first = tail.first(conversation).unwrap_or(Seq(u64::MAX));
    match direction {
        Direction::Before => {
            let sql = "SELECT places.seq, payload FROM places CROSS JOIN entries ON entries.id = places.id
                WHERE places.conversation = ?1 AND places.seq < ?2 ORDER BY places.seq DESC";
            let before = sql_number(from.min(first).0);
            let unlisted = tail.places(conversation, Seq(0), from).rev();
            if filling.add_rows(unlisted)? {
                filling.add_listed(sql, &[&conversation.0, &before])?;
            }
            filling.page.entries.reverse();
        }
        Direction::After => {
            let sql = "SELECT places.seq, payload FROM places CROSS JOIN entries ON entries.id = places.id
                WHERE places.conversation = ?1 AND places.seq > ?2 AND places.seq < ?3 ORDER BY places.seq";
            let (after, before) = (sql_number(from.0), sql_number(first.0));
            if filling.add_listed(sql, &[&conversation.0, &after, &before])? {
                let next = Seq(from.0.saturating_add(1));
                filling.add_rows(tail.places(conversation, next, Seq(u64::MAX)))?;
            }
        }
    }
    Ok(filling.page)
}

/// A page that is being filled.
struct Filling<'a> {
    transaction: &'a Transaction<'a>,
    most: Most,
    page: Page,
    bytes: usize,
}

impl Filling<'_> {
    /// Adds what a query gives; whether there was room for all of it.
    fn add_listed(&mut self, sql: &str, bounds: &[&dyn ToSql]) -> rusqlite::Result<bool> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query(bounds)?;
        while let Some(row) = rows.next()? {
            if !self.add(Seq(row.get(0)?), row.get(1)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds entries by their rows; whether there was room for all of them.
    fn add_rows(&mut self, rows: impl Iterator<Item = (Seq, u64)>) -> rusqlite::Result<bool> {
        let sql = "SELECT payload FROM entries WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for (seq, id) in rows {
            let payload = statement.query_row([id], |row| row.get(0))?;
            if !self.add(seq, payload) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds an entry, if there is room for it: if not, there are more.
    fn add(&mut self, seq: Seq, payload: Vec<u8>) -> bool {
        let full = self.page.entries.len() as u64 == self.most.entries;
        let bytes = self.bytes + payload.len();
        let too_long = bytes > self.most.bytes && !self.page.entries.is_empty();
        self.page.more = full || too_long;
        if !self.page.more {
            self.bytes = bytes;
            self.page.entries.push((seq, payload));
        }
        !self.page.more
    }
}
