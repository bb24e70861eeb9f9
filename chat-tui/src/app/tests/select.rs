//! Selection mode.

use super::check;

#[test]
fn an_entry_is_picked_and_copied() {
    check(
        r#"
        online #a
        say #a bob see https://example.org/x.
        say #a carol thanks
        keys Ctrl+S
        log:
          (beginning)
          -- 2026-11-20
          bob: see https://example.org/x.
          *carol: thanks
        keys o
        notice: there is no link in it
        keys Up
        log:
          (beginning)
          -- 2026-11-20
          *bob: see https://example.org/x.
          carol: thanks
        keys y
        -> Copy "see https://example.org/x."
        keys Ctrl+S k o
        -> Open https://example.org/x
        "#,
    );
}

#[test]
fn answering_quotes_and_keeps_what_is_typed() {
    check(
        r"
        online #a
        say #a bob one
        type yes
        keys Ctrl+S r
        input: > one\nbob: yes|
        ",
    );
}

#[test]
fn what_can_not_be_done_is_said() {
    check(
        r"
        online #a
        keys Ctrl+S
        notice: there is nothing to select yet
        say #a bob one
        keys Ctrl+S s
        notice: there is no file in it
        keys Enter
        notice: only posts that were refused can be sent again or dropped
        ",
    );
}

#[test]
fn the_picked_entry_stays_on_the_screen() {
    check(
        r"
        resize 80x10
        online #a:30/30
        feed #a 1-30
        keys Ctrl+S Up Up Up Up Up Up
        log:
          *bob: line 24
          bob: line 25
          bob: line 26
          bob: line 27
          bob: line 28
        keys Down Down Down Down Down
        log:
          bob: line 25
          bob: line 26
          bob: line 27
          bob: line 28
          *bob: line 29
        keys Esc
        input: |
        ",
    );
}
