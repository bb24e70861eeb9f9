//! `/clear`.

use super::check;

#[test]
fn what_was_there_is_cleared_and_what_comes_is_shown() {
    check(
        r"
        resize 80x9
        online #a:3/3
        feed #a 1-3
        type /clear
        keys Enter
        input: |
        log:
        say #a bob new
        log:
          bob: new
        ",
    );
}

#[test]
fn scrolling_up_brings_back_what_was_cleared() {
    check(
        r"
        resize 80x9
        online #a:30/30
        feed #a 1-30
        type /clear
        keys Enter
        log:
        keys PgUp
        log:
          bob: line 27
          bob: line 28
          bob: line 29
          bob: line 30
        scroll: newest
        type /clear
        keys Enter
        log:
        wheel-up 40 3
        log:
          bob: line 27
          bob: line 28
          bob: line 29
          bob: line 30
        ",
    );
}

#[test]
fn picking_an_entry_brings_back_what_was_cleared() {
    check(
        r"
        resize 80x9
        online #a:2/2
        feed #a 1-2
        type /clear
        keys Enter
        log:
        keys Ctrl+S
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          *bob: line 2
        ",
    );
}

#[test]
fn own_posts_on_their_way_are_not_cleared() {
    check(
        r"
        resize 80x9
        online #a:2/2
        feed #a 1-2
        type on its way
        keys Enter
        type /clear
        keys Enter
        log:
          me: on its way (sending)
        ",
    );
}
