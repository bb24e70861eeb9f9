//! The look-up tables: in which row of the log an entry of a conversation stands, and which row a
//! post made. No post pays for them while it is committed: an index of the log would have each of
//! them write to a page of its own, and posts are scattered over conversations and authors. Rows are
//! listed some thousands at once, in the order of each table, so that a page is written once for
//! all that comes into it, and a little with each commit, so that none takes long. The watermark
//! says up to which row everything is listed; behind it are the rows of `Unlisted` and, for
//! readers, of the `Tail`.

use chat_core::{ConversationId, Seq};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::read::sql_number;
use super::rows::Insert;

/// The step of the store's version that brings the tables in place of the log's indexes. What it
/// drops first makes room for what comes: a store may be near the size that it is allowed.
pub(super) const TABLES: &str = "
    DROP INDEX entries_by_post;
    CREATE TABLE places (
        conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
        id INTEGER NOT NULL,            -- of the row in `entries`
        PRIMARY KEY (conversation, seq)
    ) WITHOUT ROWID;
    INSERT INTO places SELECT conversation, seq, id FROM entries ORDER BY conversation, seq;
    DROP INDEX entries_by_place;
    CREATE TABLE posts (                -- by post first: clients count them upwards in time
        post BLOB NOT NULL, author INTEGER NOT NULL, id INTEGER NOT NULL,
        PRIMARY KEY (post, author)
    ) WITHOUT ROWID;
    INSERT INTO posts SELECT post, author, min(id) FROM entries WHERE post IS NOT NULL
        GROUP BY post, author;
    INSERT INTO meta SELECT 'listed', coalesce(max(id), 0) FROM entries;
";

/// Up to which row all are listed.
pub(super) fn watermark(connection: &Connection) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT value FROM meta WHERE key = 'listed'")?
        .query_row([], |row| row.get(0))
}

/// The row of an entry, if that is listed.
pub(super) fn listed(
    connection: &Connection,
    conversation: ConversationId,
    seq: Seq,
) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached("SELECT id FROM places WHERE conversation = ?1 AND seq = ?2")?
        .query_row(
            params![sql_number(conversation.0), sql_number(seq.0)],
            |row| row.get(0),
        )
        .optional()
}

/// How much is listed when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Rows that gather before they are listed. The more, the fewer pages are written for each; they
    /// are read at the start, and every reader knows them by heart.
    pub(super) bulk: usize,
    /// Rows of the tables that are written with a commit at least, as long as there are any.
    pub(super) step: usize,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            bulk: 8_192,
            step: 128,
        }
    }
}

/// What was listed with a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// Some rows, or none.
    Some,
    /// The last rows of a bulk.
    Bulk,
}

/// A row of the log, as it will be listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) id: u64,
    pub(super) conversation: u64,
    pub(super) seq: u64,
    pub(super) author: u64,
    pub(super) post: Option<[u8; 16]>,
}

/// The rows behind the watermark, of the thread that writes.
#[derive(Debug)]
pub(super) struct Unlisted {
    pace: Pace,
    /// In the order of the log.
    rows: Vec<Row>,
    /// Those of the first of them that are being listed.
    bulk: Option<Bulk>,
}

