//! Records to rows: one transaction a batch.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chat_core::{AccountId, Body, ConversationId, Entry, Seq, Text};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::hub::Record;

/// How long a connection waits for another, such as a backup's.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The connection that writes. There is one.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    /// Who is away as of the last commit: no row, because it ends with the server.
    away: HashMap<AccountId, Text>,
    /// Something was taken back whose text still stands in the write-ahead log.
    untidy: bool,
}

/// What the entries of a batch leave in their conversations' rows.
type Heads = BTreeMap<ConversationId, (Seq, Option<Text>)>;

impl Writer {
    pub(super) fn new(connection: Connection) -> Writer {
        connection.set_prepared_statement_cache_capacity(32);
        Writer {
            connection,
            away: HashMap::new(),
            untidy: false,
        }
    }

    pub(crate) fn load(&self) -> rusqlite::Result<crate::hub::State> {
        let mut state = super::load::state(&self.connection)?;
        state.away.clone_from(&self.away);
        Ok(state)
    }

    /// Commits `records` in one transaction: all of them or, on an error, none. Gives the payloads
    /// of the entries among them, in order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn commit(&mut self, records: &[Record]) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut payloads = Vec::new();
        if records.is_empty() {
            return Ok(payloads);
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut heads = Heads::new();
        for record in records {
            match record {
                Record::Entry(entry) => {
                    payloads.push(insert_entry(&transaction, entry)?);
                    super::files::entry(&transaction, entry)?;
                    let head = heads.entry(entry.conversation).or_default();
                    head.0 = entry.seq;
                    if let Body::Topic(topic) = &entry.body {
                        head.1 = Some(topic.clone());
                    }
                }
                record => insert(&transaction, record)?,
            }
        }
        for (conversation, (head, topic)) in heads {
            let sql =
                "UPDATE conversations SET head = ?2, topic = coalesce(?3, topic) WHERE id = ?1";
            let topic = topic.as_ref().map(Text::as_str);
            transaction
                .prepare_cached(sql)?
                .execute(params![conversation.0, head.0, topic])?;
        }
        transaction.commit()?;
        for record in records {
            if let Record::Away { account, text } = record {
                match text {
                    Some(text) => self.away.insert(*account, text.clone()),
                    None => self.away.remove(account),
                };
            }
        }
        self.untidy |= records.iter().any(takes_back);
        Ok(payloads)
    }

    /// Empties the write-ahead log where something that was taken back stands in it. Waits for
    /// nobody: while somebody reads it is left for the next time.
    pub fn tidy(&mut self) {
        if !self.untidy {
            return;
        }
        match truncate_log(&self.connection) {
            Ok(done) => self.untidy = !done,
            Err(error) => tracing::warn!(%error, "the write-ahead log could not be emptied"),
        }
    }
}

/// Whether a record takes something back.
fn takes_back(record: &Record) -> bool {
    matches!(record, Record::Entry(entry) if matches!(entry.body, Body::Deletion { .. }))
}

/// Moves the write-ahead log into the store's file and empties it; whether nobody was in the way.
pub(super) fn truncate_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(BUSY)?;
    Ok(!busy?)
}

fn insert_entry(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<Vec<u8>> {
    let payload = entry.to_payload();
    let sql = "INSERT INTO entries (conversation, seq, author, post, payload, kind, about)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let about = entry.body.of();
    let post = entry.post.map(|post| post.0);
    let row = params![
        entry.conversation.0,
        entry.seq.0,
        entry.author.0,
        post,
        payload,
        about.map(|_| entry.body.kind()),
        about.map(|of| of.0),
    ];
    transaction.prepare_cached(sql)?.execute(row)?;
    super::about::follow_up(transaction, entry)?;
    Ok(payload)
}

fn insert(transaction: &Transaction<'_>, record: &Record) -> rusqlite::Result<()> {
    let execute = |sql, row: &[&dyn rusqlite::ToSql]| {
        transaction.prepare_cached(sql)?.execute(row).map(|_| ())
    };
    match record {
        Record::Account { id, key, at } => execute(
            "INSERT INTO accounts (id, key, since, seen) VALUES (?1, ?2, ?3, ?3)",
            params![id.0, key.0, at.0],
        ),
        Record::Nick { account, nick } => execute(
            "UPDATE accounts SET nick = ?2 WHERE id = ?1",
            params![account.0, nick.as_ref().map(chat_core::Nick::as_str)],
        ),
        Record::Seen { account, at } => execute(
            "UPDATE accounts SET seen = ?2 WHERE id = ?1",
            params![account.0, at.0],
        ),
        // Kept beside the database.
        Record::Away { .. } => Ok(()),
        Record::Room { id, name } => execute(
            "INSERT INTO conversations (id, room) VALUES (?1, ?2)",
            params![id.0, name.as_str()],
        ),
        Record::Direct { id, a, b } => execute(
            "INSERT INTO conversations (id, a, b) VALUES (?1, ?2, ?3)",
            params![id.0, a.0, b.0],
        ),
        Record::Canvas { id, parent } => execute(
            "INSERT INTO conversations (id, parent) VALUES (?1, ?2)",
            params![id.0, parent.0],
        ),
        Record::Merged {
            canvas,
            base,
            picture,
        } => super::canvas::merge(transaction, *canvas, *base, picture),
        Record::Joined {
            conversation,
            account,
            read,
        } => execute(
            "INSERT OR REPLACE INTO members (account, conversation, read) VALUES (?1, ?2, ?3)",
            params![account.0, conversation.0, read.0],
        ),
        Record::Parted {
            conversation,
            account,
        } => execute(
            "DELETE FROM members WHERE account = ?1 AND conversation = ?2",
            params![account.0, conversation.0],
        ),
        Record::Read {
            conversation,
            account,
            seq,
        } => execute(
            "UPDATE members SET read = ?3 WHERE account = ?1 AND conversation = ?2",
            params![account.0, conversation.0, seq.0],
        ),
        Record::File(record) => super::files::record(transaction, record),
        Record::Entry(entry) => insert_entry(transaction, entry).map(|_| ()),
    }
}
