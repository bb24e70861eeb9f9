//! Nicks that change, people who are away, people who are looked for.

use super::check;

#[test]
fn a_nick_is_changed_and_those_in_the_same_places_are_told() {
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
        ann joins #ops
        > ann/phone: announced #ops
        > ann: opened #ops
        > #ops v1: joined ann
        ann opens bob
        > ann: opened @ann+bob with bob
        ann renames to anna
        > ann: done
        > ann: me anna
        > ann/phone: me anna
        > #lobby v3: changed anna, was ann
        > #ops v2: changed anna, was ann
        > @ann+bob v1: changed anna, was ann
        ann renames to anna
        > ann: done
        ann renames to Anna
        > ann: done
        > ann: me Anna
        > ann/phone: me Anna
        > #lobby v4: changed Anna, was anna
        > #ops v3: changed Anna, was anna
        > @ann+bob v2: changed Anna, was anna
    ",
    );
}

#[test]
fn a_nick_of_another_is_refused() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob renames to ann
        > bob: refused nick-taken, try ann2: the nick ann is taken: try ann2
        bob renames to Ann
        > bob: refused nick-taken, try Ann2: the nick Ann looks like ann, which is taken: try Ann2
        bob renames to ɑnn
        > bob: refused name-not-allowed: 'ɑ' can't stand in a name: use letters, digits, '_', '-' and '.'
        bob renames to a b
        > bob: refused name-not-allowed: a space can't stand in a name: use letters, digits, '_', '-' and '.'
        bob renames to
        > bob: refused name-not-allowed: a name can't be empty: type at least one letter or digit
        bob renames to account-1
        > bob: refused name-not-allowed: names like account-1 stand for people without one: choose another
        bob renames to ACC0UNT-l
        > bob: refused name-not-allowed: names like account-1 stand for people without one: choose another
        ann renames to anna
        > ann: done
        > ann: me anna
        > #lobby v3: changed anna, was ann
        bob renames to ann
        > bob: done
        > bob: me ann
        > #lobby v4: changed ann, was bob
    ",
    );
}

#[test]
fn bounded_nick_changes() {
    check(
        "
        rule post_burst 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann renames to an
        > ann: done
        > ann: me an
        > #lobby v2: changed an, was ann
        ann renames to anna
        > ann: done
        > ann: me anna
        > #lobby v3: changed anna, was an
        ann renames to anne
        > ann: refused too-fast, in 200 ms
        wait 200 ms
        ann renames to anne
        > ann: done
        > ann: me anne
        > #lobby v4: changed anne, was anna
    ",
    );
}

#[test]
fn away_and_back_are_told_once() {
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
        ann goes away: lunch
        > ann: me ann (away: lunch)
        > ann/phone: me ann (away: lunch)
        > #lobby v3: changed ann (away: lunch)
        > ann: done
        ann/phone goes away: lunch
        > ann/phone: done
        ann goes away
        > ann: me ann (away)
        > ann/phone: me ann (away)
        > #lobby v4: changed ann (away)
        > ann: done
        bob asks roster of #lobby
        > bob: roster #lobby v4: ann (away), bob
        ann is cut off
        ann/phone comes back
        > ann/phone: me ann
        > #lobby v5: changed ann
        > ann/phone: done
        ann/phone comes back
        > ann/phone: done
        ann/phone goes away
        > ann/phone: me ann (away)
        > #lobby v6: changed ann (away)
        > ann/phone: done
        ann/phone is cut off
        > #lobby v7: went ann (offline)
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v8: came ann
    ",
    );
}

#[test]
fn a_person_is_looked_up() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        wait 10 ms
        ann asks who @bob
        > ann: profile bob, 1 sessions, since 10 ms
        ann asks who BOB
        > ann: profile bob, 1 sessions, since 10 ms
        bob is cut off
        > #lobby v3: went bob (offline)
        wait 10 ms
        ann asks who bob
        > ann: profile bob (offline), 0 sessions, since 20 ms, seen 10 ms ago
        ann asks who an
        > ann: refused no-such-person, try ann: there is nobody called an: did you mean ann?
        ann asks who zoe
        > ann: refused no-such-person: there is nobody called zoe: /who lists who is here
        ann asks who -
        > ann: refused name-not-allowed: a name can't start with '-': start it with a letter or a digit
    ",
    );
}
