//! Edits, what is taken back, reactions: made by one person, seen by another.

use crate::clicks::click;
use crate::rig::{Place, Running};
use crate::terminal::{Size, Terminal, USUAL};

/// Neither the screen nor anything scrolled away says this any more.
#[track_caller]
fn forgets(terminal: &mut Terminal, what: &str) {
    terminal.wait(what, |terminal| !terminal.shown().contains(what));
}

fn two_people_change_what_they_said(size: Size) {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", size, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.line("helo wrold");
    bob.sees("helo wrold");
    // Picked, and changed in the input.
    ann.keys("\x13");
    ann.keys("e");
    ann.sees("> helo wrold");
    ann.keys("\x15hello world\r");
    ann.sees("hello world (edited)");
    bob.sees("hello world (edited)");
    assert!(!bob.shown().contains("helo wrold"));
    // A reaction by command, joined in by picking, taken back.
    bob.line("/react :tada:");
    ann.sees("🎉 bob");
    bob.sees("🎉 you");
    ann.keys("\x13");
    ann.keys("+");
    ann.sees("react with");
    ann.keys("tada\r");
    ann.sees("🎉 you +1");
    bob.sees("🎉 you +1");
    bob.line("/react :tada:");
    ann.sees("🎉 you");
    bob.sees("🎉 ann");
    // Nobody else's.
    bob.keys("\x13");
    bob.keys("e");
    bob.sees("only your own messages");
    bob.keys("\x1b");
    // Taken back for everybody, also for who comes later and looks for it.
    ann.line("/delete");
    ann.sees("Take this back?");
    ann.keys("y");
    for other in [&mut ann, &mut bob] {
        other.sees("(taken back)");
        forgets(other, "hello world");
    }
    let mut carol = place.join("carol", size, &server.link);
    carol.sees("(taken back)");
    assert!(!carol.shown().contains("hello world"));
    assert_eq!(carol.shown().matches("(taken back)").count(), 1);
    drop((ann, bob, carol));
    server.stop();
}

#[test]
fn two_people_change_what_they_said_at_80_by_24() {
    two_people_change_what_they_said(USUAL);
}

#[test]
fn two_people_change_what_they_said_at_40_by_10() {
    two_people_change_what_they_said((40, 10));
}

#[test]
fn what_was_changed_is_as_it_was_after_a_restart_of_everybody() {
    let place = Place::new();
    let data = place.of("server");
    let server = Running::start(&data, 0);
    let (link, port) = (server.link.clone(), server.port);
    let mut ann = place.join("ann", USUAL, &link);
    let mut bob = place.join("bob", USUAL, &link);
    ann.line("one");
    ann.line("two");
    bob.sees("two");
    ann.line("/edit three");
    bob.line("/react :+1:");
    for other in [&mut ann, &mut bob] {
        other.sees("three (edited)");
        other.sees("👍");
    }
    // Nobody is there: what is done waits, and shows that it does.
    server.stop();
    ann.sees("restarts");
    ann.line("/edit four");
    ann.sees("four (edited …)");
    bob.sees("restarts");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    let server = Running::start(&data, port);
    ann.line("/reconnect");
    ann.sees("four (edited)");
    ann.wait("nothing pending", |ann| !ann.shown().contains("(edited …)"));
    let mut bob = place.join("bob", USUAL, &link);
    bob.sees("four (edited)");
    bob.sees("👍 you");
    drop((ann, bob));
    server.stop();
}

#[test]
fn a_click_on_a_reaction_joins_in_and_takes_it_back() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", (40, 10), &server.link);
    ann.line("look at this");
    bob.sees("look at this");
    bob.line("/react :tada:");
    click(&mut ann, "🎉 bob");
    bob.sees("🎉 you +1");
    click(&mut ann, "🎉 you +1");
    bob.wait("bob's only", |bob| !bob.shown().contains("+1"));
    click(&mut bob, "🎉 you");
    ann.wait("none", |ann| !ann.shown().contains("🎉"));
    drop((ann, bob));
    server.stop();
}

#[test]
fn reactions_of_others_are_nothing_new() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.line("look at this");
    bob.sees("look at this");
    ann.line("/join #elsewhere");
    ann.sees("this is the beginning of #elsewhere");
    bob.line("/react :tada:");
    bob.sees("🎉 you");
    bob.line("a word");
    // One message is unread, not two.
    ann.sees("#lobby      1");
    ann.keys("\x10");
    ann.sees("🎉 bob");
    ann.sees("─ 1 new ─");
    drop((ann, bob));
    server.stop();
}

#[test]
fn an_unfinished_edit_is_a_draft_after_a_restart() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.line("half of it");
    // It is stored: only then can it be changed.
    bob.sees("half of it");
    ann.wait("it is stored", |ann| !ann.shown().contains('…'));
    ann.line("/edit");
    ann.sees("> half of it");
    ann.keys(" and more");
    ann.sees("> half of it and more");
    ann.signal(rustix::process::Signal::TERM);
    assert_eq!(ann.ends(), 0);
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("> half of it and more");
    drop((ann, bob));
    server.stop();
}
