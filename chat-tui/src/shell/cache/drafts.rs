//! `drafts.db`: what was typed and not yet acknowledged, and what was sent before. Statements only.

use std::path::Path;

use chat_client::Pending;
use chat_core::{Body, ConversationId, PostId, Text};
use rusqlite::{Connection, Result, params};

use super::database::{self, Opened, Schema, int, uint};
use super::{CacheError, Epoch, recall};
use crate::app::conversation::Orphan;
use crate::app::model::RECENT_EMOJI_MAX;

/// The epoch of what belongs to no store that is known.
pub(super) const NO_EPOCH: Epoch = [0; 16];

const SCHEMA: Schema = Schema {
    steps: &[
        "
    CREATE TABLE drafts (
        address TEXT NOT NULL,
        epoch BLOB NOT NULL,
        conversation INTEGER NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (address, epoch, conversation)
    ) WITHOUT ROWID;
    CREATE TABLE pending (
        place INTEGER PRIMARY KEY,
        address TEXT NOT NULL,
        epoch BLOB NOT NULL,
        conversation INTEGER NOT NULL,
        title TEXT NOT NULL,
        post BLOB NOT NULL UNIQUE,
        action INTEGER NOT NULL,
        text TEXT NOT NULL,
        refused TEXT
    );
    ",
        // What is not a text has a body; `action` and `text` say the rest, and what is given back.
        "ALTER TABLE pending ADD COLUMN body BLOB",
        recall::TABLE,
        // The emoji that were used last, on whatever server.
        "CREATE TABLE emoji (place INTEGER PRIMARY KEY, emoji TEXT NOT NULL UNIQUE)",
    ],
};

pub(super) fn open(path: &Path) -> std::result::Result<Opened, CacheError> {
    database::open(path, &SCHEMA)
}

/// Where a text belongs.
pub(super) struct Home<'a> {
    pub(super) address: &'a str,
    pub(super) epoch: &'a Epoch,
    pub(super) conversation: ConversationId,
    pub(super) title: &'a str,
}

/// Keeps what is typed; nothing, if it is empty.
pub(super) fn keep_draft(db: &Connection, home: &Home<'_>, text: &str) -> Result<()> {
    let id = int(home.conversation.0);
    if text.is_empty() {
        db.prepare_cached(
            "DELETE FROM drafts WHERE address = ? AND epoch = ? AND conversation = ?",
        )?
        .execute(params![home.address, home.epoch, id])?;
        return Ok(());
    }
    db.prepare_cached("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)")?
        .execute(params![home.address, home.epoch, id, home.title, text])?;
    Ok(())
}

/// Keeps that an emoji was used, and [`RECENT_EMOJI_MAX`] of them in all.
pub(super) fn keep_emoji(db: &Connection, emoji: &str) -> Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO emoji (place, emoji)
         VALUES ((SELECT coalesce(max(place), 0) + 1 FROM emoji), ?)",
    )?
    .execute([emoji])?;
    let kept = i64::try_from(RECENT_EMOJI_MAX).unwrap_or(i64::MAX);
    db.prepare_cached(
        "DELETE FROM emoji WHERE place NOT IN
             (SELECT place FROM emoji ORDER BY place DESC LIMIT ?)",
    )?
    .execute([kept])?;
    Ok(())
}

/// The emoji that were used last, newest first.
pub(super) fn emoji(db: &Connection) -> Result<Vec<String>> {
    db.prepare_cached("SELECT emoji FROM emoji ORDER BY place DESC")?
        .query_map([], |row| row.get(0))?
        .collect()
}

pub(super) fn keep_pending(db: &Connection, home: &Home<'_>, pending: &Pending) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO pending (address, epoch, conversation, title, post, action, text, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (post) DO UPDATE SET refused = NULL",
    )?
    .execute(params![
        home.address,
        home.epoch,
        int(home.conversation.0),
        home.title,
        pending.post.0,
        matches!(pending.body, Body::Action(_)),
        given_back(&pending.body),
        match &pending.body {
            Body::Post(_) | Body::Action(_) => None,
            body => Some(body.to_payload()),
        }
    ])?;
    Ok(())
}

/// What somebody wrote of a post, to be given back where it can't be sent; reactions are not written.
fn given_back(body: &Body) -> &str {
    match body {
        Body::Reaction { .. } | Body::Unreaction { .. } => "",
        body => body.text(),
    }
}

