//! Rows to the hub's state. Costs what accounts, conversations and memberships cost; of the
//! entries only the last ones are read.

use chat_core::{AccountId, ConversationId, Millis, Nick, PostId, PublicKey, RoomName, Seq, Text};
use rusqlite::{Connection, Row};

use crate::hub::{RecentPosts, Record, State, WINDOW};

/// The state that the store holds.
pub(super) fn state(connection: &Connection) -> rusqlite::Result<State> {
    let mut state = State::default();
    each(
        connection,
        "SELECT id, key, nick, since, seen FROM accounts ORDER BY id",
        |row| account(&mut state, row),
    )?;
    each(
        connection,
        // A head is kept with what is listed.
        "SELECT id, room, a, b, max(head, coalesce(last, 0)), topic, parent
         FROM conversations LEFT JOIN (
            SELECT conversation, max(seq) AS last FROM entries
            WHERE id > (SELECT value FROM meta WHERE key = 'listed') GROUP BY conversation
         ) ON conversation = id ORDER BY id",
        |row| conversation(&mut state, row),
    )?;
    each(
        connection,
        "SELECT account, conversation, read FROM members",
        |row| {
            state.apply(&Record::Joined {
                account: AccountId(row.get(0)?),
                conversation: ConversationId(row.get(1)?),
                read: Seq(row.get(2)?),
            });
            Ok(())
        },
    )?;
    super::canvas::load(connection, &mut state)?;
    super::files::load(connection, &mut state)?;
    state.recent = recent(connection)?;
    Ok(state)
}

pub(super) fn each(
    connection: &Connection,
    sql: &str,
    mut row: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(next) = rows.next()? {
        row(next)?;
    }
    Ok(())
}

fn account(state: &mut State, row: &Row<'_>) -> rusqlite::Result<()> {
    let id = AccountId(row.get(0)?);
    state.apply(&Record::Account {
        id,
        key: PublicKey(row.get(1)?),
        at: Millis(row.get(3)?),
    });
    // Names were parsed when they were stored; rules that came later don't rename anybody.
    let nick = row
        .get::<_, Option<String>>(2)?
        .map(|nick| Nick::received(&nick));
    state.apply(&Record::Nick { account: id, nick });
    state.apply(&Record::Seen {
        account: id,
        at: Millis(row.get(4)?),
    });
    Ok(())
}

fn conversation(state: &mut State, row: &Row<'_>) -> rusqlite::Result<()> {
    let id = ConversationId(row.get(0)?);
    let room = row.get::<_, Option<String>>(1)?;
    let record = match (room, row.get::<_, Option<u64>>(6)?) {
        (Some(name), _) => Record::Room {
            id,
            name: RoomName::stored(&name),
        },
        (None, Some(parent)) => Record::Canvas {
            id,
            parent: ConversationId(parent),
        },
        (None, None) => Record::Direct {
            id,
            a: AccountId(row.get(2)?),
            b: AccountId(row.get(3)?),
        },
    };
    state.apply(&record);
    let topic: String = row.get(5)?;
    state.set_head(id, Seq(row.get(4)?), Text::new(&topic));
    Ok(())
}

fn recent(connection: &Connection) -> rusqlite::Result<RecentPosts> {
    let last: u64 =
        connection.query_row("SELECT coalesce(max(id), 0) FROM entries", [], |row| {
            row.get(0)
        })?;
    let behind = last.saturating_sub(WINDOW as u64);
    let mut recent = RecentPosts::behind(behind);
    let sql = format!(
        "SELECT author, post, conversation, seq, CASE WHEN about IS NOT NULL THEN payload END, id
         FROM entries WHERE id > {behind}
         UNION ALL SELECT author, post, conversation, seq, NULL, id FROM merged WHERE id > {behind}
         ORDER BY id"
    );
    each(connection, &sql, |row| {
        let author = AccountId(row.get(0)?);
        let post = row
            .get::<_, Option<[u8; 16]>>(1)?
            .map(|post| (author, PostId(post)));
        match row.get::<_, Option<Vec<u8>>>(4)? {
            Some(payload) => recent.add_entry(&super::read::entry(4, &payload)?),
            None => recent.add(post, (ConversationId(row.get(2)?), Seq(row.get(3)?))),
        }
        Ok(())
    })?;
    Ok(recent)
}
