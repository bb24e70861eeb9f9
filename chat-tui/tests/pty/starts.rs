//! First starts.

use crate::rig::{Place, Running};
use crate::terminal::{Terminal, USUAL};

#[test]
fn the_first_start_asks_where_to_and_the_next_one_goes_there() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &[]);
    bob.sees("host a chat on this machine");
    // To the right is "join"; the link is pasted.
    bob.keys("\x1b[C\r");
    bob.keys(&format!("\x1b[200~{}\x1b[201~", server.link));
    // The end of it: that is where one types.
    bob.sees(&server.link[server.link.len() - 20..]);
    bob.keys("\r");
    // The nick that is offered is replaced.
    bob.keys("\x15bobby\r");
    bob.sees("#lobby");
    bob.sees("bobby");
    bob.line("first words");
    bob.sees("first words");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);

    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &[]);
    bob.sees("first words");
    bob.sees("online 1");
    drop(bob);
    server.stop();
}

#[test]
fn what_leads_nowhere_is_asked_again_with_the_reason() {
    let place = Place::new();
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &[]);
    bob.sees("host a chat");
    bob.keys("\x1b[C\r127.0.0.1:1\r\r");
    bob.sees("cannot reach");
    bob.sees("host a chat");
    bob.keys("\x1b");
    assert_eq!(bob.ends(), 0);
    bob.is_restored();
}

#[test]
fn an_unknown_certificate_is_shown_once() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let address = format!("127.0.0.1:{}", server.port);
    let join = ["join", &address, "--nick", "bob"];
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &join);
    let fingerprint = server.link.split_once("fp=").expect("in the link").1;
    bob.sees(fingerprint);
    bob.keys("y");
    bob.sees("online 1");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &join);
    bob.sees("online 1");
    drop(bob);
    server.stop();
}

#[test]
fn a_nick_that_is_taken_is_asked_again() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("online 1");
    let join = ["join", &server.link, "--nick", "BOB"];
    let mut other = Terminal::chat(USUAL, &place.of("other"), &join);
    other.sees("taken");
    other.keys("\x15robert\r");
    other.sees("online 2");
    bob.sees("robert");
    drop((bob, other));
    server.stop();
}
