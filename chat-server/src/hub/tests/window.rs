//! More posts than the window of recent ids holds.

use chat_core::command::Post;
use chat_core::{Body, Code, ConversationId, Event, PostId, RequestId, Seq, Text};

use super::{Effects, Hub, Input, Output, START, SessionId, State, key_of, rules};
use crate::config::{Durability, StoreSection};
use crate::hub::{Searched, WINDOW};
use crate::journal::Store;

const SESSION: SessionId = SessionId {
    worker: 0,
    number: 1,
};

fn post(n: u64, searched: Option<u64>) -> Input {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_be_bytes());
    let post = Post {
        request: RequestId(n),
        conversation: ConversationId(1),
        post: PostId(id),
        body: Body::Post(Text::new("x")),
        again: searched.is_some(),
    };
    Input::Command {
        session: SESSION,
        command: post.into(),
        searched: searched.map(|up_to| Searched { up_to, about: None }),
    }
}

/// A hub with one person who has posted 1 to `last`, and everything that it decided.
fn after(last: u64) -> (Hub, Effects) {
    let mut hub = Hub::new(rules(), State::default());
    let mut effects = Effects::default();
    let (key, nick) = (key_of("ann"), Some("ann".to_owned()));
    let (session, invited) = (SESSION, false);
    let login = Input::Login {
        session,
        key,
        nick,
        invited,
    };
    hub.handle(START, login, &mut effects);
    for n in 1..=last {
        hub.handle(START, post(n, None), &mut effects);
    }
    (hub, effects)
}

fn answer(hub: &mut Hub, input: Input) -> Event {
    let mut effects = Effects::default();
    hub.handle(START, input, &mut effects);
    match effects.outputs.pop() {
        Some(Output::Answer { event, .. }) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn exactly_once_nothing_falls_between_the_store_and_the_window() {
    let last = WINDOW as u64 + 10;
    let (mut hub, _) = after(last);
    let posted_at = |event: Event| match event {
        Event::Posted(posted) => Ok(posted.seq),
        Event::Refused(refused) => Err(refused.code),
        other => panic!("{other:?}"),
    };
    // The window starts behind the entry 10: who has searched up to there may post.
    assert_eq!(posted_at(answer(&mut hub, post(11, Some(0)))), Ok(Seq(11)));
    assert_eq!(
        posted_at(answer(&mut hub, post(9_999_999, Some(9)))),
        Err(Code::TooFast)
    );
    assert_eq!(
        posted_at(answer(&mut hub, post(9_999_999, Some(10)))),
        Ok(Seq(last + 1))
    );
}

#[test]
fn crash_safe_the_window_is_read_back_as_it_was() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("chat.db");
    let how = StoreSection {
        durability: Durability::Os,
        ..StoreSection::default()
    };
    let open = || Store::open(&path, &how, [1; 16]).and_then(Store::into_writer);
    let (hub, effects) = after(WINDOW as u64 + 10);
    let (mut writer, _) = open().expect("it opens");
    writer.commit(&effects.records).expect("it is committed");
    drop(writer);
    let (_, state) = open().expect("it opens again");
    assert!(state == *hub.state());
}
