//! Canvases through one door: what the server says, and what is asked for and told then.

use chat_core::{AccountId, Body, ConversationKind, Millis, Nick, Text};

use super::*;

const ROOM: ConversationId = ConversationId(7);
const CANVAS: ConversationId = ConversationId(70);
const REQUEST: RequestId = RequestId(1);

fn conversation(base: u64, head: u64) -> Conversation {
    Conversation {
        id: CANVAS,
        kind: ConversationKind::Canvas,
        name: Text::default(),
        peer: None,
        topic: Text::default(),
        head: Seq(head),
        read: Seq(0),
        base: (base > 0).then_some(Seq(base)),
    }
}

fn entry(seq: u64) -> Entry {
    Entry {
        conversation: CANVAS,
        seq: Seq(seq),
        at: Millis(0),
        author: AccountId(2),
        nick: Nick::received("bob"),
        post: None,
        body: Body::Unknown(9),
    }
}

fn picture(seq: u64) -> Picture {
    Picture {
        request: REQUEST,
        conversation: CANVAS,
        seq: Seq(seq),
        data: Vec::new(),
    }
}

/// A turn, in short; what is asked for is asked.
fn take(canvases: &mut Canvases, turn: Turn) -> String {
    match turn {
        Turn::Nothing => String::new(),
        Turn::Ask(ask) => {
            canvases.asked(ROOM, &ask, REQUEST);
            match ask {
                Ask::Open(_) => "open".into(),
                Ask::Follow { after, .. } => format!("follow {after}"),
                Ask::Picture(_) => "picture".into(),
            }
        }
        Turn::Tell { seq, entries, .. } => {
            let entries: Vec<_> = entries.iter().map(|e| format!(" {}", e.seq)).collect();
            format!("picture {seq}{}", entries.concat())
        }
        Turn::GiveUp => "given up".into(),
    }
}

fn hears(canvases: &mut Canvases, seq: u64) -> String {
    match canvases.entry(entry(seq)) {
        EntryStep::NotACanvas(_) => "not a canvas".into(),
        EntryStep::Tell(entry) => format!("entry {}", entry.seq),
        EntryStep::Skip => "skipped".into(),
        EntryStep::Ask(..) => "anew".into(),
        EntryStep::Hole { expected } => format!("hole at {expected}"),
    }
}

/// One that is open and online, up to the follow's answer.
fn followed(base: u64, head: u64) -> Canvases {
    let mut canvases = Canvases::default();
    assert!(canvases.ready().is_empty());
    let turn = canvases.open(ROOM).expect("room");
    assert_eq!(take(&mut canvases, turn), "open");
    let turn = canvases.opened(ROOM, conversation(base, head));
    assert_eq!(take(&mut canvases, turn), format!("follow {base}"));
    assert_eq!(
        hears(&mut canvases, base + 1),
        "skipped",
        "of another follow"
    );
    let turn = canvases.followed(ROOM);
    assert_eq!(take(&mut canvases, turn), "picture");
    canvases
}

#[test]
fn order_the_picture_comes_first_and_then_each_entry_once() {
    let mut canvases = followed(10, 13);
    assert_eq!(hears(&mut canvases, 11), "skipped", "held");
    assert_eq!(hears(&mut canvases, 12), "skipped", "held");
    let turn = canvases.pictured(ROOM, picture(11));
    assert_eq!(take(&mut canvases, turn), "picture 11 12");
    assert_eq!(hears(&mut canvases, 13), "entry 13");
    assert_eq!(hears(&mut canvases, 15), "hole at 14");
    // A picture that is ahead of the entries.
    let mut canvases = followed(0, 3);
    let turn = canvases.pictured(ROOM, picture(2));
    assert_eq!(take(&mut canvases, turn), "picture 2");
    assert_eq!(hears(&mut canvases, 1), "skipped");
    assert_eq!(hears(&mut canvases, 2), "skipped");
    assert_eq!(hears(&mut canvases, 3), "entry 3");
}

#[test]
fn a_lost_connection_is_gone_on_with_where_that_is_possible() {
    let mut canvases = followed(10, 10);
    canvases.pictured(ROOM, picture(10));
    assert_eq!(hears(&mut canvases, 11), "entry 11");
    let mut again = |base, head| {
        canvases.offline();
        assert_eq!(canvases.ready(), [ROOM]);
        let turn = canvases.opened(ROOM, conversation(base, head));
        let follows = take(&mut canvases, turn);
        let turn = canvases.followed(ROOM);
        format!("{follows}, {}", take(&mut canvases, turn))
    };
    assert_eq!(again(10, 12), "follow 11, ");
    assert_eq!(again(11, 12), "follow 11, ");
    // What lies between is merged; a store that lost entries.
    assert_eq!(again(12, 12), "follow 12, picture");
    assert_eq!(again(3, 8), "follow 3, picture");
}

#[test]
fn a_picture_that_never_came_is_asked_for_again() {
    let mut canvases = followed(0, 5);
    assert_eq!(hears(&mut canvases, 1), "skipped", "held");
    canvases.offline();
    canvases.ready();
    let turn = canvases.opened(ROOM, conversation(0, 5));
    assert_eq!(
        take(&mut canvases, turn),
        "follow 0",
        "what was held is not lost"
    );
    // A picture that does not reach the entries.
    let mut canvases = followed(10, 12);
    hears(&mut canvases, 11);
    let turn = canvases.pictured(ROOM, picture(9));
    assert_eq!(take(&mut canvases, turn), "open");
}

#[test]
fn bounded_open_ones_held_entries_and_beginnings() {
    let mut canvases = Canvases::default();
    for id in 0..OPEN_MAX as u64 {
        assert!(canvases.open(ConversationId(id)).is_ok());
    }
    assert!(canvases.open(ROOM).is_ok(), "open already");
    assert!(canvases.open(ConversationId(99)).is_err());

    let mut canvases = followed(0, 0);
    let held = (1..).find(|seq| hears(&mut canvases, *seq) == "anew");
    assert_eq!(held, Some(HELD_MAX as u64 + 1));

    let mut canvases = followed(0, 0);
    let turns: Vec<_> = (0..=ANEW_MAX)
        .map(|_| {
            let turn = canvases.anew(ROOM);
            take(&mut canvases, turn)
        })
        .collect();
    assert_eq!(turns.last().map(String::as_str), Some("given up"));
}

#[test]
fn what_is_no_open_canvas_is_none_of_its_business() {
    let mut canvases = followed(0, 0);
    let mut other = entry(1);
    other.conversation = ROOM;
    assert!(matches!(canvases.entry(other), EntryStep::NotACanvas(_)));
    assert!(canvases.close(ROOM) && !canvases.close(ROOM));
    assert_eq!(hears(&mut canvases, 1), "not a canvas");
    let turn = canvases.pictured(ROOM, picture(1));
    assert_eq!(take(&mut canvases, turn), "");
}
