//! What is on the picture: a morning in #general.

use chat_core::{
    AccountId, Body, Conversation, ConversationId, ConversationKind, Entry, Millis, Nick, Person,
    Presence, Seq, Text,
};
use chat_tui::app::App;
use chat_tui::app::conversation::ConversationView;
use chat_tui::app::model::{Connection, Me};
use jiff::tz::TimeZone;
use ratatui::layout::Size;

/// 2026-11-20 14:00 UTC.
const START: Millis = Millis(1_795_183_200_000);

const PEOPLE: [(&str, Presence); 5] = [
    ("alice", Presence::Online),
    ("bob", Presence::Online),
    ("carol", Presence::Away),
    ("dmitri", Presence::Online),
    ("麻衣", Presence::Online),
];

/// Minute, who, what.
const SAID: [(u64, &str, &str); 10] = [
    (1, "bob", "morning! the build is green again 🎉"),
    (2, "carol", "nice. who fixed it?"),
    (2, "bob", "dmitri did, late last night:"),
    (2, "bob", "https://example.org/builds/4711"),
    (
        4,
        "dmitri",
        "it was the clock: tests that sleep are tests that lie",
    ),
    (
        4,
        "dmitri",
        "now the time is passed in, and the whole suite takes four seconds instead of two minutes",
    ),
    (6, "麻衣", "おはよう！ 次のリリースは金曜日？"),
    (7, "carol", "yes, friday. release notes are in /srv/notes"),
    (
        9,
        "麻衣",
        "alice: can you look over the chapter on hosting?",
    ),
    (9, "alice", "reading it now"),
];

fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("the names above are allowed")
}

fn account(name: &str) -> AccountId {
    let place = PEOPLE.iter().position(|(known, _)| *known == name);
    AccountId(place.map_or(0, |place| place as u64 + 1))
}

fn room(id: u64, name: &str, topic: &str) -> ConversationView {
    ConversationView::new(Conversation {
        id: ConversationId(id),
        kind: ConversationKind::Room,
        name: Text::new(name),
        peer: None,
        topic: Text::new(topic),
        head: Seq(0),
        read: Seq(0),
        base: None,
    })
}

fn direct(id: u64, name: &str) -> ConversationView {
    let mut view = room(id, name, "");
    view.info.kind = ConversationKind::Direct;
    view.info.peer = Some(account(name));
    view
}

fn general() -> ConversationView {
    let mut view = room(2, "#general", "green builds, good coffee");
    for ((minute, author, text), seq) in SAID.into_iter().zip(1..) {
        view.log.insert(Entry {
            conversation: view.id(),
            seq: Seq(seq),
            at: START.plus(minute * 60_000),
            author: account(author),
            nick: nick(author),
            post: None,
            body: Body::Post(Text::new(text)),
        });
    }
    for (name, presence) in PEOPLE {
        view.roster.put(Person {
            account: account(name),
            nick: nick(name),
            presence,
            away: None,
        });
    }
    view.unread_line = Some(Seq(6));
    view.input.insert("bob: thanks! shall we ");
    view
}

/// The application in the middle of the morning.
pub(crate) fn app() -> App {
    let mut app = App::new("chat.example", TimeZone::UTC, 0);
    app.now = START.plus(10 * 60_000);
    app.size = Size::new(88, 22);
    app.connection = Connection::Online;
    app.server.latency_ms = Some(12);
    app.me = Some(Me {
        account: account("alice"),
        nick: nick("alice"),
        presence: Presence::Online,
    });
    let mut ops = room(3, "#ops", "");
    ops.unread.entries = 2;
    let mut release = room(4, "#release", "");
    (release.unread.entries, release.unread.mentions) = (5, 1);
    app.conversations = vec![
        room(1, "#lobby", ""),
        general(),
        ops,
        release,
        direct(5, "bob"),
    ];
    app.current = Some(ConversationId(2));
    app
}
