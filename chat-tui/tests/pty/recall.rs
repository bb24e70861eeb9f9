//! What was sent before, and what is cleared away.

use crate::rig::{Place, Running};
use crate::terminal::{Terminal, USUAL};

#[test]
fn what_was_sent_is_had_back_after_a_restart() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("online 1");
    ann.line("the first line");
    ann.line("the second line");
    ann.sees("the second line");
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    let mut ann = Terminal::chat(USUAL, &place.of("ann"), &[]);
    ann.sees("online 1");
    ann.keys("\x1b[A");
    ann.sees("> the second line");
    ann.keys("\x1b[A");
    ann.sees("> the first line");
    drop(ann);
    server.stop();
}

#[test]
fn what_was_cleared_is_had_back_by_scrolling_up() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.line("an old line");
    ann.sees("an old line");
    ann.line("/clear");
    ann.wait("an empty log", |ann| !ann.shown().contains("an old line"));
    ann.line("a new line");
    ann.sees("a new line");
    assert!(!ann.shown().contains("an old line"));
    ann.keys("\x1b[5~");
    ann.sees("an old line");
    drop(ann);
    server.stop();
}
