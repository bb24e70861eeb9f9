//! The connection screen, and going from one server to another.

use crate::rig::{Place, Running};
use crate::terminal::{Size, Terminal, USUAL};

const F4: &str = "\x1bOS";
const DOWN: &str = "\x1b[B";

/// Waits until a server is on the screen, with nothing over it.
#[track_caller]
fn is_at(terminal: &mut Terminal, people: &str) {
    terminal.wait(people, |terminal| {
        let shown = terminal.shown();
        shown.contains(people) && !shown.contains("─ connection ─")
    });
}

#[test]
fn people_go_to_another_server_and_back_without_leaving() {
    let place = Place::new();
    let (first, second) = (place.of("first"), place.of("second"));
    let (first, second) = (Running::start(&first, 0), Running::start(&second, 0));
    let mut bob = place.join("bob", USUAL, &first.link);
    let mut carol = place.join("carol", USUAL, &second.link);
    let mut ann = place.join("ann", USUAL, &first.link);
    is_at(&mut ann, "● bob");
    bob.sees("online 2");
    ann.line("said on the first");
    ann.keys("a draft on the first");
    ann.sees("a draft on the first");

    // A link is pasted where it is asked for.
    ann.keys(F4);
    ann.sees("encrypted with TLS 1.3; its certificate is the one that the link named:");
    let fingerprint = first.link.split("fp=").nth(1).expect("in the link");
    let fingerprint = fingerprint.split('&').next().expect("at its start");
    ann.sees(fingerprint);
    ann.sees("you are ann; the key of your account:");
    ann.sees("another one …");
    // From the first line up around the end is no way: down to the last.
    ann.keys(&DOWN.repeat(10));
    ann.keys("\r");
    ann.sees("a chat:// link, HOST or HOST:PORT");
    ann.keys(&format!("\x1b[200~{}\x1b[201~\r", second.link));
    is_at(&mut ann, "● carol");
    ann.sees("● ann");
    assert!(!ann.shown().contains("draft"), "that is the first's");
    // The first one was left cleanly, and at once.
    bob.sees("online 1");
    carol.sees("online 2");
    ann.line("said on the second");
    carol.sees("said on the second");

    // Back through the list.
    ann.keys(F4);
    ann.sees(&format!("127.0.0.1:{}", first.port));
    ann.sees(&format!("127.0.0.1:{}", second.port));
    ann.keys(&DOWN.repeat(5));
    ann.keys("\r");
    is_at(&mut ann, "● bob");
    ann.sees("said on the first");
    ann.sees("> a draft on the first");
    carol.sees("online 1");
    bob.sees("online 2");
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    ann.is_restored();
    drop((bob, carol));
    first.stop();
    second.stop();
}

fn the_connection_is_shown(size: Size) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", size, &server.link);
    ann.keys(F4);
    ann.sees("─ connection ─");
    ann.sees("encrypted with TLS 1.3");
    // Whatever the size, all of it is reached.
    ann.keys(&DOWN.repeat(10));
    ann.sees("another one …");
    ann.keys("\x1b[5~\x1b[5~\x1b[5~");
    ann.sees(&format!("127.0.0.1:{}", server.port));
    ann.keys("\x1b");
    ann.wait("the screen", |ann| !ann.shown().contains("─ connection ─"));
    // The top line is clicked.
    ann.keys("\x1b[<0;3;1M\x1b[<0;3;1m");
    ann.sees("─ connection ─");
    drop(ann);
    server.stop();
}

#[test]
fn the_connection_is_shown_at_80_by_24() {
    the_connection_is_shown(USUAL);
}

#[test]
fn the_connection_is_shown_at_40_by_10() {
    the_connection_is_shown((40, 10));
}

