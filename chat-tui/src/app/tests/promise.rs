//! Writing to somebody who is not there.

use super::check;

#[test]
fn that_somebody_is_not_there_is_said_once_per_absence() {
    check(
        r"
        resize 140x16
        online @bob
        roster @bob ann -bob
        type hi
        keys Enter
        log:
          (beginning)
          me: hi (sending)
        echo
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
          (bob is not there)
        type again
        keys Enter
        echo
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
          (bob is not there)
          ann: again
        came @bob bob
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
          (bob is not there)
          ann: again
          ~ bob came online
        went @bob bob
        type gone?
        keys Enter
        echo
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
          ann: again
          ~ bob came online
          ann: gone?
          (bob is not there)
        ",
    );
}

#[test]
fn nothing_is_said_to_who_is_there_and_nothing_in_rooms() {
    check(
        r"
        resize 140x16
        online #a @bob
        roster #a ann -bob
        roster @bob ann bob
        type hi
        keys Enter
        echo
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
        keys Alt+2
        type hi
        keys Enter
        echo
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
        came @bob bob
        log:
          (beginning)
          -- 2026-11-20
          ann: hi
        ",
    );
}

#[test]
fn after_a_new_connection_it_is_said_again_once_it_is_known() {
    check(
        r"
        resize 140x16
        online @bob
        roster @bob ann -bob
        type one
        keys Enter
        echo
        offline 1000
        type two
        keys Enter
        online @bob:1/1
        echo
        log:
          (beginning)
          -- 2026-11-20
          ann: one
          (bob is not there)
          ann: two
        roster @bob ann -bob
        log:
          (beginning)
          -- 2026-11-20
          ann: one
          ann: two
          (bob is not there)
        ",
    );
}
