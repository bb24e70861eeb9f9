//! Pages of history and look-ups of posts. Sessions are fed from here, not through the hub: each
//! worker has one thread that reads for it.

use std::collections::HashSet;

use chat_core::command::Direction;
use chat_core::{AccountId, Body, ContentHash, ConversationId, Entry, File, PostId, Seq, Text};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::canvas;
use super::page::{Most, page};
use super::tail::Tail;
use crate::contents::Directory;
use crate::hub::{About, EDITS, Searched, Subject};
use crate::painter::Stored;

/// Missing contents that one reader says are: whoever asks for them again and again fills no log.
const MISSING_MAX: usize = 1_000;

/// A connection that reads.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    tail: Tail,
    contents: Directory,
    /// Missing contents that were said to be: each once.
    missing: HashSet<ContentHash>,
}

/// Why something can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store.
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
    /// The content of a file.
    #[error(transparent)]
    Content(#[from] std::io::Error),
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
    /// A piece of the file in an entry.
    Piece {
        /// Which conversation.
        conversation: ConversationId,
        /// Which entry.
        seq: Seq,
        /// Where the piece starts.
        at: u64,
        /// Most bytes.
        bytes_max: usize,
    },
    /// The picture of a canvas.
    Picture {
        /// Which.
        canvas: ConversationId,
    },
    /// What decides about a post: the entry that it made, and the one that it is about.
    Post {
        /// Whose post.
        author: AccountId,
        /// Its id, where it may have been sent before.
        post: Option<PostId>,
        /// The entry that it is about, where it is about one.
        about: Option<(ConversationId, Seq)>,
    },
}

/// What was read.
#[derive(Debug)]
pub enum Found {
    /// Entries in order.
    Page(Page),
    /// A piece of a file, empty behind its end; `None` where there is no file.
    Piece(Option<Vec<u8>>),
    /// A picture and the last entry in it, empty for an empty one; `None` where there is no canvas.
    Picture(Option<(Seq, Vec<u8>)>),
    /// Where the post's entry is, and what was found of the one that it is about.
    Post {
        /// Its place, if it is stored.
        made: Option<(ConversationId, Seq)>,
        /// How far entries were searched, and what the post is about.
        searched: Searched,
    },
}

/// Entries of one conversation, in order and without holes.
#[derive(Debug, Default)]
pub struct Page {
    /// Number and payload.
    pub entries: Vec<(Seq, Vec<u8>)>,
    /// Whether there are more in the direction that was asked.
    pub more: bool,
    /// Whether entries are missing at its beginning because they are merged into a picture.
    pub gone: bool,
}

impl Reader {
    pub(super) fn new(connection: Connection, contents: Directory) -> Reader {
        Reader {
            connection,
            tail: Tail::default(),
            contents,
            missing: HashSet::new(),
        }
    }

    /// Reads what is wanted.
    ///
    /// # Errors
    /// What SQLite says, or the disk.
    pub fn read(&mut self, wanted: Wanted) -> Result<Found, ReadError> {
        match wanted {
            Wanted::Page {
                conversation,
                from,
                direction,
                entries_max,
                bytes_max,
            } => {
                let transaction = self.connection.transaction()?;
                self.tail.update(&transaction)?;
                let most = Most {
                    entries: entries_max,
                    bytes: bytes_max,
                };
                let place = (direction, from);
                let mut page = page(&transaction, &self.tail, conversation, place, most)?;
                if direction == Direction::After {
                    page.gone = is_gone(&transaction, conversation, from, &page)?;
                }
                Ok(Found::Page(page))
            }
            Wanted::Piece {
                conversation,
                seq,
                at,
                bytes_max,
            } => {
                let Some((author, file)) = self.file(conversation, seq)? else {
                    return Ok(Found::Piece(None));
                };
                let data = self.contents.piece(author, &file, (at, bytes_max))?;
                if data.is_none()
                    && self.missing.len() < MISSING_MAX
                    && self.missing.insert(file.hash)
                {
                    tracing::error!(hash = %file.hash, "a file is missing in the data directory");
                }
                Ok(Found::Piece(data))
            }
            Wanted::Picture { canvas: id } => {
                let is_one = canvas::is_one(&self.connection, id)?;
                let picture = match is_one {
                    true => Some(canvas::picture(&self.connection, id)?),
                    false => None,
                };
                Ok(Found::Picture(picture))
            }
            Wanted::Post {
                author,
                post,
                about,
            } => Ok(self.post(author, post, about)?),
        }
    }

