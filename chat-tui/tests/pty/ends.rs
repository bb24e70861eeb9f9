//! What is wrong is said in one sentence that says what to do, and with the exit status.

use crate::rig::{Place, Running};
use crate::terminal::{Terminal, USUAL};

/// Runs to its end; gives the status and what stands on the terminal then.
fn run(place: &Place, arguments: &[&str]) -> (u32, String) {
    let mut terminal = Terminal::chat(USUAL, &place.of("somebody"), arguments);
    let status = terminal.ends();
    terminal.is_restored();
    // A sentence that is longer than the terminal is wide goes on in the next row.
    (status, terminal.shown().replace('\n', ""))
}

#[track_caller]
fn check(place: &Place, arguments: &[&str], status: u32, sentence: &str) {
    let (got, shown) = run(place, arguments);
    assert!(shown.contains(sentence), "{arguments:?}: {shown:?}");
    assert_eq!(got, status, "{arguments:?}: {shown:?}");
}

#[test]
fn wrong_words_are_status_2() {
    let place = Place::new();
    check(&place, &["join", "https://x"], 2, "it starts with chat://");
    check(
        &place,
        &["join", "chat://h/#fp=cut"],
        2,
        "copy the whole link again",
    );
    check(&place, &["join", "h", "--plaintext"], 2, "give it twice");
    check(&place, &["join", "chat://h/#tls=off"], 2, "give it twice");
    check(&place, &["nowhere"], 2, "write chat-tui join nowhere");
    check(
        &place,
        &["join", "h", "--nick", "a b"],
        1,
        "can't stand in a name",
    );
}

#[test]
fn a_port_in_use_says_what_to_do() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let listen = format!("127.0.0.1:{}", server.port);
    check(&place, &["host", "--listen", &listen], 1, "--listen");
    server.stop();
}

#[test]
fn an_unreachable_server_says_what_to_do() {
    let place = Place::new();
    check(&place, &["127.0.0.1", "1"], 1, "check the address");
}

#[test]
fn a_changed_certificate_is_never_accepted_silently() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let port = server.port;
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("online 1");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    server.stop();
    let other = Running::start(&place.of("other server"), port);
    let address = format!("127.0.0.1:{port}");
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &["join", &address]);
    assert_eq!(bob.ends(), 1);
    bob.is_restored();
    let shown = bob.shown().replace('\n', "");
    assert!(shown.contains("has changed"), "{shown}");
    other.stop();
}

#[test]
fn damaged_files_say_what_to_do() {
    let place = Place::new();
    let data = place.of("somebody");
    std::fs::create_dir_all(&data).expect("made");
    std::fs::write(data.join("identity.key"), "AAAA").expect("written");
    check(&place, &["join", "h"], 1, "chmod 600");
    let settings = place.of("client.toml");
    std::fs::write(&settings, "[look]\ntiem = 1\n").expect("written");
    let settings = settings.to_str().expect("text");
    check(
        &place,
        &["join", "h", "--config", settings],
        1,
        "line 2, key look.tiem",
    );
}
