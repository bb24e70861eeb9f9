//! What of `cache.db` contains a text, as it is now: what was edited is found by what it says since.

use std::collections::HashMap;

use chat_core::{Body, ConversationId, Entry, Seq, Text};
use rusqlite::{Connection, Result, params};

use super::super::SearchWanted;
use super::super::database::int;
use super::conversations;
use crate::app::marks;

/// Posts that contain the query in any case, newest first, with what they say now.
pub(in super::super) fn search(
    db: &Connection,
    address: &str,
    wanted: &SearchWanted,
) -> Result<Vec<Entry>> {
    let entries_max = usize::try_from(wanted.entries_max).unwrap_or(usize::MAX);
    let query = wanted.query.to_lowercase();
    let conversations = match wanted.conversation {
        Some(id) => vec![id],
        None => conversations(db, address)?
            .into_iter()
            .map(|(conversation, _)| conversation.id)
            .collect(),
    };
    let mut found = Vec::new();
    for id in conversations {
        found.extend(search_in(db, address, id, &query, entries_max)?);
    }
    found.sort_by_key(|entry: &Entry| std::cmp::Reverse((entry.at, entry.seq)));
    found.truncate(entries_max);
    Ok(found)
}

fn search_in(
    db: &Connection,
    address: &str,
    id: ConversationId,
    query: &str,
    entries_max: usize,
) -> Result<Vec<Entry>> {
    let mut statement = db.prepare_cached(
        "SELECT payload FROM entries WHERE address = ? AND conversation = ? ORDER BY seq DESC",
    )?;
    let mut rows = statement.query(params![address, int(id.0)])?;
    let mut found = Vec::new();
    // Edits come after what they change: going back, the newest is met first.
    let mut edited: HashMap<Seq, Text> = HashMap::new();
    while let (true, Some(row)) = (found.len() < entries_max, rows.next()?) {
        let Ok(mut entry) = Entry::from_payload(row.get_ref(0)?.as_blob()?) else {
            continue;
        };
        if let Body::Edit { of, text } = entry.body {
            edited.entry(of).or_insert(text);
            continue;
        }
        if let Some(text) = edited.remove(&entry.seq) {
            entry.body = marks::saying(&entry.body, &text);
        }
        if entry.body.is_news() && is_found(&entry.body, query) {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Whether a text, a caption or a file's name contains the query, which is in lower case.
fn is_found(body: &Body, query: &str) -> bool {
    let name = match body {
        Body::File(file) => file.name.as_str(),
        _ => "",
    };
    [body.text(), name]
        .iter()
        .any(|text| text.to_lowercase().contains(query))
}
