//! Rosters: versions, deltas, pages.

use super::check;

#[test]
fn a_small_room_is_told_at_once() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob is cut off
        > #lobby v3: went bob (offline)
        roster is due
    ",
    );
}

#[test]
fn bounded_a_large_room_is_told_once_a_period_with_one_row_each() {
    check(
        "
        rule small_room 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        cid logs in
        > cid: welcome cid, in #lobby
        cid goes away
        > cid: me cid (away)
        > cid: done
        cid renames to cyd
        > cid: done
        > cid: me cyd (away)
        cid renames to sid
        > cid: done
        > cid: me sid (away)
        dan logs in
        > dan: welcome dan, in #lobby
        dan is cut off
        ann asks roster of #lobby
        > ann: roster #lobby v2: ann, bob, sid (away)
        roster is due
        > #lobby v3: came sid (away), was cid; went dan (offline)
        roster is due
        sid logs in as other
        > sid: welcome other, in #lobby
        cid is cut off
        cid logs in
        > cid: welcome sid, in #lobby
        roster is due
        > #lobby v4: changed sid; came other
        ann is cut off
        cid is cut off
        roster is due
        > #lobby v5: went ann (offline); went sid (offline)
        sid is cut off
        > #lobby v6: went other (offline)
    ",
    );
}

#[test]
fn a_roster_is_paged() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        cid logs in
        > cid: welcome cid, in #lobby
        > #lobby v3: came cid
        ann asks roster of #lobby
        > ann: roster #lobby v3: ann, bob, cid
        ann asks roster of #lobby after ann
        > ann: roster #lobby v3: bob, cid
        ann asks roster of #lobby after cid
        > ann: roster #lobby v3:
        ann asks roster of #nowhere
        > ann: refused not-a-member
    ",
    );
}
