//! What the machine takes for the same thing each time, done alone. Once in a while, as in a scenario at a
//! rate: a commit, before which nothing is there that is on disk before anybody sees it, and arithmetic,
//! which shows how evenly the processors run. Where that takes ten times as long at times, so does all else.
//! One behind the other, as while all connect: the verification of a login's signature.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::ensure;
use chat_core::Identity;
use rusqlite::Connection;

use crate::times::{Quantiles, Times};

/// How often in one round of the comparison.
const TIMES: u32 = 400;

/// From one to the next: as in `lf`, where the server has nothing to do meanwhile.
const PAUSE: Duration = Duration::from_millis(5);

/// Bytes of a record: about those of an entry.
const RECORD: [u8; 150] = [b'x'; 150];

/// Steps of the arithmetic: 20 to 30 µs.
const STEPS: u64 = 20_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Alone {
    commit: Times,
    arithmetic: Times,
    verification: Times,
}

impl Alone {
    pub(super) fn new() -> Alone {
        Alone {
            commit: Times::new(),
            arithmetic: Times::new(),
            verification: Times::new(),
        }
    }

    /// Does each some hundred times. Records are committed one at a time to a store like the server's, where
    /// the servers have theirs.
    ///
    /// # Errors
    /// The disk doesn't let it.
    pub(super) fn measure(&self) -> anyhow::Result<()> {
        self.measure_spaced()?;
        self.measure_verification()
    }

    fn measure_spaced(&self) -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let store = Connection::open(dir.path().join("store"))?;
        store.pragma_update(None, "journal_mode", "WAL")?;
        store.pragma_update(None, "synchronous", "FULL")?;
        store.execute(
            "CREATE TABLE entries (id INTEGER PRIMARY KEY, body BLOB)",
            (),
        )?;
        let mut insert = store.prepare("INSERT INTO entries (body) VALUES (?1)")?;
        for _ in 0..TIMES {
            std::thread::sleep(PAUSE);
            let start = Instant::now();
            black_box((0..STEPS).fold(1, |n: u64, step| black_box(n).wrapping_mul(31) ^ step));
            self.arithmetic.add(us(start));
            let start = Instant::now();
            insert.execute([RECORD])?;
            self.commit.add(us(start));
        }
        Ok(())
    }

    fn measure_verification(&self) -> anyhow::Result<()> {
        let (nonce, binding) = ([1; 32], [2; 32]);
        let identity = Identity::from_seed(&[3; 32]);
        let (key, signature) = (identity.public(), identity.sign_login(&nonce, &binding));
        for _ in 0..TIMES {
            let start = Instant::now();
            let verified = key.verifies(&nonce, &binding, black_box(&signature));
            self.verification.add(us(start));
            ensure!(verified, "a signature that is right is refused");
        }
        Ok(())
    }

    pub(super) fn commit_ms(&self) -> Quantiles {
        Quantiles::from(&self.commit)
    }

    pub(super) fn arithmetic_ms(&self) -> Quantiles {
        Quantiles::from(&self.arithmetic)
    }

    pub(super) fn verification_ms(&self) -> Quantiles {
        Quantiles::from(&self.verification)
    }
}

fn us(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
