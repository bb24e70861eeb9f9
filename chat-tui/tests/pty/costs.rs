//! What it costs on a slow line: bytes per key, per arriving line, per idle second.

use chat_client::{Client, Config, Event};
use chat_core::Identity;
use tokio::runtime::{Builder, Runtime};

use crate::rig::{Place, Running};
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

/// People: more than 30 rows show.
const MANY: usize = 30;

/// Rooms: as many as may be joined in a row.
const ROOMS: usize = 20;

/// People who are there until they are dropped. Nobody shows them.
fn crowd(link: &str) -> (Vec<Client>, Runtime) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let join = async |n: usize| {
        let seed = [u8::try_from(n).expect("few"); 32];
        let link = link.parse().expect("a link");
        let mut config = Config::new(link, Identity::from_seed(&seed));
        config.nick = Some(format!("person{}{n}", ["an", "bo", "cy"][n % 3]));
        let (client, mut events) = chat_client::connect(config);
        while events.next().await.expect("there") != Event::Ready {}
        tokio::spawn(async move { while events.next().await.is_some() {} });
        client
    };
    let people = runtime.block_on(async {
        let mut people = Vec::new();
        for n in 0..MANY {
            people.push(join(n).await);
        }
        people
    });
    (people, runtime)
}

/// What an arriving line of 45 letters costs with both lists full, at most; and how often the
/// terminal moved something between margins.
fn line_with_full_lists(join: impl FnOnce(&Place, &str) -> Terminal) -> (usize, usize) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", (100, 30), &server.link);
    let crowd = crowd(&server.link);
    let mut bob = join(&place, &server.link);
    bob.sees(&format!("online {}", MANY + 2));
    for n in 0..ROOMS {
        bob.line(&format!("/join #{}room{n}", ["an", "bo", "cy"][n % 3]));
        bob.sees(&format!(" #{}room{n} ─", ["an", "bo", "cy"][n % 3]));
    }
    bob.keys("\x1b1");
    bob.sees(" #lobby ─");
    let words = ["green again", "who broke it", "lunch at twelve", "review"];
    for n in 0..40 {
        let word = words[n % 4];
        let who = if n % 2 == 0 { &mut ann } else { &mut bob };
        who.line(&format!("{word} {n} {}", words[n % 3].repeat(n % 3 + 1)));
        ann.sees(&format!("{word} {n} "));
        bob.sees(&format!("{word} {n} "));
    }
    bob.settle();
    let mut most = 0;
    for n in 10..20 {
        let word = words[n % 4];
        let line = format!("{word} {} once more {n}", words[n % 3]);
        most = most.max(cost(&mut bob, |bob| {
            ann.line(&line);
            bob.sees(&line);
            bob.settle();
        }));
    }
    // What the terminal shows is what it would show if everything were written anew.
    let shown = bob.shown();
    let written = bob.raw.len();
    bob.keys("\x0c");
    bob.wait("all of it", |bob| bob.raw.len() > written + 1000);
    bob.settle();
    assert_eq!(bob.shown(), shown);
    let moved = bob.moved();
    drop((ann, bob, crowd));
    server.stop();
    (most, moved)
}

#[test]
fn between_margins_an_arriving_line_costs_under_189_bytes_beside_full_lists() {
    let (most, moved) = line_with_full_lists(|place, link| {
        let arguments = ["join", link, "--nick", "bob"];
        Terminal::with_margins((100, 30), &place.of("bob"), &arguments)
    });
    assert!(moved >= 10, "moved {moved} times");
    assert!(most < 189, "an arriving line costs {most} bytes");
}

#[test]
fn without_margins_nothing_is_moved_between_lists() {
    let (most, moved) = line_with_full_lists(|place, link| place.join("bob", (100, 30), link));
    assert_eq!(moved, 0);
    assert!(most < 1_600, "an arriving line costs {most} bytes");
}
