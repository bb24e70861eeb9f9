//! An account with more direct conversations than it is told of at login.

use std::sync::Arc;

use chat_core::{AccountId, Body, ConversationId, Entry, Nick, Seq};

use super::{Effects, Hub, Input, Output, START, SessionId, State, key_of, rules};
use crate::hub::Record;

/// People who wrote to ann.
const WRITERS: u64 = 700;

/// Conversation numbers: the direct one with the nth writer.
fn direct(n: u64) -> ConversationId {
    ConversationId(100 + n)
}

/// A store in which everybody has written to ann, and she has read all but the first ten.
fn state() -> State {
    let mut state = State::default();
    let ann = AccountId(1);
    state.apply(&Record::Account {
        id: ann,
        key: key_of("ann"),
        at: START,
    });
    state.apply(&Record::Nick {
        account: ann,
        nick: Some(Nick::received("ann")),
    });
    for n in 1..=WRITERS {
        let (writer, id) = (AccountId(1 + n), direct(n));
        let nick = format!("writer{n}");
        state.apply(&Record::Account {
            id: writer,
            key: key_of(&nick),
            at: START,
        });
        state.apply(&Record::Direct {
            id,
            a: ann,
            b: writer,
        });
        for account in [ann, writer] {
            state.apply(&Record::Joined {
                conversation: id,
                account,
                read: Seq(0),
            });
        }
        let entry = Entry {
            conversation: id,
            seq: Seq(1),
            at: START,
            author: writer,
            nick: Nick::received(&nick),
            post: None,
            body: Body::Post("hi".into()),
        };
        state.apply(&Record::Entry(Arc::new(entry)));
        if n > 10 {
            state.apply(&Record::Read {
                conversation: id,
                account: ann,
                seq: Seq(1),
            });
        }
    }
    state
}

#[test]
fn bounded_of_many_direct_conversations_the_unread_and_the_newest_are_told() {
    let mut hub = Hub::new(rules(), state());
    let mut effects = Effects::default();
    let session = SessionId {
        worker: 0,
        number: 1,
    };
    let login = Input::Login {
        session,
        key: key_of("ann"),
        nick: None,
        invited: false,
    };
    hub.handle(START, login, &mut effects);
    let told = effects.outputs.into_iter().find_map(|output| match output {
        Output::Login { result, .. } => result.ok(),
        _ => None,
    });
    let told: Vec<_> = told
        .expect("let in")
        .conversations
        .iter()
        .map(|c| c.id)
        .collect();
    let unread = (1..=10).map(direct);
    let newest = (WRITERS - 489..=WRITERS).map(direct);
    assert_eq!(told, unread.chain(newest).collect::<Vec<_>>());
}
