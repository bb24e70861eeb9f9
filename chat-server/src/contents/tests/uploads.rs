//! Uploads from their beginning to their end.

use super::check;

/// Ann is here; two contents have names.
const ANN: &str = "
    content x of 10
    content y of 10
    ann logs in
";

#[test]
fn an_upload_goes_chunk_by_chunk_and_becomes_a_content() {
    check(&format!(
        "{ANN}
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        disk
        > 1-x.part 4
        ann sends x 4-10
        > ann: done
        disk
        > x 10
        ann posts x
        > ann: posted 1
        ann fetches 1
        > ann: x
        ann uploads x
        > ann: from 10
    "
    ));
}

#[test]
fn chunks_that_cannot_be_change_nothing() {
    check(&format!(
        "{ANN}
        content z of 20
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        ann sends x 0-4
        > ann: refused chunk-out-of-order
        ann sends x 5-6
        > ann: refused chunk-out-of-order
        ann sends z as x 4-11
        > ann: refused beyond-the-end
        ann sends z as x 12-13
        > ann: refused chunk-out-of-order
        disk
        > 1-x.part 4
        ann sends x 4-10
        > ann: done
        ann sends z as x 10-11
        > ann: refused chunk-out-of-order
        disk
        > x 10
    "
    ));
}

#[test]
fn another_content_than_its_hash_says_is_dropped() {
    check(&format!(
        "{ANN}
        ann uploads x
        > ann: from 0
        ann sends y as x 0-10
        > ann: refused wrong-hash
        disk
        ann posts x
        > ann: refused not-uploaded
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
    "
    ));
}

#[test]
fn an_upload_goes_on_where_it_stopped() {
    check(&format!(
        "{ANN}
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        ann is cut off
        ann logs in
        ann uploads x
        > ann: from 4
        restart
        ann logs in
        ann uploads x
        > ann: from 4
        ann sends x 4-10
        > ann: done
        disk
        > x 10
    "
    ));
}

#[test]
fn an_empty_file_is_one() {
    check(
        "
        content x of 0
        ann logs in
        ann uploads x
        > ann: from 0
        ann posts x
        > ann: posted 1
        ann fetches 1
        > ann: x
        disk
        > x 0
    ",
    );
}

#[test]
fn one_content_lies_there_once_and_each_account_uploads_it() {
    check(&format!(
        "{ANN}
        bob logs in
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        bob uploads x
        > bob: from 0
        bob sends x 0-10
        > bob: done
        disk
        > 1-x.part 4
        > x 10
        ann posts x
        > ann: refused not-uploaded
        ann sends x 4-10
        > ann: done
        disk
        > x 10
        ann posts x
        > ann: posted 1
    "
    ));
}

#[test]
fn what_is_given_up_is_removed() {
    check(&format!(
        "{ANN}
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        ann cancels x
        > ann: done
        disk
        ann sends x 4-10
        > ann: refused chunk-out-of-order
        disk
    "
    ));
}

#[test]
fn what_nobody_wants_is_swept() {
    check(&format!(
        "{ANN}
        ann uploads x
        > ann: from 0
        ann sends x 0-4
        > ann: done
        ann uploads y
        > ann: from 0
        ann sends y 0-10
        > ann: done
        disk
        > 1-x.part 4
        > y 10
        wait 23 hours
        sweep
        disk
        > 1-x.part 4
        > y 10
        wait 2 hours
        sweep
        disk
        > 1-x.part 4
        wait 25 hours
        disk ages part of x of ann 25 hours
        sweep
        disk
    "
    ));
}

#[test]
fn a_part_that_is_garbled_begins_anew() {
    check(&format!(
        "{ANN}
        ann uploads x
        > ann: from 0
        the store fails: ann sends x 0-10
        > ann: refused storage
        disk
        > 1-x.part 10
        disk garbles part of x of ann
        wait 1 hours
        ann uploads x
        > ann: from 0
        ann sends x 0-10
        > ann: done
    "
    ));
}

#[test]
fn bounded_uploads_that_are_open() {
    let mut script = open(256, 1);
    // Another has to wait until one of them gets nothing for a while.
    script += "
        content y of 10
        ann logs in
        ann uploads y
        > ann: refused too-fast
        p0 sends x0 0-4
        > p0: done
        wait 30 seconds
        p255 sends x0 0-4
        > p255: done
        ann uploads y
        > ann: from 0
        ann sends y 0-10
        > ann: done
        p255 sends x0 4-10
        > p255: done
    ";
    check(&script);
}

#[test]
fn bounded_who_has_many_uploads_open_keeps_nobody_out() {
    let mut script = open(16, 16);
    script += "
        content y of 10
        content z of 10
        ann logs in
        ann uploads y
        > ann: from 0
        ann uploads z
        > ann: from 0
        ann sends z 0-10
        > ann: done
    ";
    check(&script);
}

/// So many people have so many uploads open, which all got something just now.
fn open(people: usize, each: usize) -> String {
    let mut script = String::new();
    for n in 0..each {
        script += &format!("content x{n} of 10\n");
    }
    for person in 0..people {
        script += &format!("p{person} logs in\n");
        for n in 0..each {
            script += &format!("p{person} uploads x{n}\n> p{person}: from 0\n");
        }
    }
    script
}
