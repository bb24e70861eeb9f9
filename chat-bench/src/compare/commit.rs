//! What one commit to this disk takes: nothing that is on disk before anybody sees it can be there
//! earlier.

use std::time::Instant;

use rusqlite::Connection;

use crate::times::Times;

/// Commits that are timed.
const COMMITS: u32 = 500;

/// Bytes of a record: about those of an entry.
const RECORD: [u8; 150] = [b'x'; 150];

/// Commits one record at a time to a store like the server's, where the servers have theirs.
///
/// # Errors
/// The disk doesn't let it.
pub(super) fn times() -> anyhow::Result<Times> {
    let dir = tempfile::tempdir()?;
    let store = Connection::open(dir.path().join("store"))?;
    store.pragma_update(None, "journal_mode", "WAL")?;
    store.pragma_update(None, "synchronous", "FULL")?;
    store.execute(
        "CREATE TABLE entries (id INTEGER PRIMARY KEY, body BLOB)",
        (),
    )?;
    let mut insert = store.prepare("INSERT INTO entries (body) VALUES (?1)")?;
    let times = Times::new();
    for _ in 0..COMMITS {
        let start = Instant::now();
        insert.execute([RECORD])?;
        times.add(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(times)
}
