//! Files: sent from one terminal and saved from another.

use std::fs;
use std::path::Path;

use crate::rig::{Place, Running};
use crate::terminal::USUAL;

/// Bytes that no two places of a file share.
fn content(bytes: usize) -> Vec<u8> {
    let block = |n: usize| blake3::hash(&n.to_be_bytes());
    let blocks = (0..bytes.div_ceil(32)).flat_map(|n| *block(n).as_bytes());
    blocks.take(bytes).collect()
}

/// A file of somebody, beside where files are saved.
fn file(place: &Place, name: &str, bytes: &[u8]) {
    let dir = place.of("out");
    fs::create_dir_all(&dir).expect("made");
    fs::write(dir.join(name), bytes).expect("written");
}

#[track_caller]
fn is_saved(path: &Path, bytes: &[u8]) {
    let saved = fs::read(path).expect("saved");
    assert!(saved == bytes, "{} differs", path.display());
}

#[test]
fn a_file_goes_from_one_terminal_to_another() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let sent = content(300_000);
    file(&place, "my plan.pdf", &sent);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    // The path is completed, and what follows it is said about the file.
    ann.keys("/send out/my\t");
    ann.sees(r"/send out/my\ plan.pdf");
    ann.line(" for tomorrow");
    bob.sees("[my plan.pdf · 293.0 KiB");
    bob.sees("for tomorrow");
    // Picked and saved; a second time under another name.
    bob.keys("\x13");
    bob.keys("s");
    bob.sees("saved as");
    is_saved(&place.of("my plan.pdf"), &sent);
    bob.line("/save plan");
    bob.sees("my plan (2).pdf");
    is_saved(&place.of("my plan (2).pdf"), &sent);
    // What is not there, and what is no file.
    ann.line("/send out/nothing");
    ann.sees("was not sent");
    ann.line("/send out");
    ann.sees("directory");
    drop((ann, bob));
    server.stop();
}

#[test]
fn a_dropped_file_is_offered_and_waits_for_who_is_not_there() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let sent = content(70_000);
    file(&place, ".bashrc", &sent);
    let mut ann = place.join("ann", USUAL, &server.link);
    let dropped = place.of("out").join(".bashrc");
    ann.keys(&format!("\x1b[200~{}\x1b[201~", dropped.display()));
    ann.sees("Send .bashrc (68.4 KiB) to #lobby as a file?");
    ann.keys("y");
    ann.sees("[.bashrc · 68.4 KiB");
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("[.bashrc");
    bob.line("/save");
    bob.sees("saved as");
    // Not as what a shell runs.
    assert!(!place.of(".bashrc").exists());
    is_saved(&place.of("bashrc"), &sent);
    drop((ann, bob));
    server.stop();
}

#[test]
fn exactly_once_a_file_arrives_over_a_restart_of_the_server() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let (port, link) = (server.port, server.link.clone());
    let sent = content(30_000_000);
    file(&place, "large.bin", &sent);
    let mut ann = place.join("ann", USUAL, &link);
    // Stopped wherever it is: the file arrives all the same.
    ann.line("/send out/large.bin");
    ann.sees("[large.bin");
    server.stop();
    ann.line("typed meanwhile");
    let server = Running::start(&place.of("server"), port);
    ann.line("/reconnect");
    let mut bob = place.join("bob", USUAL, &link);
    bob.sees("[large.bin · 28.6 MiB");
    bob.sees("typed meanwhile");
    // The other way, too.
    bob.line("/save");
    server.stop();
    let server = Running::start(&place.of("server"), port);
    bob.line("/reconnect");
    bob.sees("saved as");
    is_saved(&place.of("large.bin"), &sent);
    assert_eq!(bob.shown().matches("[large.bin").count(), 1, "once");
    drop((ann, bob));
    server.stop();
}

#[test]
fn a_file_that_is_on_its_way_can_be_stopped() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let port = server.port;
    file(&place, "plan.pdf", &content(70_000));
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.line("before");
    ann.sees("before");
    // Without a server it waits as long as it takes.
    server.stop();
    ann.sees("offline");
    ann.line("/send out/plan.pdf");
    ann.sees("waiting");
    ann.keys("\x11");
    ann.sees("One file is on its way");
    ann.keys("n");
    ann.line("/cancel plan");
    ann.wait("the file is gone", |ann| !ann.shown().contains("[plan.pdf"));
    let server = Running::start(&place.of("server"), port);
    ann.line("/reconnect");
    ann.line("still here");
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("still here");
    assert!(!bob.shown().contains("plan.pdf"));
    drop((ann, bob));
    server.stop();
}
