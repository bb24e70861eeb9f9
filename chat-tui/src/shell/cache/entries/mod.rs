//! `cache.db`: servers, conversations, entries. Statements only; when they run is decided elsewhere.

mod edits;
mod search;

use std::collections::HashMap;
use std::path::Path;

use chat_core::command::Direction;
use chat_core::{
    AccountId, Body, Conversation, ConversationId, ConversationKind, Entry, Nick, Seq, Text,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::database::{self, Opened, Schema, int, uint};
use super::{CacheError, Epoch, FIRST_ENTRIES, Login, PageWanted};
use crate::settings::CacheLimits;

pub(super) use search::search;

const SCHEMA: Schema = Schema {
    steps: &[
        "
    CREATE TABLE servers (
        address TEXT PRIMARY KEY,
        epoch BLOB NOT NULL,
        name TEXT NOT NULL,
        account INTEGER NOT NULL,
        nick TEXT NOT NULL,
        focus INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE conversations (
        address TEXT NOT NULL REFERENCES servers ON DELETE CASCADE,
        id INTEGER NOT NULL,
        place INTEGER NOT NULL,
        direct INTEGER NOT NULL,
        name TEXT NOT NULL,
        peer INTEGER,
        topic TEXT NOT NULL,
        head INTEGER NOT NULL,
        read INTEGER NOT NULL,
        muted INTEGER NOT NULL DEFAULT FALSE,
        PRIMARY KEY (address, id)
    ) WITHOUT ROWID;
    CREATE TABLE entries (
        address TEXT NOT NULL,
        conversation INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (address, conversation, seq),
        FOREIGN KEY (address, conversation) REFERENCES conversations ON DELETE CASCADE
    ) WITHOUT ROWID;
    ",
        edits::TABLE,
    ],
};

/// Fewest entries that pruning by size leaves of a conversation.
const ENTRIES_MIN: u64 = 100;

pub(super) fn open(path: &Path) -> std::result::Result<Opened, CacheError> {
    let opened = database::open(path, &SCHEMA)?;
    let enforced = opened.db.pragma_update(None, "foreign_keys", true);
    enforced.map_err(|source| CacheError {
        file: path.to_owned(),
        source,
    })?;
    Ok(opened)
}

/// The last login on a server.
pub(super) fn login(db: &Connection, address: &str) -> Result<Option<Login>> {
    db.prepare_cached("SELECT epoch, name, account, nick FROM servers WHERE address = ?")?
        .query_row([address], |row| {
            Ok(Login {
                epoch: row.get(0)?,
                server: Text::new(&row.get::<_, String>(1)?).to_string(),
                account: AccountId(uint(row.get(2)?)),
                nick: Nick::received(&row.get::<_, String>(3)?),
            })
        })
        .optional()
}

/// Remembers a login; with another epoch than before, everything else about the server goes.
pub(super) fn keep_login(db: &Connection, address: &str, new: &Login) -> Result<()> {
    db.prepare_cached("DELETE FROM servers WHERE address = ? AND epoch <> ?")?
        .execute(params![address, new.epoch])?;
    db.prepare_cached(
        "INSERT INTO servers (address, epoch, name, account, nick) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET name = excluded.name, account = excluded.account,
             nick = excluded.nick",
    )?
    .execute(params![
        address,
        new.epoch,
        new.server,
        int(new.account.0),
        new.nick.as_str()
    ])?;
    Ok(())
}

/// Forgets everything of a server.
pub(super) fn forget_server(db: &Connection, address: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM servers WHERE address = ?")?
        .execute([address])?;
    Ok(())
}

/// Whether the server's rows are of this epoch: those of another process may be of a newer one.
pub(super) fn is_epoch(db: &Connection, address: &str, epoch: &Epoch) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM servers WHERE address = ? AND epoch = ?")?
        .exists(params![address, epoch])
}

pub(super) fn focus(db: &Connection, address: &str) -> Result<Option<ConversationId>> {
    let focus: Option<Option<i64>> = db
        .prepare_cached("SELECT focus FROM servers WHERE address = ?")?
        .query_row([address], |row| row.get(0))
        .optional()?;
    Ok(focus.flatten().map(|id| ConversationId(uint(id))))
}

pub(super) fn keep_focus(db: &Connection, address: &str, id: ConversationId) -> Result<()> {
    db.prepare_cached("UPDATE servers SET focus = ? WHERE address = ?")?
        .execute(params![int(id.0), address])?;
    Ok(())
}

/// The conversations with whether each is muted, in the order in which they were first seen.
pub(super) fn conversations(db: &Connection, address: &str) -> Result<Vec<(Conversation, bool)>> {
    db.prepare_cached(
        "SELECT muted, id, direct, name, peer, topic, read, max(head, coalesce(
             (SELECT max(seq) FROM entries e WHERE e.address = c.address AND e.conversation = c.id), 0))
         FROM conversations c WHERE address = ? ORDER BY place",
    )?
    .query_map([address], |row| Ok((conversation(row)?, row.get(0)?)))?
    .collect()
}

