//! Emoji: offered while a name is typed, picked from the list, smileys.

use crate::rig::{Place, Running};
use crate::terminal::{Size, USUAL};

fn emoji_are_offered_and_picked(size: Size) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", size, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.keys("at 10:30 :thumbsu");
    ann.sees("👍 thumbsup");
    ann.keys("\t");
    ann.sees("at 10:30 👍");
    ann.keys("\r");
    bob.sees("at 10:30 👍");
    // Alt+E: the one used last is the first.
    ann.keys("\x1be");
    ann.sees("─ emoji ─");
    ann.keys("\r");
    ann.sees("> 👍");
    ann.keys("\x1be");
    ann.sees("─ emoji ─");
    ann.keys("hourglass\r");
    ann.sees("> 👍⌛");
    ann.keys("\r");
    bob.sees("👍⌛");
    // Kept over a restart.
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    let mut ann = place.join("ann", size, &server.link);
    ann.line("/emoji");
    ann.sees("─ emoji ─");
    ann.sees("⌛ hourglass");
    ann.keys("\x1b");
    drop((ann, bob));
    server.stop();
}

#[test]
fn emoji_are_offered_and_picked_at_80_by_24() {
    emoji_are_offered_and_picked(USUAL);
}

#[test]
fn emoji_are_offered_and_picked_at_40_by_10() {
    emoji_are_offered_and_picked((40, 10));
}
