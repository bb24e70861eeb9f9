//! Following: from where on a session is sent entries.

use super::check;

#[test]
fn order_following_starts_at_what_the_client_holds() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann posts to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann posts to #lobby: two
        > #lobby 2 ann: two
        > ann: posted #lobby 2
        ann follows #lobby
        > ann: follows #lobby after 2 of 2
        ann follows #lobby after 0
        > ann: follows #lobby after 0 of 2
        ann follows #lobby after 1
        > ann: follows #lobby after 1 of 2
        ann follows #lobby after 2
        > ann: follows #lobby after 2 of 2
    ",
    );
}

#[test]
fn one_who_holds_more_than_the_server_is_told_so() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann follows #lobby after 1
        > ann: refused not-possible: the server holds fewer entries than you do (its store may be an older copy): drop what you hold of this conversation and follow it anew
    ",
    );
}

#[test]
fn only_members_follow() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob joins #ops
        > bob: opened #ops
        > #ops v1: joined bob
        bob posts to #ops: among us
        > #ops 1 bob: among us
        > bob: posted #ops 1
        ann follows #ops
        > ann: refused not-a-member
        ann follows #ops after 0
        > ann: refused not-a-member
        ann asks roster of #ops
        > ann: refused not-a-member
        ann reads #ops 1
        > ann: refused not-a-member
        ann joins #ops
        > ann: opened #ops 1/1
        > #ops v2: joined ann
        ann follows #ops after 0
        > ann: follows #ops after 0 of 1
    ",
    );
}
