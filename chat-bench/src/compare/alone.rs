//! What the machine takes for the same thing each time, done alone. Once in a while, as in a scenario at a
//! rate: a commit, before which nothing is there that is on disk before anybody sees it; a page to the disk,
//! which no commit can do without; and arithmetic, which shows how evenly the processors run. Where that takes ten times as
//! long at times, so does all else. One behind the other, as while all connect: the verification of a login's
//! signature.

use std::fs::File;
use std::hint::black_box;
use std::io::{Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use chat_core::Identity;
use rusqlite::Connection;
use serde::Serialize;

use crate::machine::thread_cpu;
use crate::times::{Quantiles, Times};

/// How often in one round of the comparison.
const TIMES: u32 = 400;

/// From one to the next: as in `lf`, where the server has nothing to do meanwhile.
const PAUSE: Duration = Duration::from_millis(5);

/// Bytes of a record: about those of an entry.
const RECORD: [u8; 150] = [b'x'; 150];

/// Bytes of a page, as those of the store.
const PAGE: [u8; 4_096] = [b'x'; 4_096];

/// Steps of the arithmetic: 20 to 30 µs.
const STEPS: u64 = 20_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Alone {
    commit: Work,
    page: Work,
    arithmetic: Work,
    verification: Work,
}

/// One kind of work: how long it takes, and what runs for it meanwhile.
#[derive(Debug)]
struct Work {
    took: Times,
    ran: Times,
}

/// What came out of one kind of work.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    pub(super) ms: Quantiles,
    /// Its thread's, in the mean.
    pub(super) cpu_us: Option<f64>,
}

/// What came out.
#[derive(Debug, Serialize)]
pub(super) struct AloneReport {
    /// One commit to the disk that the stores are on.
    pub(super) commit: Figures,
    /// A page to the same disk, into a file that is as long already.
    pub(super) page: Figures,
    /// The same arithmetic each time.
    pub(super) arithmetic: Figures,
    /// Of the signature of a login.
    pub(super) verification: Figures,
}

impl Alone {
    pub(super) fn new() -> Alone {
        Alone {
            commit: Work::new(),
            page: Work::new(),
            arithmetic: Work::new(),
            verification: Work::new(),
        }
    }

    /// Does each some hundred times, the first three in turns. Records are committed one at a time to a store
    /// like the server's, where the servers have theirs.
    ///
    /// # Errors
    /// The disk doesn't let it.
    pub(super) fn measure(&self) -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let store = open_store(&dir.path().join("store"))?;
        let mut insert = store.prepare("INSERT INTO entries (body) VALUES (?1)")?;
        let mut pages = open_pages(&dir.path().join("pages"))?;
        for _ in 0..TIMES {
            std::thread::sleep(PAUSE);
            self.arithmetic.time(calculate);
            self.commit.time(|| insert.execute([RECORD]))?;
            std::thread::sleep(PAUSE);
            self.page
                .time(|| pages.write_all(&PAGE).and_then(|()| pages.sync_data()))?;
        }
        let (nonce, binding) = ([1; 32], [2; 32]);
        let identity = Identity::from_seed(&[3; 32]);
        let (key, signature) = (identity.public(), identity.sign_login(&nonce, &binding));
        for _ in 0..TIMES {
            let verify = || key.verifies(&nonce, &binding, black_box(&signature));
            let verified = self.verification.time(verify);
            ensure!(verified, "a signature that is right is refused");
        }
        Ok(())
    }

    pub(super) fn report(&self) -> AloneReport {
        AloneReport {
            commit: self.commit.figures(),
            page: self.page.figures(),
            arithmetic: self.arithmetic.figures(),
            verification: self.verification.figures(),
        }
    }
}

fn open_store(path: &Path) -> rusqlite::Result<Connection> {
    let store = Connection::open(path)?;
    store.pragma_update(None, "journal_mode", "WAL")?;
    store.pragma_update(None, "synchronous", "FULL")?;
    let sql = "CREATE TABLE entries (id INTEGER PRIMARY KEY, body BLOB)";
    store.execute(sql, ())?;
    Ok(store)
}

/// A file that is as long as it gets.
fn open_pages(path: &Path) -> std::io::Result<File> {
    let mut file = File::create(path)?;
    for _ in 0..TIMES {
        file.write_all(&PAGE)?;
    }
    file.sync_all()?;
    file.rewind()?;
    Ok(file)
}

fn calculate() {
    black_box((0..STEPS).fold(1, |n: u64, step| black_box(n).wrapping_mul(31) ^ step));
}

impl Work {
    fn new() -> Work {
        Work {
            took: Times::new(),
            ran: Times::new(),
        }
    }

    fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let (start, ran) = (Instant::now(), thread_cpu());
        let done = work();
        if let (Some(before), Some(now)) = (ran, thread_cpu()) {
            self.ran.add(us(now.saturating_sub(before)));
        }
        self.took.add(us(start.elapsed()));
        done
    }

    fn figures(&self) -> Figures {
        Figures {
            ms: Quantiles::from(&self.took),
            cpu_us: self.ran.mean_us(),
        }
    }
}

fn us(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
