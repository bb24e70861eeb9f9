//! The store fails: what was decided since the last commit has not happened.

use super::check;

#[test]
fn crash_safe_what_was_not_committed_is_forgotten() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann posts p1 to #lobby: kept
        > #lobby 1 ann: kept
        > ann: posted #lobby 1
        store commits
        ann posts p2 to #lobby: lost
        > #lobby 2 ann: lost
        > ann: posted #lobby 2
        ann joins #ops
        > ann: opened #ops
        > #ops v1: joined ann
        bob reads #lobby 1
        > bob: done
        store fails
        > #lobby v4:
        wait 1001 ms
        ann posts p1 again to #lobby searched 1: kept
        > ann: posted #lobby 1
        ann posts p2 again to #lobby searched 1: now kept
        > #lobby 2 ann: now kept
        > ann: posted #lobby 2
        ann lists rooms
        > ann: rooms #lobby 2/2
    ",
    );
}

#[test]
fn crash_safe_nothing_is_written_for_a_second_after_a_failure() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        store commits
        store fails
        > #lobby v4:
        ann posts p1 to #lobby: one
        > ann: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        ann joins #ops
        > ann: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        ann parts #lobby
        > ann: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        ann opens bob
        > ann: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        ann renames to anna
        > ann: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        ann sets topic of #lobby: x
        > ann: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        ann reads #lobby 1
        > ann: done
        ann goes away
        > ann: me ann (away)
        > #lobby v5: changed ann (away)
        > ann: done
        ann lists rooms
        > ann: rooms #lobby 2/2
        cid logs in
        > cid: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        bob is cut off
        > #lobby v6: went bob (offline)
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v7: came bob
        bob is cut off
        > #lobby v8: went bob (offline)
        bob logs in as robert
        > bob: refused storage, in 1000 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        wait 999 ms
        ann posts p1 to #lobby: one
        > ann: refused storage, in 1 ms: the server could not store that (its disk may be full): nothing was done, try again in a while
        wait 1 ms
        ann posts p1 to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
    ",
    );
}
