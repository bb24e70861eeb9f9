//! What holds after any sequence of events: nothing panics, logs are in order without duplicates,
//! the scroll position exists, nothing typed is lost without a trace.

use std::collections::HashSet;

use proptest::prelude::*;

use super::script::Player;
use crate::app::conversation::{Outgoing, OutgoingState, Scroll};
use crate::app::log::HELD_MAX;
use crate::app::rows::Feed;
use crate::app::{App, layout};

/// Any line of a script that needs nothing before it.
fn step() -> impl Strategy<Value = String> {
    let room = prop::sample::select(vec!["#a", "#b", "@bob"]);
    let key = prop::sample::select(vec![
        "Enter",
        "Esc",
        "Tab",
        "Shift+Tab",
        "Up",
        "Down",
        "Left",
        "Right",
        "PgUp",
        "PgDn",
        "Home",
        "End",
        "Backspace",
        "Delete",
        "Ctrl+K",
        "Ctrl+F",
        "Ctrl+S",
        "Ctrl+N",
        "Ctrl+P",
        "Ctrl+C",
        "Ctrl+U",
        "Ctrl+W",
        "Ctrl+Y",
        "Alt+A",
        "Alt+U",
        "Alt+1",
        "Alt+2",
        "Alt+Enter",
        "F1",
        "F2",
        "F3",
        "F8",
        "F9",
        "F10",
        "y",
        "n",
        "s",
        "e",
        "x",
        "r",
        "o",
    ]);
    let typed = prop::sample::select(vec![
        "hello",
        "/nick zed",
        "/msg bob hi",
        "/join #c",
        "/part",
        "/rooms",
        "/who",
        "/me waves",
        "/mute",
        "//x",
        "👩‍🚀 ok",
        "日本語",
        "bo",
        ":smi",
        "/nonsense",
    ]);
    prop_oneof![
        8 => key.prop_map(|key| format!("keys {key}")),
        4 => typed.prop_map(|text| format!("type {text}")),
        1 => Just(r"paste one\ntwo".to_owned()),
        1 => Just(format!("paste {}", [r"line\n"; 60].concat())),
        4 => (room.clone(), "[a-z]{1,9}").prop_map(|(room, text)| format!("say {room} carol {text}")),
        3 => (room.clone(), 1_u64..60, prop::sample::select(vec!["react", "unreact", "edit", "delete"]))
            .prop_map(|(room, of, what)| format!("{what} {room} carol {of} 👍")),
        2 => (room.clone(), 1_u64..60, 0_u64..30)
            .prop_map(|(room, from, more)| format!("feed {room} {from}-{}", from + more)),
        1 => (1_u64..60, 0_u64..30).prop_map(|(from, more)| format!("cached {from}-{}", from + more)),
        1 => Just("cached none".to_owned()),
        1 => (1_u64..60, 0_u64..30).prop_map(|(from, more)| format!("page {from}-{}", from + more)),
        2 => Just("refused no".to_owned()),
        1 => Just("opened #c".to_owned()),
        1 => Just("ok".to_owned()),
        2 => Just("echo".to_owned()),
        1 => Just("posted".to_owned()),
        1 => Just("entry".to_owned()),
        1 => Just("refuse 500 too fast".to_owned()),
        1 => room.clone().prop_map(|room| format!("left {room}")),
        1 => Just("online #a:40/3 #b @bob:7/0".to_owned()),
        1 => Just("other-server #a:9/0 @bob".to_owned()),
        1 => Just("offline 700".to_owned()),
        1 => Just("closed over".to_owned()),
        1 => Just("certificate".to_owned()),
        1 => Just("login-refused nick-taken taken => ann2".to_owned()),
        2 => (0_u16..120, 0_u16..40).prop_map(|(x, y)| format!("resize {x}x{y}")),
        2 => (0_u16..120, 0_u16..40).prop_map(|(x, y)| format!("click {x} {y}")),
        1 => (0_u16..120, 0_u16..40).prop_map(|(x, y)| format!("wheel-up {x} {y}")),
        1 => (0_u16..120, 0_u16..40).prop_map(|(x, y)| format!("wheel-down {x} {y}")),
        2 => (0_u64..5_000).prop_map(|ms| format!("tick {ms}")),
        1 => Just("blur".to_owned()),
        1 => Just("focus".to_owned()),
        1 => Just("roster #a ann bob carol dave".to_owned()),
        1 => Just("join #a eve".to_owned()),
        1 => Just("rename @bob bob rob".to_owned()),
        1 => Just("host chat://x/".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_events_keep_the_state_whole(steps in prop::collection::vec(step(), 1..120)) {
        let mut player = Player::new();
        player.play("online #a:40/3 #b @bob:7/0");
        for step in steps {
            player.try_play(&step);
            whole(&player.app);
        }
    }

    /// Nothing that happens by itself, and no key that doesn't delete, loses what was typed.
    #[test]
    fn what_is_typed_is_somewhere(steps in prop::collection::vec(step(), 1..60)) {
        let mut player = Player::new();
        player.play("online #a #b @bob\ntype precious");
        let mut left = 0;
        for step in steps.iter().filter(|step| !deletes(step)) {
            left += usize::from(step.starts_with("left") || step.starts_with("other-server"));
            player.try_play(step);
            // The server has it, or it was moved among what was sent in a conversation that is gone,
            // too.
            if left > 1 || is_stored(&player.app, "precious") {
                break;
            }
            prop_assert!(holds(&player.app, "precious"), "lost after {step}");
        }
    }
}

fn deletes(step: &str) -> bool {
    // The last drops a post that was refused.
    let keys = [
        "Ctrl+C",
        "Ctrl+U",
        "Ctrl+W",
        "Ctrl+K",
        "Backspace",
        "Delete",
        "x",
    ];
    keys.iter().any(|key| step == format!("keys {key}"))
}

/// Whether the letters of `part` stand in `text` in this order: other keys type between them.
fn spells(text: &str, part: &str) -> bool {
    let mut letters = text.chars();
    part.chars()
        .all(|wanted| letters.any(|letter| letter == wanted))
}

/// Whether the server has it: as an entry, or acknowledged.
fn is_stored(app: &App, text: &str) -> bool {
    app.conversations.iter().any(|view| {
        let mut entries = view.log.entries();
        let acknowledged = |post: &Outgoing| {
            matches!(post.state, OutgoingState::Stored(_)) && spells(post.body.text(), text)
        };
        entries.any(|entry| spells(entry.body.text(), text)) || view.outbox.iter().any(acknowledged)
    })
}

fn whole(app: &App) {
    let mut ids = HashSet::new();
    for view in &app.conversations {
        assert!(ids.insert(view.id()), "a conversation is there twice");
        let seqs: Vec<_> = view.log.entries().map(|entry| entry.seq).collect();
        assert!(seqs.is_sorted_by(|a, b| a < b), "out of order");
        assert!(seqs.len() <= HELD_MAX * 4);
        assert!(view.log.last() <= view.log.head());
        let held: HashSet<_> = view.log.entries().filter_map(|entry| entry.post).collect();
        assert!(
            view.outbox.iter().all(|post| !held.contains(&post.post)),
            "shown twice"
        );
        scroll_is_valid(app, view);
    }
    let places: Vec<_> = app.conversations.iter().map(|view| view.place()).collect();
    assert!(places.is_sorted(), "the list is out of order");
    assert_eq!(app.current.is_none(), app.conversations.is_empty());
    assert!(app.current.is_none() || app.current().is_some());
    assert!(app.wants_tick().is_none_or(|at| at >= app.now));
}

fn scroll_is_valid(app: &App, view: &crate::app::ConversationView) {
    let area = layout::areas(app).log;
    let feed = Feed::new(app, view, area.width);
    let visible = feed.visible(usize::from(area.height));
    assert!(!visible.is_empty() || area.height == 0, "nothing to see");
    assert!(visible.iter().all(|row| feed.item(row.key).is_some()));
    if app.current == Some(view.id()) && view.scroll == Scroll::Newest {
        let last = visible.last().map(|row| row.key);
        assert!(
            last.is_none_or(|last| last == feed.last()),
            "the end is not in sight"
        );
    }
    if let Some(key) = view.selected {
        assert!(feed.item(key).is_some(), "something that is gone is picked");
    }
}

/// Whether a text is in a draft, among what was sent, on its way or in a log.
fn holds(app: &App, text: &str) -> bool {
    spells(app.spare_input.text(), text)
        || app.orphans.iter().any(|orphan| {
            orphan
                .sent
                .iter()
                .chain(&orphan.unsent)
                .any(|typed| spells(typed, text))
        })
        || app.conversations.iter().any(|view| {
            spells(view.input.text(), text)
                || view
                    .editing
                    .iter()
                    .any(|editing| spells(&editing.kept, text))
                || view.sent.lines.iter().any(|line| spells(line, text))
                || view
                    .sent
                    .at
                    .as_ref()
                    .is_some_and(|(_, typed)| spells(typed, text))
                || view
                    .outbox
                    .iter()
                    .any(|post| spells(post.body.text(), text))
        })
}
