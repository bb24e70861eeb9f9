//! Who is let in, and as whom.

use super::check;

#[test]
fn a_newcomer_is_in_the_lobby() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in as Bob
        > bob: welcome Bob, in #lobby
        > #lobby v2: came Bob
        ann is cut off
        > #lobby v3: went ann (offline)
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v4: came ann
    ",
    );
}

#[test]
fn a_newcomer_needs_a_nick_that_is_allowed() {
    check(
        "
        show sentences
        ann logs in without a nick
        > ann: refused name-not-allowed: a name can't be empty: type at least one letter or digit
        ann logs in as -x
        > ann: refused name-not-allowed: a name can't start with '-': start it with a letter or a digit
        ann logs in as аlice
        > ann: refused name-not-allowed: that name mixes alphabets that look alike: use letters of one alphabet
        ann logs in as ann\u{202e}
        > ann: refused name-not-allowed: U+202E can't stand in a name: use letters, digits, '_', '-' and '.'
        ann logs in as ann
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
    ",
    );
}

#[test]
fn key_not_name_a_taken_nick_is_refused_and_a_free_one_proposed() {
    check(
        "
        show sentences
        alice logs in
        > alice: welcome alice, in #lobby
        > #lobby v1: came alice
        eve logs in as alice
        > eve: refused nick-taken, try alice2: the nick alice is taken: try alice2
        eve logs in as ALICE
        > eve: refused nick-taken, try ALICE2: the nick ALICE looks like alice, which is taken: try ALICE2
        eve logs in as a1ice
        > eve: refused nick-taken, try a1ice2: the nick a1ice looks like alice, which is taken: try a1ice2
        eve logs in as ａｌｉｃｅ
        > eve: refused nick-taken, try alice2: the nick alice is taken: try alice2
        eve logs in as alice2
        > eve: welcome alice2, in #lobby
        > #lobby v2: came alice2
        bob logs in as @alice
        > bob: refused nick-taken, try alice3: the nick alice is taken: try alice3
        alice is cut off
        > #lobby v3: went alice (offline)
        bob logs in as alice
        > bob: refused nick-taken, try alice3: the nick alice is taken: try alice3
    ",
    );
}

#[test]
fn key_not_name_the_key_brings_the_account_back_whatever_its_nick() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann is cut off
        > #lobby v3: went ann (offline)
        ann logs in as anna
        > ann: welcome anna, in #lobby
        > #lobby v4: came anna
        bob is cut off
        > #lobby v5: went bob (offline)
        bob logs in as ann
        > bob: welcome ann, in #lobby
        > #lobby v6: came ann
        bob is cut off
        > #lobby v7: went ann (offline)
        bob logs in as anna
        > bob: refused nick-taken, try anna2
        bob logs in without a nick
        > bob: welcome ann, in #lobby
        > #lobby v8: came ann
    ",
    );
}

#[test]
fn a_nick_is_released_after_90_idle_days() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob opens ann
        > bob: opened @ann+bob with ann
        ann is cut off
        > #lobby v3: went ann (offline)
        > @ann+bob v1: went ann (offline)
        wait 90 days
        cid logs in as ann
        > cid: refused nick-taken, try ann2
        wait 1 ms
        cid logs in as Ann
        > @ann+bob v2: changed account-1 (offline), was ann
        > cid: welcome Ann, in #lobby
        > #lobby v4: came Ann
        bob opens account-1
        > bob: opened @ann+bob with account-1
        ann logs in
        > ann: refused nick-taken
        ann logs in as ann
        > ann: refused nick-taken, try ann2
        ann logs in as ann2
        > ann: welcome ann2, in #lobby
        > #lobby v5: came ann2
        > @ann+bob v3: came ann2
    ",
    );
}

#[test]
fn the_nick_of_one_who_is_there_is_never_released() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        wait 91 days
        bob logs in as ann
        > bob: refused nick-taken, try ann2
        ann is cut off
        bob logs in as ann
        > bob: refused nick-taken, try ann2
        wait 91 days
        bob logs in as ann
        > bob: welcome ann, in #lobby
        > #lobby v1: came ann
    ",
    );
}

#[test]
fn newcomers_need_the_invite_and_others_do_not() {
    check(
        "
        rule invite_only 1
        show sentences
        ann logs in
        > ann: refused invite-needed: this server asks newcomers for an invite: join with the link that its owner gave you
        ann logs in invited
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann is cut off
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
    ",
    );
}

#[test]
fn bounded_accounts() {
    check(
        "
        rule accounts 2
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        cid logs in
        > cid: refused too-many-accounts: this server takes no more accounts: ask its owner to raise limits.accounts
        ann is cut off
        > #lobby v3: went ann (offline)
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v4: came ann
    ",
    );
}

#[test]
fn bounded_sessions_of_an_account_and_one_too_many_changes_nothing() {
    check(
        "
        rule sessions_per_account 2
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby
        ann/web logs in as anna
        > ann/web: refused not-possible: you are connected 2 times already: leave one of them
        ann asks who ann
        > ann: profile ann, 2 sessions, since 0 ms
        ann/phone is cut off
        ann/web logs in as anna
        > ann: me anna
        > #lobby v2: changed anna, was ann
        > ann/web: welcome anna, in #lobby
    ",
    );
}

#[test]
fn sessions_of_one_account_share_its_row() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby
        bob asks roster of #lobby
        > bob: roster #lobby v2: ann, bob
        bob asks who ann
        > bob: profile ann, 2 sessions, since 0 ms
        ann is cut off
        bob asks roster of #lobby
        > bob: roster #lobby v2: ann, bob
        ann/phone is cut off
        > #lobby v3: went ann (offline)
        bob asks roster of #lobby
        > bob: roster #lobby v3: bob
        wait 700 ms
        bob asks who ann
        > bob: profile ann (offline), 0 sessions, since 700 ms, seen 700 ms ago
    ",
    );
}

#[test]
fn one_who_quits_says_a_word() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob quits: off to lunch
        > bob: done
        > bob: bye left
        > #lobby v3: went bob (offline): off to lunch
        bob is cut off
        bob posts to #lobby: I am no longer here
    ",
    );
}