fn conversation(row: &Row<'_>) -> Result<Conversation> {
    Ok(Conversation {
        id: ConversationId(uint(row.get(1)?)),
        kind: if row.get(2)? {
            ConversationKind::Direct
        } else {
            ConversationKind::Room
        },
        name: Text::new(&row.get::<_, String>(3)?),
        peer: row.get::<_, Option<i64>>(4)?.map(|id| AccountId(uint(id))),
        topic: Text::new(&row.get::<_, String>(5)?),
        read: Seq(uint(row.get(6)?)),
        head: Seq(uint(row.get(7)?)),
        base: None,
    })
}

pub(super) fn keep_conversation(db: &Connection, address: &str, c: &Conversation) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO conversations (address, id, place, direct, name, peer, topic, head, read)
         VALUES (?1, ?2, (SELECT count(*) FROM conversations WHERE address = ?1),
                 ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT DO UPDATE SET name = excluded.name, peer = excluded.peer,
             topic = excluded.topic, head = excluded.head, read = max(read, excluded.read)",
    )?
    .execute(params![
        address,
        int(c.id.0),
        c.kind == ConversationKind::Direct,
        c.name.as_str(),
        c.peer.map(|peer| int(peer.0)),
        c.topic.as_str(),
        int(c.head.0),
        int(c.read.0),
    ])?;
    Ok(())
}

pub(super) fn leave(db: &Connection, address: &str, id: ConversationId) -> Result<()> {
    db.prepare_cached("DELETE FROM conversations WHERE address = ? AND id = ?")?
        .execute(params![address, int(id.0)])?;
    Ok(())
}

pub(super) fn keep_read(
    db: &Connection,
    address: &str,
    id: ConversationId,
    seq: Seq,
) -> Result<()> {
    db.prepare_cached("UPDATE conversations SET read = max(read, ?) WHERE address = ? AND id = ?")?
        .execute(params![int(seq.0), address, int(id.0)])?;
    Ok(())
}

pub(super) fn keep_muted(
    db: &Connection,
    address: &str,
    id: ConversationId,
    muted: bool,
) -> Result<()> {
    db.prepare_cached("UPDATE conversations SET muted = ? WHERE address = ? AND id = ?")?
        .execute(params![muted, address, int(id.0)])?;
    Ok(())
}

/// What a conversation is called on the screen: `#room` or `@nick`.
pub(super) fn title(db: &Connection, address: &str, id: ConversationId) -> Result<Option<String>> {
    db.prepare_cached(
        "SELECT iif(direct, '@', '') || name FROM conversations WHERE address = ? AND id = ?",
    )?
    .query_row(params![address, int(id.0)], |row| row.get(0))
    .optional()
}

/// Keeps an entry; one of a conversation that one has left is not kept. What is taken back goes.
pub(super) fn keep_entry(db: &Connection, address: &str, entry: &Entry) -> Result<()> {
    let id = int(entry.conversation.0);
    let added = db
        .prepare_cached(
            "INSERT INTO entries (address, conversation, seq, payload)
             SELECT address, id, ?3, ?4 FROM conversations WHERE address = ?1 AND id = ?2
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![address, id, int(entry.seq.0), entry.to_payload()])?;
    if added == 1 {
        edits::follow_up(db, address, entry)?;
    } else if entry.body == Body::Removed {
        edits::take_back(db, address, entry.conversation, entry.seq)?;
    }
    if let (1, Body::Topic(topic)) = (added, &entry.body) {
        // Only the newest topic is the topic.
        db.prepare_cached(
            "UPDATE conversations SET topic = ?1, head = ?2 WHERE address = ?3 AND id = ?4 AND head < ?2",
        )?
        .execute(params![topic.as_str(), int(entry.seq.0), address, id])?;
    }
    Ok(())
}

