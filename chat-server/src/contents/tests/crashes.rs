//! A crash between any two steps leaves nothing wrong: what was acknowledged is there, what was not
//! can be done again, and nothing lies around for ever.

use super::check;

#[test]
fn crash_safe_before_an_upload_is_recorded() {
    check(
        "
        content x of 10
        ann logs in
        crash before the commit: ann uploads x
        disk
        ann logs in
        ann uploads x
        > ann: from 0
    ",
    );
}

#[test]
fn crash_safe_between_the_record_and_the_file() {
    check(
        "
        content x of 10
        ann logs in
        crash before it is done: ann uploads x
        disk
        ann logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
    ",
    );
}

#[test]
fn crash_safe_while_chunks_come() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        crash after it is done: ann sends x 0-4
        disk
        > 1-x.part 4
        ann logs in
        ann uploads x
        > ann: from 4
        ann sends x 4-10
        > ann: done
    ",
    );
}

#[test]
fn crash_safe_complete_on_the_disk_and_not_recorded() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        crash before the commit: ann sends x 0-10
        disk
        > 1-x.part 10
        ann logs in
        ann posts x
        > ann: refused not-uploaded
        ann uploads x
        > ann: from 10
        disk
        > x 10
        ann posts x
        > ann: posted 1
    ",
    );
}

#[test]
fn crash_safe_recorded_and_not_named() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        crash before it is done: ann sends x 0-10
        disk
        > x 10
        ann logs in
        ann posts x
        > ann: posted 1
        ann fetches 1
        > ann: x
    ",
    );
}

#[test]
fn crash_safe_what_could_not_be_named_stays_and_is_named_later() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        disk blocks x
        ann sends x 0-10
        > ann: done
        ann posts x
        > ann: posted 1
        sweep
        ann fetches 1
        > ann: x
        restart
        ann logs in
        ann fetches 1
        > ann: x
        disk frees x
        sweep
        disk
        > x 10
        ann fetches 1
        > ann: x
        ann posts x
        > ann: posted 2
    ",
    );
}

#[test]
fn crash_safe_named_and_not_told() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        crash after it is done: ann sends x 0-10
        disk
        > x 10
        ann logs in
        ann uploads x
        > ann: from 10
        ann posts x
        > ann: posted 1
    ",
    );
}

#[test]
fn crash_safe_a_second_account_completes_what_is_there() {
    for at in ["before the commit", "before it is done", "after it is done"] {
        check(&format!(
            "
            content x of 10
            ann logs in
            ann uploads x
            > ann: from 0
            ann sends x 0-10
            > ann: done
            bob logs in
            bob uploads x
            > bob: from 0
            crash {at}: bob sends x 0-10
            bob logs in
            bob uploads x
            > bob: from 10
            disk
            > x 10
            bob posts x
            > bob: posted 1
        "
        ));
    }
}

#[test]
fn crash_safe_dropped_and_not_removed() {
    check(
        "
        content x of 10
        content y of 10
        ann logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
        ann uploads y
        > ann: from 0
        ann sends y 0-4
        > ann: done
        crash before it is done: ann cancels y
        disk
        > x 10
        wait 25 hours
        crash before it is done: sweep
        disk
    ",
    );
}

#[test]
fn crash_safe_a_wrong_content_and_its_record() {
    check(
        "
        content x of 10
        content y of 10
        ann logs in
        ann uploads x
        > ann: from 0
        crash before the commit: ann sends y as x 0-10
        disk
        ann logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
    ",
    );
}

#[test]
fn a_failed_commit_loses_nothing_that_was_sent() {
    check(
        "
        content x of 10
        ann logs in
        the store fails: ann uploads x
        > ann: refused storage
        disk
        wait 1 hours
        ann uploads x
        > ann: from 0
        the store fails: ann sends x 0-10
        > ann: refused storage
        disk
        > 1-x.part 10
        ann posts x
        > ann: refused not-uploaded
        wait 1 hours
        ann uploads x
        > ann: from 10
        disk
        > x 10
        ann posts x
        > ann: posted 1
    ",
    );
}

#[test]
fn what_the_disk_has_lost_is_said_and_can_be_uploaded_again() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
        ann posts x
        > ann: posted 1
        disk loses x
        ann fetches 1
        > ann: no file
        restart
        ann logs in
        ann fetches 1
        > ann: no file
        ann posts x
        > ann: refused not-uploaded
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
        ann fetches 1
        > ann: x
    ",
    );
}

#[test]
fn crash_safe_what_is_uploaded_once_more_counts_when_it_is_verified() {
    check(
        "
        content x of 10
        ann logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
        ann posts x
        > ann: posted 1
        disk loses x
        restart
        ann logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        ann fetches 1
        > ann: no file
        crash before the commit: ann sends x 4-10
        ann logs in
        disk garbles part of x of ann
        restart
        ann logs in
        disk
        > 1-x.part 10
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
        disk
        > x 10
        ann fetches 1
        > ann: x
    ",
    );
}
