//! Who is away, and who was.

use crate::rig::{Place, Running};
use crate::terminal::{Size, Terminal, USUAL};

#[test]
fn what_is_written_to_who_is_away_is_promised_and_delivered() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = place.join("bob", USUAL, &server.link);
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("online 2");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    ann.sees("online 1");
    ann.line("/msg bob are you there?");
    ann.sees("bob is not online right now");
    ann.sees("○ bob");
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.sees("● bob");
    ann.sees("bob came online");
    bob.keys("\x1ba");
    bob.sees("are you there?");
    drop((ann, bob));
    server.stop();
}

/// Ann has been there and left; bob says something in the lobby and to her.
fn ann_misses_something(place: &Place, server: &Running) -> Terminal {
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.sees("online 2");
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    bob.sees("online 1");
    bob.line("nothing special");
    bob.line("ann: look at this");
    bob.line("/msg ann psst");
    bob.sees("ann is not online right now");
    bob
}

fn ann_returns(size: Size) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let bob = ann_misses_something(&place, &server);
    let mut ann = Terminal::chat(size, &place.of("ann"), &[]);
    ann.sees("since you were away");
    ann.sees("#lobby bob: ann: look at");
    ann.sees("bob: psst");
    // The second line.
    ann.keys("\x1b[B\r");
    ann.wait("the conversation", |ann| {
        let shown = ann.shown();
        !shown.contains("since you") && shown.contains(" @bob ─")
    });
    ann.keys("\x1b[18~");
    ann.sees("since you were away");
    ann.keys("\x1b");
    ann.wait("the screen", |ann| !ann.shown().contains("since you"));
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    drop(bob);
    server.stop();
}

#[test]
fn what_was_missed_is_shown_on_return_at_80_by_24() {
    ann_returns(USUAL);
}

#[test]
fn what_was_missed_is_shown_on_return_at_40_by_10() {
    ann_returns((40, 10));
}

#[test]
fn who_types_on_return_is_not_interrupted() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let port = server.port;
    let bob = ann_misses_something(&place, &server);
    drop(bob);
    server.stop();
    // What is typed before there is a connection comes before what was missed.
    let mut ann = Terminal::chat(USUAL, &place.of("ann"), &[]);
    ann.keys("half a li");
    ann.sees("half a li");
    let server = Running::start(&place.of("server"), port);
    ann.sees("F7: while you were away 1 mention, 1 direct message");
    ann.keys("ne");
    ann.sees("> half a line");
    ann.keys("\x1b[18~");
    ann.sees("since you were away");
    drop(ann);
    server.stop();
}
