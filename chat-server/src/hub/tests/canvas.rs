//! Canvases.

use super::check;

#[test]
fn members_of_a_conversation_share_its_canvas_and_nobody_else_sees_it() {
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
        bob opens canvas of #ops
        > bob: refused not-a-member
        ann opens canvas of #ops
        > ann: opened ~#ops
        bob follows ~#ops
        > bob: refused not-a-member
        bob draws 1 on ~#ops
        > bob: refused not-a-member
        ann follows ~#ops after 0
        > ann: follows ~#ops after 0 of 0
        ann draws 1 on ~#ops
        > ~#ops 1 ann draws 1
        > ann: posted ~#ops 1
        bob joins #ops
        > bob: opened #ops
        > #ops v2: joined bob
        bob opens canvas of #ops
        > bob: opened ~#ops 1/1
        bob draws 1 on ~#ops
        > ~#ops 2 bob draws 1
        > bob: posted ~#ops 2
        bob lists rooms
        > bob: rooms #lobby 2/2, #ops 2/2
        bob parts #ops
        > #ops v3: parted bob
        > bob: done
        > bob: unfollows ~#ops
        > bob: unfollows #ops
        > bob: left #ops
        bob draws 2 on ~#ops
        > bob: refused not-a-member
        bob opens ann
        > bob: opened @ann+bob with ann
        bob opens canvas of @ann
        > bob: opened ~@ann+bob
        ann draws 7 on ~@bob
        > ~@ann+bob 1 ann draws 7
        > ann: posted ~@ann+bob 1
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby, #ops
    ",
    );
}

#[test]
fn a_canvas_is_for_drawing_and_nothing_else() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann opens canvas of #lobby
        > ann: opened ~#lobby
        ann opens canvas of ~#lobby
        > ann: refused not-possible: a canvas has no canvas of its own
        ann posts to ~#lobby: hello
        > ann: refused not-possible: on a canvas one draws: post that to the conversation
        ann draws 1 on #lobby
        > ann: refused not-possible: one draws on the canvas of a conversation: open it first
        ann sets topic of ~#lobby: tea
        > ann: refused not-possible: a canvas has no topic: rooms have
        ann reads ~#lobby 1
        > ann: refused not-possible: a canvas has no read marker
        ann parts ~#lobby
        > ann: refused not-possible: a canvas can't be left: leave its conversation, or close it
        ann asks roster of ~#lobby
        > ann: refused not-possible: a canvas has no list of people: its conversation has
        ann reacts 1 of ~#lobby: 👍
        > ann: refused not-possible: on a canvas one draws: post that to the conversation
    ",
    );
}

#[test]
fn key_not_name_one_undoes_what_is_ones_own() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        ann opens canvas of #lobby
        > ann: opened ~#lobby
        ann draws 1 on ~#lobby
        > ~#lobby 1 ann draws 1
        > ann: posted ~#lobby 1
        bob undoes 1 on ~#lobby
        > bob: refused not-possible: there is no stroke of yours left that can be undone
        bob goes-on 1 on ~#lobby
        > bob: refused not-possible: the stroke that this continues is undone or long finished: begin a new one
        ann draws 1 on ~#lobby
        > ann: refused not-possible: another stroke of yours has that number: choose a new one
        ann undoes 1 on ~#lobby
        > ~#lobby 2 ann undoes 1
        > ann: posted ~#lobby 2
        bob resets ~#lobby
        > ~#lobby 3 bob resets
        > bob: posted ~#lobby 3
        wait 61000 ms
        ann unresets 3 on ~#lobby
        > ann: refused not-possible: a reset can be taken back for 60 seconds: it is too late now
        ann draws 2 on ~#lobby
        > ~#lobby 4 ann draws 2
        > ann: posted ~#lobby 4
        ann resets ~#lobby
        > ~#lobby 5 ann resets
        > ann: posted ~#lobby 5
        bob unresets 5 on ~#lobby
        > ~#lobby 6 bob unresets 5
        > bob: posted ~#lobby 6
    ",
    );
}

#[test]
fn strokes_have_a_rate_of_their_own_and_hold_no_message_back() {
    check(
        "
        rule post_burst 3
        rule stroke_burst 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann opens canvas of #lobby
        > ann: opened ~#lobby
        ann draws 1 on ~#lobby
        > ~#lobby 1 ann draws 1
        > ann: posted ~#lobby 1
        ann goes-on 1 on ~#lobby
        > ~#lobby 2 ann goes on with 1
        > ann: posted ~#lobby 2
        ann goes-on 1 on ~#lobby
        > ann: refused too-fast, in 40 ms
        ann posts to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann posts to #lobby: two
        > #lobby 2 ann: two
        > ann: posted #lobby 2
        ann posts to #lobby: three
        > ann: refused too-fast, in 200 ms
        wait 40 ms
        ann undoes 1 on ~#lobby
        > ann: refused too-fast, in 50 ms
    ",
    );
}
