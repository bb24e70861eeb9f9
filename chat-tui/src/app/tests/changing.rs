//! Editing, taking back and reacting, as one does it oneself.

use chat_client::Pending;
use chat_core::{Body, Conversation, ConversationKind, PostId, Seq, Text};

use super::check;
use super::script::Player;
use super::world::{id, line};
use crate::app::Event;
use crate::app::event::{Cached, CachedConversation};

#[test]
fn an_own_entry_is_edited_in_the_input() {
    check(
        r#"
        online #a
        say #a ann helo
        say #a bob what?
        type half a li
        keys Ctrl+S e
        notice: only your own messages can be edited or taken back
        keys Up e
        input: helo|
        keys Backspace
        type lo
        ->
        keys Enter
        stored: Pending "hello"
        -> Post #a Edit { of: Seq(1), text: Text("hello") }
        input: half a li|
        log:
          (beginning)
          -- 2026-11-20
          ann: hello (edited …)
          bob: what?
        echo #a
        log:
          (beginning)
          -- 2026-11-20
          ann: hello (edited)
          bob: what?
        keys Ctrl+S Up e
        input: hello|
        "#,
    );
}

#[test]
fn leaving_an_edit_changes_nothing_and_loses_nothing() {
    check(
        r"
        online #a
        say #a ann one
        type draft
        keys Ctrl+S e
        type two
        input: onetwo|
        keys Esc
        input: draft|
        ->
        keys Up
        input: onetwo|
        keys Down Ctrl+U
        type /edit
        keys Enter
        notice: editing: Enter changes it, Esc leaves it as it is
        input: one|
        keys Ctrl+C
        input: |
        type /edit
        keys Enter Enter
        input: |
        ->
        ",
    );
}

#[test]
fn an_unfinished_edit_becomes_a_draft_with_what_was_typed_before() {
    check(
        r#"
        online #a
        say #a ann one
        type draft
        keys Ctrl+S e
        type two
        hangup
        stored: Draft #a "draft\nonetwo"
        "#,
    );
}

#[test]
fn slash_commands_change_what_was_said_last() {
    check(
        r#"
        online #a
        type /edit x
        keys Enter
        notice: you have said nothing here yet
        input: /edit x|
        keys Ctrl+U
        say #a ann one
        say #a bob two
        react #a bob 1 👍
        type /edit three /x
        keys Enter
        -> Post #a Edit { of: Seq(1), text: Text("three /x") }
        type /react :tada:
        keys Enter
        stored: EmojiUsed 🎉
        -> Post #a Reaction { of: Seq(2), emoji: Text("🎉") }
        type /react no-such
        keys Enter
        notice: there is no emoji no-such: write its name as in /react :thumbsup:, or /react alone to pick one
        keys Ctrl+U
        type /react 🎉
        keys Enter
        -> Post #a Unreaction { of: Seq(2), emoji: Text("🎉") }
        type /delete
        keys Enter
        popup: take back? three /x
        keys n
        ->
        type /delete
        keys Enter y
        -> Post #a Deletion { of: Seq(1) }
        log:
          (beginning)
          -- 2026-11-20
          ann: three /x (edited …) (going)
          + 👍 bob
          bob: two
        echo #a
        echo #a
        echo #a
        echo #a
        log:
          (beginning)
          -- 2026-11-20
          ann: (taken back)
          bob: two
        "#,
    );
}

#[test]
fn reactions_are_picked_shown_at_once_and_taken_back_with_a_click() {
    check(
        r#"
        online #a
        say #a bob one
        keys Ctrl+S +
        type tada
        keys Enter
        -> Post #a Reaction { of: Seq(1), emoji: Text("🎉") }
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 🎉 you …
        echo #a
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 🎉 you
        react #a carol 1 👍
        settings panes
          conversations = false
        tick 1000
        -> Read #a 3
        click 26 5
        ->
        click 20 5
        -> Post #a Unreaction { of: Seq(1), emoji: Text("🎉") }
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 👍 carol
        echo #a
        click 22 5
        -> Post #a Reaction { of: Seq(1), emoji: Text("👍") }
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 👍 you +1 …
        "#,
    );
}

#[test]
fn a_refused_reaction_leaves_no_ghost() {
    check(
        r#"
        online #a
        say #a bob one
        type /react +1
        keys Enter
        -> Post #a Reaction { of: Seq(1), emoji: Text("👍") }
        refuse you react with 8 already
        notice: you react with 8 already
        stored: PendingGone
        log:
          (beginning)
          -- 2026-11-20
          bob: one
        tick 60000
        -> Read #a 1
        "#,
    );
}

