//! What holds for any input.

mod any;

use chat_core::frame;
use chat_core::limits::{COMBINING_MARKS, LENGTH_BYTES, NICK_CHARS, ROOM_CHARS};
use chat_core::wire::{Received, WireError};
use chat_core::{Command, Entry, Event, Fingerprint, Link, Nick, RoomName, Text, text};
use proptest::prelude::*;
use proptest::{collection, option};

/// What must not reach a terminal from a peer: controls, and what reorders or hides text.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' | '\u{2028}' | '\u{2029}')
}

/// The frame of what was decoded, where it is a message.
fn said<M>(
    again: Result<Received<M>, WireError>,
    frame: impl Fn(&M) -> Vec<u8>,
) -> Option<Vec<u8>> {
    match again {
        Ok(Received::Message(message)) => Some(frame(&message)),
        _ => None,
    }
}

proptest! {
    // What fails becomes a test of its own beside the code.
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_message_or_a_clean_error(body in any::body()) {
        if let Ok(Received::Message(message)) = Command::decode(&body) {
            // Compared as bytes: why something is malformed is not said again.
            let frame = message.to_frame();
            let again = Command::decode(&frame[LENGTH_BYTES..]);
            prop_assert_eq!(said(again, |again| again.to_frame()), Some(frame));
        }
        if let Ok(Received::Message(message)) = Event::decode(&body) {
            let frame = message.to_frame();
            let again = Event::decode(&frame[LENGTH_BYTES..]);
            prop_assert_eq!(said(again, |again| again.to_frame()), Some(frame));
        }
        // Entries come from a store as well.
        drop(Entry::from_payload(&body));
    }

    #[test]
    fn any_command_reads_what_it_writes(command in any::command()) {
        let got = Command::decode(&command.to_frame()[LENGTH_BYTES..]);
        prop_assert_eq!(got, Ok(Received::Message(command)));
    }

    #[test]
    fn any_event_reads_what_it_writes(event in any::event()) {
        let got = Event::decode(&event.to_frame()[LENGTH_BYTES..]);
        prop_assert_eq!(got, Ok(Received::Message(event)));
    }

    #[test]
    fn any_entry_is_the_same_in_a_store_an_event_and_a_page(entry in any::entry()) {
        let payload = entry.to_payload();
        prop_assert_eq!(Entry::from_payload(&payload), Ok(entry.clone()));
        let mut frame = Vec::new();
        chat_core::event::append_entry(&mut frame, &payload);
        prop_assert_eq!(&frame, &Event::Entry(entry.clone()).to_frame());
        let page = chat_core::event::Page {
            request: chat_core::RequestId(1),
            conversation: entry.conversation,
            more: true,
            entries: vec![entry.clone(), entry],
        };
        let mut frame = Vec::new();
        chat_core::event::append_page(&mut frame, page.request, page.conversation, true, &[&payload, &payload]);
        prop_assert_eq!(frame, Event::Page(page).to_frame());
    }

    #[test]
    fn frames_are_the_same_however_they_arrive(
        bodies in collection::vec(collection::vec(any::<u8>(), 1..50), 1..8),
        cuts in collection::vec(1..40usize, 1..200),
    ) {
        let mut bytes = Vec::new();
        for body in &bodies {
            frame::append(&mut bytes, |out| out.extend_from_slice(body));
        }
        let mut got = Vec::new();
        let mut buffered = Vec::new();
        let mut cuts = cuts.iter().cycle();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.len().min(*cuts.next().expect("endless")));
            buffered.extend_from_slice(piece);
            rest = behind;
            while let Some(body) = frame::split(&buffered, 50).expect("within the limit") {
                got.push(body.to_vec());
                let taken = LENGTH_BYTES + body.len();
                buffered.drain(..taken);
            }
        }
        prop_assert_eq!(got, bodies);
        prop_assert!(buffered.is_empty());
    }

    #[test]
    fn clean_screen_any_text_is_harmless(raw in any::raw_text()) {
        let clean = Text::new(&raw);
        let kept = |c: char| matches!(c, '\n' | '\t');
        prop_assert!(!clean.as_str().chars().any(|c| is_harmful(c) && !kept(c)));
        prop_assert_eq!(Text::new(clean.as_str()), clean.clone(), "clean once is clean for good");
        let line = text::line(&raw, 40);
        prop_assert!(!line.chars().any(is_harmful));
        prop_assert!(line.len() <= 40);
        let mut marks = 0;
        for c in clean.as_str().chars() {
            if unicode_normalization::char::is_combining_mark(c) {
                marks += 1;
                prop_assert!(marks <= COMBINING_MARKS);
            } else if !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}') {
                marks = 0;
            }
        }
    }

    #[test]
    fn clean_screen_any_nick_that_is_allowed_is_harmless(raw in any::raw_text()) {
        if let Ok(nick) = Nick::parse(&raw) {
            prop_assert!(!nick.as_str().chars().any(|c| is_harmful(c) || c.is_whitespace()));
            prop_assert!((1..=NICK_CHARS).contains(&nick.as_str().chars().count()));
            prop_assert_eq!(Nick::parse(nick.as_str()), Ok(nick.clone()));
            prop_assert_eq!(Nick::received(nick.as_str()), nick);
        }
        let received = Nick::received(&raw);
        prop_assert!(!received.as_str().chars().any(is_harmful));
        prop_assert_eq!(Nick::received(received.as_str()), received);
    }

    #[test]
    fn any_room_that_is_allowed_is_itself(raw in any::raw_text()) {
        if let Ok(room) = RoomName::parse(&raw) {
            prop_assert!(!room.as_str().chars().any(|c| is_harmful(c) || c.is_whitespace()));
            prop_assert!((2..=ROOM_CHARS).contains(&room.as_str().chars().count()));
            prop_assert_eq!(RoomName::parse(room.as_str()), Ok(room));
        }
    }

    #[test]
    fn any_name_of_letters_is_itself(raw in "\\PC{1,24}") {
        if let Ok(nick) = Nick::parse(&raw) {
            prop_assert_eq!(Nick::parse(nick.as_str()), Ok(nick.clone()));
            prop_assert_eq!(Nick::received(nick.as_str()), nick);
        }
        if let Ok(room) = RoomName::parse(&raw) {
            prop_assert_eq!(RoomName::parse(room.as_str()), Ok(room));
        }
    }

    #[test]
    fn a_link_reads_what_it_writes(
        host in "[a-z][a-z0-9.-]{0,30}|[0-9a-f]{1,4}::[0-9a-f]{1,4}|10\\.0\\.0\\.[0-9]",
        port in 1..=u16::MAX,
        fingerprint in option::of(any::<[u8; 32]>().prop_map(Fingerprint)),
        invite in option::of("[A-Za-z0-9_-]{1,40}"),
        plaintext: bool,
    ) {
        let link = Link { host, port, fingerprint, invite, plaintext };
        prop_assert_eq!(link.to_string().parse(), Ok(link));
    }

    #[test]
    fn any_text_is_a_link_or_a_clean_error(raw in any::raw_text(), prefix in "(chat://)?[a-z:.\\[\\]]{0,12}(/?#(invite=|fp=|tls=off&)?)?") {
        match format!("{prefix}{raw}").parse::<Link>() {
            Ok(link) => prop_assert_eq!(link.to_string().parse(), Ok(link)),
            Err(error) => prop_assert!(!error.to_string().chars().any(is_harmful)),
        }
    }
}
