//! Posts, topics, read markers.

use super::check;

#[test]
fn order_entries_of_each_conversation_are_numbered_without_holes() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann joins #ops
        > ann: opened #ops
        > #ops v1: joined ann
        ann posts to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        bob posts to #lobby: two
        > #lobby 2 bob: two
        > bob: posted #lobby 2
        ann posts to #ops: one there
        > #ops 1 ann: one there
        > ann: posted #ops 1
        bob posts me to #lobby: waves
        > #lobby 3 * bob waves
        > bob: posted #lobby 3
        ann sets topic of #lobby: tea at four
        > #lobby 4 ann sets the topic: tea at four
        > ann: posted #lobby 4
        bob posts to #lobby: five
        > #lobby 5 bob: five
        > bob: posted #lobby 5
        ann sets topic of #lobby
        > #lobby 6 ann sets the topic:
        > ann: posted #lobby 6
        cid logs in
        > cid: welcome cid, in #lobby 6/6
        > #lobby v3: came cid
    ",
    );
}

#[test]
fn what_can_not_be_posted_is_refused() {
    check(
        "
        show sentences
        rule text_bytes 100
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob joins #ops
        > bob: opened #ops
        > #ops v1: joined bob
        ann posts to #ops: let me in
        > ann: refused not-a-member: you are not in #ops: /join #ops first
        ann posts to #nowhere: hello?
        > ann: refused not-a-member: you are not in that conversation: /join a room or /msg a person first
        ann posts to #lobby:
        > ann: refused empty-text: there is nothing in that message: type something
        ann posts to #lobby: \u{1b}[31m\u{1b}[0m
        > ann: refused empty-text: there is nothing in that message: type something
        ann posts to #lobby: 101 times x
        > ann: refused text-too-long: that message has 101 bytes, and 100 is the limit: send it in parts
        ann posts to #lobby: 100 times x
        > #lobby 1 ann: 100 bytes
        > ann: posted #lobby 1
    ",
    );
}

#[test]
fn a_topic_is_one_line_of_a_room_one_is_in() {
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
        ann sets topic of #ops: mine
        > ann: refused not-a-member
        bob sets topic of #ops: 500 times x
        > #ops 1 bob sets the topic: 400 bytes
        > bob: posted #ops 1
        ann sets topic of #lobby: a\tb
        > #lobby 1 ann sets the topic: a b
        > ann: posted #lobby 1
        ann lists rooms
        > ann: rooms #lobby 2/2 [a b], #ops 1/1 [400 bytes]
    ",
    );
}

#[test]
fn bounded_what_all_are_told_and_what_takes_long_counts_as_posts() {
    check(
        "
        rule post_burst 2
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann goes away
        > ann: me ann (away)
        > #lobby v2: changed ann (away)
        > ann: done
        ann asks who an
        > ann: refused no-such-person, try ann: there is nobody called an: did you mean ann?
        ann goes away: lunch
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        ann asks who an
        > ann: refused no-such-person: there is nobody called an: /who lists who is here
        ann renames to ann2
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
    ",
    );
}

#[test]
fn bounded_posts_per_second() {
    check(
        "
        rule post_burst 2
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann posts to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann sets topic of #lobby: two
        > #lobby 2 ann sets the topic: two
        > ann: posted #lobby 2
        ann posts p3 to #lobby: three
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        bob posts to #lobby: others are not held up
        > #lobby 3 bob: others are not held up
        > bob: posted #lobby 3
        ann is cut off
        > #lobby v3: went ann (offline)
        ann logs in
        > ann: welcome ann, in #lobby 0/3 [two]
        > #lobby v4: came ann
        ann posts p3 again to #lobby searched 3: a new connection fills no burst
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        wait 200 ms
        ann posts p3 again to #lobby searched 3: three
        > #lobby 4 ann: three
        > ann: posted #lobby 4
        ann posts p3 again to #lobby searched 3: to look up is no post
        > ann: posted #lobby 4
    ",
    );
}

