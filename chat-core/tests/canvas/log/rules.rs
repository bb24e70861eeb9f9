//! What may be added to a canvas, and what is merged.

use chat_core::canvas::limits::{KEEP_ENTRIES, KEEP_MS, TAIL_ENTRIES, UNRESET_MS};
use chat_core::canvas::{Act, ActError, Board, Marks, Picture, StrokeId};
use chat_core::{AccountId, Millis, Seq};

use super::{Server, dot, first, next, plainly, undo};

#[test]
fn undo_walks_back_through_ones_own_strokes() {
    let mut server = Server::new();
    server.post(1, first(1)).expect("begun");
    server.post(2, first(1)).expect("ids are an author's own");
    server.post(1, first(2)).expect("begun");
    server
        .post(1, next(1))
        .expect("a stroke goes on while another begins");
    let newest = StrokeId(2);
    assert_eq!(server.post(1, undo(1)), Err(ActError::NotNewest { newest }));
    assert_eq!(server.post(1, undo(7)), Err(ActError::NotNewest { newest }));
    assert_eq!(server.post(3, undo(1)), Err(ActError::NothingToUndo));
    server.post(1, undo(2)).expect("the newest");
    assert_eq!(server.post(1, undo(2)), Err(ActError::UndoneAlready));
    assert_eq!(server.post(1, next(2)), Err(ActError::NothingToContinue));
    assert_eq!(server.post(1, first(2)), Err(ActError::IdInUse));
    server.post(1, undo(1)).expect("the one before");
    assert_eq!(server.post(1, undo(1)), Err(ActError::UndoneAlready));
    assert_eq!(server.post(1, undo(7)), Err(ActError::NothingToUndo));
    let mut want = Picture::new();
    want.draw(&dot(1));
    assert_eq!(server.board().picture(), &want);
}

#[test]
fn a_reset_can_be_taken_back_for_a_minute_by_anybody() {
    let mut server = Server::new();
    server.post(1, first(1)).expect("begun");
    let before = server.board();
    let reset = server.post(2, Act::Reset).expect("reset");
    assert!(server.board().picture().is_empty());
    assert_eq!(server.post(1, undo(1)), Err(ActError::NothingToUndo));
    assert_eq!(server.post(1, Act::Reset), Err(ActError::EmptyAlready));
    assert_eq!(
        server.post(1, Act::Unreset(Seq(1))),
        Err(ActError::NoSuchReset)
    );
    server.wait(UNRESET_MS);
    server.post(3, Act::Unreset(reset)).expect("in time");
    assert_eq!(server.board().picture(), before.picture());
    assert_eq!(
        server.post(3, Act::Unreset(reset)),
        Err(ActError::NoSuchReset)
    );
    server.post(1, undo(1)).expect("it is there again");

    server.post(1, first(2)).expect("begun");
    let one = server.post(1, Act::Reset).expect("reset");
    server.post(1, first(3)).expect("begun");
    let two = server.post(1, Act::Reset).expect("reset");
    assert_eq!(server.post(1, Act::Unreset(one)), Err(ActError::ResetSince));
    server.post(1, Act::Unreset(two)).expect("the last");
    server
        .post(1, Act::Unreset(one))
        .expect("then the one before");

    let late = server.post(1, Act::Reset).expect("reset");
    server.wait(UNRESET_MS + 1);
    assert_eq!(server.post(1, Act::Unreset(late)), Err(ActError::TooLate));
}

#[test]
fn a_stroke_is_no_longer_undone_when_it_is_old_and_far_back() {
    let mut server = Server::new();
    server.post(1, first(1)).expect("begun");
    server.wait(2 * KEEP_MS);
    assert_eq!(server.marks.merge_point(server.now), None);
    server
        .marks
        .check(&undo(1), AccountId(1), server.now)
        .expect("few came since");
    for id in 0..KEEP_ENTRIES as u32 {
        server.post(2, first(id)).expect("begun");
    }
    assert_eq!(server.post(1, undo(1)), Err(ActError::NothingToUndo));
    assert_eq!(server.marks.merge_point(server.now), Some(Seq(1)));
}

