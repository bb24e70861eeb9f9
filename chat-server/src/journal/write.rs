//! Records to rows: one transaction a batch.

use std::collections::HashMap;
use std::time::Duration;

use chat_core::{AccountId, Body, Entry, Text};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::listing::{Listed, Pace, Row, Unlisted};
use super::log::{Added, Log};
use super::rows::Insert;
use crate::hub::Record;

/// How long a connection waits for another, such as a backup's.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The connection that writes. There is one.
#[derive(Debug)]
pub struct Writer {
    // Gone before the connection: the last one of a store leaves it tidy.
    log: Log,
    connection: Connection,
    pace: Pace,
    /// What is not listed as of the last commit; `None` where that has to be read.
    unlisted: Option<Unlisted>,
    /// Who is away as of the last commit: no row, because it ends with the server.
    away: HashMap<AccountId, Text>,
}

impl Writer {
    pub(super) fn new(connection: Connection, log: Log) -> Writer {
        connection.set_prepared_statement_cache_capacity(64);
        Writer {
            connection,
            pace: Pace::default(),
            unlisted: None,
            away: HashMap::new(),
            log,
        }
    }

    /// Lists `bulk` rows of the log at once, `step` of them with a commit.
    #[cfg(test)]
    pub(crate) fn list_every(&mut self, bulk: usize, step: usize) {
        self.pace = Pace { bulk, step };
        self.unlisted = None;
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
        let committed = self.try_commit(records);
        if committed.is_err() {
            self.log.failed();
        }
        committed
    }

    fn try_commit(&mut self, records: &[Record]) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut payloads = Vec::new();
        if records.is_empty() {
            return Ok(payloads);
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Where this fails they are read anew by the next one: they are as if it had not been.
        let mut unlisted = match self.unlisted.take() {
            Some(unlisted) => unlisted,
            None => Unlisted::read(&transaction, self.pace)?,
        };
        for run in records.chunk_by(|one, next| is_plain(one) && is_plain(next)) {
            let entries = run.iter().filter_map(|record| match record {
                Record::Entry(entry) => Some((&**entry, entry.to_payload())),
                _ => None,
            });
            let entries: Vec<(&Entry, Vec<u8>)> = entries.collect();
            insert_entries(&transaction, &mut unlisted, &entries)?;
            payloads.extend(entries.into_iter().map(|(_, payload)| payload));
            for record in run {
                insert(&transaction, &mut unlisted, record)?;
            }
        }
        let listed = unlisted.step(&transaction, payloads.len())?;
        transaction.commit()?;
        self.unlisted = Some(unlisted);
        for record in records {
            if let Record::Away { account, text } = record {
                match text {
                    Some(text) => self.away.insert(*account, text.clone()),
                    None => self.away.remove(account),
                };
            }
        }
        let added = match listed {
            _ if records.iter().any(takes_back) => Added::Deletion,
            Listed::Bulk => Added::Bulk,
            Listed::Some => Added::Rows,
        };
        self.log.add(added, payloads.iter().map(Vec::len).sum());
        Ok(payloads)
    }

    /// Has the write-ahead log moved into the store's file where it is long, and empties it where
    /// something that was taken back stands in it. To be called when everything committed has been
    /// let seen, or a commit has failed: it may take as long as some commits. Waits for no reader:
    /// while somebody reads, what can't be done is left for the next time.
    pub fn tidy(&mut self) {
        if let Err(error) = self.log.tidy(&self.connection) {
            tracing::warn!(%error, "the write-ahead log could not be emptied");
        }
    }
}

/// Whether a record is an entry that what follows from others does not look at: several one behind the
/// other are inserted together.
fn is_plain(record: &Record) -> bool {
    let plain = |body: &Body| matches!(body, Body::Post(_) | Body::Action(_) | Body::Draw(_));
    matches!(record, Record::Entry(entry) if plain(&entry.body))
}

/// Whether a record takes something back.
fn takes_back(record: &Record) -> bool {
    matches!(record, Record::Entry(entry) if matches!(entry.body, Body::Deletion { .. }))
}

/// Inserts entries, given with their payloads.
fn insert_entries(
    transaction: &Transaction<'_>,
    unlisted: &mut Unlisted,
    entries: &[(&Entry, Vec<u8>)],
) -> rusqlite::Result<()> {
    let rows = Insert {
        into: "INSERT INTO entries (conversation, seq, author, post, payload, kind, about) VALUES",
        columns: 7,
    };
    rows.all(transaction, entries, |(entry, payload), values| {
        let about = entry.body.of();
        values.push(entry.conversation.0)?;
        values.push(entry.seq.0)?;
        values.push(entry.author.0)?;
        values.push(entry.post.map(|post| post.0))?;
        values.push(payload)?;
        values.push(about.map(|_| entry.body.kind()))?;
        values.push(about.map(|of| of.0))
    })?;
    // Positions have no holes.
    let behind = transaction.last_insert_rowid().cast_unsigned() + 1;
    let ids = behind - entries.len() as u64..behind;
    for (id, (entry, _)) in ids.zip(entries) {
        unlisted.add(Row {
            id,
            conversation: entry.conversation.0,
            seq: entry.seq.0,
            author: entry.author.0,
            post: entry.post.map(|post| post.0),
        });
    }
    Ok(())
}

/// Does what follows from an entry that was just inserted.
fn follow_up(
    transaction: &Transaction<'_>,
    unlisted: &Unlisted,
    entry: &Entry,
) -> rusqlite::Result<()> {
    if let Body::Topic(topic) = &entry.body {
        transaction
            .prepare_cached("UPDATE conversations SET topic = ?2 WHERE id = ?1")?
            .execute(params![entry.conversation.0, topic.as_str()])?;
    }
    super::about::follow_up(transaction, unlisted, entry)?;
    super::files::entry(transaction, entry)
}

fn insert(
    transaction: &Transaction<'_>,
    unlisted: &mut Unlisted,
    record: &Record,
) -> rusqlite::Result<()> {
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
        } => super::canvas::merge(transaction, unlisted, (*canvas, *base), picture),
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
        // Its row is there.
        Record::Entry(entry) => follow_up(transaction, unlisted, entry),
    }
}