#[test]
fn exactly_once_a_post_sent_again_yields_the_same_entry() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann posts p1 to #lobby: once
        > #lobby 1 ann: once
        > ann: posted #lobby 1
        ann posts p1 to #lobby: once
        > ann: posted #lobby 1
        ann posts p1 again to #lobby searched 0: once
        > ann: posted #lobby 1
        ann posts p1 again to #lobby searched 1: twice?
        > ann: posted #lobby 1
        bob posts p1 to #lobby: ids are an author's own
        > #lobby 2 bob: ids are an author's own
        > bob: posted #lobby 2
        ann joins #ops
        > ann: opened #ops
        > #ops v1: joined ann
        ann posts p1 to #ops: another place
        > ann: posted #lobby 1
        ann parts #lobby
        > #lobby v3: parted ann
        > ann: done
        > ann: unfollows #lobby
        > ann: left #lobby
        ann posts p1 again to #lobby searched 1: once
        > ann: posted #lobby 1
    ",
    );
}

#[test]
fn read_markers_only_move_forward_and_other_sessions_are_told() {
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
        ann posts to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann posts to #lobby: two
        > #lobby 2 ann: two
        > ann: posted #lobby 2
        ann posts to #lobby: three
        > #lobby 3 ann: three
        > ann: posted #lobby 3
        bob reads #lobby 2
        > bob: done
        ann reads #lobby 2
        > ann/phone: read #lobby 2
        > ann: done
        ann/phone reads #lobby 1
        > ann/phone: done
        ann/phone reads #lobby 2
        > ann/phone: done
        ann/phone reads #lobby 99
        > ann: read #lobby 3
        > ann/phone: done
        ann reads #nowhere 1
        > ann: refused not-a-member
        bob is cut off
        > #lobby v3: went bob (offline)
        bob logs in
        > bob: welcome bob, in #lobby 2/3
        > #lobby v4: came bob
        ann parts #lobby
        > #lobby v5: parted ann
        > ann: done
        > ann: unfollows #lobby
        > ann: left #lobby
        > ann/phone: unfollows #lobby
        > ann/phone: left #lobby
        ann posts to #nowhere: x
        > ann: refused not-a-member
        bob posts to #lobby: four
        > #lobby 4 bob: four
        > bob: posted #lobby 4
        ann joins #lobby
        > ann/phone: announced #lobby 4/4
        > ann: opened #lobby 4/4
        > #lobby v6: joined ann
    ",
    );
}

#[test]
fn order_what_was_sent_behind_a_post_that_was_too_fast_waits_for_it() {
    check(
        "
        rule post_burst 1
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann posts p1 to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann posts p2 to #lobby: two
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        wait 250 ms
        ann posts p3 to #lobby: three was under way
        > ann: refused too-fast, in 50 ms: an earlier message of yours was too fast: send that again first
        ann posts p2 again to #lobby searched 1: two
        > #lobby 2 ann: two
        > ann: posted #lobby 2
        wait 200 ms
        ann posts p3 again to #lobby searched 2: three
        > #lobby 3 ann: three
        > ann: posted #lobby 3
        ann posts p4 to #lobby: four is given up
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        wait 2200 ms
        ann posts p5 to #lobby: five
        > #lobby 4 ann: five
        > ann: posted #lobby 4
    ",
    );
}

#[test]
fn bounded_a_clock_that_is_set_back_holds_nobody_back() {
    check(
        "
        rule post_burst 1
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann posts p1 to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann posts p2 to #lobby: two is given up
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        set the clock back 1 days
        ann posts p3 to #lobby: three
        > ann: refused too-fast, in 200 ms: that was too fast: try again in 0.2 s
        wait 200 ms
        ann posts p3 again to #lobby searched 1: three
        > #lobby 2 ann: three
        > ann: posted #lobby 2
    ",
    );
}
