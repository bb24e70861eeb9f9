//! The whole server as a model-based simulation: clients talk in frames to real sessions, the real
//! hub decides, the real painter draws, and what lies between (queues, sockets, journal, disks,
//! clocks, crashes) is a model that a sequence of steps moves. At every step what the clients see is
//! compared with what is committed.
//!
//! `SIM_SEED=7 cargo test -p chat-server --test simulation` replays one seed and makes it short,
//! `SIM_SEEDS=100000` runs many, `SIM_FROM=5000` others.
//!
//! | file | owns |
//! |---|---|
//! | `step.rs`, `rng.rs` | what can happen, and the steps of a seed |
//! | `world.rs` | performs steps |
//! | `rest.rs` | what must hold at rest |
//! | `run.rs` | runs seeds, replays one |
//! | `client/` | the model of a client, and what it checks of all that it is sent |
//! | `server/` | the model of the server's shell around the real hub and sessions |
//! | `store/` | the model of the store, with the real one beside it now and then |
//! | `seen.rs` | what has happened, to show that the steps reach it |
//! | `fault.rs`, `mutants.rs` | ways to break the model, and that the checks find each |

mod client;
mod fault;
mod mutants;
mod rest;
mod rng;
mod run;
mod seen;
mod server;
mod step;
mod store;
mod violation;
mod world;

use fault::Fault;
use run::{first_failure, number, report, trace};
use step::of_seed;
use store::Beside;

/// Seeds that are tried; `SIM_SEEDS` overrides it.
const SEEDS: u64 = 2_000;

/// Of them, those that have the real store beside the model.
const SQLITE_SEEDS: u64 = 60;

/// What the steps must reach, or they check too little.
const REACHED: [&str; 37] = [
    "what may wait is put off",
    "a cursor moves while it is fed",
    "an entry",
    "posted",
    "a page",
    "a page is read",
    "a cursor lags",
    "a post is looked up",
    "a post is found in the store",
    "a post is not found in the store",
    "a roster is stale",
    "another session has read",
    "another session has left",
    "a reaction changes nothing",
    "a commit fails",
    "a crash behind a commit",
    "a picture is drawn",
    "a picture is read",
    "a chunk",
    "a file is uploaded",
    "a piece of a file",
    "refused not-a-member",
    "refused not-yours",
    "refused no-such-entry",
    "refused bad-emoji",
    "an entry that was taken back",
    "refused not-possible",
    "refused no-such-person",
    "refused nick-taken",
    "refused storage",
    "refused too-fast",
    "refused not-uploaded",
    "refused wrong-hash",
    "refused quota-full",
    "bye left",
    "bye storage",
    "bye login-timeout",
];

#[test]
fn order_durable_exactly_once_bounded_over_many_seeds() {
    let from = number("SIM_FROM").unwrap_or_default();
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => from..from + number("SIM_SEEDS").unwrap_or(SEEDS),
    };
    let all = seeds.end - seeds.start >= SEEDS;
    let (found, seen) = first_failure(Fault::None, Beside::Nothing, seeds, |_| true);
    if let Some(failure) = found {
        panic!("{}", report(Fault::None, Beside::Nothing, failure));
    }
    let missed = REACHED.iter().filter(|what| all && seen.times(what) == 0);
    assert_eq!(missed.collect::<Vec<_>>(), [&""; 0], "{seen:#?}");
}

#[test]
fn the_real_store_does_what_its_model_does() {
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SIM_SQLITE_SEEDS").unwrap_or(SQLITE_SEEDS),
    };
    let (found, _) = first_failure(Fault::None, Beside::Sqlite, seeds, |_| true);
    if let Some(failure) = found {
        panic!("{}", report(Fault::None, Beside::Sqlite, failure));
    }
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..4 {
        let run = || trace(Fault::None, Beside::Nothing, &of_seed(seed));
        assert_eq!(run(), run(), "seed {seed}");
    }
}