#[test]
fn bounded_the_tail_whatever_is_added() {
    // Strokes that never end, undos that reach far back, resets and their opposites, by several
    // people at once and so fast that nothing becomes old.
    let mut server = Server::new();
    let mut follower = Board::default();
    for author in 1..5 {
        server.post(author, first(0)).expect("begun");
    }
    let mut reset = None;
    for id in 1..3 * TAIL_ENTRIES as u32 {
        let author = u64::from(id % 4 + 1);
        let act = match id % 11 {
            0..=4 => next(0),
            5..=7 => first(id),
            8 => undo(id - 4),
            9 if id % 33 == 9 => Act::Reset,
            _ => reset.map_or(first(id), Act::Unreset),
        };
        let resets = act == Act::Reset;
        match server.post(author, act) {
            Ok(seq) if resets => reset = Some(seq),
            Ok(_) => {}
            Err(_) => drop(
                server
                    .post(author, first(0))
                    .or_else(|_| server.post(author, first(id))),
            ),
        }
        let from = follower.head().0 as usize;
        follower.apply_all(server.log[from..].to_vec());
        let tail = follower.marks().tail_entries();
        assert!(
            tail <= TAIL_ENTRIES + TAIL_ENTRIES / 2,
            "{tail} entries in the tail"
        );
        if server.marks.tail_entries() > TAIL_ENTRIES {
            let point = server
                .marks
                .merge_point(server.now)
                .expect("always something to merge");
            server.marks.rebase(point);
        }
        assert!(server.marks.tail_entries() <= TAIL_ENTRIES);
    }
    assert!(
        server.log.len() as u64 > 2 * TAIL_ENTRIES,
        "{} acts",
        server.log.len()
    );
    assert!(
        follower.base() > Seq(0),
        "the follower has merged by itself"
    );
    assert_eq!(follower.picture(), &plainly(&server.log));
    assert_eq!(
        server.newcomer(server.marks.base()).picture(),
        follower.picture()
    );
}

#[test]
fn a_stroke_whose_beginning_is_merged_is_undone_wholly_or_not_at_all() {
    let mut server = Server::new();
    server.post(1, first(1)).expect("begun");
    server.wait(KEEP_MS);
    for id in 0..KEEP_ENTRIES as u32 - 3 {
        server.post(2, first(id)).expect("begun");
    }
    server.post(1, next(1)).expect("it goes on");
    server.post(1, undo(1)).expect("it is among the last");
    server.post(2, first(9_000)).expect("begun");
    server.wait(KEEP_MS);
    server.post(2, first(9_001)).expect("begun");
    let base = server
        .marks
        .merge_point(server.now)
        .expect("the beginning of the first stroke");
    assert_eq!(base, Seq(2), "its end and its undo are still in the tail");
    assert_eq!(server.newcomer(base).picture(), server.board().picture());
    assert_eq!(server.board().picture(), &plainly(&server.log));
    // Who followed and merges draws the same when undos make it draw the tail anew.
    let mut follower = server.board();
    assert!(follower.merge_to(base));
    for id in [9_001, 9_000, 252, 251, 250] {
        let seq = server.post(2, undo(id)).expect("the newest");
        assert!(follower.apply(seq, AccountId(2), server.now, undo(id)));
        assert_eq!(follower.picture(), &plainly(&server.log));
    }
    // Its number is free again, and means the new stroke from here on.
    server.marks.rebase(base);
    let mut newcomer = server.newcomer(base);
    assert_eq!(server.marks.free_id(AccountId(1), 1), StrokeId(1));
    assert_eq!(server.marks.free_id(AccountId(2), 9_000), StrokeId(9_002));
    assert_eq!(server.post(1, next(1)), Err(ActError::NothingToContinue));
    for act in [first(1), next(1), undo(1)] {
        let seq = server.post(1, act.clone()).expect("a new stroke");
        assert!(newcomer.apply(seq, AccountId(1), server.now, act));
        assert_eq!(newcomer.picture(), &plainly(&server.log));
        assert_eq!(newcomer.picture(), server.board().picture());
    }
}

