//! The people, conversations and entries of scripts. Everything is named; numbers follow from names.

use chat_core::event::RoomSummary;
use chat_core::{
    AccountId, Body, Code, ConversationId, Entry, Nick, Person, Presence, Refusal, Seq, Text,
};

use super::script::NOW;

pub(super) fn number<T: std::str::FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(number) => number,
        Err(_) => panic!("not a number: {text:?}"),
    }
}

pub(super) fn range(text: &str) -> (u64, u64) {
    match text.split_once('-') {
        Some((from, to)) => (number(from), number(to)),
        None => (number(text), number(text)),
    }
}

pub(super) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

/// Conversations are numbered by name, so that scripts need no numbers.
pub(super) fn id(name: &str) -> ConversationId {
    ConversationId(sum(name))
}

fn sum(name: &str) -> u64 {
    name.bytes().fold(7, |sum, b| sum * 31 + u64::from(b)) % 100_000
}

/// ann is account 1.
pub(super) fn person(name: &str) -> Person {
    Person {
        account: AccountId(if name == "ann" { 1 } else { sum(name) }),
        nick: nick(name),
        presence: Presence::Online,
        away: None,
    }
}

/// `bob`, or `-bob` who is not there.
pub(super) fn there_or_not(name: &str) -> Person {
    match name.strip_prefix('-') {
        Some(name) => Person {
            presence: Presence::Offline,
            ..person(name)
        },
        None => person(name),
    }
}

/// The entry with this number in a conversation where bob counts.
pub(super) fn line(conversation: ConversationId, seq: Seq) -> Entry {
    let bob = person("bob");
    Entry {
        conversation,
        seq,
        at: NOW,
        author: bob.account,
        nick: bob.nick,
        post: None,
        body: Body::Post(Text::new(&format!("line {seq}"))),
    }
}

pub(super) fn refusal(text: &str) -> Refusal {
    match text.split_once(" => ") {
        Some((text, suggestion)) => Refusal::new(Code::Other, text).suggest(suggestion),
        None => Refusal::new(Code::Other, text),
    }
}

pub(super) fn room(name: &str) -> RoomSummary {
    RoomSummary {
        name: Text::new(name),
        topic: Text::new(""),
        members: 3,
        present: 1,
    }
}
