//! Pages, gaps, and how they fill.

use super::check;

#[test]
fn older_entries_come_from_the_cache_then_from_the_server() {
    check(
        r"
        resize 80x12
        online #a:500/500
        skip #a 0-460
        feed #a 460-500
        -> 
        keys PgUp PgUp PgUp
        ->
        keys PgUp PgUp
        scroll: 464 row 0
        -> Load #a before 460
        cached 400-459
        scroll: 464 row 0
        ->
        keys PgUp
        log:
          bob: line 458
          bob: line 459
          bob: line 460
          bob: line 461
          bob: line 462
          bob: line 463
          bob: line 464
        ",
    );
    check(
        r"
        resize 80x12
        online #a:5/5
        skip #a 0-3
        feed #a 3-5
        -> Load #a before 3
        cached none
        -> History #a before 3
        log:
          -- 2 loading
          -- 2026-11-20
          bob: line 3
          bob: line 4
          bob: line 5
        page 1-2
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          bob: line 2
          bob: line 3
          bob: line 4
          bob: line 5
        stored: Entries 1-2
        ->
        ",
    );
}

#[test]
fn without_a_connection_a_gap_stays_until_there_is_one() {
    check(
        r"
        restore #a:5/5 3-5
        -> Load #a before 3
        cached none
        ->
        log:
          -- 2 missing
          -- 2026-11-20
          bob: line 3
          bob: line 4
          bob: line 5
        tick 60000
        ->
        online #a:5/5
        -> History #a before 3
        refused connection lost
        ->
        tick 2999
        ->
        tick 1
        -> History #a before 3
        page 1-2
        ->
        ",
    );
}

#[test]
fn a_hole_that_nobody_can_fill_is_said() {
    check(
        r"
        online #a:9/9
        skip #a 0-8
        feed #a 8-9
        cached none
        page 4-7
        log:
          -- 3 lost
          -- 2026-11-20
          bob: line 4
          bob: line 5
          bob: line 6
          bob: line 7
          bob: line 8
          bob: line 9
        ",
    );
    check(
        r"
        online #a:9/9
        skip #a 0-8
        feed #a 8-9
        cached none
        page none
        log:
          -- 7 lost
          -- 2026-11-20
          bob: line 8
          bob: line 9
        ",
    );
}

#[test]
fn a_gap_after_an_outage_fills_in_place() {
    check(
        r"
        resize 80x14
        restore #a:3/3 1-3
        online #a:900/3
        skip #a 3-898
        feed #a 898-900
        log:
          -- 2026-11-20
          bob: line 1
          bob: line 2
          bob: line 3
          -- 897 new
          -- 894 loading
          bob: line 898
          bob: line 899
          bob: line 900
        list: [#a 897]
        -> Load #a after 3
        cached none
        -> History #a after 3
        page 4-203 more
        log:
          -- 2026-11-20
          bob: line 1
          bob: line 2
          bob: line 3
          -- 897 new
          bob: line 4
          bob: line 5
          bob: line 6
          bob: line 7
        list: [#a 897]
        ->
        ",
    );
}

#[test]
fn a_page_that_fills_the_topmost_gap_moves_nothing() {
    check(
        r"
        resize 80x12
        restore #a:500/500 480-500
        keys PgUp PgUp PgUp PgUp
        log:
          -- 479 loading
          -- 2026-11-20
          bob: line 480
          bob: line 481
          bob: line 482
          bob: line 483
          bob: line 484
        cached 400-479
        log:
          bob: line 478
          bob: line 479
          bob: line 480
          bob: line 481
          bob: line 482
          bob: line 483
          bob: line 484
        ",
    );
}

#[test]
fn searching_shows_a_hit_among_its_neighbours() {
    check(
        r#"
        resize 80x12
        restore #a:500/500 480-500
        keys Ctrl+F
        type l
        ->
        type ine
        -> Search #a "li"; Search #a "lin"; Search #a "line"
        found li 3-4
        popup: search #a line: 
        found line 99-100
        popup: search #a line: line 100 / line 99
        keys Ctrl+F
        -> Search all "line"
        found line 99-100
        keys Down Enter
        popup: none
        log:
          -- 98 loading
          -- 2026-11-20
          bob: line 99
          -- 380 missing
          bob: line 480
          bob: line 481
          bob: line 482
        -> Load #a before 99
        cached 50-98
        -> Load #a after 99
        cached 100-150
        log:
          bob: line 97
          bob: line 98
          bob: line 99
          bob: line 100
          bob: line 101
          bob: line 102
          bob: line 103
        ->
        "#,
    );
}

#[test]
fn a_long_absence_opens_at_its_beginning() {
    check(
        r"
        resize 80x12
        online #a:0/0
        offline 1000
        online #a:270/0
        skip #a 0-71
        feed #a 71-270
        below: 196
        log:
          -- 270 new
          -- 70 loading
          -- 2026-11-20
          bob: line 71
          bob: line 72
          bob: line 73
          bob: line 74
        cached none
        page 1-70
        log:
          -- 270 new
          -- 2026-11-20
          bob: line 1
          bob: line 2
          bob: line 3
          bob: line 4
          bob: line 5
        below: 196
        ",
    );
}
