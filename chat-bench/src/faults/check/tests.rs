//! Broken histories, and what is found in them.

use super::*;
use crate::faults::history::{Acknowledged, Typed};

const ROOM: u64 = 7;

/// Posts 1, 2, 3 in a room, by ann; she and bob have seen them.
struct Run {
    ann: History,
    bob: History,
    logs: Logs,
    typing: Typing,
}

fn stretch(after: u64, seqs: &[u32]) -> Stretch {
    let entries = seqs.iter().map(|seq| (*seq, seq * 10)).collect();
    Stretch { after, entries }
}

fn kept(seq: u64, post: u128) -> Kept {
    let digest = seq as u32 * 10;
    let post = Some(post);
    Kept { seq, post, digest }
}

fn run() -> Run {
    let mut ann = History::of("ann".into(), Reads::Everything);
    let mut bob = History::of("bob".into(), Reads::Everything);
    for n in 1..=3 {
        ann.typed.push(Typed {
            post: n.into(),
            conversation: ROOM,
        });
        ann.acknowledged.push(Acknowledged {
            post: n.into(),
            conversation: ROOM,
            seq: n,
        });
    }
    for person in [&mut ann, &mut bob] {
        person.seen.insert(ROOM, vec![stretch(0, &[1, 2, 3])]);
        person.stays.push(ROOM);
    }
    let log = vec![kept(1, 1), kept(2, 2), kept(3, 3)];
    Run {
        ann,
        bob,
        logs: Logs::from([(ROOM, log)]),
        typing: Typing::InOrder,
    }
}

/// What is found when something is broken: lost, doubled, holes, reordered, unacknowledged.
#[track_caller]
fn check_broken(breaks: impl FnOnce(&mut Run), want: [u64; 5]) {
    let mut run = run();
    breaks(&mut run);
    let found = check(&[run.ann, run.bob], &run.logs, run.typing);
    let got = [
        found.lost,
        found.doubled,
        found.holes,
        found.reordered,
        found.unacknowledged,
    ];
    assert_eq!(got, want, "{:?}", found.notes);
    assert_eq!(found.is_nothing(), want == [0; 5]);
    assert_eq!(found.notes.is_empty(), want == [0; 5]);
}

fn bob_sees(seqs: &[u32]) -> impl FnOnce(&mut Run) {
    let seen = vec![stretch(0, seqs)];
    move |run| {
        run.bob.seen.insert(ROOM, seen);
    }
}

#[test]
fn a_good_run_has_nothing() {
    check_broken(|_| {}, [0; 5]);
}

#[test]
fn lost_is_what_was_acknowledged_and_is_missing() {
    let breaks = |run: &mut Run| {
        run.logs.insert(ROOM, vec![kept(1, 1), kept(2, 2)]);
    };
    // Once acknowledged, twice delivered.
    check_broken(breaks, [3, 0, 0, 0, 0]);
    let breaks = |run: &mut Run| {
        run.ann.seen.clear();
        run.ann.stays.clear();
        run.bob.seen.clear();
        run.bob.stays.clear();
        run.logs.insert(ROOM, vec![kept(1, 1), kept(2, 2)]);
    };
    check_broken(breaks, [1, 0, 0, 0, 0]);
}

#[test]
fn lost_is_what_was_delivered_and_is_gone() {
    check_broken(bob_sees(&[1, 2, 3, 4]), [1, 0, 0, 0, 0]);
}

#[test]
fn lost_is_what_never_reaches_a_reader() {
    check_broken(bob_sees(&[1]), [2, 0, 0, 0, 0]);
    check_broken(|run| run.bob.seen.clear(), [3, 0, 0, 0, 0]);
}

#[test]
fn doubled_is_what_is_stored_acknowledged_or_delivered_twice() {
    let stored = |run: &mut Run| {
        run.logs.get_mut(&ROOM).expect("there").push(kept(4, 3));
        run.ann.stays.clear();
        run.bob.stays.clear();
        run.ann.acknowledged.pop();
        run.ann.typed.pop();
    };
    check_broken(stored, [0, 1, 0, 0, 0]);
    let acknowledged = |run: &mut Run| run.ann.acknowledged.push(run.ann.acknowledged[0]);
    check_broken(acknowledged, [0, 1, 0, 0, 0]);
    check_broken(bob_sees(&[1, 2, 2, 3]), [0, 1, 0, 0, 0]);
}

#[test]
fn a_hole_is_found_in_the_log_and_at_each_reader() {
    check_broken(bob_sees(&[1, 3]), [0, 0, 1, 0, 0]);
    let late = |run: &mut Run| {
        run.bob.seen.insert(ROOM, vec![stretch(1, &[2, 3])]);
    };
    check_broken(late, [0, 0, 1, 0, 0]);
    let skipped = |run: &mut Run| {
        let seen = vec![stretch(0, &[1]), stretch(2, &[3])];
        run.bob.seen.insert(ROOM, seen);
    };
    check_broken(skipped, [0, 0, 1, 0, 0]);
    let in_the_log = |run: &mut Run| {
        run.ann.seen.clear();
        run.bob.seen.clear();
        run.ann.stays.clear();
        run.bob.stays.clear();
        run.ann.acknowledged.remove(1);
        run.ann.typed.remove(1);
        run.logs.insert(ROOM, vec![kept(1, 1), kept(3, 3)]);
    };
    check_broken(in_the_log, [0, 0, 1, 0, 0]);
}

#[test]
fn what_the_server_said_to_leave_out_is_no_hole_for_who_reads_stretches() {
    let skipped = |run: &mut Run| {
        run.bob.reads = Reads::Stretches;
        let seen = vec![stretch(0, &[1]), stretch(2, &[3])];
        run.bob.seen.insert(ROOM, seen);
    };
    check_broken(skipped, [0; 5]);
}

#[test]
fn reordered_is_another_order_than_that_of_others() {
    let swapped = |run: &mut Run| {
        let entries = vec![(1, 20), (2, 10), (3, 30)];
        run.bob
            .seen
            .insert(ROOM, vec![Stretch { after: 0, entries }]);
    };
    check_broken(swapped, [0, 0, 0, 2, 0]);
}

#[test]
fn reordered_is_another_place_than_acknowledged_or_typed() {
    let elsewhere = |run: &mut Run| run.ann.acknowledged[1].seq = 3;
    check_broken(elsewhere, [0, 0, 0, 1, 0]);
    let overtaken = |run: &mut Run| run.ann.typed.swap(0, 1);
    check_broken(overtaken, [0, 0, 0, 1, 0]);
    let allowed = |run: &mut Run| {
        run.ann.typed.swap(0, 1);
        run.typing = Typing::AnyOrder;
    };
    check_broken(allowed, [0; 5]);
}

#[test]
fn what_is_typed_must_be_acknowledged() {
    let breaks = |run: &mut Run| {
        run.ann.acknowledged.remove(0);
    };
    check_broken(breaks, [0, 0, 0, 0, 1]);
}

#[test]
fn what_people_met_counts() {
    let mut run = run();
    run.bob.wrong("refused".into());
    let found = check(&[run.ann, run.bob], &run.logs, run.typing);
    assert_eq!((found.wrong, found.is_nothing()), (1, false));
    assert_eq!(found.notes, ["bob: refused"]);
}
