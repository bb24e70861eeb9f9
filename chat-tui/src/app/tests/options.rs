//! What the settings change, from the outside.

use super::check;

#[test]
fn who_comes_and_goes_is_folded_or_told_one_by_one_or_not_at_all() {
    check(
        r#"
        online #a:1
        feed #a 1
        join #a bob
        join #a carol
        part #a bob
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ carol joined
        settings look
          joins = "show"
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ bob joined
          ~ carol joined
          ~ bob left
        settings look
          joins = "hide"
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
        "#,
    );
}

#[test]
fn who_came_and_went_again_is_told_only_one_by_one() {
    check(
        r#"
        online #a:1
        feed #a 1
        came #a bob
        went #a bob
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
        settings look
          joins = "show"
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          ~ bob came online
          ~ bob went offline
        "#,
    );
}

#[test]
fn a_paste_is_asked_about_from_the_line_that_people_want() {
    check(
        r#"
        online #a
        settings input
          paste_lines_max = 2
        paste 1\n2
        popup: none
        keys Ctrl+C
        paste 1\n2\n3
        popup: paste? 3 lines, 1 posts
        keys e Enter
        popup: none
        -> Post #a Said "1\n2\n3"
        "#,
    );
}

#[test]
fn as_much_can_be_recalled_as_people_want() {
    check(
        r"
        online #a
        settings input
          recall_max = 2
        type one
        keys Enter
        type two
        keys Enter
        type three
        keys Enter Up Up
        input: two|
        keys Up
        input: two|
        settings input
          recall_max = 1
        keys Down Up
        input: three|
        ",
    );
}

#[test]
fn what_rings_is_what_people_want() {
    check(
        r#"
        online #a
        blur
        say #a bob hi all
        ->
        settings alerts
          about = "everything"
        say #a bob hi all
        -> Notify #a "bob: hi all"
        settings alerts
          about = "nothing"
        say #a bob hi ann
        ->
        "#,
    );
}
