//! Records to rows: one transaction a batch.

use std::collections::{BTreeMap, HashMap};

use chat_core::{AccountId, Body, ConversationId, Entry, Seq, Text};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::hub::Record;

/// The connection that writes. There is one.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    /// Who is away as of the last commit: no row, because it ends with the server.
    away: HashMap<AccountId, Text>,
}

/// What the entries of a batch leave in their conversations' rows.
type Heads = BTreeMap<ConversationId, (Seq, Option<Text>)>;

impl Writer {
    pub(super) fn new(connection: Connection) -> Writer {
        connection.set_prepared_statement_cache_capacity(32);
        Writer {
            connection,
            away: HashMap::new(),
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
        Ok(payloads)
    }
}

fn insert_entry(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<Vec<u8>> {
    let payload = entry.to_payload();
    let sql = "INSERT INTO entries (conversation, seq, author, post, payload) VALUES (?1, ?2, ?3, ?4, ?5)";
    let post = entry.post.map(|post| post.0);
    let row = params![
        entry.conversation.0,
        entry.seq.0,
        entry.author.0,
        post,
        payload
    ];
    transaction.prepare_cached(sql)?.execute(row)?;
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
