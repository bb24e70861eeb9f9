//! What can happen. The numbers choose among what there is at that moment, so that every sequence of
//! steps means something and a failing one shrinks.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// One of the queues that hold something moves by some.
    Move { which: u16, amount: u8 },
    /// A client that has no connection makes one.
    Connect { client: u8, worker: u8 },
    /// A client's connection is cut, and all that was under way with it.
    Cut { client: u8 },
    /// A client closes its connection; what it has sent still arrives.
    HangUp { client: u8 },
    /// A client reads no more, or reads again.
    Read { client: u8, reads: bool },
    /// A client's person does something.
    Act { client: u8, act: Act },
    /// The next commit fails.
    CommitFails,
    /// A worker's reader answers nothing for a while.
    ReaderStalls { worker: u8 },
    /// It goes on.
    ReaderGoesOn { worker: u8 },
    /// The store can't be read once.
    ReadFails { worker: u8 },
    /// The server is killed.
    Crash { after_commit: bool },
    /// Milliseconds pass.
    Wait { ms: u16 },
    /// The period of the rosters has passed.
    RosterDue,
}

/// What a client's person does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Post { place: u8, bytes: u16 },
    Burst { place: u8 },
    About { place: u8, of: u8, what: u8 },
    Join { room: u8 },
    Part { place: u8 },
    Direct { person: u8 },
    Topic { place: u8 },
    MarkRead { place: u8 },
    Rename { n: u8 },
    Away { away: bool },
    Look { n: u8 },
    Scroll { place: u8, from: u8 },
    Resend,
    Rewind { place: u8, back: u8 },
    Retry,
    Quit,
}

fn act() -> impl Strategy<Value = Act> {
    let n = any::<u8>;
    let bytes = prop_oneof![3 => 1..40u16, 2 => 5_000..8_000u16];
    prop_oneof![
        14 => (n(), bytes).prop_map(|(place, bytes)| Act::Post { place, bytes }),
        2 => n().prop_map(|place| Act::Burst { place }),
        8 => (n(), 0..6u8, n()).prop_map(|(place, of, what)| Act::About { place, of, what }),
        5 => n().prop_map(|room| Act::Join { room }),
        5 => n().prop_map(|place| Act::Part { place }),
        3 => n().prop_map(|person| Act::Direct { person }),
        1 => n().prop_map(|place| Act::Topic { place }),
        1 => n().prop_map(|place| Act::MarkRead { place }),
        2 => n().prop_map(|n| Act::Rename { n }),
        1 => any::<bool>().prop_map(|away| Act::Away { away }),
        1 => n().prop_map(|n| Act::Look { n }),
        2 => (n(), 0..20u8).prop_map(|(place, from)| Act::Scroll { place, from }),
        2 => Just(Act::Resend),
        6 => (n(), 0..30u8).prop_map(|(place, back)| Act::Rewind { place, back }),
        3 => Just(Act::Retry),
        1 => Just(Act::Quit),
    ]
}

/// Any step.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    let n = any::<u8>;
    prop_oneof![
        150 => (any::<u16>(), 0..10u8).prop_map(|(which, amount)| Step::Move { which, amount }),
        6 => (n(), n()).prop_map(|(client, worker)| Step::Connect { client, worker }),
        1 => n().prop_map(|client| Step::Cut { client }),
        2 => n().prop_map(|client| Step::HangUp { client }),
        4 => (n(), proptest::bool::weighted(0.6)).prop_map(|(client, reads)| Step::Read { client, reads }),
        40 => (n(), act()).prop_map(|(client, act)| Step::Act { client, act }),
        1 => Just(Step::CommitFails),
        4 => n().prop_map(|worker| Step::ReaderStalls { worker }),
        3 => n().prop_map(|worker| Step::ReaderGoesOn { worker }),
        1 => n().prop_map(|worker| Step::ReadFails { worker }),
        1 => any::<bool>().prop_map(|after_commit| Step::Crash { after_commit }),
        6 => prop_oneof![20 => 1..400u16, 8 => 400..1_500u16, 1 => 9_000..35_000u16].prop_map(|ms| Step::Wait { ms }),
        1 => Just(Step::RosterDue),
    ]
}

/// The steps that follow from a seed.
pub(crate) fn of_seed(seed: u64, count: usize) -> Vec<Step> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let steps = proptest::collection::vec(step(), count..=count);
    steps
        .new_tree(&mut runner)
        .expect("nothing is rejected")
        .current()
}
