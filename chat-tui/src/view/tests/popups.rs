//! What lies over the screen.

use chat_core::{ConversationId, Fingerprint};
use ratatui::layout::Position;
use ratatui::style::Modifier;

use super::fixture::*;
use crate::app::popup::{
    Card, Leaving, Login, LoginWants, Paste, PasteSource, Picker, PickerItem, PickerKind,
    PickerState, Prompt, Search, SearchScope, Target,
};
use crate::app::{App, Popup};
use crate::editor::{Edit, Editor};

fn typed(text: &str) -> Editor {
    let mut editor = Editor::new();
    editor.insert(text);
    editor
}

fn under(popup: Popup) -> App {
    let mut app = with(
        app(60, 14),
        vec![post(1, 0, "bob", "日本語日本語日本語日本語 hello")],
    );
    app.popups = vec![popup];
    app
}

fn picker() -> Picker {
    let item = |label: &str, detail: &str| PickerItem {
        label: label.into(),
        detail: detail.into(),
        target: Target::Conversation(ConversationId(1)),
    };
    Picker {
        kind: PickerKind::GoTo,
        query: typed("o"),
        items: vec![
            item("#general", ""),
            item("#ops", "2 new"),
            item("@bob", ""),
        ],
        matches: vec![1, 2],
        selected: 1,
        state: PickerState::Complete,
    }
}

#[test]
fn a_prompt_has_the_cursor() {
    let app = under(Popup::Nick(Prompt {
        input: typed("bob"),
        error: Some("that nick is taken".into()),
    }));
    check(
        &app,
        "
 chat.example ● 12 ms  #general — topic of the room   alice
┌ #general ───────────────────────────────────┬ online 3 ──┐
│───── this is the beginning of #general ─────│ ● alice    │
│───────── Friday, 20 November 2026 ──────────│ ● bob      │
│14:00 bob      日本語日本語日本語日本語 hello│ ◌ carol    │
│  ┌─ your nick ────────────────────────────────────────┐  │
│  │ that nick is taken                                 │  │
│  │                                                    │  │
│  │ nick: bob                                          │  │
│  └─ Enter: take it · Esc: back ───────────────────────┘  │
│                                             │            │
├─────────────────────────────────────────────┴────────────┤
│> type here                                               │
└ Enter take it                                   Esc back ┘
",
    );
    assert_eq!(drawn(&app).cursor, Some(Position::new(14, 8)));
}

#[test]
fn what_is_offered_is_seen_to_be_replaced_by_what_is_typed() {
    let reversed = |input: Editor| {
        let app = under(Popup::Nick(Prompt { input, error: None }));
        let buffer = drawn(&app).buffer;
        let cells = buffer.content.iter();
        let reversed = cells.filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        reversed.map(|cell| cell.symbol()).collect::<String>()
    };
    let mut input = Editor::new();
    input.offer("bob2");
    assert_eq!(reversed(input.clone()), "bob2");
    input.apply(Edit::End);
    assert_eq!(reversed(input), "");
}

#[test]
fn questions_say_what_they_are_about() {
    let quit = |others, files| {
        let text = None;
        under(Popup::Quit(Leaving {
            others,
            files,
            serves: None,
            text,
        }))
    };
    check_says(&quit(0, 0), "Leave the chat?");
    check_says(&quit(3, 0), "3 others are connected");
    check_says(&quit(0, 2), "2 files are on their way");
    let certificate = under(Popup::Certificate {
        fingerprint: Fingerprint([7; 32]),
    });
    check_says(&certificate, &Fingerprint([7; 32]).to_string());
    check_says(&certificate, "y: trust it from now on · n: leave");
    let paste = under(Popup::Paste(Paste {
        source: PasteSource::Pasted,
        text: "one\ntwo\nthree".into(),
        lines: 12,
        posts: 2,
    }));
    check_says(&paste, "You pasted 12 lines, which makes 2 posts:");
    check_says(&paste, "two");
    let login = under(Popup::Login(Login {
        reason: "that nick is taken".into(),
        wants: LoginWants::Nick,
        input: typed("alice2"),
    }));
    check_says(&login, "nick: alice2");
}

#[test]
fn lists_show_what_fits_and_what_is_picked() {
    let app = under(Popup::Picker(picker()));
    check_says(&app, "│ > o ");
    check_says(&app, "│ #ops  2 new ");
    check_says(&app, "│ @bob ");
    let none = Picker {
        matches: Vec::new(),
        ..picker()
    };
    check_says(&under(Popup::Picker(none)), "nothing fits");
    let search = Search {
        query: typed("green"),
        scope: SearchScope::Here(GENERAL),
        asked: "green".into(),
        hits: vec![post(2, 3, "carol", "the build is green")],
        selected: 0,
    };
    let app = under(Popup::Search(search));
    check_says(&app, "search in #general");
    check_says(&app, "│ 20 Nov carol the build is green");
}

#[test]
fn the_help_comes_from_the_table_of_keys() {
    check_says(
        &under(Popup::Help { scroll: 0 }),
        "│ F1                       this help",
    );
    check_says(&under(Popup::Help { scroll: usize::MAX }), "//TEXT");
}

#[test]
fn cards_wrap_their_lines_and_scroll() {
    let card = |scroll| {
        under(Popup::Card(Card {
            title: "who".into(),
            lines: (0..30).map(|n| format!("line {n}")).collect(),
            scroll,
        }))
    };
    check_says(&card(0), "│ line 0 ");
    check_says(&card(99), "│ line 29 ");
}

#[test]
fn questions_say_what_matters_on_a_small_screen() {
    let mut app = under(Popup::Certificate {
        fingerprint: Fingerprint([7; 32]),
    });
    for (width, height) in [(40, 10), (60, 14), (40, 10)] {
        let size = ratatui::layout::Size::new(width, height);
        drop(crate::app::update(
            &mut app,
            crate::app::Event::Resize(size),
        ));
        let drawn: String = rows(&drawn(&app).buffer)
            .iter()
            .map(|row| row.trim_matches(['│', ' ']))
            .collect();
        let fingerprint = Fingerprint([7; 32]).to_string();
        assert!(drawn.contains(&fingerprint), "{drawn}");
        check_says(&app, "y: trust it from now on · n: leave");
    }
    app.popups = vec![Popup::Login(Login {
        reason: "the nick alice is taken by somebody who was here this week, so choose another \
                 one or come back when it is free again, which is said when that is"
            .into(),
        wants: LoginWants::Nick,
        input: typed("alice2"),
    })];
    check_says(&app, "the nick alice is taken");
    check_says(&app, "nick: alice2");
    check_says(&app, "Enter: try again · F10: quit");
    assert!(drawn(&app).cursor.is_some());
}
