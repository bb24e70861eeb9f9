//! Drawing together: two people with terminals of different sizes, and one who comes later.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::rig::{Place, Running};
use crate::terminal::{Size, Terminal, USUAL};

const F6: &str = "\x1b[17~";
const RIGHT: &str = "\x1b[C";
const DOWN: &str = "\x1b[B";

/// Cells on which something is drawn: the log has none of these characters.
fn drawn(terminal: &Terminal) -> usize {
    let is_drawn = |c: &char| matches!(c, '\u{2801}'..='\u{28ff}' | '▀' | '▄' | '█');
    terminal.shown().chars().filter(is_drawn).count()
}

/// Opens the canvas, and gives where its grid begins: column and row, from 1.
#[track_caller]
fn open(terminal: &mut Terminal) -> (usize, usize) {
    terminal.keys(F6);
    terminal.sees("canvas · pen 2 red");
    let shown = terminal.shown();
    let row = shown.lines().position(|row| row.contains(" canvas · pen"));
    let row = row.expect("just seen");
    let title = shown.lines().nth(row).expect("just seen");
    let before = title.split(" canvas").next().expect("just seen");
    (before.chars().count() + 1, row + 2)
}

/// The button goes down at a place of the grid, moves, goes up.
fn press(terminal: &mut Terminal, (x, y): (usize, usize)) {
    terminal.keys(&format!("\x1b[<0;{x};{y}M"));
}

fn drag(terminal: &mut Terminal, (x, y): (usize, usize)) {
    terminal.keys(&format!("\x1b[<32;{x};{y}M"));
}

fn release(terminal: &mut Terminal, (x, y): (usize, usize)) {
    terminal.keys(&format!("\x1b[<0;{x};{y}m"));
}

/// What is saved under this name.
#[track_caller]
fn saved(terminal: &mut Terminal, place: &Path, name: &str) -> Vec<u8> {
    terminal.line(&format!("/canvas save {name}"));
    terminal.sees(&format!("saved as {name}"));
    let path = place.join(name);
    let bytes = std::fs::read(&path).unwrap_or_default();
    assert!(!bytes.is_empty(), "{}", path.display());
    bytes
}

#[test]
fn people_draw_together_and_a_newcomer_sees_the_same() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", (100, 30), &server.link);
    let mut bob = place.join("bob", (40, 10), &server.link);
    let (x, y) = open(&mut ann);
    open(&mut bob);
    // It costs nothing while nobody draws.
    ann.settle();
    let had = ann.raw.len();
    bob.keys("c");
    bob.sees("pen 2 green");
    bob.keys("C");
    bob.sees("pen 2 red");
    ann.settle();
    assert_eq!(ann.raw.len(), had, "idle");

    // With the mouse: it is seen before the button is up.
    press(&mut ann, (x + 4, y + 2));
    drag(&mut ann, (x + 20, y + 2));
    bob.wait("a line", |bob| drawn(bob) > 3);
    bob.sees("ann draws");
    drag(&mut ann, (x + 20, y + 7));
    release(&mut ann, (x + 20, y + 7));
    let half = drawn(&bob);
    bob.wait("more of it", |bob| drawn(bob) > half);

    // Undone by who drew it.
    ann.keys("u");
    ann.wait("nothing", |ann| drawn(ann) == 0);
    bob.wait("nothing", |bob| drawn(bob) == 0);

    // With the keys, by the other.
    bob.keys(&format!(" {}{}", RIGHT.repeat(9), DOWN.repeat(4)));
    ann.wait("a line", |ann| drawn(ann) > 3);
    ann.sees("bob draws");
    bob.keys(" ");
    ann.keys(&format!("4l {} ", "\x1b[1;2C".repeat(3)));
    ann.sees("line 2 yellow");
    bob.sees("ann draws");

    // Emptied by one, brought back by the other.
    let (ann_had, bob_had) = (drawn(&ann), drawn(&bob));
    bob.keys("X");
    bob.sees("y: empty it");
    bob.keys("y");
    ann.sees("U undoes the reset by bob");
    ann.wait("nothing", |ann| drawn(ann) == 0);
    ann.keys("U");
    ann.wait("all of it", |ann| drawn(ann) == ann_had);
    bob.wait("all of it", |bob| drawn(bob) == bob_had);

    // Typing goes on beside it, and what is said is there behind it.
    ann.keys("\t");
    ann.line("look at this");
    ann.sees("look at this");
    bob.keys(F6);
    bob.sees("look at this");

    // Somebody who comes later has the same picture, to the byte.
    let mut carol = place.join("carol", USUAL, &server.link);
    let of_ann = saved(&mut ann, &place.of(""), "ann.txt");
    assert_eq!(of_ann, saved(&mut bob, &place.of(""), "bob.txt"));
    assert_eq!(of_ann, saved(&mut carol, &place.of(""), "carol.txt"));
    let png = saved(&mut carol, &place.of(""), "carol.png");
    let decoder = png::Decoder::new(std::io::Cursor::new(png));
    let info = decoder.read_info().expect("a PNG").info().size();
    assert_eq!(info, (1280, 768));
    let svg = saved(&mut ann, &place.of(""), "ann.svg");
    let svg = String::from_utf8(svg).expect("text");
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
        "{svg}"
    );
    drop((ann, bob, carol));
    server.stop();
}