/// The last entry held of each conversation.
pub(super) fn cursors(db: &Connection, address: &str) -> Result<HashMap<ConversationId, Seq>> {
    db.prepare_cached(
        "SELECT id, (SELECT max(seq) FROM entries e
                     WHERE e.address = c.address AND e.conversation = c.id) AS last
         FROM conversations c WHERE address = ? AND last IS NOT NULL",
    )?
    .query_map([address], |row| {
        Ok((ConversationId(uint(row.get(0)?)), Seq(uint(row.get(1)?))))
    })?
    .collect()
}

/// The newest entries of a conversation, in order and without holes.
pub(super) fn newest(db: &Connection, address: &str, id: ConversationId) -> Result<Vec<Entry>> {
    let mut run = run(
        db,
        address,
        &PageWanted {
            conversation: id,
            from: Seq(i64::MAX.cast_unsigned()),
            direction: Direction::Before,
            entries_max: FIRST_ENTRIES,
        },
    )?;
    run.reverse();
    Ok(run)
}

/// The entries nearest to `wanted.from`: in order, without holes between them and up to there.
pub(super) fn page(db: &Connection, address: &str, wanted: &PageWanted) -> Result<Vec<Entry>> {
    let mut run = run(db, address, wanted)?;
    let adjoins = run.first().is_some_and(|first| match wanted.direction {
        Direction::Before => first.seq.next() == wanted.from,
        Direction::After => wanted.from.next() == first.seq,
    });
    if !adjoins {
        return Ok(Vec::new());
    }
    if wanted.direction == Direction::Before {
        run.reverse();
    }
    Ok(run)
}

/// The entries from the nearest to the farthest, up to the first hole.
fn run(db: &Connection, address: &str, wanted: &PageWanted) -> Result<Vec<Entry>> {
    let mut statement = db.prepare_cached(match wanted.direction {
        Direction::Before => {
            "SELECT payload FROM entries WHERE address = ? AND conversation = ? AND seq < ?
             ORDER BY seq DESC LIMIT ?"
        }
        Direction::After => {
            "SELECT payload FROM entries WHERE address = ? AND conversation = ? AND seq > ?
             ORDER BY seq LIMIT ?"
        }
    })?;
    let mut rows = statement.query(params![
        address,
        int(wanted.conversation.0),
        int(wanted.from.0),
        int(wanted.entries_max)
    ])?;
    let mut run: Vec<Entry> = Vec::new();
    while let Some(row) = rows.next()? {
        // A payload that can't be read ends the run: the server still has it.
        let Ok(entry) = Entry::from_payload(row.get_ref(0)?.as_blob()?) else {
            break;
        };
        if run
            .last()
            .is_some_and(|last| last.seq.0.abs_diff(entry.seq.0) != 1)
        {
            break;
        }
        run.push(entry);
    }
    Ok(run)
}

/// Deletes what is over the limits, the oldest entries first.
pub(super) fn prune(db: &Connection, limits: &CacheLimits) -> Result<()> {
    let size_max = limits.size_mib_max.saturating_mul(1024 * 1024);
    let mut keep = limits.entries_max.max(ENTRIES_MIN);
    prune_to(db, keep)?;
    while size(db)? > size_max && keep > ENTRIES_MIN {
        keep = (keep / 2).max(ENTRIES_MIN);
        prune_to(db, keep)?;
    }
    db.execute_batch("PRAGMA incremental_vacuum")
}

fn prune_to(db: &Connection, keep: u64) -> Result<()> {
    let lasts: Vec<(String, i64, i64)> = db
        .prepare_cached(
            "SELECT address, id, (SELECT max(seq) FROM entries e
                 WHERE e.address = c.address AND e.conversation = c.id) AS last
             FROM conversations c WHERE last IS NOT NULL",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_>>()?;
    for table in ["entries", "edits"] {
        let sql =
            format!("DELETE FROM {table} WHERE address = ? AND conversation = ? AND seq <= ?");
        let mut delete = db.prepare_cached(&sql)?;
        for (address, id, last) in &lasts {
            delete.execute(params![address, id, last.saturating_sub_unsigned(keep)])?;
        }
    }
    Ok(())
}

/// Bytes in use.
fn size(db: &Connection) -> Result<u64> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let pages = pragma("page_count")? - pragma("freelist_count")?;
    Ok(uint(pages * pragma("page_size")?))
}
