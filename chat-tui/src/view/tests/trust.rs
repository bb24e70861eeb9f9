//! What the screen says about the connection: whether it is private, and what is not known without it.

use super::fixture::*;
use crate::app::model::{Connection, Mouse};
use crate::app::security::Security;

#[test]
fn a_connection_that_is_not_private_is_said_loudly_however_narrow_the_screen_is() {
    for (width, height) in [(80, 24), (40, 10), (20, 8), (200, 60)] {
        let mut app = app(width, height);
        app.security = Security::Plain;
        check_says(&app, " NOT ENCRYPTED");
    }
    let mut app = app(80, 8);
    app.security = Security::Plain;
    check(
        &app,
        "
 NOT ENCRYPTED chat.example ● 12 ms  #general — topic of the room         alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #general      │─────── this is the beginning of #general ───────│ ● alice    │
│ #ops          │                                                 │ ● bob      │
│ @bob          │                                                 │ ◌ carol    │
├───────────────┴─────────────────────────────────────────────────┴────────────┤
│> type here                                                                   │
└ F1 help  F2 nick  F3 msg  ^K go to  ^F search  PgUp history         F10 quit ┘
",
    );
}

#[test]
fn who_is_there_is_not_known_without_a_connection() {
    let mut app = app(80, 8);
    app.connection = Connection::Offline {
        why: "connection lost".into(),
        retry_at: START.plus(3_000),
    };
    check(
        &app,
        "
 chat.example ○ offline, again in 3 s  #general — topic of the room       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ people ────┐
│ #general      │─────── this is the beginning of #general ───────│ · alice    │
│ #ops          │                                                 │ · bob      │
│ @bob          │                                                 │ · carol    │
├─ connection lost ───────────────────────────────────────────────┴────────────┤
│> type here                                                                   │
└ F1 help  F2 nick  F3 msg  ^K go to  ^F search  PgUp history         F10 quit ┘
",
    );
}

#[test]
fn the_button_to_send_stands_beside_what_is_typed() {
    let mut app = app(40, 8);
    app.mouse = Mouse::Used;
    app.input_mut()
        .set_text("a line that is too long for one row");
    check(
        &app,
        "
 chat.example ● 12 ms  #general…  alice
┌ #general ────────────────────────────┐
│─ this is the beginning of #general ──│
│                                      │
├──────────────────────────────────────┤
│> a line that is too long for o       │
│  ne row                        [send]│
└ F1 help  F2 nick  F3 msg    F10 quit ┘
",
    );
}
