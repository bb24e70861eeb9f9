//! Edits, deletions and reactions on the screen; emoji that are offered, and the list of them.

use chat_core::{Body, PostId, Seq, Text};
use ratatui::style::Modifier;

use super::fixture::*;
use crate::app::conversation::{Outgoing, OutgoingState};
use crate::app::log::{Key, Part};
use crate::app::{App, Event, update};

fn react(seq: u64, who: &str, of: u64, emoji: &str) -> chat_core::Entry {
    let (of, emoji) = (Seq(of), Text::new(emoji));
    entry(seq, 0, who, Body::Reaction { of, emoji })
}

fn talk(width: u16, height: u16) -> App {
    let edit = |text| Body::Edit {
        of: Seq(1),
        text: Text::new(text),
    };
    with(
        app(width, height),
        vec![
            post(1, 0, "bob", "helo"),
            post(
                2,
                0,
                "carol",
                "the build is green, see https://example.org/x",
            ),
            post(3, 1, "carol", "a secret"),
            entry(4, 1, "bob", edit("hello")),
            entry(5, 1, "carol", Body::Deletion { of: Seq(3) }),
            react(6, "bob", 2, "👍"),
            react(7, "alice", 2, "👍"),
            react(8, "carol", 2, "❤️"),
            react(9, "dave", 2, "👩‍🚀"),
            entry(10, 2, "bob", Body::Unknown(99)),
        ],
    )
}

#[test]
fn what_was_edited_taken_back_and_reacted_to() {
    check(
        &talk(80, 16),
        r"
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #general      │─────── this is the beginning of #general ───────│ ● alice    │
│ #ops          │─────────── Friday, 20 November 2026 ────────────│ ● bob      │
│ @bob          │14:00 bob      hello (edited)                    │ ◌ carol    │
│               │14:00 carol    the build is green, see           │            │
│               │               https://example.org/x             │            │
│               │               👍 you +1  ❤ carol  👩🚀 dave     │            │
│               │14:01          (taken back)                      │            │
│               │14:02 *        (something that this version can't│            │
│               │               show: update it)                  │            │
│               │                                                 │            │
│               │                                                 │            │
├───────────────┴─────────────────────────────────────────────────┴────────────┤
│> type here                                                                   │
└ F1 help  F2 nick  F3 msg  ^K go to  ^F search  PgUp history         F10 quit ┘",
    );
}

#[test]
fn what_was_edited_taken_back_and_reacted_to_on_a_small_screen() {
    check(
        &talk(40, 10),
        r"
 chat.example ● 12 ms  #general…  alice
┌ #general ────────────────────────────┐
│               👩🚀 dave              │
│14:01          (taken back)           │
│14:02 *        (something that this   │
│               version can't show:    │
│               update it)             │
├──────────────────────────────────────┤
│> type here                           │
└ F1 help  F2 nick  F3 msg    F10 quit ┘",
    );
}

#[test]
fn marks_are_faint_and_own_reactions_stand_out() {
    let drawn = drawn(&talk(80, 16));
    let style = |x: u16, y: u16| drawn.buffer[(x, y)].style();
    let has = |x, y, modifier| style(x, y).add_modifier.contains(modifier);
    assert!(!has(32, 4, Modifier::DIM), "the text");
    assert!(has(38, 4, Modifier::DIM), "(edited)");
    assert!(has(35, 7, Modifier::BOLD), "one's own");
    assert!(has(43, 7, Modifier::DIM), "others'");
    assert!(has(32, 8, Modifier::DIM), "(taken back)");
}

#[test]
fn own_changes_on_their_way_are_marked_and_refused_ones_say_why() {
    let mut app = with(
        app(80, 14),
        vec![post(1, 0, "alice", "one"), post(2, 0, "bob", "two")],
    );
    let waiting = |post: u8, body, state| Outgoing {
        post: PostId([post; 16]),
        body,
        at: START,
        state,
    };
    let edit = |text| Body::Edit {
        of: Seq(1),
        text: Text::new(text),
    };
    let emoji = Text::new("🎉");
    let reaction = Body::Reaction { of: Seq(2), emoji };
    app.conversations[0].outbox = vec![
        waiting(1, edit("three"), OutgoingState::Sending),
        waiting(2, reaction, OutgoingState::Sending),
    ];
    check_says(&app, "alice    three (edited …)");
    check_says(&app, "🎉 you …");
    app.conversations[0].outbox[0].state = OutgoingState::Refused {
        reason: "too late".into(),
        again_at: None,
    };
    check_says(&app, "alice    one");
    check_says(&app, "not changed: too late");
    // Of an entry that is not here, the edit stands below.
    app.conversations[0].outbox[0].body = Body::Edit {
        of: Seq(99),
        text: Text::new("lost?"),
    };
    check_says(&app, "✗ alice    lost? (edit of an older message)");
}

fn typed(mut app: App, text: &str) -> App {
    app.input_mut().insert(text);
    app
}

#[test]
fn emoji_are_offered_above_what_is_typed() {
    check(
        &typed(app(40, 12), "so :thu"),
        r"
 chat.example ● 12 ms  #general…  alice
┌ #general ────────────────────────────┐
│─ this is the beginning of #general ──│
│                                      │
│                                      │
│                                      │
│      👍 thumbsup                     │
│      👎 thumbsdown                   │
│      🫰 hand_with_index_finger_and_… │
├──────────────────────────────────────┤
│> so :thu                             │
└ F1 help  F2 nick  F3 msg    F10 quit ┘",
    );
}

#[test]
fn the_list_of_emoji_fits_a_small_screen() {
    let mut app = app(40, 10);
    app.recent_emoji = vec!["🎉".into(), "👩‍🚀".into()];
    let alt_e = crossterm::event::KeyEvent::new(
        crossterm::event::KeyCode::Char('e'),
        crossterm::event::KeyModifiers::ALT,
    );
    drop(update(&mut app, Event::Key(alt_e)));
    check_says(&app, "🎉 tada");
    check_says(&app, "👩🚀 woman_astronaut");
    check_says(&app, "😀 grinning");
    check_says(&app, "Tab: category");
}

#[test]
fn editing_is_said_above_the_input() {
    let mut app = with(app(80, 14), vec![post(1, 0, "alice", "one")]);
    app.conversations[0].selected = Some(Key {
        seq: Seq(1),
        part: Part::Entry,
    });
    let e = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Char('e'));
    drop(update(&mut app, Event::Key(e)));
    app.notice = None;
    check_says(&app, "editing · Enter changes it · Esc leaves it");
    check_says(&app, "> one");
}
