//! Direct conversations: opened by nick, told of with the first entry.

use super::check;

#[test]
fn the_peer_is_told_with_the_first_entry() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann opens bob
        > ann: opened @ann+bob with bob
        ann opens @Bob
        > ann: opened @ann+bob with bob
        ann posts to @bob: psst
        > bob: announced @ann+bob with ann
        > ann/phone: announced @ann+bob with bob
        > @ann+bob 1 ann: psst
        > ann: posted @ann+bob 1
        ann posts to @bob: there?
        > @ann+bob 2 ann: there?
        > ann: posted @ann+bob 2
        bob opens ann
        > bob: opened @ann+bob with ann 0/2
    ",
    );
}

#[test]
fn a_peer_who_is_offline_finds_it_at_login() {
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
        ann opens bob
        > ann: opened @ann+bob with bob
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v4: came bob
        > @ann+bob v1: came bob
        bob is cut off
        > #lobby v5: went bob (offline)
        > @ann+bob v2: went bob (offline)
        ann posts to @bob: for later
        > @ann+bob 1 ann: for later
        > ann: posted @ann+bob 1
        ann is cut off
        bob logs in
        > bob: welcome bob, in #lobby, @ann+bob with ann 0/1
        > #lobby v1: came bob
        > @ann+bob v1: came bob
        ann logs in
        > ann: welcome ann, in #lobby, @ann+bob with bob 0/1
        > #lobby v2: came ann
        > @ann+bob v2: came ann
    ",
    );
}

#[test]
fn only_with_somebody_else_who_exists() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bobby logs in
        > bobby: welcome bobby, in #lobby
        > #lobby v2: came bobby
        ann opens ann
        > ann: refused not-possible: that is you: choose somebody else
        ann opens bob
        > ann: refused no-such-person, try bobby: there is nobody called bob: did you mean bobby?
        ann opens zacharias
        > ann: refused no-such-person: there is nobody called zacharias: /who lists who is here
        ann opens #lobby
        > ann: refused name-not-allowed: '#' can't stand in a name: use letters, digits, '_', '-' and '.'
        ann sets topic of @bobby: secrets
        > ann: refused not-a-member: you are not in that conversation: /join a room or /msg a person first
        ann opens bobby
        > ann: opened @ann+bobby with bobby
        ann sets topic of @bobby: secrets
        > ann: refused not-possible: a direct conversation has no topic: rooms have
    ",
    );
}

#[test]
fn key_not_name_a_direct_conversation_stays_with_the_accounts() {
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
        ann opens bob
        > ann: opened @ann+bob with bob
        ann posts to @bob: for bob alone
        > bob: announced @ann+bob with ann
        > @ann+bob 1 ann: for bob alone
        > ann: posted @ann+bob 1
        bob renames to robert
        > bob: done
        > bob: me robert
        > #lobby v4: changed robert, was bob
        > @ann+bob v1: changed robert, was bob
        cid renames to bob
        > cid: done
        > cid: me bob
        > #lobby v5: changed bob, was cid
        ann posts to @bob: still for robert
        > @ann+bob 2 ann: still for robert
        > ann: posted @ann+bob 2
        ann opens bob
        > ann: opened @ann+cid with bob
        cid posts to @bob: ?
        > cid: refused not-a-member
        cid asks roster of @bob
        > cid: refused not-a-member
    ",
    );
}

#[test]
fn both_see_who_of_them_is_there() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann parts #lobby
        > #lobby v3: parted ann
        > ann: done
        > ann: unfollows #lobby
        > ann: left #lobby
        ann opens bob
        > ann: opened @ann+bob with bob
        ann asks roster of @bob
        > ann: roster @ann+bob v0: ann, bob
        bob goes away: lunch
        > bob: me bob (away: lunch)
        > #lobby v4: changed bob (away: lunch)
        > @ann+bob v1: changed bob (away: lunch)
        > bob: done
        bob is cut off
        > @ann+bob v2: went bob (offline)
        ann asks roster of @bob
        > ann: roster @ann+bob v2: ann, bob (offline)
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v1: came bob
        > @ann+bob v3: came bob
        ann is cut off
        > @ann+bob v4: went ann (offline)
    ",
    );
}
