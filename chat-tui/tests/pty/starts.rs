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

#[test]
fn a_free_nick_is_proposed_and_taken_with_enter() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut alice = place.join("alice", USUAL, &server.link);
    alice.sees("online 1");
    let join = ["join", &server.link, "--nick", "alice"];
    let mut other = Terminal::chat(USUAL, &place.of("other"), &join);
    other.sees("the nick alice is taken: try alice2");
    other.keys("\r");
    other.sees("online 2");
    alice.sees("alice2");
    drop((alice, other));
    server.stop();
}

#[test]
fn the_first_start_hosts_where_and_for_how_many_it_is_told() {
    let place = Place::new();
    let mut ann = Terminal::chat(USUAL, &place.of("ann"), &[]);
    ann.sees("host a chat on this machine");
    ann.sees("0.0.0.0");
    ann.sees("7878");
    ann.sees("10000");
    // Nick, address, any free port, one connection: its own.
    ann.keys("\rann\x1b[B127.0.0.1\x1b[B0\x1b[B1\r");
    ann.sees("#lobby");
    ann.wrote("join link: chat://127.0.0.1:");
    let link = ann.join_link();
    let join = ["join", &link, "--nick", "bob"];
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &join);
    bob.sees("full");
    // It can be asked as any server can.
    let report = chat_server::status::ask(&place.of("ann")).expect("it answers");
    assert_eq!(report.connections.max, 1);
    assert_eq!(report.connections.logged_in, 1);
    assert!(report.connections.turned_away > 0);
    drop((bob, ann));
}

#[test]
fn a_port_in_use_is_asked_again_with_what_was_typed() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = Terminal::chat(USUAL, &place.of("ann"), &[]);
    ann.sees("host a chat on this machine");
    let port = server.port;
    ann.keys(&format!("\r\x1b[B127.0.0.1\x1b[B{port}\r"));
    ann.sees("another program is using");
    ann.sees("127.0.0.1");
    // The cursor is in the port.
    ann.keys("\x150\r");
    ann.sees("#lobby");
    drop(ann);
    server.stop();
}

#[test]
fn a_full_server_says_so_and_is_tried_again_by_itself() {
    let place = Place::new();
    let server = Running::start_with(&place.of("server"), 0, |config| {
        config.limits.connections = 1;
        config.limits.full_retry_seconds = 2;
    });
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("online 1");
    let join = ["join", &server.link, "--nick", "bob"];
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &join);
    bob.sees("this server is full: try again in 2 s");
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    bob.sees("online 1");
    bob.line("there is room");
    bob.sees("there is room");
    drop(bob);
    server.stop();
}
