//! Edits, deletions, reactions.

use super::check;
use crate::hub::EDITS;

/// Ann and bob in the lobby, where ann has said one thing.
const TALK: &str = "
    ann logs in
    > ann: welcome ann, in #lobby
    > #lobby v1: came ann
    bob logs in
    > bob: welcome bob, in #lobby
    > #lobby v2: came bob
    ann posts p1 to #lobby: helo
    > #lobby 1 ann: helo
    > ann: posted #lobby 1
";

#[track_caller]
fn after_talk(script: &str) {
    check(&format!("{TALK}{script}"));
}

#[test]
fn an_author_edits_and_deletes() {
    after_talk(
        "
        ann edits 1 of #lobby: hello
        > #lobby 2 ann edits 1: hello
        > ann: posted #lobby 2
        ann edits 1 of #lobby: hello!
        > #lobby 3 ann edits 1: hello!
        > ann: posted #lobby 3
        ann deletes 1 of #lobby
        > #lobby 4 ann takes 1 back
        > ann: posted #lobby 4
        ann edits 1 of #lobby: too late
        > ann: refused no-such-entry
        ann deletes 1 of #lobby
        > ann: refused no-such-entry
        bob reacts 1 of #lobby: 👍
        > bob: refused no-such-entry
    ",
    );
}

#[test]
fn bounded_edits_of_an_entry_so_that_its_deletion_keeps_nobody_waiting() {
    let mut script = String::new();
    for n in 0..EDITS {
        let seq = n + 2;
        script += &format!("ann edits 1 of #lobby: x\n> #lobby {seq} ann edits 1: x\n");
        script += &format!("> ann: posted #lobby {seq}\n");
    }
    script += "
        ann edits 1 of #lobby: once more
        > ann: refused not-possible
        ann reacts 1 of #lobby: 👍
        > #lobby 1002 ann reacts to 1: 👍
        > ann: posted #lobby 1002
        ann deletes 1 of #lobby
        > #lobby 1003 ann takes 1 back
        > ann: posted #lobby 1003
    ";
    after_talk(&script);
}

#[test]
fn key_not_name_only_the_author_edits_and_deletes() {
    check(
        "
        show sentences
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann posts to #lobby: mine
        > #lobby 1 ann: mine
        > ann: posted #lobby 1
        ann renames to ann2
        > ann: done
        > ann: me ann2
        > #lobby v2: changed ann2, was ann
        bob logs in as ann
        > bob: welcome ann, in #lobby 1/1
        > #lobby v3: came ann
        bob edits 1 of #lobby: also mine?
        > bob: refused not-yours: that is somebody else's message: you can edit and delete your own
        bob deletes 1 of #lobby
        > bob: refused not-yours: that is somebody else's message: you can edit and delete your own
    ",
    );
}

#[test]
fn what_can_not_be_edited_deleted_or_reacted_to_is_refused() {
    check(
        "
        show sentences
        rule text_bytes 100
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann sets topic of #lobby: tea
        > #lobby 1 ann sets the topic: tea
        > ann: posted #lobby 1
        ann edits 1 of #lobby: coffee
        > ann: refused not-possible: only messages and files can be edited, deleted and reacted to
        ann deletes 1 of #lobby
        > ann: refused not-possible: only messages and files can be edited, deleted and reacted to
        ann edits 9 of #lobby: nothing
        > ann: refused no-such-entry: there is no such message
        ann posts me to #lobby: waves
        > #lobby 2 * ann waves
        > ann: posted #lobby 2
        ann edits 2 of #lobby:
        > ann: refused empty-text: there is nothing in that message: type something
        ann edits 2 of #lobby: 101 times x
        > ann: refused text-too-long: that message has 101 bytes, and 100 is the limit: send it in parts
        ann edits 2 of #lobby: waves back
        > #lobby 3 ann edits 2: waves back
        > ann: posted #lobby 3
        ann reacts 3 of #lobby: 👍
        > ann: refused not-possible: only messages and files can be edited, deleted and reacted to
        ann reacts 2 of #lobby: nice
        > ann: refused bad-emoji: a reaction is one emoji, and that is none, more than one, or one that is too new: choose another
        ann reacts 2 of #lobby:
        > ann: refused bad-emoji: a reaction is one emoji: choose one
    ",
    );
}

#[test]
fn only_members_say_anything_about_entries() {
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
        ann posts to #ops: mine
        > #ops 1 ann: mine
        > ann: posted #ops 1
        bob reacts 1 of #ops: 👍
        > bob: refused not-a-member
        ann parts #ops
        > ann: done
        > ann: unfollows #ops
        > ann: left #ops
        ann deletes 1 of #ops
        > ann: refused not-a-member
        ann opens bob
        > ann: opened @ann+bob with bob
        ann posts to @bob: psst
        > bob: announced @ann+bob with ann
        > @ann+bob 1 ann: psst
        > ann: posted @ann+bob 1
        bob is cut off
        > #lobby v3: went bob (offline)
        > @ann+bob v1: went bob (offline)
        ann edits 1 of @bob: psst!
        > @ann+bob 2 ann edits 1: psst!
        > ann: posted @ann+bob 2
        ann reacts 1 of @bob: 👍
        > @ann+bob 3 ann reacts to 1: 👍
        > ann: posted @ann+bob 3
    ",
    );
}

