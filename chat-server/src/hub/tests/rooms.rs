//! Rooms: made by joining, listed, left.

use super::check;

#[test]
fn a_room_is_made_by_joining_it() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann joins Ops
        > ann: opened #ops
        > #ops v1: joined ann
        bob joins #ops
        > bob: opened #ops
        > #ops v2: joined bob
        bob joins #0ps
        > bob: opened #ops
        bob joins ops
        > bob: opened #ops
        bob posts to #ops: hello
        > #ops 1 bob: hello
        > bob: posted #ops 1
        cid logs in
        > cid: welcome cid, in #lobby
        > #lobby v3: came cid
        cid joins #ops
        > cid: opened #ops 1/1
        > #ops v3: joined cid
    ",
    );
}

#[test]
fn a_room_name_that_is_not_allowed_is_refused() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann joins #
        > ann: refused name-not-allowed: a name can't be empty: type at least one letter or digit
        ann joins a b
        > ann: refused name-not-allowed: a space can't stand in a name: use letters, digits, '_', '-' and '.'
        ann joins #оps
        > ann: refused name-not-allowed: that name mixes alphabets that look alike: use letters of one alphabet
        ann joins xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        > ann: refused name-not-allowed: that name is too long: use at most 31 characters
    ",
    );
}

#[test]
fn other_sessions_learn_what_one_joined_and_left() {
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
        bob joins #ops
        > bob: opened #ops
        > #ops v1: joined bob
        ann joins #ops
        > ann/phone: announced #ops
        > ann: opened #ops
        > #ops v2: joined ann
        ann follows #ops
        > ann: follows #ops after 0 of 0
        ann/phone parts #ops: bye
        > #ops v3: parted ann: bye
        > ann/phone: done
        > ann: unfollows #ops
        > ann: left #ops
        > ann/phone: unfollows #ops
        > ann/phone: left #ops
        ann posts to #ops: still here?
        > ann: refused not-a-member
        ann joins #ops
        > ann/phone: announced #ops
        > ann: opened #ops
        > #ops v4: joined ann
    ",
    );
}

#[test]
fn one_who_is_in_no_room_is_told_what_to_do() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob joins #ops
        > bob: opened #ops
        > #ops v1: joined bob
        ann parts #ops
        > ann: refused not-a-member: you are not in #ops: /join #ops first
        ann parts #nowhere
        > ann: refused not-a-member: you are not in that conversation: /join a room or /msg a person first
        ann parts #lobby
        > #lobby v3: parted ann
        > ann: done
        > ann: unfollows #lobby
        > ann: left #lobby
        ann parts #lobby
        > ann: refused not-a-member: you are not in #lobby: /join #lobby first
        ann opens bob
        > ann: opened @ann+bob with bob
        ann parts @bob
        > ann: refused not-possible: a direct conversation can't be left: it stays until both forget it; rooms can be left
    ",
    );
}

#[test]
fn rooms_are_listed_by_name_with_who_is_there() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann joins #b
        > ann: opened #b
        > #b v1: joined ann
        ann joins #a
        > ann: opened #a
        > #a v1: joined ann
        bob joins #b
        > bob: opened #b
        > #b v2: joined bob
        bob sets topic of #b: all about b
        > #b 1 bob sets the topic: all about b
        > bob: posted #b 1
        bob is cut off
        > #lobby v3: went bob (offline)
        > #b v3: went bob (offline)
        ann lists rooms
        > ann: rooms #a 1/1, #b 1/2 [all about b], #lobby 1/2
        ann lists rooms after #a
        > ann: rooms #b 1/2 [all about b], #lobby 1/2
        ann lists rooms after #zzz
        > ann: rooms
        ann parts #a
        > ann: done
        > ann: unfollows #a
        > ann: left #a
        ann lists rooms
        > ann: rooms #a 0/0, #b 1/2 [all about b], #lobby 1/2
    ",
    );
}

#[test]
fn bounded_a_page_of_rooms() {
    let joins: String = (0..101)
        .map(|n| format!("ann joins r{n:03}\n> ann: opened #r{n:03}\n> #r{n:03} v1: joined ann\n"))
        .collect();
    let page = |from: usize, to: usize| -> String {
        (from..to)
            .map(|n| format!("#r{n:03} 1/1"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    check(&format!(
        "
        rule rooms_per_account 1000
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        {joins}
        ann lists rooms
        > ann: rooms #lobby 1/1, {}, more
        ann lists rooms after #r098
        > ann: rooms {}
        ",
        page(0, 99),
        page(99, 101)
    ));
}

#[test]
fn bounded_rooms_of_an_account_and_in_all() {
    check(
        "
        rule rooms_per_account 2
        rule rooms 3
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann joins #a
        > ann: opened #a
        > #a v1: joined ann
        ann joins #b
        > ann: refused too-many-rooms: you are in 2 rooms already: /part one first
        ann joins #a
        > ann: opened #a
        bob joins #b
        > bob: opened #b
        > #b v1: joined bob
        bob parts #lobby
        > #lobby v3: parted bob
        > bob: done
        > bob: unfollows #lobby
        > bob: left #lobby
        bob joins #c
        > bob: refused too-many-rooms: this server has as many rooms as it may: join one of them, /rooms lists them
        bob joins #a
        > bob: opened #a
        > #a v2: joined bob
        ann opens bob
        > ann: opened @ann+bob with bob
    ",
    );
}

#[test]
fn bounded_joins_and_parts() {
    check(
        "
        rule post_burst 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann joins #a
        > ann: opened #a
        > #a v1: joined ann
        ann parts #a
        > ann: done
        > ann: unfollows #a
        > ann: left #a
        ann joins #a
        > ann: refused too-fast, in 200 ms
        ann joins #lobby
        > ann: opened #lobby
        wait 200 ms
        ann joins #a
        > ann: opened #a
        > #a v1: joined ann
    ",
    );
}
