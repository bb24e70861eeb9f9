//! Opening a canvas, its place and the keys; what others draw.

use super::super::script::{Player, check};

/// ann looks at the canvas of #a.
pub(super) const OPEN: &str = "
    online #a:0/0
    keys F6
    -> OpenCanvas #a
    canvas #a
";

/// A script that begins with an open canvas.
#[track_caller]
pub(super) fn check_open(script: &str) {
    let mut player = Player::new();
    player.play(OPEN);
    player.play(script);
}

#[test]
fn f6_shows_it_beside_the_log_then_alone_then_closes_it() {
    check_open(
        "
        place: Some(Beside)
        keys-go: Canvas
        keys F6
        place: Some(Alone)
        ->
        keys F6
        place: None
        keys-go: Input
        -> CloseCanvas #a
        ",
    );
    check_open(
        "
        resize 40x10
        place: Some(Alone)
        keys F6
        place: None
        resize 15x5
        keys F6
        notice: the terminal is too small for a canvas
        ->  CloseCanvas #a
        ",
    );
}

#[test]
fn the_keys_go_where_they_are_wanted() {
    check_open(
        "
        keys Esc
        keys-go: Input
        type hello
        input: hello|
        keys Tab
        keys-go: Input
        keys Ctrl+U Tab
        keys-go: Canvas
        keys Tab
        keys-go: Input
        keys F6 Ctrl+C
        keys-go: Input
        popup: none
        paste a text
        input: a text|
        ",
    );
}

#[test]
fn a_click_takes_the_keys_along() {
    check_open(
        "
        click 5 22
        keys-go: Input
        click 60 5
        keys-go: Canvas
        release 60 5
        click 10 5
        keys-go: Input
        ",
    );
}

#[test]
fn only_the_canvas_on_the_screen_is_open() {
    check(
        "
        online #a:0/0 #b:0/0
        keys F6
        -> OpenCanvas #a
        canvas #a
        keys Ctrl+N
        keys-go: Input
        -> CloseCanvas #a
        keys Ctrl+P
        place: Some(Beside)
        -> OpenCanvas #a
        left #a
        -> CloseCanvas ?7909
        ",
    );
}

#[test]
fn what_others_draw_is_shown_twenty_times_a_second() {
    check_open(
        "
        tick 100
        drawn bob 1 10,10 20,10
        at: 15,10 3
        more bob 1 20,10 30,10
        at: 25,10 0
        wants-tick: 50
        more bob 1 30,10 40,10
        tick 49
        at: 25,10 0
        tick 1
        at: 25,10 3 35,10 3
        ",
    );
}

#[test]
fn an_open_canvas_is_idle() {
    check_open(
        "
        drawn bob 1 10,10 20,10
        tick 1500
        wants-tick: never
        keys Right Right
        wants-tick: never
        keys Space
        tick 67
        echo
        tick 67
        wants-tick: never
        ",
    );
}

#[test]
fn entries_that_the_picture_has_are_not_drawn_again() {
    check(
        "
        online #a:0/0
        keys F6
        canvas #a 7
        drawn bob 1 10,10 20,10
        at: 15,10 3
        canvas #a 8
        at: 15,10 0
        ",
    );
}

#[test]
fn what_is_said_in_place_of_the_log_stays_unread() {
    check_open(
        "
        keys F6
        say #a bob hi
        tick 1000
        -> 
        list: [#a 1]
        keys F6
        tick 1000
        -> CloseCanvas #a; Read #a 1
        list: [#a]
        ",
    );
}

#[test]
fn a_closed_canvas_says_why() {
    check_open(
        "
        no-canvas #a the canvas can't be read
        place: None
        notice: the canvas can't be read
        keys-go: Input
        ",
    );
}

#[test]
fn another_store_has_none_of_it() {
    check_open(
        "
        keys Space Right Space
        tick 100
        other-server #a:0/0
        place: None
        own:
        ",
    );
}

#[test]
fn an_entry_nobody_knows_keeps_its_place() {
    check_open(
        "
        drawn bob 1 10,10 20,10
        unemptied bob 99
        drawn bob 2 10,20 20,20
        tick 100
        at: 15,10 3 15,20 3
        ",
    );
}