#[test]
fn a_canvas_goes_on_after_the_server_was_away() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    let (x, y) = open(&mut ann);
    open(&mut bob);
    press(&mut ann, (x + 2, y + 2));
    release(&mut ann, (x + 12, y + 2));
    bob.wait("a line", |bob| drawn(bob) > 3);
    let (link, port) = (server.link.clone(), server.port);
    server.stop();
    ann.sees("offline");
    bob.sees("offline");
    // Drawn without a connection: shown at once, and sent afterwards.
    let before = drawn(&ann);
    press(&mut ann, (x + 2, y + 6));
    release(&mut ann, (x + 12, y + 6));
    ann.wait("another line", |ann| drawn(ann) > before + 3);
    let server = Running::start(&place.of("server"), port);
    assert_eq!(link, server.link);
    let had = drawn(&bob);
    bob.wait("the other line", |bob| drawn(bob) > had + 3);
    let of_ann = saved_from(&mut ann, &place, "ann.txt");
    assert_eq!(of_ann, saved_from(&mut bob, &place, "bob.txt"));
    drop((ann, bob));
    server.stop();
}

#[track_caller]
fn saved_from(terminal: &mut Terminal, place: &Place, name: &str) -> Vec<u8> {
    terminal.keys("\t");
    saved(terminal, &place.of(""), name)
}

/// Passes bytes on to a server and counts those that come from it.
struct Counter {
    port: u16,
    came: Arc<AtomicUsize>,
    went: Arc<AtomicUsize>,
}

impl Counter {
    fn start(server: u16) -> Counter {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let (came, went) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counts = (came.clone(), went.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", server)).expect("running");
                let ends = |stream: &TcpStream| stream.try_clone().expect("cloned");
                pass(ends(&client), ends(&server), counts.1.clone());
                pass(server, client, counts.0.clone());
            }
        });
        Counter { port, came, went }
    }

    fn counts(&self) -> [usize; 2] {
        [&self.came, &self.went].map(|count| count.load(Ordering::SeqCst))
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, count: Arc<AtomicUsize>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            count.fetch_add(read, Ordering::SeqCst);
            if to.write_all(&buffer[..read]).is_err() {
                return;
            }
        }
    });
}

/// One draws without a pause; what that costs others.
fn draws_without_a_pause(moves: usize, size: Size) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let [to_ann, to_bob] = [(), ()].map(|()| Counter::start(server.port));
    let link = |counter: &Counter| {
        let (from, to) = (server.port.to_string(), counter.port.to_string());
        server
            .link
            .replacen(&format!(":{from}"), &format!(":{to}"), 1)
    };
    let mut ann = place.join("ann", USUAL, &link(&to_ann));
    let mut bob = place.join("bob", size, &link(&to_bob));
    let (_, y) = open(&mut ann);
    open(&mut bob);
    ann.keys(F6);
    ann.sees("eraser");
    press(&mut ann, (4, y));
    bob.sees("ann draws");
    bob.settle();
    let (began, shown) = (Instant::now(), bob.raw.len());
    let (ann_had, bob_had) = (to_ann.counts(), to_bob.counts());
    for n in 0..moves {
        // Loops that don't repeat, as somebody who fills a page.
        let angle = n as f64 / 7.0;
        let across = 25.0 + 20.0 * (angle * 1.01).cos() + 3.0 * (angle / 9.0).sin();
        let down = 9.0 + 7.0 * (angle * 0.83).sin();
        let before = ann.raw.len();
        drag(&mut ann, (across as usize + 4, down as usize + y));
        if n % 2 == 0 {
            // As often as a screen is drawn.
            ann.wait_a_frame(before);
        }
    }
    bob.settle();
    let seconds = began.elapsed().as_secs_f64();
    let per_second = |now: usize, had: usize| ((now - had) as f64 / seconds) as usize;
    let screen = per_second(bob.raw.len(), shown);
    let viewer = per_second(to_bob.counts()[0], bob_had[0]);
    let sender = per_second(to_ann.counts()[1], ann_had[1]);
    println!(
        "{seconds:.1} s: viewer's terminal {screen} B/s, viewer's wire {viewer} B/s, \
         sender's wire {sender} B/s, back to the viewer {} B/s",
        per_second(to_bob.counts()[1], bob_had[1])
    );
    assert!(viewer < 2_000, "{viewer} bytes a second to who looks on");
    assert!(sender < 2_000, "{sender} bytes a second from who draws");
    drop((ann, bob));
    server.stop();
}

#[test]
fn who_draws_without_a_pause_costs_others_under_2_kb_a_second() {
    draws_without_a_pause(150, USUAL);
}
