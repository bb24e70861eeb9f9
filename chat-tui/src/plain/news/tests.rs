//! What is said of an application, without a terminal.

use std::time::Duration;

use chat_client::Event as Net;
use chat_core::event::{Change, Welcome};
use chat_core::{
    AccountId, Body, Code, Conversation, ConversationKind, Entry, Fingerprint, Millis, Nick,
    Person, Presence, Refusal, Text,
};
use jiff::tz::TimeZone;

use super::*;
use crate::app::{Effect, Event, Popup, update};
use crate::settings::Returning;

const LOBBY: ConversationId = ConversationId(1);
const BOB: ConversationId = ConversationId(2);

/// 2027-01-15 08:00 UTC.
const NOW: Millis = Millis(1_800_000_000_000);

/// An application and what has been said of it.
struct Rig {
    app: App,
    teller: Teller,
}

impl Rig {
    fn new() -> Rig {
        let mut app = App::new("h:1", TimeZone::UTC, 1);
        // What was missed has a test of its own.
        app.options.returning = Returning::Off;
        drop(update(&mut app, Event::Tick { now: NOW }));
        let times = Times::new(TimeZone::UTC, "%H:%M", NOW);
        Rig {
            app,
            teller: Teller::new(times, Joins::Fold),
        }
    }

    /// Online in #lobby, of which 2 entries are unread, and with bob.
    fn online() -> Rig {
        let mut rig = Rig::new();
        rig.log_in([1; 16]);
        rig.announce(LOBBY, ConversationKind::Room, "#lobby", 2);
        rig.announce(BOB, ConversationKind::Direct, "bob", 0);
        rig.net(Net::Ready);
        rig
    }

    fn log_in(&mut self, epoch: [u8; 16]) {
        self.net(Net::Online {
            welcome: Welcome {
                account: AccountId(7),
                nick: Nick::received("ann"),
                epoch,
                server: Text::new("chat.example"),
                now: Millis(0),
                text_bytes: 8192,
                roster_period_ms: 5000,
                file_bytes: None,
            },
            new_epoch: epoch != [1; 16],
        });
    }

    fn announce(&mut self, id: ConversationId, kind: ConversationKind, name: &str, head: u64) {
        self.net(Net::Announced(Conversation {
            id,
            kind,
            name: Text::new(name),
            peer: None,
            topic: Text::default(),
            head: Seq(head),
            read: Seq(0),
            base: None,
        }));
    }

    fn net(&mut self, event: Net) -> Vec<Effect> {
        update(&mut self.app, Event::Net(event))
    }

    fn entry(&mut self, id: ConversationId, seq: u64, body: Body) {
        self.net(Net::Entry(Entry {
            conversation: id,
            seq: Seq(seq),
            at: NOW.plus(seq * 60_000),
            author: AccountId(8),
            nick: Nick::received("bob"),
            post: None,
            body,
        }));
    }

    /// Types a line and gives what is wanted for it.
    fn type_line(&mut self, line: &str) -> Vec<Effect> {
        use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
        self.app.input_mut().set_text(line);
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        update(&mut self.app, Event::Key(enter))
    }

    #[track_caller]
    fn says(&mut self, said: &[&str], remarks: &[&str]) {
        let news = self.teller.news(&self.app);
        assert_eq!(news.said, said);
        assert_eq!(news.remarks, remarks);
        let again = self.teller.news(&self.app);
        assert_eq!(again, News::default(), "said twice");
    }
}

fn said(text: &str) -> Body {
    Body::Post(Text::new(text))
}

#[test]
fn everything_is_said_once_and_in_order() {
    let mut rig = Rig::online();
    rig.says(
        &[
            "08:00 -- connected to chat.example as ann",
            "-- #lobby: 2 new",
            "-- now in #lobby",
        ],
        &[],
    );
    rig.entry(LOBBY, 1, said("hi\nthere\x1b[31m"));
    rig.entry(LOBBY, 2, Body::Action(Text::new("waves")));
    rig.entry(BOB, 1, said("psst"));
    rig.says(
        &[
            "08:01 #lobby <bob> hi",
            "    | there",
            "08:02 #lobby * bob waves",
            "08:01 @bob <bob> psst",
        ],
        &[],
    );
    rig.net(Net::Offline {
        why: "the server restarts".into(),
        retry_in: Duration::from_secs(1),
    });
    rig.says(
        &["08:00 -- not connected: the server restarts. What you write is kept and sent later"],
        &[],
    );
}

#[test]
fn order_what_is_missing_is_said() {
    let mut rig = Rig::online();
    rig.teller.news(&rig.app);
    rig.entry(LOBBY, 1, said("one"));
    rig.teller.news(&rig.app);
    rig.net(Net::Skipped {
        conversation: LOBBY,
        after: Seq(1),
        before: Seq(400),
    });
    rig.entry(LOBBY, 400, said("later"));
    rig.says(
        &[
            "-- #lobby: 398 messages are not shown here",
            "14:40 #lobby <bob> later",
        ],
        &[],
    );
}

