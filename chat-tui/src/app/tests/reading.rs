//! Scrolling, the unread line, what is read, mentions.

use super::check;

#[test]
fn scrolled_up_stays_put() {
    check(
        r"
        resize 80x12
        online #a:30/30
        feed #a 1-30
        scroll: newest
        keys PgUp
        scroll: 18 row 0
        log:
          bob: line 18
          bob: line 19
          bob: line 20
          bob: line 21
          bob: line 22
          bob: line 23
          bob: line 24
        say #a carol hi
        say #a carol ho
        scroll: 18 row 0
        below: 2
        log:
          bob: line 18
          bob: line 19
          bob: line 20
          bob: line 21
          bob: line 22
          bob: line 23
          bob: line 24
        keys PgDn
        scroll: 24 row 0
        keys PgUp Esc
        scroll: newest
        below: 0
        wheel-up 30 5
        scroll: 23 row 0
        keys Alt+End
        scroll: newest
        ",
    );
}

#[test]
fn a_resize_keeps_what_is_read() {
    check(
        r"
        resize 80x12
        online #a:30/30
        feed #a 1-30
        keys PgUp
        scroll: 18 row 0
        resize 40x10
        scroll: 18 row 0
        resize 200x60
        scroll: newest
        resize 3x2
        resize 0x0
        keys PgUp PgDn
        resize 80x12
        ",
    );
}

#[test]
fn a_conversation_opens_where_reading_stopped_and_is_read_at_its_end() {
    check(
        r"
        resize 80x12
        online #a #b:30/10
        feed #b 1-30
        list: [#a] #b 20
        keys Ctrl+N
        log:
          bob: line 10
          -- 20 new
          bob: line 11
          bob: line 12
          bob: line 13
          bob: line 14
          bob: line 15
        list: #a [#b 20]
        tick 1000
        ->
        keys PgDn PgDn PgDn
        scroll: newest
        list: #a [#b]
        tick 1000
        -> Read #b 30
        ok
        say #b bob more
        keys Alt+U
        log:
          bob: line 10
          -- 21 new
          bob: line 11
          bob: line 12
          bob: line 13
          bob: line 14
          bob: line 15
        keys Ctrl+P Ctrl+N Alt+U
        notice: everything here is read
        ",
    );
}

#[test]
fn what_was_missed_is_shown_from_its_beginning() {
    check(
        r"
        resize 80x12
        restore #a:10/10 1-10
        online #a:40/10
        feed #a 11-40
        log:
          bob: line 10
          -- 30 new
          bob: line 11
          bob: line 12
          bob: line 13
          bob: line 14
          bob: line 15
        list: [#a 30]
        ",
    );
}

#[test]
fn nothing_is_read_while_nobody_looks() {
    check(
        r"
        online #a:1/1
        feed #a 1
        say #a bob one
        tick 500
        -> Read #a 2
        ok
        blur
        say #a bob two
        say #a bob three
        tick 5000
        ->
        list: [#a 2]
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          bob: one
          -- 2 new
          bob: two
          bob: three
        focus
        list: [#a]
        tick 500
        -> Read #a 4
        ",
    );
}

#[test]
fn who_writes_to_somebody_sees_what_they_wrote() {
    check(
        r#"
        resize 80x12
        online #a @bob:30/5
        feed @bob 1-30
        type /msg bob hi
        keys Enter
        -> Post @bob Said "hi"
        below: 0
        list: #a [@bob]
        "#,
    );
}

#[test]
fn who_writes_has_read() {
    check(
        r"
        online #a:1/1
        feed #a 1
        blur
        say #a bob two
        focus
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          -- 1 new
          bob: two
        type hi
        keys Enter
        echo
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          bob: two
          ann: hi
        list: [#a]
        ",
    );
}

#[test]
fn what_is_loaded_later_is_opened_where_reading_stopped_too() {
    check(
        r"
        resize 80x12
        restore #a:60/10 41-60
        online #a:60/10
        -> Load #a before 41
        cached 31-40
        -> Load #a before 31
        cached 1-30
        log:
          bob: line 10
          -- 50 new
          bob: line 11
          bob: line 12
          bob: line 13
          bob: line 14
          bob: line 15
        below: 45
        ",
    );
}

#[test]
fn a_key_shows_that_somebody_is_there() {
    check(
        r"
        online #a:1/1
        feed #a 1
        blur
        say #a bob two
        list: [#a 1]
        type hi
        list: [#a]
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          -- 1 new
          bob: two
        keys Enter
        echo
        list: [#a]
        ",
    );
}

#[test]
fn own_posts_are_not_new() {
    check(
        r"
        online #a:1/1
        feed #a 1
        blur
        say #a ann from another terminal
        say #a bob two
        focus
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          -- 1 new
          ann: from another terminal
          bob: two
        ",
    );
}

#[test]
fn read_markers_of_other_devices_count() {
    check(
        r"
        online #a #b:5/0
        feed #b 1-5
        list: [#a] #b 5
        read #b 3
        list: [#a] #b 2
        read #b 5
        list: [#a] #b
        read #b 2
        list: [#a] #b
        ->
        ",
    );
}

#[test]
fn read_markers_wait_for_the_connection() {
    check(
        r"
        online #a
        offline 1000
        say #a bob hi
        tick 600
        stored: StoredRead #a 1
        ->
        online #a:1/0
        tick 0
        -> Read #a 1
        refused not connected
        online #a:1/0
        tick 0
        -> Read #a 1
        ok
        online #a:1/1
        tick 0
        ->
        ",
    );
}

#[test]
fn mentions_count_apart_and_ring_only_when_nobody_looks() {
    check(
        r#"
        online #a #b @bob
        say #b bob hello
        say #b bob Ann: hello
        say #b bob annual report
        list: [#a] #b 3!1 @bob
        ->
        blur
        say #b bob hello
        say #b bob ANN?
        say @bob bob psst
        -> Notify #b "bob: ANN?"; Notify @bob "bob: psst"
        list: [#a] #b 5!2 @bob 1!1
        "#,
    );
}

#[test]
fn what_is_caught_up_with_does_not_ring() {
    check(
        r#"
        blur
        online #a @bob:3/0
        feed @bob 1-3
        ->
        say @bob bob live
        -> Notify @bob "bob: live"
        "#,
    );
}

#[test]
fn those_who_come_and_go_are_one_row() {
    check(
        r"
        online #a:1/1
        feed #a 1
        roster #a ann bob
        join #a carol
        came #a dave
        join #a eve
        part #a eve
        rename #a bob rob
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ carol joined · dave came online · bob is now rob
        say #a carol hi
        went #a dave
        came #a dave
        went #a carol
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ carol joined · dave came online · bob is now rob
          carol: hi
          ~ carol went offline
        ",
    );
}

#[test]
fn a_parting_word_is_said_whoever_came_and_went() {
    check(
        r"
        online #a:1/1
        feed #a 1
        roster #a ann bob
        came #a carol
        went #a carol gone fishing
        went #a bob
        came #a carol
        went #a carol back to sleep
        came #a bob
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ carol (back to sleep) went offline
        ",
    );
}

#[test]
fn who_came_and_went_during_an_outage_is_told() {
    check(
        r"
        online #a:1/1
        feed #a 1
        roster #a ann bob carol
        went #a bob
        offline 1000
        online #a:1/1
        roster #a ann bob dave
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ dave came online · carol went offline
        ",
    );
}