#[test]
fn a_reaction_that_came_too_fast_is_sent_again_by_itself() {
    check(
        r#"
        online #a
        say #a bob one
        type /react +1
        keys Enter
        -> Post #a Reaction { of: Seq(1), emoji: Text("👍") }
        refuse 500 too fast
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 👍 you …
        tick 500
        -> Read #a 1; Post #a Reaction { of: Seq(1), emoji: Text("👍") }
        echo #a
        log:
          (beginning)
          -- 2026-11-20
          bob: one
          + 👍 you
        "#,
    );
}

#[test]
fn a_refused_edit_says_why_in_place_and_can_be_sent_again_or_dropped() {
    check(
        r#"
        online #a
        say #a ann one
        type /edit two
        keys Enter
        ->  Post #a Edit { of: Seq(1), text: Text("two") }
        refuse the disk is full
        log:
          (beginning)
          -- 2026-11-20
          ann: one (refused: the disk is full)
          …
        keys Ctrl+S Enter
        -> Post #a Edit { of: Seq(1), text: Text("two") }
        log:
          (beginning)
          -- 2026-11-20
          ann: two (edited …)
        refuse the disk is full
        keys Ctrl+S x
        log:
          (beginning)
          -- 2026-11-20
          ann: one
        keys Up
        input: two|
        "#,
    );
}

#[test]
fn only_what_is_said_and_stored_can_be_changed() {
    check(
        r#"
        online #a
        topic #a news
        keys Ctrl+S +
        notice: only messages can be edited, taken back or reacted to
        keys Esc
        say #a ann one
        delete #a ann 2
        keys Ctrl+S e
        notice: it was taken back
        keys +
        notice: it was taken back
        keys Esc
        type hi
        keys Enter Ctrl+S e
        notice: it is not stored yet: wait a moment
        keys d
        popup: none
        "#,
    );
}

#[test]
fn smileys_become_emoji_only_where_that_is_wanted() {
    check(
        r#"
        online #a @bob
        type hi :)
        keys Enter
        -> Post #a Said "hi :)"
        settings input
          smileys = true
        type hi :) see http://x.example/:)
        keys Enter
        -> Post #a Said "hi 🙂 see http://x.example/:)"
        type /me waves :D
        keys Enter
        -> Post #a Action "waves 😀"
        echo #a
        echo #a
        echo #a
        type /edit <3
        keys Enter
        -> Post #a Edit { of: Seq(3), text: Text("❤\u{fe0f}") }
        type /msg bob ;)
        keys Enter
        -> Post @bob Said "😉"
        "#,
    );
}

#[test]
fn who_reacts_has_not_read_what_is_below() {
    check(
        r"
        resize 80x10
        online #a:30/30
        feed #a 1-30
        keys PgUp
        scroll: 22 row 0
        keys Ctrl+S +
        type tada
        keys Enter
        scroll: 22 row 0
        ",
    );
}

#[test]
fn a_reaction_that_waited_over_a_restart_is_sent_again_by_itself() {
    let mut player = Player::new();
    let (of, emoji) = (Seq(1), Text::new("👍"));
    let pending = Pending {
        post: PostId([9; 16]),
        conversation: id("#a"),
        body: Body::Reaction { of, emoji },
    };
    let conversation = CachedConversation {
        conversation: Conversation {
            id: id("#a"),
            kind: ConversationKind::Room,
            name: Text::new("#a"),
            peer: None,
            topic: Text::new(""),
            head: Seq(1),
            read: Seq(1),
            base: None,
        },
        entries: vec![line(id("#a"), Seq(1))],
        people: Vec::new(),
        draft: String::new(),
        sent: Vec::new(),
        muted: false,
    };
    player.send(Event::Cached(Box::new(Cached {
        conversations: vec![conversation],
        refused: vec![(pending, "too fast".into())],
        emoji: vec!["👍".into()],
        ..Cached::default()
    })));
    player.play(
        r#"
        log:
          (beginning)
          -- 2026-11-20
          bob: line 1
          + 👍 you …
        tick 1
        -> Post #a Reaction { of: Seq(1), emoji: Text("👍") }
        "#,
    );
    assert_eq!(player.app.recent_emoji, ["👍"]);
}
