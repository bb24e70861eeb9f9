//! The hub, with whatever people do and whatever fails.
//!
//! | file | owns |
//! |---|---|
//! | `step.rs` | what happens next, from bytes |
//! | `says.rs` | what people ask, and what their posts say |
//! | `world.rs` | a hub, a store that can fail, and what was committed |
//! | `check.rs` | what has to hold of every step |
//! | `view.rs` | who is there and follows what, as the outputs tell |

mod check;
mod says;
mod step;
// What an entry is by the entries themselves: the hub's own tests go by the same.
#[path = "../../../chat-server/src/hub/tests/store.rs"]
mod store;
mod view;
mod world;

use arbitrary::Unstructured;
pub(crate) use chat_server::hub::{About, Subject};

use crate::Target;
use world::World;

/// What happens on a server.
pub(crate) const HUB: Target = Target {
    name: "hub",
    run: hub,
    bytes_max: 4 * 1024,
    words: &[
        "\0",
        "\u{1}",
        "\u{2}\u{2}\u{2}",
        "\u{7f}\u{7f}",
        "\u{5}\u{6}",
    ],
};

/// Things that happen at most: each compares two states.
const STEPS_MAX: usize = 600;

fn hub(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let mut world = World::new(u.arbitrary().unwrap_or_default());
    for _ in 0..STEPS_MAX {
        if u.is_empty() || step::step(&mut world, &mut u).is_err() {
            break;
        }
    }
    world.commit();
    world.restart();
}