    /// What there is of a canvas, to draw its picture.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn canvas(&mut self, id: ConversationId) -> Result<Stored, ReadError> {
        // One transaction: the picture and the entries behind it belong together.
        let transaction = self.connection.transaction()?;
        self.tail.update(&transaction)?;
        let stored = canvas::stored(&transaction, &self.tail, id)?;
        // Pictures are drawn seldom: what is not listed is read anew for the next one.
        self.tail = Tail::default();
        Ok(stored)
    }

    /// How many entries of a canvas there are.
    #[cfg(test)]
    pub(crate) fn rows(&self, id: ConversationId) -> usize {
        canvas::rows(&self.connection, id).expect("counted")
    }

    /// The file in an entry, and who posted it.
    fn file(
        &mut self,
        conversation: ConversationId,
        seq: Seq,
    ) -> rusqlite::Result<Option<(AccountId, File)>> {
        let transaction = self.connection.transaction()?;
        self.tail.update(&transaction)?;
        let payload = payload(&transaction, &self.tail, (conversation, seq))?;
        // An entry that can't be read is no file.
        let entry = payload.and_then(|payload| Entry::from_payload(&payload).ok());
        Ok(entry.and_then(|entry| match entry.body {
            Body::File(file) => Some((entry.author, file)),
            _ => None,
        }))
    }

    fn post(
        &mut self,
        author: AccountId,
        post: Option<PostId>,
        about: Option<(ConversationId, Seq)>,
    ) -> rusqlite::Result<Found> {
        // One transaction: the search and how far it reached belong together.
        let transaction = self.connection.transaction()?;
        self.tail.update(&transaction)?;
        let made = match post {
            Some(post) => made(&transaction, &self.tail, author, post)?,
            None => None,
        };
        let about = match about {
            Some(place) => about_entry(&transaction, &self.tail, author, place)?,
            None => None,
        };
        let up_to = self.tail.last();
        let searched = Searched { up_to, about };
        Ok(Found::Post { made, searched })
    }
}

/// Whether the entry behind `from` isn't there because it is merged.
fn is_gone(
    transaction: &Transaction<'_>,
    id: ConversationId,
    from: Seq,
    page: &Page,
) -> rusqlite::Result<bool> {
    let starts = page.entries.first().map(|(seq, _)| *seq);
    if starts.is_none_or(|starts| starts == from.next()) {
        return Ok(false);
    }
    let (base, _) = canvas::picture(transaction, id)?;
    Ok(base > from)
}

/// The payload of an entry.
fn payload(
    transaction: &Transaction<'_>,
    tail: &Tail,
    place: (ConversationId, Seq),
) -> rusqlite::Result<Option<Vec<u8>>> {
    let Some(id) = tail.find(transaction, place)? else {
        return Ok(None);
    };
    transaction
        .prepare_cached("SELECT payload FROM entries WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .map(Some)
}

fn made(
    transaction: &Transaction<'_>,
    tail: &Tail,
    author: AccountId,
    post: PostId,
) -> rusqlite::Result<Option<(ConversationId, Seq)>> {
    let id = tail.made(transaction, author, post)?;
    let sql = "SELECT conversation, seq, id FROM entries WHERE id = ?1
        UNION ALL SELECT conversation, seq, id FROM merged WHERE author = ?2 AND post = ?3
        ORDER BY id LIMIT 1";
    transaction
        .prepare_cached(sql)?
        .query_row(params![id, author.0, post.0], |row| {
            Ok((ConversationId(row.get(0)?), Seq(row.get(1)?)))
        })
        .optional()
}

fn about_entry(
    transaction: &Transaction<'_>,
    tail: &Tail,
    author: AccountId,
    (conversation, seq): (ConversationId, Seq),
) -> rusqlite::Result<Option<About>> {
    let Some(payload) = payload(transaction, tail, (conversation, seq))? else {
        return Ok(None);
    };
    let entry = entry(0, &payload)?;
    let sql = "SELECT count(*) FROM
        (SELECT 1 FROM entries WHERE conversation = ?1 AND about = ?2 AND kind = 3 LIMIT ?3)";
    let edits = transaction
        .prepare_cached(sql)?
        .query_row(params![conversation.0, seq.0, EDITS], |row| row.get(0))?;
    let sql = "SELECT emoji, seq FROM reactions WHERE conversation = ?1 AND about = ?2 AND account = ?3 ORDER BY seq";
    let reactions = transaction
        .prepare_cached(sql)?
        .query_map(params![conversation.0, seq.0, author.0], |row| {
            let emoji: String = row.get(0)?;
            Ok((Text::new(&emoji), Seq(row.get(1)?)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(About {
        author: entry.author,
        subject: Subject::of(&entry.body),
        edits,
        reactions,
    }))
}

/// The entry that a payload in this column is.
pub(super) fn entry(column: usize, payload: &[u8]) -> rusqlite::Result<Entry> {
    Entry::from_payload(payload).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Blob,
            Box::new(error),
        )
    })
}

/// SQLite's integers are signed; no number of ours comes near that.
pub(super) fn sql_number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX - 1)
}
