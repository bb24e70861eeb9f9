//! What was missed, on the screen.

use super::fixture::*;
use crate::app::menu::{Menu, MenuKind};
use crate::app::missed::{Count, Hint, Listed, Missed};
use crate::app::{App, Popup};

fn returned(width: u16, height: u16) -> App {
    let mut app = app(width, height);
    let mut psst = post(
        1,
        9,
        "bob",
        "are you there? I have something that is too long for a row",
    );
    psst.conversation = BOB;
    let count = |conversation, entries, mentions| Count {
        conversation,
        entries,
        mentions,
    };
    app.away.missed = Some(Missed {
        mentions: Listed::new(vec![
            post(3, 2, "bob", "alice: look"),
            post(4, 3, "carol", "and alice, too\nmuch more"),
        ]),
        direct: Listed::new(vec![psst]),
        counts: vec![count(GENERAL, 12, 2), count(OPS, 3, 0), count(BOB, 1, 1)],
        skipped: 0,
    });
    app
}

fn open(mut app: App) -> App {
    app.popups.push(Popup::Menu(Menu::new(MenuKind::Missed)));
    app
}

#[test]
fn what_was_missed_lies_over_the_screen() {
    check(
        &open(returned(80, 18)),
        "
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #general      │─────── this is the beginning of #general ───────│ ● alice    │
│ #o┌─ since you were away ─────────────────────────────────────────────────┐  │
│ @b│ you were mentioned                                                    │  │
│   │ #general bob: alice: look                                       14:02 │  │
│   │ #general carol: and alice, too …                                14:03 │  │
│   │                                                                       │  │
│   │ written to you                                                        │  │
│   │ bob: are you there? I have something that is too long for a row 14:09 │  │
│   │                                                                       │  │
│   │ new in                                                                │  │
│   │ #general  12 new, 2 name you                                          │  │
│   │ #ops  3 new                                                           │  │
│   │ @bob  1 new                                                           │  │
├───└─ Enter: go there · Esc: back ─────────────────────────────────────────┘──┤
│> type here                                                                   │
└ Enter take it                                                       Esc back ┘
",
    );
}

#[test]
fn what_was_missed_fits_a_small_screen() {
    check(
        &open(returned(40, 10)),
        "
 ┌─ since you were away ──────────────┐
┌│ you were mentioned                 │┐
││ #general bob: alice: look    14:02 ││
││ #general carol: and alice, … 14:03 ││
││                                    ││
││ written to you                     ││
││ bob: are you there? I have … 14:09 ││
├│                                    │┤
││ new in                             ││
└└─ Enter: go there · Esc: back ──────┘┘
",
    );
}

#[test]
fn what_was_missed_is_offered_above_the_input() {
    let mut app = returned(80, 10);
    app.away.hint = Hint::Shown;
    check(
        &app,
        "
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #general      │─────── this is the beginning of #general ───────│ ● alice    │
│ #ops          │                                                 │ ● bob      │
│ @bob          │                                                 │ ◌ carol    │
│               │                                                 │            │
│               │                                                 │            │
├─ F7: while you were away 2 mentions, 1 direct message, 15 in rooms ──────────┤
│> type here                                                                   │
└ F1 help  F2 nick  F3 msg  ^K go to  ^F search  PgUp history         F10 quit ┘
",
    );
}
