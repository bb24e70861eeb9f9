//! One connection: its peer sends whatever it likes in whatever pieces, the hub, the store and the one
//! who keeps the contents answer when they like.
//!
//! | file | owns |
//! |---|---|
//! | `says.rs` | what the peer says, mostly well formed |
//! | `world.rs` | everything around the session, as simple as it can be |
//! | `reader.rs` | what the peer reads, and what has to hold of it |

mod reader;
mod says;
mod world;

use arbitrary::{Result, Unstructured};

use crate::Target;
use world::World;

/// What happens to one session.
pub(crate) const SESSION: Target = Target {
    name: "session",
    run: session,
    bytes_max: 4 * 1024,
    words: &[
        "\0\0\0\u{1}",
        "\0\u{1}\0\u{2}",
        "\u{1}\u{1}\u{1}",
        "\u{2}\u{2}\u{2}",
        "\u{7f}",
    ],
};

/// Things that happen at most.
const STEPS_MAX: usize = 1_000;

fn session(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let mut world = World::new();
    // Most inputs get past the login, where most can happen.
    if !u.ratio(1u8, 8u8).unwrap_or(true) {
        world.log_in();
    }
    for _ in 0..STEPS_MAX {
        if u.is_empty() || step(&mut world, &mut u).is_err() {
            break;
        }
        world.check();
    }
    world.settle();
}

fn step(world: &mut World, u: &mut Unstructured<'_>) -> Result<()> {
    match u.int_in_range(0..=15u8)? {
        0..=5 if !world.reads() => world.has_room(),
        0 => {
            let length = u.int_in_range(0..=40usize)?.min(u.len());
            world.arrives(u.bytes(length)?);
        }
        1..=5 => {
            let mut frame = says::frame(u, world)?;
            if u.ratio(1u8, 16u8)? {
                // Damaged on the way.
                let at = u.choose_index(frame.len())?;
                frame[at] ^= u.arbitrary::<u8>()?;
            }
            let cut = u.int_in_range(0..=frame.len())?;
            world.arrives(&frame[..cut]);
            world.arrives(&frame[cut..]);
        }
        6..=9 => world.answer(u)?,
        10 => world.commit(u.int_in_range(1..=3)?, u.int_in_range(1..=30)?),
        11 => world.deliver(u.int_in_range(1..=3)?),
        12 => world.push(u)?,
        13 => {
            let part = u.int_in_range(0..=200u64)?;
            world.peer_reads(part * part * 8);
        }
        14 => world.wait(u.int_in_range(0..=100_000)?),
        _ => world.has_room(),
    }
    Ok(())
}
