//! Own acts on their way: the pace, what comes of them, undo and reset.

use super::super::script::Player;
use super::drawing::{OPEN, check_open};
use crate::app::Effect;

#[test]
fn own_strokes_are_shown_at_once_and_stay() {
    check_open(
        "
        keys Space Right Right
        at: 163,96 2
        tick 67
        at: 163,96 2
        drawn bob 1 0,96 319,96
        tick 50
        posted
        at: 163,96 2 10,96 3
        entry
        tick 50
        own:
        at: 163,96 2 10,96 3
        drawn bob 2 0,96 319,96
        tick 50
        at: 163,96 3
        ",
    );
}

#[test]
fn bounded_no_more_than_fifteen_pieces_a_second_and_as_many_unstored() {
    let mut player = Player::new();
    player.play(OPEN);
    player.play("click 40 3");
    let mut sent = 0;
    for n in 0..100 {
        player.play(&format!("drag {} {}\ntick 10", 40 + n % 30, 3 + n % 7));
        if n == 50 {
            let posts = player.app.easel.sent();
            assert!((5..=8).contains(&posts), "{posts} pieces in half a second");
        }
        sent = player.app.easel.sent();
    }
    assert!((12..=15).contains(&sent), "{sent} pieces in a second");
    for n in 0..100 {
        player.play(&format!("drag {} {}\ntick 10", 40 + n % 30, 3 + n % 7));
    }
    assert_eq!(player.app.easel.sent(), 15, "nothing was stored");
    assert!(
        player.app.easel.own.len() <= 16,
        "the rest waits in the pen"
    );
    player.play("echo\ntick 67");
    assert_eq!(player.app.easel.sent(), 15);
}

#[test]
fn exactly_once_strokes_are_posts_that_nothing_else_keeps() {
    let mut player = Player::new();
    player.play(OPEN);
    player.play("keys Space Right Right Space\ntick 67\necho\ntick 67\nown:");
    let effects = player.take_effects();
    let kept = effects
        .iter()
        .filter(|e| matches!(e, Effect::Store(s) if is_of_posts(s)));
    assert_eq!(kept.count(), 0, "{effects:?}");
    player.play("keys Esc Up\ninput: |\nlist: [#a]");
}

fn is_of_posts(store: &crate::app::Store) -> bool {
    use crate::app::Store;
    matches!(
        store,
        Store::Pending(_) | Store::PendingGone(_) | Store::Sent(..) | Store::Entries(_)
    )
}

#[test]
fn undo_takes_the_last_stroke_back() {
    check_open(
        "
        keys Space Right Right Space
        tick 67
        echo
        tick 67
        at: 163,96 2
        keys u
        at: 163,96 0
        -> Post canvas #a pen 160,96 165,96 168,96; Post canvas #a undo
        echo
        tick 67
        own:
        at: 163,96 0
        keys u
        notice: there is no stroke of yours that could be undone
        ->
        ",
    );
}

#[test]
fn a_stroke_that_was_not_sent_is_only_dropped() {
    check_open(
        "
        keys Space Right Right Space u
        own:
        at: 163,96 0
        tick 100
        ->
        keys l Space Right u
        keys-go: Canvas
        own:
        notice: your last stroke is undone
        ",
    );
}

#[test]
fn undo_goes_back_stroke_by_stroke() {
    check_open(
        "
        keys Space Right Space Shift+Down Space Right Space
        tick 67
        tick 67
        keys Ctrl+Z Ctrl+Z
        tick 67
        tick 67
        own: pen 160,96 165,96 sent; pen 165,125 168,125 sent; undo sent; undo sent
        at: 160,96 0 165,125 0
        echo
        echo
        echo
        echo
        tick 67
        own:
        at: 160,96 0 165,125 0
        ",
    );
}

#[test]
fn a_refused_stroke_goes_with_its_reason() {
    check_open(
        "
        keys Space Right
        tick 67
        keys Right
        at: 163,96 2 167,96 2
        refuse you are not in #a
        notice: you are not in #a
        at: 163,96 0 167,96 0
        own:
        ",
    );
}

#[test]
fn what_can_not_be_sent_is_given_up_after_a_minute() {
    check_open(
        "
        offline 100000
        keys Space Right Space
        own: pen 160,96 165,96 waits
        ->
        tick 59999
        wants-tick: 1
        own: pen 160,96 165,96 waits
        tick 1
        own:
        notice: what you drew a minute ago could not be sent and is gone: draw it again
        ",
    );
}

#[test]
fn a_short_outage_is_not_noticed() {
    check_open(
        "
        keys Space Right
        tick 67
        offline 2000
        keys Right Right
        tick 1000
        at: 171,96 2
        connecting
        online #a:0/0
        tick 10
        own: pen 160,96 165,96 sent; more pen 165,96 168,96 171,96 sent
        echo
        echo
        tick 67
        own:
        at: 171,96 2
        ",
    );
}

#[test]
fn a_new_connection_opens_it_again() {
    check_open(
        "
        closed no
        keys Esc
        online #a:0/0
        -> OpenCanvas #a
        ",
    );
}

#[test]
fn a_reset_asks_and_anybody_takes_it_back() {
    check_open(
        "
        drawn bob 1 10,10 20,10
        keys X
        popup: reset canvas
        keys n
        ->
        keys X y
        at: 15,10 0
        -> Post canvas #a reset
        echo
        tick 67
        at: 15,10 0
        keys U
        at: 15,10 3
        -> Post canvas #a unreset 2
        echo
        tick 67
        at: 15,10 3
        emptied bob
        tick 50
        at: 15,10 0
        keys U
        at: 15,10 3
        -> Post canvas #a unreset 4
        echo
        emptied bob
        tick 60001
        keys U
        notice: there is no reset that could be taken back: a minute is the limit
        keys X y
        notice: the canvas is empty already
        ",
    );
}

#[test]
fn what_is_drawn_goes_along_when_one_leaves() {
    check_open(
        "
        click 40 3
        drag 44 3
        keys F10
        -> Post canvas #a pen 57,20 85,20; Quit
        ",
    );
}
