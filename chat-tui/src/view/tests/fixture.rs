//! One scripted application, and the screen that it makes as text.

use chat_core::event::ConversationKind;
use chat_core::{
    AccountId, Body, Conversation, ConversationId, Entry, Millis, Nick, Person, Presence, Seq, Text,
};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Size};

use crate::app::App;
use crate::app::conversation::ConversationView;
use crate::app::model::{Connection, Me};
use crate::settings::{self, ThemeColours};
use crate::view::{Beside, Level, LinkSpan, PictureSpan, Theme, draw};

/// 2026-11-20 14:00 UTC.
pub(super) const START: Millis = Millis(1_795_183_200_000);

pub(super) const GENERAL: ConversationId = ConversationId(1);
pub(super) const OPS: ConversationId = ConversationId(2);
pub(super) const BOB: ConversationId = ConversationId(3);

pub(super) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("allowed")
}

/// The people of the tests.
pub(super) fn account(name: &str) -> AccountId {
    match name {
        "alice" => AccountId(1),
        "bob" => AccountId(2),
        "carol" => AccountId(3),
        _ => AccountId(4),
    }
}

fn person(name: &str, presence: Presence) -> Person {
    Person {
        account: account(name),
        nick: nick(name),
        presence,
        away: None,
    }
}

pub(super) fn conversation(id: ConversationId, name: &str, topic: &str) -> Conversation {
    let direct = !name.starts_with('#');
    Conversation {
        id,
        kind: if direct {
            ConversationKind::Direct
        } else {
            ConversationKind::Room
        },
        name: Text::new(name),
        peer: direct.then(|| account(name)),
        topic: Text::new(topic),
        head: Seq(0),
        read: Seq(0),
        base: None,
    }
}

pub(super) fn entry(seq: u64, minute: u64, author: &str, body: Body) -> Entry {
    Entry {
        conversation: GENERAL,
        seq: Seq(seq),
        at: START.plus(minute * 60_000),
        author: account(author),
        nick: nick(author),
        post: None,
        body,
    }
}

pub(super) fn post(seq: u64, minute: u64, author: &str, text: &str) -> Entry {
    entry(seq, minute, author, Body::Post(Text::new(text)))
}

/// Three conversations, three people, nothing said.
pub(super) fn app(width: u16, height: u16) -> App {
    let mut app = App::new("chat.example", TimeZone::UTC, 1);
    app.now = START;
    app.size = Size::new(width, height);
    app.connection = Connection::Online;
    app.server.latency_ms = Some(12);
    app.me = Some(Me {
        account: account("alice"),
        nick: nick("alice"),
        presence: Presence::Online,
    });
    app.conversations = vec![
        ConversationView::new(conversation(GENERAL, "#general", "topic of the room")),
        ConversationView::new(conversation(OPS, "#ops", "")),
        ConversationView::new(conversation(BOB, "bob", "")),
    ];
    app.current = Some(GENERAL);
    let people = [
        person("alice", Presence::Online),
        person("bob", Presence::Online),
        person("carol", Presence::Away),
    ];
    for person in people {
        app.conversations[0].roster.put(person);
    }
    app
}

/// With these entries in #general.
pub(super) fn with(mut app: App, entries: Vec<Entry>) -> App {
    for entry in entries {
        app.conversations[0].log.insert(entry);
    }
    app
}

/// What a frame is.
pub(super) struct Drawn {
    pub(super) buffer: Buffer,
    pub(super) links: Vec<LinkSpan>,
    pub(super) pictures: Vec<PictureSpan>,
    pub(super) cursor: Option<Position>,
}

pub(super) fn drawn(app: &App) -> Drawn {
    drawn_with(app, Level::None)
}

pub(super) fn drawn_with(app: &App, level: Level) -> Drawn {
    let theme = Theme::new(level, settings::Theme::Auto, &ThemeColours::default());
    let backend = TestBackend::new(app.size.width, app.size.height);
    let mut terminal = Terminal::new(backend).expect("a test backend does not fail");
    let mut beside = Beside::default();
    terminal
        .draw(|frame| beside = draw(app, &theme, frame))
        .expect("a test backend does not fail");
    let cursor = terminal.backend().cursor_visible().then(|| {
        terminal
            .get_cursor_position()
            .expect("a test backend does not fail")
    });
    Drawn {
        buffer: terminal.backend().buffer().clone(),
        links: beside.links,
        pictures: beside.pictures,
        cursor,
    }
}

/// The rows of a screen, without white space at their ends.
pub(super) fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row = |y| {
        let mut text = String::new();
        let mut x = area.left();
        while x < area.right() {
            let cell = &buffer[(x, y)];
            text.push_str(cell.symbol());
            x += cell.cell_width().max(1);
        }
        text.trim_end().to_owned()
    };
    (area.top()..area.bottom()).map(row).collect()
}

/// Compares a screen with one that is drawn in the test.
#[track_caller]
pub(super) fn check(app: &App, want: &str) {
    let got = rows(&drawn(app).buffer);
    let want: Vec<&str> = want.trim_matches('\n').lines().map(str::trim_end).collect();
    assert!(
        got == want,
        "\n--- drawn ---\n{}\n--- wanted ---\n{}\n",
        got.join("\n"),
        want.join("\n")
    );
}

/// Whether some row of the screen says this.
#[track_caller]
pub(super) fn check_says(app: &App, want: &str) {
    let rows = rows(&drawn(app).buffer);
    assert!(
        rows.iter().any(|row| row.contains(want)),
        "{want:?} is not on\n{}",
        rows.join("\n")
    );
}