#[test]
fn what_can_not_be_reached_leads_back_with_the_reason() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let gone = Running::start(&place.of("gone"), 0);
    let port = gone.port;
    gone.stop();
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("online 1");
    ann.line(&format!("/connect 127.0.0.1:{port}"));
    ann.sees(&format!("127.0.0.1:{port}"));
    ann.sees("online 1");
    ann.line("still here");
    ann.sees("still here");
    ann.keys("\x11");
    assert_eq!(ann.ends(), 0);
    server.stop();
}

#[test]
fn a_certificate_that_is_not_trusted_leads_back() {
    let place = Place::new();
    let (first, second) = (place.of("first"), place.of("second"));
    let (first, second) = (Running::start(&first, 0), Running::start(&second, 0));
    let mut ann = place.join("ann", USUAL, &first.link);
    ann.sees("online 1");
    ann.line(&format!("/connect 127.0.0.1:{}", second.port));
    ann.sees("─ unknown server ─");
    ann.keys("n");
    ann.sees("online 1");
    ann.line(&format!("/connect 127.0.0.1:{}", second.port));
    ann.sees("─ unknown server ─");
    ann.keys("y");
    ann.wait("the second", |ann| ann.shown().contains("online 1"));
    ann.keys(F4);
    ann.sees("the one that you accepted:");
    drop(ann);
    first.stop();
    second.stop();
}

#[test]
fn a_host_who_goes_elsewhere_goes_on_hosting() {
    let place = Place::new();
    let other = Running::start(&place.of("other"), 0);
    let (mut ann, link) = place.host("ann", USUAL);
    let mut bob = place.join("bob", USUAL, &link);
    ann.sees("online 2");
    ann.line(&format!("/connect {}", other.link));
    ann.wait("the other server", |ann| ann.shown().contains("online 1"));
    bob.sees("online 1");
    bob.line("anybody here?");
    bob.sees("anybody here?");
    ann.keys(F4);
    ann.sees("the server that you host goes on running in this window");
    ann.sees("hosted in this window");
    ann.keys("\x1b");
    ann.wait("the screen", |ann| !ann.shown().contains("─ connection ─"));
    ann.line("/quit");
    ann.sees("The server that you host runs in this window.");
    ann.keys("n");
    ann.keys(F4);
    ann.sees("hosted in this window");
    ann.keys(&DOWN.repeat(5));
    ann.keys("\r");
    is_at(&mut ann, "● bob");
    ann.sees("anybody here?");
    bob.sees("online 2");
    drop((ann, bob));
    other.stop();
}

#[test]
fn plain_tcp_is_in_the_top_line() {
    let place = Place::new();
    let arguments = [
        "host",
        "--plaintext",
        "--listen",
        "127.0.0.1:0",
        "--nick",
        "ann",
    ];
    let mut ann = Terminal::chat((40, 10), &place.of("ann"), &arguments);
    ann.sees("NOT ENCRYPTED");
    ann.sees("#lobby");
    ann.keys(F4);
    ann.sees("NOT ENCRYPTED: plain TCP.");
}

#[test]
fn a_server_is_forgotten() {
    let place = Place::new();
    let (first, second) = (place.of("first"), place.of("second"));
    let (first, second) = (Running::start(&first, 0), Running::start(&second, 0));
    let mut ann = place.join("ann", USUAL, &first.link);
    ann.sees("online 1");
    ann.line(&format!("/connect {}", second.link));
    is_at(&mut ann, "online 1");
    ann.keys(F4);
    let address = format!("○ 127.0.0.1:{} as ann", first.port);
    ann.sees(&address);
    ann.keys(&DOWN.repeat(5));
    ann.keys("d");
    ann.sees("─ forget ─");
    ann.keys("y");
    ann.wait("it is gone", |ann| {
        let shown = ann.shown();
        shown.contains("─ connection ─") && !shown.contains(&address)
    });
    let known = std::fs::read_to_string(place.of("ann").join("known_servers"));
    let known = known.expect("written");
    let last = known.lines().last().expect("a line");
    assert_eq!(last, format!("127.0.0.1:{} forgotten", first.port));
    drop(ann);
    first.stop();
    second.stop();
}
