//! A life of an application through `update`: whatever happens in whatever order, there is a screen.

use std::time::Duration;

use chat_core::event::{Change, RosterChange, Welcome};
use chat_core::{
    AccountId, ConversationId, Person, Presence, Refusal, RequestId, Seq, Text, refusal::Code,
};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use ratatui::layout::Size;

use super::fixture::*;
use super::properties::{any_entry, borders_are_whole, nothing_is_eaten};
use crate::app::event::CachedPage;
use crate::app::{App, Event, layout, update};
use crate::text::tests::hard_text;

fn any_key() -> impl Strategy<Value = Event> {
    let codes = prop_oneof![
        3 => prop::sample::select("ab/ yn@#:sc+rox日é".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        1 => (1u8..12).prop_map(KeyCode::F),
        4 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Backspace,
            KeyCode::Delete, KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right,
            KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown,
        ]),
        3 => prop::sample::select("abcdefghijklmnopqrstuvwxyz19_".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
    ];
    let modifiers = prop::sample::select(vec![
        KeyModifiers::NONE,
        KeyModifiers::NONE,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
    ]);
    (codes, modifiers).prop_map(|(code, modifiers)| Event::Key(KeyEvent::new(code, modifiers)))
}

fn any_mouse() -> impl Strategy<Value = Event> {
    let kinds = prop::sample::select(vec![
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
    ]);
    (kinds, 0u16..150, 0u16..60).prop_map(|(kind, column, row)| {
        Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    })
}

fn welcome() -> Welcome {
    Welcome {
        account: account("alice"),
        nick: nick("alice"),
        epoch: [7; 16],
        server: Text::new("example"),
        now: START,
        text_bytes: 8192,
        roster_period_ms: 5000,
        file_bytes: None,
    }
}

fn any_person() -> impl Strategy<Value = Person> {
    let names = prop::sample::select(vec!["alice", "bob", "carol", "dave", "麻衣", "שלום"]);
    (1u64..7, names, 0..3).prop_map(|(account, name, presence)| Person {
        account: AccountId(account),
        nick: nick(name),
        presence: [Presence::Online, Presence::Away, Presence::Offline][presence as usize],
        away: None,
    })
}

fn any_net() -> impl Strategy<Value = chat_client::Event> {
    use chat_client::Event as Net;
    let id = || (1u64..4).prop_map(ConversationId);
    let changes = vec![
        Change::Joined,
        Change::Came,
        Change::Changed,
        Change::Parted,
        Change::Went,
    ];
    let announced = (id(), 0u64..40, 0u64..40, hard_text()).prop_map(|(id, head, read, topic)| {
        let name = ["#general", "#ops", "bob"][id.0 as usize - 1];
        let mut conversation = conversation(id, name, &topic);
        (conversation.head, conversation.read) = (Seq(head), Seq(read));
        Net::Announced(conversation)
    });
    let refusal = Refusal {
        code: Code::Other,
        text: "no".into(),
        retry_after_ms: None,
        suggestion: None,
    };
    let answer = (1u64..30).prop_map(move |request| Net::Answer {
        request: RequestId(request),
        answer: Err(refusal.clone()),
    });
    prop_oneof![
        1 => any::<bool>().prop_map(|new_epoch| Net::Online { welcome: welcome(), new_epoch }),
        1 => Just(Net::Ready),
        4 => announced,
        12 => (any_entry(), id()).prop_map(|(mut entry, id)| {
            entry.conversation = id;
            Net::Entry(entry)
        }),
        1 => (id(), 0u64..30, 1u64..30).prop_map(|(conversation, after, more)| Net::Skipped {
            conversation,
            after: Seq(after),
            before: Seq(after + more),
        }),
        1 => (id(), prop::collection::vec(any_person(), 0..5))
            .prop_map(|(conversation, people)| Net::Roster { conversation, people }),
        1 => (id(), any_person(), prop::sample::select(changes)).prop_map(
            |(conversation, person, what)| Net::RosterChanged {
                conversation,
                change: RosterChange { person, what, text: None, was: None },
            }
        ),
        1 => (id(), 0u64..60).prop_map(|(conversation, seq)| Net::ReadMarker {
            conversation,
            seq: Seq(seq),
        }),
        1 => id().prop_map(|conversation| Net::Left { conversation }),
        1 => answer,
        1 => Just(Net::Offline { why: "cut".into(), retry_in: Duration::from_secs(3) }),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => any_key(),
        3 => any_mouse(),
        10 => any_net().prop_map(Event::Net),
        2 => (1u16..140, 1u16..50).prop_map(|(width, height)| Event::Resize(Size::new(width, height))),
        1 => hard_text().prop_map(Event::Paste),
        1 => (0u64..100_000).prop_map(|ms| Event::Tick { now: START.plus(ms) }),
        1 => Just(()).prop_map(|()| Event::FocusLost),
        1 => Just(()).prop_map(|()| Event::FocusGained),
        1 => (1u64..4, 0u64..60, prop::collection::vec(any_entry(), 0..4)).prop_map(
            |(id, from, entries)| Event::CachedPage(CachedPage {
                conversation: ConversationId(id),
                from: Seq(from),
                entries,
            })
        ),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_there_is_a_whole_screen(
        events in prop::collection::vec(any_event(), 1..60),
    ) {
        let mut app = App::new("example", TimeZone::UTC, 1);
        let start = [
            Event::Tick { now: START },
            Event::Net(chat_client::Event::Online { welcome: welcome(), new_epoch: true }),
            Event::Net(chat_client::Event::Announced(conversation(GENERAL, "#general", ""))),
            Event::Net(chat_client::Event::Ready),
        ];
        for event in start.into_iter().chain(events) {
            let _ = update(&mut app, event);
            let drawn = drawn(&app);
            nothing_is_eaten(&drawn.buffer)?;
            if app.popup().is_none() && app.size.width >= 10 && app.size.height >= 3 {
                borders_are_whole(&layout::areas(&app), &drawn.buffer)?;
            }
        }
    }
}
