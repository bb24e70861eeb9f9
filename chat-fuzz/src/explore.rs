//! Corpora, and what is made of them: every stored input is run, then mutations of them from a seed.
//!
//! | variable | meaning |
//! |---|---|
//! | `FUZZ_RUNS` | mutations per entry point, 2,000 without it |
//! | `FUZZ_SEED` | which ones, 1 without it |
//!
//! What fails is kept in the directory for temporary files, and the failure says where.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::Target;

/// Mutations per entry point in an ordinary test: a second or two.
const RUNS: u64 = 2_000;

/// Changes that are made to one input at most.
const CHANGES_MAX: u64 = 6;

/// Where the corpus of an entry point is kept.
#[must_use]
pub fn corpus_dir(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "corpus", name]
        .iter()
        .collect()
}

/// The stored inputs of an entry point, in the order of their names.
///
/// # Panics
/// When they can't be read.
#[must_use]
pub fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let dir = corpus_dir(name);
    let entries = fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the directory can be read").path())
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let data = fs::read(&path).expect("the file can be read");
        (path, data)
    };
    paths.into_iter().map(read).collect()
}

/// Runs an entry point over its corpus and over mutations of it, as the variables say.
///
/// # Panics
/// When something does not hold of an input, after saying which.
pub fn explore(target: &Target) {
    let corpus = corpus(target.name);
    assert!(!corpus.is_empty(), "{} has no corpus", target.name);
    for (path, data) in &corpus {
        let seen = catch_unwind(AssertUnwindSafe(|| (target.run)(data)));
        if let Err(panic) = seen {
            eprintln!("{}: {} fails", target.name, path.display());
            resume_unwind(panic);
        }
    }
    let seed = variable("FUZZ_SEED").unwrap_or(1);
    for run in 0..variable("FUZZ_RUNS").unwrap_or(RUNS) {
        let mut random = Random::new(seed, run);
        let data = mutated(&mut random, &corpus, target);
        let seen = catch_unwind(AssertUnwindSafe(|| (target.run)(&data)));
        if let Err(panic) = seen {
            let path = keep(target, &data);
            eprintln!(
                "{}: mutation {run} of seed {seed} fails; it is in {}",
                target.name,
                path.display()
            );
            resume_unwind(panic);
        }
    }
}

fn variable(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {value:?}")),
    )
}

fn keep(target: &Target, data: &[u8]) -> PathBuf {
    let path = env::temp_dir().join(format!("chat-fuzz-{}", target.name));
    write(&path, data);
    path
}

fn write(path: &Path, data: &[u8]) {
    if let Err(error) = fs::write(path, data) {
        eprintln!("{} can't be written: {error}", path.display());
    }
}

/// One of the stored inputs, changed.
fn mutated(random: &mut Random, corpus: &[(PathBuf, Vec<u8>)], target: &Target) -> Vec<u8> {
    let stored = |random: &mut Random| &corpus[random.below(corpus.len())].1;
    let mut data = stored(random).clone();
    for _ in 0..=random.below(CHANGES_MAX as usize) {
        let at = random.below(data.len() + 1);
        let end = (at + random.below(32)).min(data.len());
        match random.below(9) {
            0 if at < data.len() => data[at] ^= 1 << random.below(8),
            1 if at < data.len() => data[at] = random.next() as u8,
            2 if at < data.len() => {
                // A boundary of some length.
                let edges = [0x00, 0x01, 0x17, 0x18, 0x1b, 0x7f, 0x80, 0xf7, 0xff];
                data[at] = edges[random.below(edges.len())];
            }
            3 => data.insert(at, random.next() as u8),
            4 => drop(data.drain(at..end)),
            5 => {
                let again = data[at..end].to_vec();
                data.splice(at..at, again);
            }
            6 => {
                let other = stored(random);
                let from = random.below(other.len() + 1);
                let to = (from + random.below(64)).min(other.len());
                data.splice(at..at, other[from..to].iter().copied());
            }
            7 => {
                let other = stored(random);
                let from = random.below(other.len() + 1);
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
            _ => {
                let word = target.words[random.below(target.words.len())];
                data.splice(at..at, word.bytes());
            }
        }
    }
    data.truncate(target.bytes_max);
    data
}

/// Numbers that a seed gives (splitmix64), the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64, run: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ run);
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
