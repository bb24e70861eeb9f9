//! Whole screens in the sizes that matter.

use chat_core::{Body, Text};

use super::fixture::*;
use crate::app::App;

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
│ #general      │      *        this is the beginning of #general │ ● alice    │
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
