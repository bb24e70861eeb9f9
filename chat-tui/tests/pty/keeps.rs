//! What is kept: the terminal as it was, drafts, the last screen.

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::rig::{Place, Running};
use crate::terminal::{Terminal, USUAL};

fn leaves_cleanly(leave: impl FnOnce(Terminal)) {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", USUAL);
    let mut bob = place.join("bob", USUAL, &link);
    ann.sees("online 2");
    bob.keys("a draft of bob");
    bob.sees("a draft of bob");
    leave(bob);
    ann.sees("online 1");
    let mut bob = place.join("bob", USUAL, &link);
    bob.sees("a draft of bob");
}

#[test]
fn a_terminated_client_restores_the_terminal_and_keeps_drafts() {
    leaves_cleanly(|mut bob| {
        bob.signal(Signal::TERM);
        assert_eq!(bob.ends(), 0);
        bob.is_restored();
    });
}

#[test]
fn a_hangup_is_a_clean_leave() {
    leaves_cleanly(|mut bob| {
        bob.signal(Signal::HUP);
        assert_eq!(bob.ends(), 0);
        bob.is_restored();
    });
}

#[test]
fn a_closed_terminal_is_a_clean_leave() {
    // The key that it is closed with belongs to the draft.
    leaves_cleanly(Terminal::close);
}

#[test]
fn a_stalled_terminal_holds_up_nothing() {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", USUAL);
    let mut bob = place.join("bob", (200, 60), &link);
    for n in 0..4 {
        bob.line(&format!(
            "{}end{n}",
            "words that fill the screen ".repeat(60)
        ));
        bob.sees(&format!("end{n}"));
    }
    bob.stall();
    // More than a terminal takes when nobody reads.
    for n in 0..20 {
        bob.resize((200 - n, 60 - n));
        ann.keys("a");
        ann.sees(&format!("> {}", "a".repeat(usize::from(n) + 1)));
    }
    bob.signal(Signal::TERM);
    bob.ends_unread();
    ann.sees("online 1");
}

#[test]
fn drafts_survive_a_kill() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("online 1");
    bob.keys("a draft of bob");
    let drafts = place.of("bob").join("drafts.db");
    bob.wait("a kept draft", |_| {
        let db = rusqlite::Connection::open(&drafts).expect("a database");
        let kept = db.query_row("SELECT text FROM drafts", [], |row| row.get::<_, String>(0));
        kept.is_ok_and(|text| text == "a draft of bob")
    });
    bob.kill();
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("a draft of bob");
    server.stop();
}

#[test]
fn the_last_screen_appears_before_the_network_does() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.line("what was said before");
    bob.sees("what was said before");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    let port = server.port;
    server.stop();

    // Without arguments it goes to the last server, which is not there.
    let mut bob = Terminal::chat(USUAL, &place.of("bob"), &[]);
    bob.sees("what was said before");
    bob.line("typed without a server");
    bob.sees("typed without a server");
    let server = Running::start(&place.of("server"), port);
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("typed without a server");
    let shown = ann.shown();
    assert_eq!(shown.matches("typed without a server").count(), 1);
    drop((ann, bob));
    server.stop();
}

#[test]
fn ctrl_z_where_nobody_could_continue_it_is_survived() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = place.join("bob", USUAL, &server.link);
    bob.sees("online 1");
    bob.keys("\x1a");
    bob.wrote("\x1b[?1049l");
    bob.line("back again");
    bob.sees("back again");
    drop(bob);
    server.stop();
}

/// Run in a terminal by the test below.
#[test]
#[ignore = "panics on purpose, on a whole screen"]
fn panicking() {
    use chat_tui::shell::terminal::Screen;
    use chat_tui::shell::terminal::sequences::Modes;

    let modes = Modes {
        mouse: true,
        title: true,
    };
    let mut screen = Screen::take(modes).expect("in a terminal");
    screen.draw(|_| Vec::new()).expect("drawn");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(screen.written()).expect("written");
    panic!("on purpose");
}

#[test]
fn a_panic_leaves_the_terminal_as_it_was_and_says_why() {
    let mut command = CommandBuilder::new(std::env::current_exe().expect("this program"));
    command.args(["--ignored", "--exact", "keeps::panicking", "--nocapture"]);
    let mut terminal = Terminal::start(USUAL, command);
    terminal.ends();
    terminal.is_restored();
    terminal.wrote("\x1b[?1049h");
    assert!(
        terminal.shown().contains("on purpose"),
        "{}",
        terminal.shown()
    );
}
