//! Whole screens in the sizes that matter.

use chat_core::{Body, Text};
use ratatui::layout::Position;

use super::fixture::*;
use crate::app::App;
use crate::app::model::{Completion, Connection, Notice, NoticeKind};
use crate::text;

fn talk(width: u16, height: u16) -> App {
    let mut app = with(
        app(width, height),
        vec![
            post(1, 2, "bob", "hi there"),
            post(2, 3, "carol", "the build is green again"),
            entry(3, 3, "carol", Body::Action(Text::new("waves"))),
            post(4, 7, "bob", "see https://example.org/x"),
            post(5, 7, "bob", "and alice: look"),
        ],
    );
    app.conversations[0].unread_line = Some(chat_core::Seq(3));
    app.conversations[1].unread.entries = 2;
    app.conversations[2].unread.entries = 1;
    app.conversations[2].unread.mentions = 1;
    app
}

#[test]
fn eighty_columns_show_all_three_panes() {
    check(
        &talk(80, 16),
        "
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #general      │─────── this is the beginning of #general ───────│ ● alice    │
│ #ops        2 │─────────── Friday, 20 November 2026 ────────────│ ● bob      │
│ @bob        1 │14:02 bob      hi there                          │ ◌ carol    │
│               │14:03 carol    the build is green again          │            │
│               │14:03 *        carol waves                       │            │
│               │───────────────────── 2 new ─────────────────────│            │
│               │14:07 bob      see https://example.org/x         │            │
│               │               and alice: look                   │            │
│               │                                                 │            │
│               │                                                 │            │
│               │                                                 │            │
├───────────────┴─────────────────────────────────────────────────┴────────────┤
│> type here                                                                   │
└ F1 help  F2 nick  F3 msg  ^K go to  ^F search  PgUp history         F10 quit ┘
",
    );
}

#[test]
fn forty_columns_show_the_log() {
    check(
        &talk(40, 10),
        "
 chat.example ● 12 ms  #general…  alice
┌ #general ────────────────────────────┐
│14:03 *        carol waves            │
│─────────────── 2 new ────────────────│
│14:07 bob      see                    │
│               https://example.org/x  │
│               and alice: look        │
├──────────────────────────────────────┤
│> type here                           │
└ F1 help  F2 nick  F3 msg    F10 quit ┘
",
    );
}

#[test]
fn a_wide_screen_has_room_for_long_names() {
    let mut app = talk(200, 60);
    app.conversations[1].info.name = Text::new("#a-room-with-a-long-name");
    let rows = rows(&drawn(&app).buffer);
    assert_eq!(rows.len(), 60);
    assert!(
        rows[3].starts_with("│ #a-room-with-a-long… 2 │"),
        "{}",
        rows[3]
    );
    assert!(rows.iter().skip(1).all(|row| text::width(row) == 200));
}

#[test]
fn narrow_screens_drop_the_left_pane_then_the_right() {
    let panes = |width| {
        let top = rows(&drawn(&talk(width, 12)).buffer)[1].clone();
        (top.contains("conversations"), top.contains("online"))
    };
    assert_eq!(panes(80), (true, true));
    assert_eq!(panes(60), (false, true));
    assert_eq!(panes(40), (false, false));
}

#[test]
fn tiny_screens_say_so() {
    check(&talk(9, 2), "too small\n\u{20}");
    check(&talk(1, 1), "…");
    check(
        &talk(12, 3),
        "
    alice:
    look
> type here",
    );
}

#[test]
fn without_a_conversation_it_says_what_to_do() {
    let mut app = app(60, 8);
    app.conversations.clear();
    app.current = None;
    check_says(&app, "no conversation yet: /join #lobby");
    app.connection = Connection::Connecting { attempt: 3 };
    check_says(&app, "◌ connecting, try 3");
    check_says(&app, "waiting for the server");
}

#[test]
fn the_connection_is_told() {
    let mut app = app(80, 12);
    app.connection = Connection::Offline {
        why: "the server restarts".into(),
        retry_at: START.plus(4_500),
    };
    check_says(&app, "○ offline, again in 5 s");
    check_says(&app, "├─ the server restarts ─");
    app.connection = Connection::Closed {
        why: "the certificate changed".into(),
    };
    check_says(&app, "○ disconnected");
    check_says(&app, "the certificate changed");
    app.connection = Connection::Syncing;
    check_says(&app, "◌ catching up");
}

#[test]
fn the_line_above_the_input_says_what_there_is_to_say() {
    let mut app = talk(80, 12);
    app.notice = Some(Notice {
        text: "nobody is called dave".into(),
        kind: NoticeKind::Error,
        until: START,
    });
    check_says(&app, "├─ nobody is called dave ─");
    app.size = ratatui::layout::Size::new(40, 10);
    let said = "there is no /frob: /help lists what there is. To post it as text, start with //";
    app.notice = Some(Notice {
        text: said.into(),
        kind: NoticeKind::Error,
        until: START,
    });
    check(
        &app,
        "
 chat.example ● 12 ms  #general…  alice
┌ #general ────────────────────────────┐
│14:03 *        carol waves            │
│─────────────── 2 new ────────────────│
│ there is no /frob: /help lists what  │
│ there is. To post it as text, start  │
│ with //                              │
├──────────────────────────────────────┤
│> type here                           │
└ F1 help  F2 nick  F3 msg    F10 quit ┘
",
    );
    app.notice = None;
    app.size = ratatui::layout::Size::new(40, 14);
    let why = "the certificate has changed: ask the host for a new link before you join again";
    let offline = Connection::Offline {
        retry_at: START,
        why: why.into(),
    };
    let closed = Connection::Closed { why: why.into() };
    app.connection = offline;
    check_says(&app, "├─ the certificate has changed: ask t…─┤");
    app.connection = closed;
    check_says(&app, "│ host for a new link before you join  │");
    app.connection = Connection::Online;
    app.size = ratatui::layout::Size::new(80, 12);
    app.completion = Some(Completion {
        start: 0,
        typed: "b".into(),
        candidates: vec!["bob: ".into(), "bert: ".into()],
        at: Some(1),
    });
    check_says(&app, "├─ bob:  bert: ─");
}

#[test]
fn the_input_grows_with_what_is_typed() {
    let mut app = talk(40, 12);
    app.input_mut().insert("one\ntwo 日本\n👩‍🚀 three");
    let drawn = drawn(&app);
    let rows = rows(&drawn.buffer);
    assert_eq!(rows[7], "├──────────────────────────────────────┤");
    assert_eq!(rows[8], "│> one                                 │");
    assert_eq!(rows[9], "│  two 日本                            │");
    assert_eq!(rows[10], "│  👩🚀 three                          │");
    assert_eq!(drawn.cursor, Some(Position::new(13, 10)));
}

#[test]
fn unread_mentions_and_muted_conversations_are_told_apart() {
    let mut app = talk(80, 12);
    app.conversations[1].unread.entries = 1200;
    check_says(&app, "│ #ops     999+ │");
    app.conversations[1].unread.mentions = 2;
    check_says(&app, "│ #ops       @2 │");
}
