//! The connection, on the screen.

use chat_core::Fingerprint;

use super::fixture::*;
use crate::app::menu::{Menu, MenuKind};
use crate::app::model::Connection;
use crate::app::security::{Security, Vouched};
use crate::app::servers::{Hosted, KnownServer};
use crate::app::{App, Popup};

fn open(width: u16, height: u16) -> App {
    let mut app = app(width, height);
    app.security = Security::Tls {
        fingerprint: Fingerprint([7; 32]),
        vouched: Vouched::Person,
    };
    app.servers.here = "chat.example:7878".into();
    app.servers.key = "Kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk".into();
    let known = |address: &str, name: &str, nick: &str| KnownServer {
        link: address.parse().expect("an address"),
        name: name.into(),
        nick: nick.into(),
        used: START,
        pin: None,
        vouched: None,
        hosted: Hosted::No,
    };
    app.servers.known = vec![
        known("chat.example:7878", "chat.example", "alice"),
        known("chat://10.0.0.7:9000/#tls=off", "the lab", "al"),
        KnownServer {
            pin: Some(Fingerprint([8; 32])),
            ..known("other.example:7878", "", "ally")
        },
    ];
    app.popups
        .push(Popup::Menu(Menu::new(MenuKind::Connection)));
    app
}

#[test]
fn the_connection_lies_over_the_screen() {
    check(
        &open(80, 24),
        "
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #g┌─ connection ──────────────────────────────────────────────────────────┐  │
│ #o│ chat.example ● online, 12 ms                                          │  │
│ @b│ address chat.example:7878                                             │  │
│   │ encrypted with TLS 1.3; its certificate is the one that you accepted: │  │
│   │ BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc                           │  │
│   │ you are alice; the key of your account:                               │  │
│   │ Kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk                           │  │
│   │                                                                       │  │
│   │ connect anew, now                                                     │  │
│   │ another nick …                                                        │  │
│   │ copy the certificate's fingerprint                                    │  │
│   │ copy the link to this server                                          │  │
│   │                                                                       │  │
│   │ servers                                                               │  │
│   │ ● chat.example:7878 as alice                                     here │  │
│   │ ○ the lab 10.0.0.7:9000 as al NOT ENCRYPTED          2026-11-20 14:00 │  │
│   │ ○ other.example:7878 as ally                         2026-11-20 14:00 │  │
│   │   CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg                         │  │
│   │ another one …                                                         │  │
├───└─ Enter: do it · d: forget · Esc: back ────────────────────────────────┘──┤
│> type here                                                                   │
└ Enter take it                                                       Esc back ┘
",
    );
}

#[test]
fn the_connection_fits_a_small_screen() {
    let mut app = open(40, 10);
    check(
        &app,
        "
┌─ connection ─────────────────────────┐
│ chat.example ● online, 12 ms         │
│ address chat.example:7878            │
│ encrypted with TLS 1.3; its          │
│ certificate is the one that you      │
│ accepted:                            │
│ BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw   │
│ cHBwcHBwc                            │
│ you are alice; the key of your       │
└─ Enter: do it · d: forget ───────────┘
",
    );
    // Going down scrolls to what can be picked.
    if let Some(Popup::Menu(menu)) = app.popups.last_mut() {
        menu.selected = 5;
        menu.scroll = 12;
    }
    check_says(&app, "○ the lab 10.0.0.7:9000");
}

#[test]
fn a_lost_connection_counts_down() {
    let mut app = open(60, 20);
    app.connection = Connection::Offline {
        why: "connection lost".into(),
        retry_at: START.plus(3_000),
    };
    app.security = Security::Plain;
    check(
        &app,
        "
 ┌─ connection ───────────────────────────────────────────┐
┌│ chat.example ○ offline, again in 3 s                   │┐
││ connection lost                                        ││
││ address chat.example:7878                              ││
││ NOT ENCRYPTED: plain TCP. Everybody on the way can     ││
││ read and change what you write.                        ││
││ you are alice; the key of your account:                ││
││ Kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk            ││
││                                                        ││
││ connect anew, now                                      ││
││ another nick …                                         ││
││ copy the certificate's fingerprint                     ││
││ copy the link to this server                           ││
││                                                        ││
││ servers                                                ││
││ ○ chat.example:7878 as alice                      here ││
││ ○ the lab 10.0.0.7:9000 as al NOT ENCRYPTED            ││
├│ ○ other.example:7878 as ally          2026-11-20 14:00 │┤
││   CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg          ││
└└─ Enter: do it · d: forget · Esc: back ─────────────────┘┘
",
    );
}

#[test]
fn a_server_is_forgotten_with_a_question() {
    let mut app = open(60, 12);
    app.popups.push(Popup::Forget {
        address: "10.0.0.7:9000".into(),
    });
    check(
        &app,
        "
 chat.example ● 12 ms  #general — topic of the room   alice
┌ #general ───────────────────────────────────┬ online 3 ──┐
│───── this is the beginning of #general ─────│ ● alice    │
│                                             │ ● bob      │
│┌─ forget ───────────────────────────────────────────────┐│
││ Forget 10.0.0.7:9000: its certificate, and what is     ││
││ kept of its messages? What you wrote there and did not ││
││ send stays.                                            ││
│└─ y: forget · n: keep ──────────────────────────────────┘│
├─────────────────────────────────────────────┴────────────┤
│> type here                                               │
└ y yes  n no                                     Esc back ┘
",
    );
}
