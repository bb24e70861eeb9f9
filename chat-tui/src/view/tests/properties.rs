//! What holds for every screen, whatever peers say and however large it is.

use chat_core::{Body, Entry, Nick, Seq, Text};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, CellWidth};

use super::fixture::*;
use crate::app::conversation::{Outgoing, OutgoingState, Scroll};
use crate::app::layout::{self, Areas};
use crate::app::log::{Key, Part};
use crate::app::model::{Completion, Notice, NoticeKind, Pane};
use crate::app::popup::{Card, Leaving, Paste, PasteSource, Prompt};
use crate::app::{App, Popup};
use crate::editor::Editor;
use crate::text::Emoji;
use crate::text::tests::hard_text;
use crate::view::Level;

pub(super) fn any_entry() -> impl Strategy<Value = Entry> {
    let nicks = prop::sample::select(vec!["bob", "alice", "日本語", "שלום", "ñandú", "x"]);
    (0u64..60, 0u64..3000, nicks, 0..9, hard_text()).prop_map(|(seq, minute, name, kind, text)| {
        let text = Text::new(&text);
        let of = Seq((seq + minute) % 60 + 1);
        let body = match kind {
            0 => Body::Post(text),
            1 => Body::Action(text),
            2 => Body::Edit { of, text },
            3 | 4 => Body::Reaction { of, emoji: text },
            5 if minute % 5 == 0 => Body::Deletion { of },
            6 => Body::Unreaction { of, emoji: text },
            _ => Body::Topic(text),
        };
        Entry {
            nick: Nick::parse(name).expect("allowed"),
            ..entry(seq + 1, minute, "bob", body)
        }
    })
}

fn any_key() -> impl Strategy<Value = Key> {
    let parts = vec![
        Part::Day,
        Part::Entry,
        Part::Reactions,
        Part::Aside,
        Part::Unread,
        Part::Gap,
        Part::Outgoing(0),
        Part::Outgoing(3),
    ];
    (0u64..70, prop::sample::select(parts)).prop_map(|(seq, part)| Key {
        seq: Seq(seq),
        part,
    })
}

fn any_pane() -> impl Strategy<Value = Pane> {
    prop::sample::select(vec![Pane::Auto, Pane::Shown, Pane::Hidden])
}

fn any_popup() -> impl Strategy<Value = Option<Popup>> {
    (0..7, hard_text(), any::<u16>()).prop_map(|(kind, text, scroll)| {
        let scroll = usize::from(scroll);
        let mut input = Editor::new();
        input.insert(&text);
        match kind {
            0 => Some(Popup::Help { scroll }),
            1 => Some(Popup::Nick(Prompt {
                input,
                error: Some(text),
            })),
            2 => Some(Popup::Paste(Paste {
                source: PasteSource::Pasted,
                lines: text.lines().count(),
                text,
                posts: scroll,
            })),
            3 => Some(Popup::Card(Card {
                title: text.clone(),
                lines: vec![text; 20],
                scroll,
            })),
            4 => Some(Popup::Quit(Leaving {
                serves: None,
                others: scroll,
                files: scroll,
                text: None,
            })),
            _ => None,
        }
    })
}

prop_compose! {
    fn any_app()(
        size in (1u16..140, 1u16..50),
        entries in prop::collection::vec(any_entry(), 0..40),
        scroll in prop::option::of((any_key(), 0usize..5)),
        selected in prop::option::of(any_key()),
        unread in prop::option::of(0u64..70),
        panes in (any_pane(), any_pane()),
        words in prop::collection::vec(hard_text(), 6),
        outbox in prop::collection::vec(hard_text(), 0..3),
        popup in any_popup(),
        full in any::<bool>(),
        completing in any::<bool>(),
    ) -> App {
        let mut app = with(app(size.0, size.1), entries);
        app.options.emoji = if full { Emoji::Full } else { Emoji::Safe };
        (app.panes.conversations, app.panes.roster) = panes;
        app.server.name = words[0].clone();
        app.conversations[1].info.name = Text::new(&words[1]);
        app.conversations[0].input.insert(&words[2]);
        app.notice = Some(Notice { text: words[3].clone(), kind: NoticeKind::Info, until: START });
        if completing {
            app.completion = Some(Completion {
                start: 0,
                typed: String::new(),
                candidates: words.clone(),
                at: Some(2),
            });
        }
        let view = &mut app.conversations[0];
        view.info.topic = Text::new(&words[4]);
        view.scroll = scroll.map_or(Scroll::Newest, |(key, row)| Scroll::At { key, row });
        view.selected = selected;
        view.unread_line = unread.map(Seq);
        view.outbox = outbox.iter().map(|text| Outgoing {
            post: chat_core::PostId([3; 16]),
            body: Body::Action(Text::new(text)),
            at: START,
            state: OutgoingState::Refused { reason: words[5].clone(), again_at: None },
        }).collect();
        app.popups = popup.into_iter().collect();
        app
    }
}

/// Whether the border has its character everywhere.
pub(super) fn borders_are_whole(areas: &Areas, buffer: &Buffer) -> Result<(), TestCaseError> {
    let Some(divider) = areas.divider else {
        return Ok(());
    };
    let frame = areas.frame;
    let left = areas.conversations.map(|area| area.right());
    let right = areas.roster.map(|area| area.left() - 1);
    for y in frame.top() + 1..frame.bottom() - 1 {
        let outer: &[&str] = if y == divider {
            &["├", "┤"]
        } else {
            &["│", "│"]
        };
        let mut columns = vec![(frame.left(), outer[0]), (frame.right() - 1, outer[1])];
        let inner = if y == divider { "┴" } else { "│" };
        let in_panes = (areas.log.top()..areas.log.bottom()).contains(&y);
        if in_panes {
            columns.extend(left.into_iter().chain(right).map(|x| (x, inner)));
        }
        for (x, want) in columns {
            prop_assert_eq!(buffer[(x, y)].symbol(), want, "at {},{}", x, y);
        }
    }
    Ok(())
}

/// Whether every wide character has its second column for itself and lies within its row.
pub(super) fn nothing_is_eaten(buffer: &Buffer) -> Result<(), TestCaseError> {
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let cell = &buffer[(x, y)];
            prop_assert!(!cell.symbol().chars().any(char::is_control));
            match cell.cell_width() {
                1 => {}
                2 => {
                    prop_assert!(x + 1 < area.right());
                    prop_assert_eq!(buffer[(x + 1, y)].symbol(), " ");
                }
                width => prop_assert!(false, "{:?} has {} columns", cell.symbol(), width),
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_text_breaks_a_border_or_eats_a_neighbour(app in any_app()) {
        let level = if app.size.width % 2 == 0 { Level::None } else { Level::True };
        let drawn = drawn_with(&app, level);
        nothing_is_eaten(&drawn.buffer)?;
        if app.popup().is_none() && app.size.width >= 10 && app.size.height >= 3 {
            borders_are_whole(&layout::areas(&app), &drawn.buffer)?;
        }
        for link in &drawn.links {
            prop_assert!(link.width > 0 && link.x + link.width <= app.size.width);
            prop_assert!(!link.url.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_frame_of_another_size_than_the_last_event_said_is_drawn_too(
        app in any_app(),
        width in 1u16..140,
        height in 1u16..50,
    ) {
        use ratatui::{Terminal, backend::TestBackend};
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("never fails");
        let theme = crate::view::Theme::default();
        terminal
            .draw(|frame| {
                let _ = crate::view::draw(&app, &theme, frame);
            })
            .expect("never fails");
    }
}
