//! The mouse.

use crate::rig::{Place, Running};
use crate::terminal::{Size, Terminal, USUAL};

/// Clicks on the first cell of what the screen shows.
#[track_caller]
pub(crate) fn click(terminal: &mut Terminal, on: &str) {
    terminal.sees(on);
    let shown = terminal.shown();
    let row = shown.lines().position(|row| row.contains(on));
    let row = row.expect("just seen");
    let before = shown
        .lines()
        .nth(row)
        .and_then(|line| line.split(on).next());
    // Everything before it is one column wide.
    let column = before.expect("just seen").chars().count();
    let (x, y) = (column + 1, row + 1);
    terminal.keys(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
}

fn people_click(size: Size) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", size, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("online 2");
    assert!(!ann.shown().contains("[send]"), "before the mouse is used");
    // Anywhere.
    ann.keys("\x1b[<64;10;3M");
    ann.sees("[send]");
    ann.keys("sent by a click");
    ann.sees("sent by a click");
    click(&mut ann, "[send]");
    bob.sees("sent by a click");
    // The bar.
    click(&mut ann, "F1 help");
    ann.sees("─ help ─");
    ann.keys("\x1b");
    ann.wait("no help", |ann| !ann.shown().contains("─ help ─"));
    drop((ann, bob));
    server.stop();
}

#[test]
fn people_click_at_80_by_24() {
    people_click(USUAL);
}

#[test]
fn people_click_at_40_by_10() {
    people_click((40, 10));
}

#[test]
fn a_click_on_a_person_opens_the_conversation_with_them() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.sees("online 2");
    click(&mut ann, "● bob");
    ann.sees("┬ @bob ─");
    ann.line("psst");
    bob.sees("@ann");
    click(&mut bob, "@ann");
    bob.sees("psst");
    click(&mut bob, "#lobby");
    bob.sees("┬ #lobby ─");
    drop((ann, bob));
    server.stop();
}
