//! Who is there, as others see it: names that change, people who leave in whatever way.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::rig::{Place, Running};
use crate::terminal::USUAL;

#[test]
fn a_parting_word_is_shown_to_others() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.sees("online 2");
    bob.line("/quit gone fishing");
    assert_eq!(bob.ends(), 0);
    ann.sees("gone fishing");
    ann.sees("online 1");
    drop(ann);
    server.stop();
}

#[test]
fn a_nick_change_is_seen_by_others_at_once() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    // So that the change is not folded into the coming.
    bob.line("hello");
    ann.sees("hello");
    bob.line("/nick robert");
    bob.sees("robert");
    ann.sees("bob is now robert");
    ann.sees("● robert");
    bob.line("it is me");
    ann.wait("the new name beside what is said", |ann| {
        let shown = ann.shown();
        shown
            .lines()
            .any(|row| row.contains("robert") && row.contains("it is me"))
    });
    drop((ann, bob));
    server.stop();
}

#[test]
fn one_who_does_not_exist_is_refused_with_the_nearest_name() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.sees("online 2");
    ann.line("/msg bbo psst");
    ann.sees("there is nobody called bbo: did you mean bob?");
    // What was refused stays, to be mended.
    ann.keys("\x15");
    ann.line("/msg bob psst");
    bob.sees("@ann");
    ann.sees("@bob");
    ann.line("/join lobby");
    ann.line("for all");
    bob.sees("for all");
    drop((ann, bob));
    server.stop();
}

#[test]
fn a_killed_client_is_gone_from_the_roster() {
    // In a small room at once, in a large one within a period.
    for small_room in [50, 0] {
        let place = Place::new();
        let server = Running::start_with(&place.of("server"), 0, |config| {
            config.roster.small_room = small_room;
            config.roster.period_seconds = 1;
        });
        let mut ann = place.join("ann", USUAL, &server.link);
        let bob = place.join("bob", USUAL, &server.link);
        ann.sees("online 2");
        bob.kill();
        ann.sees("online 1");
        drop(ann);
        server.stop();
    }
}

/// A line between clients and a server that can be cut, and mended.
struct Cable {
    address: SocketAddr,
    /// What is connected; none while it is cut.
    ends: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Cable {
    fn to(port: u16) -> Cable {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let ends = Arc::new(Mutex::new(Some(Vec::new())));
        let kept = ends.clone();
        // Ends with the test's process.
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let near = near.expect("accepted");
                if let Some(ends) = &mut *kept.lock().expect("whole") {
                    let far = TcpStream::connect(("127.0.0.1", port)).expect("the server is there");
                    carry(&near, &far);
                    carry(&far, &near);
                    ends.extend([near, far]);
                }
            }
        });
        Cable { address, ends }
    }

    fn cut(&self) {
        let ends = self.ends.lock().expect("whole").take();
        for end in ends.into_iter().flatten() {
            // One that has ended is cut already.
            drop(end.shutdown(Shutdown::Both));
        }
    }

    fn mend(&self) {
        self.ends.lock().expect("whole").replace(Vec::new());
    }
}

/// Carries bytes until one end is closed.
fn carry(from: &TcpStream, to: &TcpStream) {
    let [mut from, mut to] = [from, to].map(|end| end.try_clone().expect("cloned"));
    std::thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
}

#[test]
fn a_cut_line_is_seen_by_others_and_mended_by_itself() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let cable = Cable::to(server.port);
    let (port, other) = (server.port, cable.address.port());
    let link = server
        .link
        .replace(&format!(":{port}/"), &format!(":{other}/"));
    let mut bob = place.join("bob", USUAL, &link);
    bob.line("hello");
    ann.sees("hello");
    cable.cut();
    ann.sees("online 1");
    ann.sees("bob went offline");
    bob.line("written meanwhile");
    bob.sees("written meanwhile");
    cable.mend();
    ann.sees("written meanwhile");
    ann.sees("online 2");
    drop((ann, bob));
    server.stop();
}
