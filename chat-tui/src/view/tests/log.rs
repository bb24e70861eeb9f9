//! The log pane.

use chat_core::command::Direction;
use chat_core::event::{Change, RosterChange};
use chat_core::{Body, Person, PostId, Presence, RequestId, Seq, Text};
use ratatui::style::Modifier;

use super::fixture::*;
use crate::app::App;
use crate::app::conversation::{Outgoing, OutgoingState, Scroll};
use crate::app::log::{Key, Load, Part, Stage};
use crate::app::model::Host;
use crate::app::model::Place;

/// The log pane's rows with something in them, at 60 columns without side panes.
fn log_rows(app: &App) -> Vec<String> {
    let rows = rows(&drawn(app).buffer);
    let log = rows.iter().filter_map(|row| {
        let inner = row.strip_prefix('│')?.strip_suffix('│')?.trim_end();
        (!inner.is_empty() && !inner.starts_with('>')).then(|| inner.to_owned())
    });
    log.collect()
}

fn quiet(width: u16, height: u16) -> App {
    use crate::app::model::Pane;
    let mut app = app(width, height);
    app.panes.conversations = Pane::Hidden;
    app.panes.roster = Pane::Hidden;
    app
}

fn outgoing(text: &str, state: OutgoingState) -> Outgoing {
    Outgoing {
        post: PostId([1; 16]),
        body: Body::Post(Text::new(text)),
        at: START,
        state,
    }
}

#[test]
fn days_are_separated_and_nicks_not_repeated() {
    let day = 24 * 60;
    let app = with(
        quiet(50, 16),
        vec![
            post(1, 0, "bob", "one"),
            post(2, 0, "bob", "two"),
            post(3, 1, "bob", "three"),
            post(4, 1, "carol", "four"),
            post(5, day, "carol", "five"),
        ],
    );
    assert_eq!(
        log_rows(&app),
        [
            "────── this is the beginning of #general ───────",
            "─────────── Friday, 20 November 2026 ───────────",
            "14:00 bob      one",
            "               two",
            "14:01          three",
            "14:01 carol    four",
            "────────── Saturday, 21 November 2026 ──────────",
            "14:00 carol    five",
        ]
    );
}

#[test]
fn own_posts_are_marked_until_they_are_stored() {
    let mut app = quiet(50, 16);
    let refused = OutgoingState::Refused {
        reason: "too fast: wait".into(),
        again_at: None,
    };
    app.conversations[0].outbox = vec![
        outgoing("on its way", OutgoingState::Sending),
        outgoing("stored", OutgoingState::Stored(Seq(9))),
        outgoing("refused", refused),
    ];
    assert_eq!(
        log_rows(&app)[1..],
        [
            "    … alice    on its way",
            "    ✓ alice    stored",
            "    ✗ alice    refused",
            "               too fast: wait",
        ]
    );
}

#[test]
fn gaps_and_loading_are_told() {
    let mut app = with(
        quiet(50, 16),
        vec![post(5, 0, "bob", "five"), post(9, 0, "bob", "nine")],
    );
    app.conversations[0].log.lose(Seq(5), Seq(9));
    app.conversations[0].log.load = Some(Load {
        from: Seq(5),
        direction: Direction::Before,
        stage: Stage::Network(RequestId(1)),
    });
    let rows = log_rows(&app);
    assert!(rows[0].contains(" … loading earlier messages … "));
    assert!(
        rows.iter()
            .any(|row| row.contains("3 messages that the server no longer has"))
    );
    app.conversations[0].log.load = None;
    assert!(log_rows(&app)[0].contains("4 messages not here yet"));
}

#[test]
fn who_comes_and_goes_is_one_line() {
    let mut app = with(quiet(60, 12), vec![post(1, 0, "bob", "hi")]);
    for name in ["dave", "erin"] {
        let person = Person {
            account: account(name),
            nick: nick(name),
            presence: Presence::Online,
            away: None,
        };
        let change = RosterChange {
            person,
            what: Change::Joined,
            text: None,
            was: None,
        };
        app.conversations[0].log.note(&change, START);
    }
    assert_eq!(
        log_rows(&app).last().map(String::as_str),
        Some("      *        dave and erin joined")
    );
}

#[test]
fn scrolled_up_says_what_is_below() {
    let entries = (1..=40).map(|n| post(n, n, "bob", "line")).collect();
    let mut app = with(quiet(60, 12), entries);
    app.conversations[0].scroll = Scroll::At {
        key: Key {
            seq: Seq(3),
            part: Part::Entry,
        },
        row: 0,
    };
    app.conversations[0].seen = Seq(28);
    assert!(log_rows(&app)[0].starts_with("14:03"));
    check_says(&app, "─ 12 new below · Esc ─┤");
    app.conversations[0].scroll = Scroll::Newest;
    assert!(
        log_rows(&app)
            .last()
            .is_some_and(|row| row.starts_with("14:40"))
    );
}

#[test]
fn the_picked_row_and_mentions_stand_out_without_colours() {
    let mut app = with(
        quiet(50, 12),
        vec![post(1, 0, "bob", "hi"), post(2, 0, "carol", "Alice: hello")],
    );
    app.conversations[0].selected = Some(Key {
        seq: Seq(1),
        part: Part::Entry,
    });
    let buffer = drawn(&app).buffer;
    let reversed = |x, y| buffer[(x, y)].modifier.contains(Modifier::REVERSED);
    assert!((1..49).all(|x| reversed(x, 4)), "the picked row");
    assert!(reversed(7, 5), "the nick of who mentions");
    assert!(
        reversed(16, 5) && reversed(20, 5) && !reversed(21, 5),
        "the mention"
    );
}

#[test]
fn a_wrapped_link_has_a_span_on_each_row() {
    let url = "https://example.org/a/long/path/that/does/not/fit/on/one/row";
    let app = with(
        quiet(50, 12),
        vec![post(1, 0, "bob", &format!("see {url}."))],
    );
    let drawn = drawn(&app);
    let spans: Vec<_> = drawn.links.iter().map(|l| (l.x, l.y, l.width)).collect();
    assert_eq!(spans, [(16, 5, 33), (16, 6, 27)]);
    assert!(drawn.links.iter().all(|link| link.url == url));
}

#[test]
fn how_others_join_stands_in_one_piece_where_it_fits() {
    let mut hosting = with(app(120, 10), vec![post(1, 0, "bob", "hi")]);
    let link = format!("chat://192.168.1.5:7878/#{}", "x".repeat(20));
    hosting.host = Some(Host {
        place: Place::Here,
        at: "127.0.0.1:7878".into(),
        link: link.clone(),
        told: Some((GENERAL, Seq(1))),
    });
    let command = format!("chat-tui join '{link}'");
    check_says(&hosting, &format!("│                   {command}│"));
    check_says(&hosting, "│                   /link copies it again ");
    hosting.size.width = 100;
    check_says(&hosting, &format!("│{command} "));
    hosting.size.width = 60;
    check_says(&hosting, &format!("│{link}│"));
    // In two pieces it would join nobody.
    hosting.size.width = 40;
    check_says(&hosting, "/link");
    let shown = rows(&drawn(&hosting).buffer).join("\n");
    assert!(!shown.contains("chat://"), "{shown}");
}
