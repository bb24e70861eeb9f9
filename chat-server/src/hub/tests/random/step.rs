//! What can happen; the numbers choose among what there is.

use chat_core::Text;
use proptest::prelude::*;

/// Something that happens; the numbers choose among what there is.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Login {
        person: u8,
        nick: Option<u8>,
    },
    Closed {
        session: u8,
    },
    Post {
        session: u8,
        place: u8,
        id: u8,
        text: u8,
        again: bool,
    },
    /// An edit, a deletion, a reaction, or one taken back.
    About {
        session: u8,
        place: u8,
        of: u64,
        what: u8,
        /// How many steps ago the store was searched for it.
        ago: u8,
    },
    /// Something about a file.
    File {
        session: u8,
        place: u8,
        content: u8,
        what: u8,
    },
    /// The canvas of a place is opened.
    Canvas {
        session: u8,
        place: u8,
    },
    /// Some things are drawn on a canvas.
    Draw {
        session: u8,
        canvas: u8,
        what: u8,
    },
    /// A picture of a canvas is there, with all but its last entries.
    Painted {
        canvas: u8,
        but: u64,
    },
    Topic {
        session: u8,
        place: u8,
        text: u8,
    },
    Read {
        session: u8,
        place: u8,
        seq: u64,
    },
    Join {
        session: u8,
        room: u8,
    },
    Part {
        session: u8,
        place: u8,
    },
    Direct {
        session: u8,
        nick: u8,
    },
    SetNick {
        session: u8,
        nick: u8,
    },
    Away {
        session: u8,
        away: bool,
    },
    Quit {
        session: u8,
    },
    RosterDue,
    Wait {
        ms: u64,
    },
    /// Entries of a conversation are read, and the posts that made them are looked up.
    Look {
        place: u8,
        from: u64,
        most: u64,
    },
    Commit,
    /// The commit of what was decided since the last one fails.
    Fail,
    /// The server starts anew from its store.
    Restart,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let n = any::<u8>;
    prop_oneof![
        4 => (0..5u8, proptest::option::of(n())).prop_map(|(person, nick)| Step::Login { person, nick }),
        1 => n().prop_map(|session| Step::Closed { session }),
        8 => (n(), n(), 0..12u8, n(), any::<bool>()).prop_map(|(session, place, id, text, again)| {
            Step::Post { session, place, id, text, again }
        }),
        8 => (n(), n(), 1..6u64, n(), 0..3u8).prop_map(|(session, place, of, what, ago)| {
            Step::About { session, place, of, what, ago }
        }),
        8 => (n(), n(), n(), n()).prop_map(|(session, place, content, what)| {
            Step::File { session, place, content, what }
        }),
        5 => (n(), n()).prop_map(|(session, place)| Step::Canvas { session, place }),
        8 => (n(), n(), n()).prop_map(|(session, canvas, what)| Step::Draw { session, canvas, what }),
        5 => (n(), 0..4u64).prop_map(|(canvas, but)| Step::Painted { canvas, but }),
        2 => (n(), n(), n()).prop_map(|(session, place, text)| Step::Topic { session, place, text }),
        3 => (n(), n(), 0..9u64).prop_map(|(session, place, seq)| Step::Read { session, place, seq }),
        4 => (n(), n()).prop_map(|(session, room)| Step::Join { session, room }),
        2 => (n(), n()).prop_map(|(session, place)| Step::Part { session, place }),
        2 => (n(), n()).prop_map(|(session, nick)| Step::Direct { session, nick }),
        3 => (n(), n()).prop_map(|(session, nick)| Step::SetNick { session, nick }),
        1 => (n(), any::<bool>()).prop_map(|(session, away)| Step::Away { session, away }),
        1 => n().prop_map(|session| Step::Quit { session }),
        1 => Just(Step::RosterDue),
        6 => prop_oneof![4 => 0..2_000u64, 1 => Just(100 * 24 * 60 * 60 * 1000)].prop_map(|ms| Step::Wait { ms }),
        4 => (n(), 0..40u64, 1..9u64).prop_map(|(place, from, most)| Step::Look { place, from, most }),
        10 => Just(Step::Commit),
        1 => Just(Step::Fail),
        1 => Just(Step::Restart),
    ]
}

/// Names that people wish, some of which look alike, are too long or become longer when folded.
const NAMES: [&str; 12] = [
    "ann",
    "ANN",
    "bob",
    "b0b",
    "Zoë",
    "小明",
    "-no",
    "İİİİİİİİİİİİİİİİİİİİ",
    "asa",
    "асе",
    "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "İİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİ",
];

pub(super) fn name(n: u8) -> String {
    NAMES[usize::from(n) % NAMES.len()].to_owned()
}

/// Texts that cleaning, cutting and trimming change.
pub(super) fn text(n: u8) -> Text {
    let long = format!(
        "{}  {}",
        "x".repeat(398 + usize::from(n % 3)),
        "y".repeat(50)
    );
    let marks = "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{202e}\u{301}\u{301}";
    Text::new(["", "hello", " two\nlines ", &long, marks, "\u{1b}[1mbold"][usize::from(n) % 6])
}
