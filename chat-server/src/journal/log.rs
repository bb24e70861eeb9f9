//! The write-ahead log: when it is moved into the store's file, and by whom. A thread of its own
//! moves it while commits go on; what these add meanwhile, the journal's thread moves, which is
//! little: only when all is moved does the next commit start the log anew.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::schema::StoreError;
use super::write::BUSY;

/// Pages after which the log is long, if no bulk of rows was listed before: some 4 MiB of what people
/// post. Where the disk is full, what it holds has to find room in the store's file before anything
/// else can be kept. What is written otherwise is not counted, see `LOG_PAGES` in `schema.rs`.
const PAGES_MAX: usize = 1_024;

/// Bytes of a page.
const PAGE: usize = 4_096;

/// The log, as the journal's thread knows it.
#[derive(Debug)]
pub(super) struct Log {
    /// Written since it was last moved, about.
    pages: usize,
    state: State,
    mover: Mover,
}

/// See [`Log`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// Short enough.
    Short,
    /// Being moved by the mover.
    Moving,
    /// Long.
    Long,
    /// What still holds the text of something that was taken back.
    Telling,
}

/// What a commit added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// Some rows.
    Rows,
    /// The last of a bulk of rows in the look-up tables.
    Bulk,
    /// What takes something back: the text of that goes from the log, too.
    Deletion,
}

impl Log {
    /// Of the store at `path`. It counts as long: what a start could not move because the disk is full
    /// is moved once something can be written.
    ///
    /// # Errors
    /// [`StoreError::Other`], [`StoreError::Thread`].
    pub(super) fn new(path: &Path) -> Result<Log, StoreError> {
        Ok(Log {
            pages: 0,
            state: State::Long,
            mover: Mover::start(path)?,
        })
    }

    /// Something was committed, entries of so many bytes among it.
    pub(super) fn add(&mut self, added: Added, bytes: usize) {
        // At least one; long texts have pages of their own, partly filled.
        self.pages += 1 + 3 * bytes / PAGE;
        let state = match added {
            Added::Deletion => State::Telling,
            Added::Bulk => State::Long,
            Added::Rows if self.pages >= PAGES_MAX => State::Long,
            Added::Rows => State::Short,
        };
        self.state = self.state.max(state);
    }

    /// A commit has failed. Where the disk is full, room in the log is all that there is.
    pub(super) fn failed(&mut self) {
        self.state = self.state.max(State::Long);
    }

    /// Does the next step of what has to be done, see [`super::Writer::tidy`].
    pub(super) fn tidy(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        match self.state {
            State::Short => {}
            State::Long => {
                self.mover.move_log();
                (self.state, self.pages) = (State::Moving, 0);
            }
            State::Moving if self.mover.is_moving() => {}
            State::Moving => {
                self.state = State::Short;
                move_log(connection)?;
            }
            State::Telling => {
                self.mover.wait();
                if truncate_log(connection)? {
                    (self.state, self.pages) = (State::Short, 0);
                }
            }
        }
        Ok(())
    }
}

/// The thread that moves the log, on a connection of its own.
#[derive(Debug)]
struct Mover {
    moving: bool,
    /// `None` once it has to end.
    asked: Option<Sender<()>>,
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Mover {
    fn start(path: &Path) -> Result<Mover, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            // SQLite opens files when they are first read: better now than when they are short.
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(connection)
        };
        let connection = open().map_err(|error| super::schema::explain(path, error))?;
        let (asked, asking) = channel();
        let (doing, done) = channel();
        let run = move || {
            while let Ok(()) = asking.recv() {
                // The journal's thread, which goes on with it, says what is wrong.
                let _ = move_log(&connection);
                // It waits only while there is something that it needs done.
                let _ = doing.send(());
            }
        };
        let thread = std::thread::Builder::new().name("mover".into()).spawn(run);
        Ok(Mover {
            moving: false,
            asked: Some(asked),
            done,
            thread: Some(thread.map_err(StoreError::Thread)?),
        })
    }

    /// Begins, unless it is at it.
    fn move_log(&mut self) {
        if !self.is_moving() {
            let asked = self.asked.as_ref().map(|asked| asked.send(()));
            self.moving = matches!(asked, Some(Ok(())));
        }
    }

    fn is_moving(&mut self) -> bool {
        self.moving = self.moving && self.done.try_recv() == Err(TryRecvError::Empty);
        self.moving
    }

    /// Waits until it is not at it.
    fn wait(&mut self) {
        if self.moving {
            // One that is gone is done.
            let _ = self.done.recv();
            self.moving = false;
        }
    }
}