/// A post was refused for this reason; it waits for a person.
pub(super) fn keep_refused(db: &Connection, post: PostId, reason: &str) -> Result<()> {
    db.prepare_cached("UPDATE pending SET refused = ? WHERE post = ?")?
        .execute(params![reason, post.0])?;
    Ok(())
}

pub(super) fn settle(db: &Connection, post: PostId) -> Result<()> {
    db.prepare_cached("DELETE FROM pending WHERE post = ?")?
        .execute([post.0])?;
    Ok(())
}

/// What was typed, per conversation of this store.
pub(super) fn drafts(
    db: &Connection,
    address: &str,
    epoch: &Epoch,
) -> Result<Vec<(ConversationId, String)>> {
    db.prepare_cached("SELECT conversation, text FROM drafts WHERE address = ? AND epoch = ?")?
        .query_map(params![address, epoch], |row| {
            Ok((ConversationId(uint(row.get(0)?)), row.get(1)?))
        })?
        .collect()
}

/// What was sent to this store and not acknowledged, oldest first, with why it was refused if it was.
pub(super) fn pending(
    db: &Connection,
    address: &str,
    epoch: &Epoch,
) -> Result<Vec<(Pending, Option<String>)>> {
    db.prepare_cached(
        "SELECT post, conversation, action, text, refused, body FROM pending
         WHERE address = ? AND epoch = ? ORDER BY place",
    )?
    .query_map(params![address, epoch], |row| {
        let pending = Pending {
            post: PostId(row.get(0)?),
            conversation: ConversationId(uint(row.get(1)?)),
            body: body_of(row)?,
        };
        Ok((pending, row.get(4)?))
    })?
    .collect()
}

fn body_of(row: &rusqlite::Row<'_>) -> Result<Body> {
    if let Some(payload) = row.get::<_, Option<Vec<u8>>>(5)? {
        return Body::from_payload(&payload).map_err(|error| {
            let blob = rusqlite::types::Type::Blob;
            rusqlite::Error::FromSqlConversionFailure(5, blob, Box::new(error))
        });
    }
    let text = Text::new(&row.get::<_, String>(3)?);
    Ok(if row.get(2)? {
        Body::Action(text)
    } else {
        Body::Post(text)
    })
}

/// Texts for other stores of this address, by title: their numbers mean nothing any more.
pub(super) fn orphans(db: &Connection, address: &str, epoch: &Epoch) -> Result<Vec<Orphan>> {
    // What nobody wrote means nothing in another store.
    db.prepare_cached("DELETE FROM pending WHERE address = ? AND epoch <> ? AND text = ''")?
        .execute(params![address, epoch])?;
    let texts: Vec<(String, String, bool)> = db
        .prepare_cached(
            "SELECT title, text, kind FROM (
                 SELECT title, text, 0 AS kind, place FROM pending
                     WHERE address = ?1 AND epoch <> ?2
                 UNION ALL SELECT title, text, 1, 0 FROM drafts
                     WHERE address = ?1 AND epoch <> ?2
                 UNION ALL SELECT title, text, 2, place FROM recall
                     WHERE address = ?1 AND epoch <> ?2)
             ORDER BY title, kind, place",
        )?
        .query_map(params![address, epoch], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? == 2))
        })?
        .collect::<Result<_>>()?;
    let mut orphans: Vec<Orphan> = Vec::new();
    for (title, text, was_sent) in texts {
        if orphans.last().is_none_or(|last| last.title != title) {
            orphans.push(Orphan {
                title,
                sent: Vec::new(),
                unsent: Vec::new(),
            });
        }
        if let Some(last) = orphans.last_mut() {
            let texts = match was_sent {
                true => &mut last.sent,
                false => &mut last.unsent,
            };
            texts.push(text);
        }
    }
    Ok(orphans)
}

/// Makes orphans of everything for this address: the cache that knew what its numbers mean is gone.
pub(super) fn disown(db: &Connection, address: &str) -> Result<()> {
    for table in ["drafts", "pending", "recall"] {
        let sql = format!("UPDATE OR IGNORE {table} SET epoch = ? WHERE address = ?");
        db.prepare_cached(&sql)?
            .execute(params![NO_EPOCH, address])?;
    }
    Ok(())
}

/// Forgets the orphans with this title: somebody has their texts.
pub(super) fn adopt(db: &Connection, address: &str, epoch: &Epoch, title: &str) -> Result<()> {
    for table in ["drafts", "pending", "recall"] {
        let sql = format!("DELETE FROM {table} WHERE address = ? AND epoch <> ? AND title = ?");
        db.prepare_cached(&sql)?
            .execute(params![address, epoch, title])?;
    }
    Ok(())
}
