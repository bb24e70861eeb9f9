//! What it costs on a slow line: bytes per key, per arriving line, per idle second.

use crate::rig::Place;
use crate::terminal::Terminal;

/// The bytes that something makes the program write.
fn cost(terminal: &mut Terminal, something: impl FnOnce(&mut Terminal)) -> usize {
    let before = terminal.raw.len();
    something(terminal);
    terminal.raw.len() - before
}

#[test]
fn a_key_costs_under_20_bytes_and_an_arriving_line_under_336() {
    let place = Place::new();
    let size = (100, 30);
    let (mut ann, link) = place.host("ann", size);
    let mut bob = place.join("bob", size, &link);
    // A full screen, as on any day. Everybody may post so much a second, and half of it at once.
    for n in 0..40 {
        let who = if n % 2 == 0 { &mut ann } else { &mut bob };
        let text = format!("line {n} of {}", "a talk that goes on ".repeat(1 + n % 3));
        who.line(&text);
        ann.sees(&format!("line {n} of"));
        bob.sees(&format!("line {n} of"));
    }
    bob.keys("hell");
    bob.sees("> hell");
    let key = cost(&mut bob, |bob| {
        bob.keys("o");
        bob.sees("> hello");
    });
    assert!(key < 20, "a key costs {key} bytes");
    let line = cost(&mut bob, |bob| {
        ann.line("and one more line, of usual length");
        bob.sees("and one more line");
    });
    assert!(line < 336, "an arriving line costs {line} bytes");
    let idle = cost(&mut bob, |bob| {
        // Whatever comes until somebody else has done something.
        ann.keys("typed elsewhere");
        ann.sees("typed elsewhere");
        bob.settle();
    });
    assert_eq!(idle, 0, "idle costs {idle} bytes");
}