#[test]
fn a_reaction_stands_once_and_one_may_have_eight() {
    after_talk(
        "
        bob reacts 1 of #lobby: ❤
        > #lobby 2 bob reacts to 1: ❤\u{fe0f}
        > bob: posted #lobby 2
        bob reacts 1 of #lobby: ❤\u{fe0f}
        > bob: posted #lobby 2
        ann reacts 1 of #lobby: ❤
        > #lobby 3 ann reacts to 1: ❤\u{fe0f}
        > ann: posted #lobby 3
        bob unreacts 1 of #lobby: 👍
        > bob: posted #lobby 1
        bob unreacts 1 of #lobby: ❤
        > #lobby 4 bob unreacts to 1: ❤\u{fe0f}
        > bob: posted #lobby 4
        bob unreacts 1 of #lobby: ❤
        > bob: posted #lobby 1
        bob reacts 1 of #lobby: 🍇
        > #lobby 5 bob reacts to 1: 🍇
        > bob: posted #lobby 5
        bob reacts 1 of #lobby: 🍈
        > #lobby 6 bob reacts to 1: 🍈
        > bob: posted #lobby 6
        bob reacts 1 of #lobby: 🍉
        > #lobby 7 bob reacts to 1: 🍉
        > bob: posted #lobby 7
        bob reacts 1 of #lobby: 🍊
        > #lobby 8 bob reacts to 1: 🍊
        > bob: posted #lobby 8
        bob reacts 1 of #lobby: 🍋
        > #lobby 9 bob reacts to 1: 🍋
        > bob: posted #lobby 9
        bob reacts 1 of #lobby: 🍌
        > #lobby 10 bob reacts to 1: 🍌
        > bob: posted #lobby 10
        bob reacts 1 of #lobby: 🍍
        > #lobby 11 bob reacts to 1: 🍍
        > bob: posted #lobby 11
        bob reacts 1 of #lobby: 🍎
        > #lobby 12 bob reacts to 1: 🍎
        > bob: posted #lobby 12
        bob reacts 1 of #lobby: 🍐
        > bob: refused too-many-reactions
        bob unreacts 1 of #lobby: 🍎
        > #lobby 13 bob unreacts to 1: 🍎
        > bob: posted #lobby 13
        bob reacts 1 of #lobby: 🍐
        > #lobby 14 bob reacts to 1: 🍐
        > bob: posted #lobby 14
    ",
    );
}

#[test]
fn order_what_was_decided_since_the_look_up_counts() {
    after_talk(
        "
        bob reacts 1 of #lobby searched 1: 👍
        > #lobby 2 bob reacts to 1: 👍
        > bob: posted #lobby 2
        bob reacts 1 of #lobby searched 1: 👍
        > bob: posted #lobby 2
        bob unreacts 1 of #lobby searched 1: 👍
        > #lobby 3 bob unreacts to 1: 👍
        > bob: posted #lobby 3
        bob reacts 1 of #lobby searched 2: 👍
        > #lobby 4 bob reacts to 1: 👍
        > bob: posted #lobby 4
        ann deletes 1 of #lobby searched 1
        > #lobby 5 ann takes 1 back
        > ann: posted #lobby 5
        bob reacts 1 of #lobby searched 4: 🎉
        > bob: refused no-such-entry
        ann edits 1 of #lobby searched 1: too late
        > ann: refused no-such-entry
        ann deletes 1 of #lobby searched 4
        > ann: refused no-such-entry
    ",
    );
}

#[test]
fn crash_safe_what_was_lost_with_a_failed_commit_does_not_count() {
    after_talk(
        "
        store commits
        ann deletes 1 of #lobby
        > #lobby 2 ann takes 1 back
        > ann: posted #lobby 2
        store fails
        > #lobby v4:
        wait 2000 ms
        bob reacts 1 of #lobby searched 1: 👍
        > #lobby 2 bob reacts to 1: 👍
        > bob: posted #lobby 2
    ",
    );
}

#[test]
fn edits_and_reactions_count_against_the_rate() {
    check(
        "
        rule post_burst 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann posts to #lobby: one
        > #lobby 1 ann: one
        > ann: posted #lobby 1
        ann reacts 1 of #lobby: 👍
        > #lobby 2 ann reacts to 1: 👍
        > ann: posted #lobby 2
        ann edits 1 of #lobby: two
        > ann: refused too-fast, in 200 ms
    ",
    );
}

#[test]
fn a_files_caption_is_edited_and_may_be_empty() {
    check(
        "
        rule text_bytes 100
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        files complete x of ann
        > files: settle x (10 bytes) of ann for ann
        ann posts p1 file x of 10 to #lobby: the paln
        > #lobby 1 ann sends x: the paln
        > ann: posted #lobby 1
        ann edits 1 of #lobby: the plan
        > #lobby 2 ann edits 1: the plan
        > ann: posted #lobby 2
        ann edits 1 of #lobby:
        > #lobby 3 ann edits 1:
        > ann: posted #lobby 3
        ann edits 1 of #lobby: 101 times x
        > ann: refused text-too-long
    ",
    );
}