#[test]
fn what_is_drawn_anew_begins_at_the_base() {
    let mut server = Server::new();
    for id in 1..=700 {
        server.post(1, first(id)).expect("begun");
    }
    let mut board = server.board();
    assert!(board.merge_to(Seq(505)));
    for id in (506..=700).rev() {
        let seq = server.post(1, undo(id)).expect("the newest");
        assert!(board.apply(seq, AccountId(1), server.now, undo(id)));
    }
    assert_eq!(board.picture(), &plainly(&server.log));
    let drawn = board.picture().pixels().iter().filter(|pixel| **pixel != 0);
    assert_eq!(drawn.count(), 505);
}

#[test]
fn undo_ends_where_the_log_is_old() {
    let mut server = Server::new();
    for id in 0..2 * KEEP_ENTRIES as u32 {
        server.post(1, first(id)).expect("begun");
    }
    server.wait(KEEP_MS);
    let mut undone = 0;
    while let Some(id) = server.marks.undo(AccountId(1), server.now) {
        server.post(1, Act::Undo(id)).expect("the newest");
        undone += 1;
    }
    // Each undo is an entry too.
    assert_eq!(undone, KEEP_ENTRIES / 2);
}

#[test]
fn bounded_how_far_back_is_undone() {
    let mut server = Server::new();
    let reset = server.post(3, Act::Reset).expect("reset");
    server.post(1, first(1)).expect("begun");
    for id in 0..TAIL_ENTRIES as u32 - 3 {
        server.post(2, first(id)).expect("begun");
    }
    let check = |server: &Server, act| server.marks.check(&act, AccountId(1), server.now);
    assert_eq!(check(&server, Act::Unreset(reset)), Ok(()));
    server.post(2, first(5_000)).expect("begun");
    assert_eq!(check(&server, Act::Unreset(reset)), Err(ActError::TooLate));
    assert_eq!(check(&server, undo(1)), Ok(()));
    server.post(2, first(5_001)).expect("begun");
    assert_eq!(check(&server, undo(1)), Err(ActError::NothingToUndo));
}

#[test]
fn merging_waits_until_it_is_worth_it() {
    let mut server = Server::new();
    for id in 0..KEEP_ENTRIES as u32 + 127 {
        server.post(1, first(id)).expect("begun");
    }
    server.wait(KEEP_MS - 1);
    assert_eq!(server.marks.merge_point(server.now), None);
    server.wait(1);
    assert_eq!(server.marks.merge_point(server.now), Some(Seq(127)));
    assert_eq!(server.marks.merge_due(server.now), None);
    server.post(1, first(9_000)).expect("begun");
    assert_eq!(server.marks.merge_due(server.now), Some(Seq(128)));
}

#[test]
fn bounded_an_index_that_nobody_merges() {
    let mut marks = Marks::new(Seq(0));
    let entries = 3 * TAIL_ENTRIES;
    for seq in 1..=entries {
        let act = first(seq as u32);
        assert!(marks.apply(Seq(seq), AccountId(seq % 3), Millis(seq), &act));
    }
    assert_eq!(marks.head(), Seq(entries));
    assert_eq!(marks.base(), Seq(0), "the base is what is merged");
    let point = marks.merge_point(Millis(entries)).expect("much to merge");
    assert_eq!(point, Seq(entries - TAIL_ENTRIES));
    marks.rebase(point);
    assert_eq!(marks.tail_entries(), TAIL_ENTRIES);
    assert_eq!(marks.merge_point(Millis(entries)), None);
}

#[test]
fn a_log_that_skips_is_not_taken() {
    let mut board = Board::default();
    assert!(!board.apply(Seq(2), AccountId(1), Millis(0), first(1)));
    assert!(board.skip(Seq(1), Millis(0)));
    assert!(!board.skip(Seq(1), Millis(0)));
    assert!(board.apply(Seq(2), AccountId(1), Millis(0), first(1)));
    assert!(!board.apply(Seq(2), AccountId(1), Millis(0), first(2)));
    assert_eq!(board.head(), Seq(2));
    assert!(!board.merge_to(Seq(3)));
    assert!(board.merge_to(Seq(2)));
    assert!(!board.merge_to(Seq(2)));
    assert!(!board.picture().is_empty());
}
