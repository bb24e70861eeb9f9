//! The connection and its questions, leaving, hosting, the cache.

use super::check;

#[test]
fn an_unknown_certificate_is_asked_about_and_enter_does_not_accept_it() {
    check(
        r"
        certificate
        popup: certificate?
        keys Enter Space
        popup: certificate?
        keys y
        popup: none
        -> AcceptCertificate
        certificate
        keys n
        -> Quit
        ",
    );
}

#[test]
fn a_refused_login_asks_in_place_with_the_suggestion() {
    check(
        r"
        login-refused nick-taken ann is taken => ann2
        popup: login Nick ann2 (ann is taken)
        keys Enter
        -> LoginAs ann2
        login-refused invite-needed an invite is needed
        popup: login Invite  (an invite is needed)
        keys Enter
        ->
        type sesame
        keys Enter
        -> LoginAs ann2 sesame
        online #a
        popup: none
        ",
    );
}

#[test]
fn what_is_typed_replaces_the_suggestion_also_as_a_command() {
    check(
        r"
        login-refused nick-taken ann is taken => ann2
        type bob
        popup: login Nick bob (ann is taken)
        keys Enter
        -> LoginAs bob
        login-refused nick-taken bob is taken => bob2
        type /nick eve
        keys Enter
        -> LoginAs eve
        ",
    );
}

#[test]
fn a_name_that_no_server_takes_is_not_sent() {
    check(
        r"
        login-refused nick-taken taken
        keys Ctrl+U
        type a b
        keys Enter
        popup: login Nick a b (a space can't stand in a name: use letters, digits, '_', '-' and '.')
        ->
        ",
    );
}

#[test]
fn nothing_ticks_when_nothing_happens() {
    check(
        r"
        wants-tick: never
        online #a
        tick 1
        tick 100000
        wants-tick: never
        offline 2500
        wants-tick: 500
        tick 500
        wants-tick: 1000
        tick 2000
        wants-tick: never
        ",
    );
}

#[test]
fn a_closed_connection_says_why_and_reading_goes_on() {
    check(
        r"
        online #a:1
        feed #a 1
        closed the server is full
        popup: card Not connected: the server is full /  / What is on the screen can still be read. F10 leaves, /reconnect tries again.
        keys Esc
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
        ->
        type /reconnect
        keys Enter
        -> Reconnect
        ",
    );
}

#[test]
fn quitting_is_at_once_but_not_when_others_lose_their_server() {
    check(
        r"
        online #a
        keys F10
        -> Quit
        ",
    );
    check(
        r#"
        online #a
        host chat://x/
        roster #a ann bob carol
        type /quit bye all
        keys Enter
        popup: quit? 2
        keys n
        popup: none
        ->
        keys F10 Enter
        popup: quit? 2
        keys Esc
        type /q bye
        keys Enter y
        -> Quit "bye"
        "#,
    );
}

#[test]
fn ctrl_c_clears_then_offers_to_quit() {
    check(
        r"
        online #a
        type hi
        keys Ctrl+C
        input: |
        popup: none
        keys Ctrl+C
        popup: quit? 0
        ->
        keys Ctrl+C
        -> Quit
        ",
    );
}

#[test]
fn a_host_is_not_suspended_and_shows_its_link() {
    check(
        r#"
        online #a
        keys Ctrl+Z Ctrl+L
        -> Suspend; Redraw
        type /link
        keys Enter
        input: /link|
        keys Ctrl+C
        host chat://x/
        keys Ctrl+Z
        ->
        type /link
        keys Enter
        -> Copy "chat://x/"
        popup: card Join link: chat://x/ /  / It was copied, if your terminal allows that. Others join with: / chat-tui join 'chat://x/'
        "#,
    );
}

#[test]
fn the_last_screen_is_there_before_the_network() {
    check(
        r"
        restore #a:3/3 1-3 half a thou
        list: [#a]
        input: half a thou|
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          bob: line 2
          bob: line 3
        ->
        online #a:5/3
        feed #a 4-5
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          bob: line 2
          bob: line 3
          -- 2 new
          bob: line 4
          bob: line 5
        input: half a thou|
        ",
    );
}

#[test]
fn with_another_store_everything_goes_but_what_was_typed() {
    check(
        r"
        online #a:1 @bob
        feed #a 1
        type one
        keys Enter
        type half
        other-server #a @bob
        log:
          (beginning)
        input: half|
        keys Up
        input: one|
        ",
    );
}

#[test]
fn what_is_no_longer_announced_is_gone() {
    check(
        r"
        online #a #b
        keys Ctrl+N
        type for b
        offline 1000
        online #a
        list: [#a]
        input: |
        keys Up
        input: for b|
        ",
    );
}

#[test]
fn a_host_is_told_in_the_log_how_others_join() {
    check(
        r#"
        host chat://x/
        online #a:2/2 #b
        feed #a 1-2
        say #a bob hi
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          bob: line 2
          (others join with chat-tui join 'chat://x/')
          …
          …
          bob: hi
        left #a
        list: [#b]
        log:
          (beginning)
          (others join with chat-tui join 'chat://x/')
          …
          …
        keys Ctrl+S r
        notice: nobody said that, so there is nobody to answer
        keys y
        -> Copy "chat-tui join 'chat://x/'"
        "#,
    );
}
