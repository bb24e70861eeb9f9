//! The whole server as a model-based simulation: clients talk in frames to real sessions, the real
//! hub decides, and what lies between (queues, sockets, journal, crashes) is a model that a sequence
//! of steps moves. At every step what the clients see is compared with what is committed.
//!
//! `SIM_SEED=7 cargo test -p chat-server --test simulation` replays one seed, `SIM_SEEDS=100000` runs
//! many.
//!
//! | file | owns |
//! |---|---|
//! | `step.rs` | what can happen, and the steps of a seed |
//! | `world.rs` | performs steps; what must hold at rest |
//! | `client/` | the model of a client, and what it checks of all that it is sent |
//! | `server/` | the model of the server's shell around the real hub and sessions |
//! | `store.rs` | the model of the store: what is committed |
//! | `seen.rs` | what has happened, to show that the steps reach it |
//! | `fault.rs` | ways to break the model, to show that the checks find it |

mod client;
mod fault;
mod seen;
mod server;
mod step;
mod store;
mod violation;
mod world;

use std::env;

use fault::Fault;
use proptest::prelude::*;
use seen::Seen;
use step::{of_seed, step};
use world::World;

/// Steps of one seed.
const STEPS: usize = 600;

/// Seeds that are tried; `SIM_SEEDS` overrides it.
const SEEDS: u64 = 100;

/// Seeds within which a fault must be found.
const FAULT_SEEDS: u64 = 300;

/// What the steps must reach, or they check too little.
const REACHED: [&str; 26] = [
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
    "bye left",
    "bye storage",
    "bye login-timeout",
];

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

/// The first of the seeds in which a check finds something, and what.
fn first_violation(fault: Fault, seeds: u64, seen: &mut Seen) -> Option<(u64, String)> {
    (0..seeds).find_map(|seed| {
        let violation = World::run(fault, &of_seed(seed, STEPS), seen).err()?;
        Some((seed, violation.to_string()))
    })
}

#[test]
fn order_durable_exactly_once_bounded_over_many_seeds() {
    let mut seen = Seen::default();
    if let Some(seed) = number("SIM_SEED") {
        World::run(Fault::None, &of_seed(seed, STEPS), &mut seen).expect("every invariant holds");
        return;
    }
    let found = first_violation(Fault::None, number("SIM_SEEDS").unwrap_or(SEEDS), &mut seen);
    assert_eq!(found, None, "replay it with SIM_SEED");
    let missed = REACHED.iter().filter(|what| seen.times(what) == 0);
    assert_eq!(missed.collect::<Vec<_>>(), [&""; 0], "{seen:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::with_cases(40)
    })]

    /// The same, with steps that shrink when something is found.
    #[test]
    fn order_durable_exactly_once_bounded_whatever_happens(
        steps in proptest::collection::vec(step(), 1..600),
    ) {
        let result = World::run(Fault::None, &steps, &mut Seen::default());
        prop_assert!(result.is_ok(), "{}", result.expect_err("checked"));
    }
}

/// A broken model is found within the seeds, by the check of the invariant that it breaks.
#[track_caller]
fn check_found(fault: Fault, invariant: &str) {
    let finds = |seed| {
        let result = World::run(fault, &of_seed(seed, STEPS), &mut Seen::default());
        result.is_err_and(|violation| violation.to_string().starts_with(invariant))
    };
    assert!((0..FAULT_SEEDS).any(finds), "{fault:?} is not found");
}

#[test]
fn order_is_checked() {
    check_found(Fault::DropWhenFull, "order");
}

#[test]
fn durable_before_visible_is_checked() {
    check_found(Fault::DeliverBeforeCommit, "durable before visible");
}

#[test]
fn exactly_once_is_checked() {
    check_found(Fault::ForgetIds, "exactly once");
}

#[test]
fn key_not_name_is_checked() {
    check_found(Fault::KeepFollowing, "key, not name");
}

#[test]
fn crash_safe_is_checked() {
    check_found(Fault::LoseCommit, "durable");
    check_found(Fault::IgnoreGeneration, "order");
}

#[test]
fn what_is_said_about_entries_is_checked() {
    check_found(Fault::ForgetNotes, "about");
}

#[test]
fn that_every_request_is_answered_is_checked() {
    check_found(Fault::IgnoreBusy, "liveness");
    check_found(Fault::SkipWakeUp, "liveness");
}
