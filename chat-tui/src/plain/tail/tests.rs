//! What `tail` does at each event, without a server.

use super::*;
use chat_core::event::{Opened, Welcome};
use chat_core::{AccountId, Body, ConversationKind, Nick, RoomName, Text};
use std::time::Duration;

const ROOM: ConversationId = ConversationId(7);

fn tail(since: Option<u64>) -> Following {
    let wanted = Tail {
        target: Target::Room(RoomName::parse("ops").expect("a name")),
        format: TailFormat::Json,
        since: since.map(Seq),
    };
    Following::new(wanted, Times::new(TimeZone::UTC, "%H:%M", Millis(0)))
}

fn online(new_epoch: bool) -> Event {
    Event::Online {
        welcome: Welcome {
            account: AccountId(1),
            nick: Nick::received("me"),
            epoch: [1; 16],
            server: Text::new("here"),
            now: Millis(0),
            text_bytes: 8192,
            roster_period_ms: 5000,
            file_bytes: None,
        },
        new_epoch,
    }
}

fn opened(head: u64) -> Event {
    let conversation = Conversation {
        id: ROOM,
        kind: ConversationKind::Room,
        name: Text::new("#ops"),
        peer: None,
        topic: Text::new(""),
        head: Seq(head),
        read: Seq(0),
        base: None,
    };
    Event::Answer {
        request: OPEN,
        answer: Ok(chat_core::Event::Opened(Opened {
            request: OPEN,
            conversation,
        })),
    }
}

fn entry(id: ConversationId, seq: u64) -> Event {
    Event::Entry(Entry {
        conversation: id,
        seq: Seq(seq),
        at: Millis(0),
        author: AccountId(2),
        nick: Nick::received("bob"),
        post: None,
        body: Body::Post(Text::new("hi")),
    })
}

fn offline(why: &str) -> Event {
    Event::Offline {
        why: why.into(),
        retry_in: Duration::from_secs(1),
    }
}

/// Takes events; gives what is wanted, one word each.
#[track_caller]
fn check(tail: &mut Following, events: Vec<Event>, want: &str) {
    let mut got = Vec::new();
    for event in events {
        match tail.take(event) {
            Ok(wants) => got.extend(wants.into_iter().map(|want| match want {
                Want::Send(command) => format!("send:{}", command.kind()),
                Want::Follow(id, after) => format!("follow:{id}>{after}"),
                Want::Say(lines) => {
                    let seq = lines[0].split("\"seq\":").nth(1).unwrap_or("?");
                    format!("say:{}", seq.split(',').next().unwrap_or("?"))
                }
                Want::Remark(text) => text.split(' ').next().unwrap_or_default().to_owned(),
            })),
            Err(error) => got.push(format!("failed:{error}")),
        }
    }
    assert_eq!(got.join(" "), want);
}

#[test]
fn it_opens_and_follows_what_is_new() {
    let mut tail = tail(None);
    check(&mut tail, vec![online(false), Event::Ready], "send:20");
    check(&mut tail, vec![opened(41)], "follow:7>41");
    check(
        &mut tail,
        vec![
            entry(ROOM, 42),
            entry(ConversationId(8), 1),
            entry(ROOM, 43),
        ],
        "say:42 say:43",
    );
}

#[test]
fn it_begins_where_it_is_told_to() {
    let mut all = tail(Some(0));
    check(
        &mut all,
        vec![Event::Ready, opened(41)],
        "send:20 follow:7>0",
    );
    let mut rest = tail(Some(40));
    check(
        &mut rest,
        vec![Event::Ready, opened(41)],
        "send:20 follow:7>40",
    );
}

#[test]
fn a_lost_connection_is_said_once_and_nothing_is_asked_for_again() {
    let mut tail = tail(None);
    check(
        &mut tail,
        vec![Event::Ready, opened(1)],
        "send:20 follow:7>1",
    );
    check(
        &mut tail,
        vec![offline("cut"), offline("cut"), offline("down")],
        "not not",
    );
    check(&mut tail, vec![online(false), Event::Ready], "connected");
    check(&mut tail, vec![entry(ROOM, 2)], "say:2");
}

#[test]
fn an_answer_that_was_lost_with_its_connection_is_asked_for_again() {
    let mut tail = tail(None);
    let lost = Event::Answer {
        request: OPEN,
        answer: Err(Refusal::new(Code::Other, "not connected")),
    };
    check(
        &mut tail,
        vec![Event::Ready, lost, Event::Ready],
        "send:20 send:20",
    );
}

#[test]
fn another_store_is_followed_from_its_beginning() {
    let mut tail = tail(None);
    check(
        &mut tail,
        vec![Event::Ready, opened(9)],
        "send:20 follow:7>9",
    );
    check(
        &mut tail,
        vec![online(true), Event::Ready, opened(3)],
        "the send:20 follow:7>0",
    );
}

#[test]
fn refusals_and_leaving_end_it() {
    let refused = Event::Answer {
        request: OPEN,
        answer: Err(Refusal::new(Code::NoSuchPerson, "nobody is called that")),
    };
    check(
        &mut tail(None),
        vec![refused],
        "failed:nobody is called that",
    );
    let mut tail = tail(None);
    check(
        &mut tail,
        vec![Event::Ready, opened(9)],
        "send:20 follow:7>9",
    );
    check(
        &mut tail,
        vec![Event::Left {
            conversation: ConversationId(8),
        }],
        "",
    );
    check(
        &mut tail,
        vec![Event::Left { conversation: ROOM }],
        "failed:#ops was left by another terminal of this account: run it again to go back",
    );
}
