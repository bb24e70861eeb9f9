//! Pages of history and look-ups of posts. Sessions are fed from here, not through the hub: each
//! worker has one thread that reads for it.

use chat_core::command::Direction;
use chat_core::{AccountId, ConversationId, PostId, Seq};
use rusqlite::{Connection, OptionalExtension, params};

/// A connection that reads.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

/// What a session wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A page of a conversation.
    Page {
        /// Whose.
        conversation: ConversationId,
        /// The entry that the page lies before or after.
        from: Seq,
        /// Before or after.
        direction: Direction,
        /// Most entries.
        entries_max: u64,
        /// Most bytes of payloads; one entry comes even if it is longer.
        bytes_max: usize,
    },
    /// The entry that a post made.
    Post {
        /// Whose post.
        author: AccountId,
        /// Its id.
        post: PostId,
    },
}

/// What was read.
#[derive(Debug)]
pub enum Found {
    /// Entries in order.
    Page(Page),
    /// Where the post's entry is, and the position up to which entries were searched.
    Post {
        /// Its place, if it is stored.
        made: Option<(ConversationId, Seq)>,
        /// Every entry up to here was searched.
        searched: u64,
    },
}

/// Entries of one conversation, in order and without holes.
#[derive(Debug, Default)]
pub struct Page {
    /// Number and payload.
    pub entries: Vec<(Seq, Vec<u8>)>,
    /// Whether there are more in the direction that was asked.
    pub more: bool,
}

impl Reader {
    pub(super) fn new(connection: Connection) -> Reader {
        Reader { connection }
    }

    /// Reads what is wanted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(&mut self, wanted: Wanted) -> rusqlite::Result<Found> {
        match wanted {
            Wanted::Page {
                conversation,
                from,
                direction,
                entries_max,
                bytes_max,
            } => {
                let sql = match direction {
                    Direction::Before => {
                        "SELECT seq, payload FROM entries WHERE conversation = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3"
                    }
                    Direction::After => {
                        "SELECT seq, payload FROM entries WHERE conversation = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
                    }
                };
                let mut page = self.page(sql, conversation, from, entries_max, bytes_max)?;
                if direction == Direction::Before {
                    page.entries.reverse();
                }
                Ok(Found::Page(page))
            }
            Wanted::Post { author, post } => self.post(author, post),
        }
    }

    fn page(
        &mut self,
        sql: &str,
        conversation: ConversationId,
        from: Seq,
        entries_max: u64,
        bytes_max: usize,
    ) -> rusqlite::Result<Page> {
        let mut statement = self.connection.prepare_cached(sql)?;
        // One more than wanted says whether there are more.
        let mut rows = statement.query(params![
            conversation.0,
            sql_number(from.0),
            sql_number(entries_max) + 1
        ])?;
        let mut page = Page::default();
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            let payload: Vec<u8> = row.get(1)?;
            bytes += payload.len();
            if page.entries.len() as u64 == entries_max
                || (bytes > bytes_max && !page.entries.is_empty())
            {
                page.more = true;
                break;
            }
            page.entries.push((Seq(row.get(0)?), payload));
        }
        Ok(page)
    }

    fn post(&mut self, author: AccountId, post: PostId) -> rusqlite::Result<Found> {
        // One transaction: the search and how far it reached belong together.
        let transaction = self.connection.transaction()?;
        let searched = transaction
            .prepare_cached("SELECT coalesce(max(id), 0) FROM entries")?
            .query_row([], |row| row.get(0))?;
        let made = transaction
            .prepare_cached("SELECT conversation, seq FROM entries WHERE author = ?1 AND post = ?2 ORDER BY id LIMIT 1")?
            .query_row(params![author.0, post.0], |row| Ok((ConversationId(row.get(0)?), Seq(row.get(1)?))))
            .optional()?;
        Ok(Found::Post { made, searched })
    }
}

/// SQLite's integers are signed; no number of ours comes near that.
fn sql_number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX - 1)
}