impl Unlisted {
    /// Those of the store.
    pub(super) fn read(connection: &Connection, pace: Pace) -> rusqlite::Result<Unlisted> {
        let rows = connection
            .prepare_cached(
                "SELECT id, conversation, seq, author, post FROM entries WHERE id > ?1 ORDER BY id",
            )?
            .query_map([watermark(connection)?], |row| {
                Ok(Row {
                    id: row.get(0)?,
                    conversation: row.get(1)?,
                    seq: row.get(2)?,
                    author: row.get(3)?,
                    post: row.get(4)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Unlisted {
            pace,
            rows,
            bulk: None,
        })
    }

    /// Adds the next row.
    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The row of an entry, whether it is listed or not.
    pub(super) fn find(
        &self,
        transaction: &Transaction<'_>,
        conversation: ConversationId,
        seq: Seq,
    ) -> rusqlite::Result<Option<u64>> {
        let is_it = |row: &&Row| (row.conversation, row.seq) == (conversation.0, seq.0);
        match self.rows.iter().rev().find(is_it) {
            Some(row) => Ok(Some(row.id)),
            None => listed(transaction, conversation, seq),
        }
    }

    /// Lists some of what has gathered, with a commit of `entries`: more than these add, so that it
    /// comes to an end.
    pub(super) fn step(
        &mut self,
        transaction: &Transaction<'_>,
        entries: usize,
    ) -> rusqlite::Result<Listed> {
        if self.bulk.is_none() && self.rows.len() >= self.pace.bulk {
            self.bulk = Some(Bulk::of(&self.rows));
        }
        self.list(transaction, self.pace.step.max(4 * entries))
    }

    /// Lists all.
    pub(super) fn list_all(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        self.list(transaction, usize::MAX)?;
        if !self.rows.is_empty() {
            self.bulk = Some(Bulk::of(&self.rows));
            self.list(transaction, usize::MAX)?;
        }
        Ok(())
    }

    fn list(&mut self, transaction: &Transaction<'_>, most: usize) -> rusqlite::Result<Listed> {
        let Some(bulk) = &mut self.bulk else {
            return Ok(Listed::Some);
        };
        bulk.list(transaction, most)?;
        if !bulk.is_done() {
            return Ok(Listed::Some);
        }
        transaction
            .prepare_cached("UPDATE meta SET value = ?1 WHERE key = 'listed'")?
            .execute([bulk.up_to])?;
        self.rows.drain(..bulk.rows);
        self.bulk = None;
        Ok(Listed::Bulk)
    }
}

/// Rows that are being listed, in the order of the tables.
#[derive(Debug)]
struct Bulk {
    rows: usize,
    up_to: u64,
    posts: Vec<([u8; 16], u64, u64)>,
    places: Vec<(u64, u64, u64)>,
    /// How many of the posts, and then of the places, are.
    done: usize,
}

impl Bulk {
    fn of(rows: &[Row]) -> Bulk {
        let post = |row: &Row| row.post.map(|post| (post, row.author, row.id));
        let mut posts: Vec<_> = rows.iter().filter_map(post).collect();
        posts.sort_unstable();
        let place = |row: &Row| (row.conversation, row.seq, row.id);
        let mut places: Vec<_> = rows.iter().map(place).collect();
        places.sort_unstable();
        Bulk {
            rows: rows.len(),
            up_to: rows.last().map_or(0, |row| row.id),
            posts,
            places,
            done: 0,
        }
    }

    fn is_done(&self) -> bool {
        self.done == self.posts.len() + self.places.len()
    }

    fn list(&mut self, transaction: &Transaction<'_>, most: usize) -> rusqlite::Result<()> {
        let end = self.done.saturating_add(most);
        let (first, posts) = (self.done, self.posts.len());
        // Of two with one id the first counts.
        let rows = Insert {
            into: "INSERT OR IGNORE INTO posts (post, author, id) VALUES",
            columns: 3,
        };
        let listed = slice(&self.posts, first, end);
        rows.all(transaction, listed, |(post, author, id), values| {
            values.push(post)?;
            values.push(author)?;
            values.push(id)
        })?;
        // What a bulk that was not finished has listed already is the same.
        let rows = Insert {
            into: "INSERT OR IGNORE INTO places (conversation, seq, id) VALUES",
            columns: 3,
        };
        let (first, end) = (first.saturating_sub(posts), end.saturating_sub(posts));
        let places = slice(&self.places, first, end);
        rows.all(transaction, places, |(conversation, seq, id), values| {
            values.push(conversation)?;
            values.push(seq)?;
            values.push(id)
        })?;
        let mut head =
            transaction.prepare_cached("UPDATE conversations SET head = ?2 WHERE id = ?1")?;
        for (n, (conversation, seq, _)) in places.iter().enumerate() {
            let next = self.places.get(first + n + 1);
            if next.is_none_or(|(next, ..)| next != conversation) {
                head.execute(params![conversation, seq])?;
            }
        }
        self.done = self
            .done
            .saturating_add(most)
            .min(posts + self.places.len());
        Ok(())
    }
}

/// Of `rows` those from `first` to before `end`, as far as there are any.
fn slice<T>(rows: &[T], first: usize, end: usize) -> &[T] {
    let end = end.min(rows.len());
    &rows[first.min(end)..end]
}
