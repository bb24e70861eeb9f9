//! What edits, deletions and reactions of others do to the log, to what is unread and to what is being
//! read.

use super::check;

#[test]
fn an_edit_a_deletion_and_reactions_change_what_they_are_about() {
    check(
        r"
        online #a
        say #a bob helo
        say #a carol what
        edit #a bob 1 hello
        react #a carol 1 👍
        react #a dave 1 👍
        react #a ann 1 👍
        react #a bob 1 ❤
        log:
          (beginning)
          -- 2026-11-20
          bob: hello (edited)
          + 👍 you +2  ❤ bob
          carol: what
        unreact #a ann 1 👍
        unreact #a dave 1 👍
        edit #a bob 1 hello!
        delete #a carol 2
        log:
          (beginning)
          -- 2026-11-20
          bob: hello! (edited)
          + 👍 carol  ❤ bob
          carol: (taken back)
        delete #a bob 1
        log:
          (beginning)
          -- 2026-11-20
          bob: (taken back)
          carol: (taken back)
        ",
    );
}

#[test]
fn only_what_is_said_is_unread_and_rings() {
    check(
        r#"
        settings alerts
          about = 'everything'
        online #a #b
        blur
        ->
        react #b bob 1 👍
        edit #b bob 1 ann: look
        list: [#a] #b
        ->
        say #b bob ann: hi
        list: [#a] #b 1!1
        -> Notify #b "bob: ann: hi"
        react #b bob 3 👍
        say #b carol bye
        list: [#a] #b 2!1
        delete #b bob 3
        list: [#a] #b 1
        "#,
    );
}

#[test]
fn reactions_that_are_not_held_count_as_unread_until_they_are() {
    check(
        r"
        online #a #b:4/0
        list: [#a] #b 4
        react #b bob 1 👍
        list: [#a] #b 4
        ",
    );
}

#[test]
fn the_unread_line_stands_before_news_only() {
    check(
        r"
        online #a
        say #a bob one
        blur
        react #a bob 1 👍
        edit #a bob 1 two
        log:
          (beginning)
          -- 2026-11-20
          bob: two (edited)
          + 👍 bob
        say #a bob three
        react #a bob 4 👍
        log:
          (beginning)
          -- 2026-11-20
          bob: two (edited)
          + 👍 bob
          -- 1 new
          bob: three
          + 👍 bob
        ",
    );
}

#[test]
fn what_is_scrolled_up_stays_when_reactions_come() {
    check(
        r"
        resize 80x10
        online #a:30/30
        feed #a 1-30
        keys PgUp
        log:
          bob: line 22
          bob: line 23
          bob: line 24
          bob: line 25
          bob: line 26
        react #a carol 3 👍
        react #a carol 21 👍
        edit #a bob 2 longer than it was
        below: 0
        log:
          bob: line 22
          bob: line 23
          bob: line 24
          bob: line 25
          bob: line 26
        react #a carol 23 👍
        log:
          bob: line 22
          bob: line 23
          + 👍 carol
          bob: line 24
          bob: line 25
        say #a carol hi
        below: 1
        ",
    );
}

#[test]
fn reactions_take_no_rows_and_are_not_picked() {
    check(
        r#"
        online #a
        say #a bob one
        say #a bob two
        react #a carol 1 👍
        react #a carol 2 👍
        keys Ctrl+S
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 👍 carol
          *bob: two
          + 👍 carol
        keys Up
        log:
          (beginning)
          -- 2026-11-20
          *bob: one
          + 👍 carol
          bob: two
          + 👍 carol
        keys Down y
        -> Copy "two"
        "#,
    );
}

#[test]
fn what_was_cleared_away_stays_so_when_somebody_reacts_to_it() {
    check(
        r"
        online #a
        say #a bob one
        type /clear
        keys Enter
        log:
        react #a carol 1 👍
        log:
        say #a bob two
        log:
          bob: two
        ",
    );
}

#[test]
fn many_reactions_are_counted_and_wrapped() {
    check(
        r"
        resize 44x14
        online #a
        say #a bob one
        react #a bob 1 😀
        react #a bob 1 😁
        react #a bob 1 😂
        react #a bob 1 😃
        react #a bob 1 😄
        react #a bob 1 😅
        react #a bob 1 😆
        react #a bob 1 😇
        react #a carol 1 😈
        react #a carol 1 😉
        react #a carol 1 😊
        react #a carol 1 😋
        react #a carol 1 😌
        react #a carol 1 😍
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 😀 bob  😁 bob  😂 bob  😃 bob  😄 bob  😅 bob  😆 bob  😇 bob  😈 carol  😉 carol  😊 carol  😋 carol  and 2 more
          …
          …
          …
          …
        ",
    );
}

#[test]
fn what_is_taken_back_is_no_longer_found() {
    check(
        r"
        online #a:30/30
        feed #a 1-30
        keys Ctrl+F
        type line
        found line 28-30
        popup: search #a line: line 30 / line 29 / line 28
        delete #a bob 29
        popup: search #a line: line 30 / line 28
        ",
    );
}