#[test]
fn another_store_is_told_from_its_beginning() {
    let mut rig = Rig::online();
    rig.entry(LOBBY, 1, said("old"));
    rig.teller.news(&rig.app);
    rig.log_in([2; 16]);
    rig.teller.news(&rig.app);
    rig.announce(LOBBY, ConversationKind::Room, "#lobby", 1);
    rig.net(Net::Ready);
    rig.entry(LOBBY, 1, said("new"));
    let said = rig.teller.news(&rig.app).said.join("\n");
    assert!(said.contains("<bob> new"), "{said}");
}

#[test]
fn a_refused_post_is_a_remark_with_its_text() {
    let mut rig = Rig::online();
    rig.teller.news(&rig.app);
    let wanted = rig.type_line("hello");
    let posted = wanted.into_iter().find_map(|effect| match effect {
        Effect::Post(pending) => Some(pending),
        _ => None,
    });
    rig.net(Net::PostRefused {
        pending: posted.expect("posted"),
        refusal: Refusal::new(Code::Storage, "the disk is full"),
    });
    let news = rig.teller.news(&rig.app);
    assert_eq!(
        news.remarks,
        ["-- not posted in #lobby (the disk is full): hello"]
    );
    assert_eq!(news.posts_refused, 1);
    assert_eq!(rig.teller.news(&rig.app).posts_refused, 0);
}

#[test]
fn an_unknown_command_is_a_remark_that_names_the_nearest() {
    let mut rig = Rig::online();
    rig.teller.news(&rig.app);
    assert!(rig.type_line("/jion #x").is_empty());
    let news = rig.teller.news(&rig.app);
    assert_eq!(news.warned, Warned::Yes);
    assert!(news.remarks[0].contains("/join"), "{news:?}");
    assert!(news.said.is_empty(), "{news:?}");
}

#[test]
fn questions_are_asked_in_words() {
    let mut rig = Rig::new();
    rig.says(&["08:00 -- connecting to h:1"], &[]);
    rig.net(Net::UnknownCertificate {
        fingerprint: Fingerprint([9; 32]),
    });
    assert_eq!(popups::question(&rig.app), Some(popups::Question::YesNo));
    let asked = rig.teller.news(&rig.app).remarks.join("\n");
    assert!(asked.contains(&Fingerprint([9; 32]).to_string()), "{asked}");
    rig.net(Net::LoginRefused(
        Refusal::new(Code::NickTaken, "the nick ann is taken").suggest("ann2"),
    ));
    assert_eq!(popups::question(&rig.app), Some(popups::Question::Line));
    rig.says(
        &[],
        &[
            "-- the nick ann is taken",
            "-- Type a nick, or an empty line for ann2:",
        ],
    );
}

#[test]
fn who_comes_to_several_rooms_comes_once() {
    let mut rig = Rig::online();
    let change = |what, was: Option<&str>| RosterChange {
        person: Person {
            account: AccountId(8),
            nick: Nick::received("bob"),
            presence: Presence::Online,
            away: None,
        },
        what,
        text: Some(Text::new("bye")),
        was: was.map(Nick::received),
    };
    let mut check = |id, what, was, want: Option<&str>| {
        let told = rig.teller.aside(&rig.app, id, &change(what, was));
        assert_eq!(told.as_deref(), want);
    };
    check(LOBBY, Change::Came, None, Some("08:00 -- bob came online"));
    check(BOB, Change::Came, None, None);
    check(
        LOBBY,
        Change::Went,
        None,
        Some("08:00 -- bob went offline (bye)"),
    );
    check(LOBBY, Change::Came, None, Some("08:00 -- bob came online"));
    let renamed = Some("08:00 -- rob is now bob");
    check(LOBBY, Change::Changed, Some("rob"), renamed);
    check(
        LOBBY,
        Change::Parted,
        None,
        Some("08:00 -- bob left #lobby (bye)"),
    );
    rig.teller.joins = Joins::Hide;
    let told = rig
        .teller
        .aside(&rig.app, LOBBY, &change(Change::Joined, None));
    assert_eq!(told, None, "the settings hide it");
}

#[test]
fn help_names_commands_and_no_keys() {
    let mut rig = Rig::online();
    rig.teller.news(&rig.app);
    rig.app.popups.push(Popup::Help { scroll: 0 });
    assert!(popups::is_read(&rig.app));
    let said = rig.teller.news(&rig.app).said.join("\n");
    assert!(said.contains("/quit") && !said.contains("F10"), "{said}");
}
