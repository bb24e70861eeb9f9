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

#[test]
fn crash_safe_an_account_that_was_not_committed_connects_again() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        store commits
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob/phone logs in
        > bob/phone: welcome bob, in #lobby
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby
        store fails
        > bob: bye storage: the server could not store your account: try again in a while
        > bob/phone: bye storage: the server could not store your account: try again in a while
        > #lobby v4:
        bob posts to #lobby: am I there?
        ann asks roster of #lobby
        > ann: roster #lobby v4: ann
        ann asks who bob
        > ann: refused no-such-person: there is nobody called bob: /who lists who is here
        wait 1001 ms
        cid logs in as bob
        > cid: welcome bob, in #lobby
        > #lobby v5: came bob
        bob logs in as bob2
        > bob: welcome bob2, in #lobby
        > #lobby v6: came bob2
        bob asks who bob
        > bob: profile bob, 1 sessions, since 0 ms
    ",
    );
}

#[test]
fn crash_safe_rosters_are_told_anew() {
    check(
        "
        rule small_room 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann joins #ops
        > ann: opened #ops
        > #ops v1: joined ann
        store commits
        cid logs in
        > cid: welcome cid, in #lobby
        cid joins #ops
        > cid: opened #ops
        > #ops v2: joined cid
        dan logs in
        > dan: welcome dan, in #lobby
        bob goes away: lunch
        > bob: me bob (away: lunch)
        > bob: done
        bob joins #new
        > bob: opened #new
        > #new v1: joined bob (away: lunch)
        store fails
        > cid: bye storage
        > dan: bye storage
        > #lobby v4:
        > #ops v4:
        ann asks roster of #lobby
        > ann: roster #lobby v4: ann, bob
        ann asks roster of #ops
        > ann: roster #ops v4: ann
        roster is due
    ",
    );
}

#[test]
fn crash_safe_who_is_away_is_as_it_was_committed() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann goes away: lunch
        > ann: me ann (away: lunch)
        > #lobby v3: changed ann (away: lunch)
        > ann: done
        store commits
        ann comes back
        > ann: me ann
        > #lobby v4: changed ann
        > ann: done
        bob goes away: tea
        > bob: me bob (away: tea)
        > #lobby v5: changed bob (away: tea)
        > bob: done
        store fails
        > #lobby v7:
        bob asks roster of #lobby
        > bob: roster #lobby v7: ann (away: lunch), bob
        ann is cut off
        > #lobby v8: went ann (offline)
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v9: came ann
    ",
    );
}

#[test]
fn order_a_roster_that_its_last_member_did_not_leave_after_all_goes_on_behind_its_version() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann joins #ops
        > ann: opened #ops
        > #ops v1: joined ann
        ann goes away
        > ann: me ann (away)
        > #lobby v2: changed ann (away)
        > #ops v2: changed ann (away)
        > ann: done
        store commits
        ann parts #ops
        > ann: done
        > ann: unfollows #ops
        > ann: left #ops
        store fails
        > #lobby v4:
        > #ops v4:
    ",
    );
}