impl Drop for Mover {
    /// Nothing of the store is open any more once it is gone.
    fn drop(&mut self) {
        self.asked = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!(name = "mover", "a thread panicked");
        }
    }
}

/// Moves as much of the write-ahead log into the store's file as readers and others who move it
/// allow; when that is all, the next commit starts it anew.
fn move_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// Moves the write-ahead log into the store's file and empties it; whether nobody was in the way.
pub(super) fn truncate_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(BUSY)?;
    Ok(!busy?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store with a table, in a directory, and its log.
    fn store() -> (tempfile::TempDir, Connection, Log) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("chat.db");
        let connection = Connection::open(&path).expect("opens");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
                 PRAGMA wal_autocheckpoint = 0; CREATE TABLE a (x)",
            )
            .expect("a table");
        let mut log = Log::new(&path).expect("it starts");
        assert_eq!(log.state, State::Long, "there may be something of before");
        log.state = State::Short;
        (dir, connection, log)
    }

    fn commit(connection: &Connection, log: &mut Log, added: Added) {
        connection
            .execute("INSERT INTO a VALUES (1)", [])
            .expect("a row");
        log.add(added, 0);
        log.tidy(connection).expect("tidied");
    }

    /// Pages that stand in the log, and those of them that stand in the store's file, too.
    fn pages(connection: &Connection) -> (u64, u64) {
        let sql = "PRAGMA wal_checkpoint(PASSIVE)";
        let row = connection.query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?)));
        row.expect("it says so")
    }

    /// Commits until the log is moved, and after that.
    fn move_all(connection: &Connection, log: &mut Log) {
        while log.state != State::Moving {
            commit(connection, log, Added::Rows);
        }
        log.mover.wait();
        commit(connection, log, Added::Rows);
        commit(connection, log, Added::Rows);
    }

    #[test]
    fn bounded_a_long_log_is_moved_beside_commits_and_starts_anew() {
        let (_dir, connection, mut log) = store();
        for _ in 0..3 {
            move_all(&connection, &mut log);
            assert_eq!(log.state, State::Short);
            assert!(pages(&connection).0 < 4, "{:?}", pages(&connection));
        }
    }

    #[test]
    fn bounded_who_reads_holds_nobody_up_and_the_log_is_moved_later() {
        let (dir, connection, mut log) = store();
        let reader = Connection::open(dir.path().join("chat.db")).expect("opens");
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM a")
            .expect("it reads");
        move_all(&connection, &mut log);
        let (there, moved) = pages(&connection);
        assert!(moved < there, "{moved} of {there}");
        reader.execute_batch("COMMIT").expect("it has read");
        move_all(&connection, &mut log);
        assert!(pages(&connection).0 < 4, "{:?}", pages(&connection));
    }

    #[test]
    fn what_was_there_when_a_commit_failed_is_moved_behind_the_next() {
        let (dir, connection, mut log) = store();
        let file = || std::fs::read(dir.path().join("chat.db")).expect("it is there");
        commit(&connection, &mut log, Added::Rows);
        let before = file();
        log.failed();
        commit(&connection, &mut log, Added::Rows);
        assert_eq!(log.state, State::Moving);
        log.mover.wait();
        assert_ne!(file(), before);
    }

    #[test]
    fn what_is_taken_back_while_the_log_is_moved_goes_from_it() {
        let (dir, connection, mut log) = store();
        while log.state != State::Moving {
            commit(&connection, &mut log, Added::Rows);
        }
        commit(&connection, &mut log, Added::Deletion);
        let file = std::fs::metadata(dir.path().join("chat.db-wal")).expect("it is there");
        assert_eq!((log.state, file.len()), (State::Short, 0));
    }
}
