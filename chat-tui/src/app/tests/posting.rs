//! Own posts, drafts, pastes, what was sent before.

use super::check;

#[test]
fn an_own_post_appears_at_once_and_is_confirmed_in_place() {
    check(
        r#"
        online #a
        type hi there
        keys Enter
        stored: Pending "hi there"
        -> Post #a Said "hi there"
        input: |
        log:
          (beginning)
          me: hi there (sending)
        posted
        log:
          (beginning)
          me: hi there (stored)
        entry
        log:
          (beginning)
          -- 2026-11-20
          ann: hi there
        stored: PendingGone
        "#,
    );
}

#[test]
fn an_entry_that_comes_before_its_acknowledgement_is_shown_once() {
    check(
        r#"
        online #a
        type hi
        keys Enter
        entry
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
        say #a bob hello
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
          bob: hello
        "#,
    );
}

#[test]
fn a_refused_post_stays_with_its_reason_and_is_sent_again_or_dropped() {
    check(
        r#"
        online #a
        type one
        keys Enter
        refuse storage is full
        stored: Refused "storage is full"
        log:
          (beginning)
          me: one (refused: storage is full)
          …
        -> Post #a Said "one"
        keys Ctrl+S Enter
        -> Post #a Said "one"
        log:
          (beginning)
          me: one (sending)
        refuse storage is full
        keys Ctrl+S x
        stored: PendingGone
        log:
          (beginning)
        keys Up
        input: one|
        "#,
    );
}

#[test]
fn a_post_that_came_too_fast_is_sent_again_when_it_may() {
    check(
        r#"
        online #a
        type one
        keys Enter
        refuse 3000 too fast
        ->  Post #a Said "one"
        tick 2999
        ->
        tick 1
        -> Post #a Said "one"
        log:
          (beginning)
          me: one (sending)
        "#,
    );
}

#[test]
fn writing_goes_on_without_a_connection() {
    check(
        r#"
        online #a
        offline 5000
        type one
        keys Enter
        -> Post #a Said "one"
        type /nick bob
        keys Enter
        ->
        input: /nick bob|
        notice: not connected: try again when the connection is back, or /reconnect
        "#,
    );
}

#[test]
fn two_slashes_send_one_and_spaces_send_nothing() {
    check(
        r#"
        online #a
        type //usr/bin
        keys Enter
        -> Post #a Said "/usr/bin"
        keys Space Space Enter
        ->
        "#,
    );
}

#[test]
fn a_pasted_command_is_text() {
    check(
        r#"
        online #a
        paste /quit
        input: //quit|
        keys Enter
        -> Post #a Said "/quit"
        paste /quit\n/join #x\n
        input: //quit\n/join #x|
        keys Enter
        -> Post #a Said "/quit\n/join #x"
        type see 
        paste /etc
        input: see/etc|
        "#,
    );
}

#[test]
fn a_paste_over_the_limit_asks() {
    let long = ["word"; 60].join(r"\n");
    let first = ["word"; 40].join(r"\n");
    let rest = ["word"; 20].join(r"\n");
    check(&format!(
        r#"
        online #a
        paste {long}
        popup: paste? 60 lines, 2 posts
        keys c
        popup: none
        input: |
        paste {long}
        keys e
        input: {long}|
        keys Enter
        popup: paste? 60 lines, 2 posts
        keys Esc
        input: {long}|
        keys Enter s
        input: |
        -> Post #a Said "{first}"; Post #a Said "{rest}"
        "#
    ));
}

#[test]
fn a_paste_into_a_prompt_presses_no_button() {
    check(
        r"
        online #a
        keys F2 Ctrl+U
        paste bob\n
        popup: nick bob
        ->
        ",
    );
}

#[test]
fn every_conversation_has_its_draft_and_it_is_kept() {
    check(
        r#"
        online #a #b
        type for a
        keys Ctrl+N
        input: |
        type for b
        keys Ctrl+P
        input: for a|
        tick 1000
        stored: Draft #a "for a"
        stored: Draft #b "for b"
        -> 
        keys Ctrl+C
        hangup
        stored: Draft #a ""
        -> Quit
        "#,
    );
}

#[test]
fn what_was_sent_before_comes_back_and_what_was_typed_too() {
    check(
        r#"
        online #a
        type one
        keys Enter
        type two
        keys Enter
        type thr
        keys Up
        input: two|
        keys Up Up
        input: one|
        keys Down
        input: two|
        keys Down
        input: thr|
        keys Down
        input: thr|
        keys Ctrl+C
        input: |
        keys Up
        input: thr|
        "#,
    );
}

#[test]
fn enter_with_alt_makes_a_line_and_up_moves_in_it() {
    check(
        r#"
        online #a
        type one
        keys Alt+Enter
        type two
        keys Ctrl+J
        keys Up Up
        input: |one\ntwo\n
        keys Enter
        -> Post #a Said "one\ntwo"
        "#,
    );
}

#[test]
fn an_action_is_posted_as_one() {
    check(
        r#"
        online #a
        type /me waves
        keys Enter
        -> Post #a Action "waves"
        refuse no
        keys Ctrl+S x Up
        input: /me waves|
        "#,
    );
}

#[test]
fn what_was_sent_is_kept_after_a_while_and_when_leaving() {
    check(
        r"
        online #a
        type one
        keys Enter
        type /topic
        keys Enter
        tick 1000
        stored: Sent #a one / /topic (of 100)
        type two
        keys Enter
        hangup
        stored: Sent #a two (of 100)
        ",
    );
}
