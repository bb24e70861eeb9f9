//! Two people, side by side.

use crate::rig::{Place, Running};
use crate::terminal::{Size, Terminal, USUAL};

const ACK: &str = "小明 says héllo";

fn two_people_talk(size: Size) {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", size);
    let mut bob = place.join("bob", size, &link);
    bob.line("hello from bob");
    ann.sees("hello from bob");
    ann.line("hi bob");
    bob.sees("hi bob");
    // CJK, a combining mark on its own, an emoji of several parts.
    bob.line("小明 says he\u{301}llo");
    ann.wait(ACK, |ann| {
        let shown = ann.shown();
        shown.contains(ACK) || shown.contains("小明 says he\u{301}llo")
    });
    ann.line("👩\u{200d}👧 family");
    bob.sees("family");
    borders_hold(&ann);
    borders_hold(&bob);
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    bob.is_restored();
}

/// The frame begins and ends each of its rows in the first and the last column.
#[track_caller]
fn borders_hold(terminal: &Terminal) {
    let shown = terminal.shown();
    let rows: Vec<&str> = shown.lines().collect();
    let top = rows.iter().position(|row| row.starts_with('┌'));
    let bottom = rows.iter().rposition(|row| row.starts_with('├'));
    let (Some(top), Some(bottom)) = (top, bottom) else {
        // Too narrow for a frame.
        return;
    };
    for row in &rows[top..=bottom] {
        let first = row.chars().next();
        let last = row.trim_end().chars().next_back();
        assert!(matches!(first, Some('┌' | '│' | '├')), "{row:?}\n{shown}");
        assert!(matches!(last, Some('┐' | '│' | '┤')), "{row:?}\n{shown}");
    }
}

#[test]
fn two_people_talk_at_80_by_24() {
    two_people_talk(USUAL);
}

#[test]
fn two_people_talk_at_40_by_10() {
    two_people_talk((40, 10));
}

#[test]
fn two_people_talk_at_200_by_60() {
    two_people_talk((200, 60));
}

#[test]
fn any_resize_at_any_moment_leaves_a_right_screen() {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", USUAL);
    let mut bob = place.join("bob", USUAL, &link);
    let sizes = [(40, 10), (200, 60), (15, 4), (5, 2), (120, 12), (30, 40)];
    for (n, size) in sizes.into_iter().enumerate() {
        ann.keys("half a l");
        ann.resize(size);
        bob.line(&format!("now {n}"));
        ann.line(&format!("ine {n}"));
        bob.sees(&format!("half a line {n}"));
    }
    ann.resize(USUAL);
    bob.line("the last word");
    ann.sees("the last word");
    ann.sees("online 2");
    // The last row: a frame may come in pieces.
    ann.sees("F10 quit");
    borders_hold(&ann);
    // What it shows is what a fresh screen of it would show.
    let cleared = |ann: &Terminal| String::from_utf8_lossy(&ann.raw).matches("\x1b[2J").count();
    let (before, times) = (below_the_top(&ann), cleared(&ann));
    ann.keys("\x0c");
    ann.wait("the screen is drawn anew", |ann| cleared(ann) > times);
    ann.wait("it is the same", |ann| below_the_top(ann) == before);
}

/// The screen without its first row, where the time that a ping took may change at any moment.
fn below_the_top(terminal: &Terminal) -> String {
    let shown = terminal.shown();
    let (_, below) = shown.split_once('\n').unwrap_or_default();
    below.to_owned()
}

#[test]
fn a_host_is_asked_before_others_lose_their_server() {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", USUAL);
    let mut bob = place.join("bob", USUAL, &link);
    ann.sees("online 2");
    ann.line("/quit");
    ann.sees("connected to the server in this window");
    ann.keys("n");
    bob.line("still here?");
    ann.sees("still here?");
    ann.line("/quit");
    ann.sees("connected to the server in this window");
    ann.keys("y");
    assert_eq!(ann.ends(), 0);
    ann.is_restored();
    bob.sees("restarts");
}

#[test]
fn what_is_typed_ahead_and_pasted_arrives_as_a_whole() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    // Several times as long as what is read at once.
    ann.line(&format!("{} ahead", "many words ".repeat(300)));
    bob.sees("ahead");
    let lines = "one more line\n".repeat(400);
    ann.keys(&format!("\x1b[200~{lines}/quit\x1b[201~"));
    ann.sees("You pasted 401 lines");
    ann.keys("s");
    bob.wait("the pasted command as text", |bob| {
        bob.shown().contains("one more line") && bob.shown().contains("/quit")
    });
    drop((ann, bob));
    server.stop();
}
