//! The one who keeps the contents, with the real hub and a real store, through one door: [`check`]
//! takes a script whose lines are what happens, each followed by what is seen of it. There are no
//! threads: a crash can stand between any two steps.
//!
//! | file | owns |
//! |---|---|
//! | `world.rs` | hub, store and directory, and what moves between them |
//! | `disk.rs` | the directory, as scripts see and change it |
//! | `uploads.rs`, `crashes.rs` | what is checked |
//!
//! A content is a word that was named with `content x of 10`. Lines:
//! `ann logs in`, `ann uploads x`, `ann sends x 0-10`, `ann sends y as x 0-10` (bytes of y), `ann cancels x`,
//! `ann posts x`, `ann fetches 1`, `ann is cut off`, `disk` (what lies there), `disk loses x`,
//! `disk garbles part of x of ann`, `disk ages part of x of ann 25 hours`,
//! `wait 25 hours`, `wait 9 seconds`, `sweep`, `restart`, and in front of any of them
//! `crash before the commit:`, `crash before it is done:`, `crash after it is done:`, `the store fails:`.

mod crashes;
mod disk;
mod uploads;
mod world;

use std::fmt;

use world::World;

/// Runs a script and compares what is seen with what it says.
#[track_caller]
fn check(script: &str) {
    let lines = script.lines().map(str::trim).filter(|l| !l.is_empty());
    let expected: Vec<&str> = lines.collect();
    let mut world = World::new();
    let mut happened = Vec::new();
    for line in expected.iter().filter(|line| !line.starts_with('>')) {
        happened.push((*line).to_owned());
        let seen = world.perform(line);
        happened.extend(seen.into_iter().map(|line| format!("> {line}")));
    }
    assert_eq!(
        Transcript(happened.join("\n")),
        Transcript(expected.join("\n"))
    );
}

/// Lines that a failed comparison shows as lines.
#[derive(PartialEq)]
struct Transcript(String);

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}\n", self.0)
    }
}
