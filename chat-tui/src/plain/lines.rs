//! What the application shows, as lines that are only ever appended. Pure: compares what there is
//! with what has been said.

use std::collections::{HashMap, VecDeque};
use std::mem::{Discriminant, discriminant};

use chat_core::event::{Change, RosterChange};
use chat_core::{Body, ConversationId, Entry, Millis, Seq};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::help::{self, HelpLine};
use crate::app::model::Connection;
use crate::app::popup::{Picker, PickerState, Popup};
use crate::app::{App, ConversationView};

/// Entries of a conversation that are said at the start: so much that one knows what it is about.
const CONTEXT: u64 = 10;

/// Unread entries that are said at the start.
const UNREAD_MAX: u64 = 50;

/// Comings and goings that are remembered, so that they are said once and not once per room.
const ASIDES_MAX: usize = 16;

/// A question that the next line answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Yes or no.
    YesNo,
    /// A line, such as a nick.
    Line,
}

/// What has been said.
#[derive(Debug)]
pub struct Lines {
    zone: TimeZone,
    said: HashMap<ConversationId, Seq>,
    day: Option<String>,
    connection: Option<Discriminant<Connection>>,
    current: Option<ConversationId>,
    notice: Option<(String, Millis)>,
    question: Option<String>,
    asides: VecDeque<String>,
}

/// A moment, for its calendar.
#[must_use]
pub fn moment(at: Millis) -> Timestamp {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// An entry as lines: `[14:02] #lobby bob: text`, what follows the first line indented.
#[must_use]
pub fn entry_lines(title: &str, entry: &Entry, zone: &TimeZone) -> Vec<String> {
    let time = moment(entry.at).to_zoned(zone.clone()).strftime("%H:%M");
    let nick = &entry.nick;
    let said = match &entry.body {
        Body::Post(text) => format!("{nick}: {text}"),
        Body::Action(text) => format!("* {nick} {text}"),
        Body::Topic(text) if text.is_empty() => format!("{nick} removed the topic"),
        Body::Topic(text) => format!("{nick} set the topic: {text}"),
        _ => format!("{nick} posted something that a newer version can show"),
    };
    let whole = format!("[{time}] {title} {said}");
    let mut lines = whole.lines().map(str::to_owned);
    let first = lines.next();
    first
        .into_iter()
        .chain(lines.map(|line| format!("    {line}")))
        .collect()
}

/// Somebody who came or went, as a line; rooms are named where it is about them.
#[must_use]
pub fn aside_line(title: &str, change: &RosterChange) -> Option<String> {
    let nick = &change.person.nick;
    let word = change.text.as_ref().filter(|text| !text.is_empty());
    let word = word.map(|text| format!(" ({text})")).unwrap_or_default();
    Some(match change.what {
        Change::Joined => format!("-- {nick} joined {title}"),
        Change::Parted => format!("-- {nick} left {title}{word}"),
        Change::Came => format!("-- {nick} came online"),
        Change::Went => format!("-- {nick} went offline{word}"),
        Change::Changed => match &change.was {
            Some(was) if was != nick => format!("-- {was} is now {nick}"),
            _ => return None,
        },
    })
}

impl Lines {
    /// Nothing has been said; times are shown for `zone`.
    #[must_use]
    pub fn new(zone: TimeZone) -> Lines {
        Lines {
            zone,
            said: HashMap::new(),
            day: None,
            connection: None,
            current: None,
            notice: None,
            question: None,
            asides: VecDeque::new(),
        }
    }

    /// What the next line of input answers.
    #[must_use]
    pub fn question(app: &App) -> Option<Question> {
        match app.popup()? {
            Popup::Certificate { .. } | Popup::Quit(_) | Popup::Paste(_) => Some(Question::YesNo),
            Popup::Login(_) | Popup::Nick(_) => Some(Question::Line),
            _ => None,
        }
    }

    /// Whether what is open has been said as a whole, so that it can be closed.
    #[must_use]
    pub fn is_read(app: &App) -> bool {
        match app.popup() {
            Some(Popup::Help { .. } | Popup::Card(_) | Popup::Search(_)) => true,
            Some(Popup::Picker(picker)) => picker.state == PickerState::Complete,
            _ => false,
        }
    }

    /// Somebody came or went. The same is said once, though it is told for every room.
    pub fn aside(&mut self, app: &App, id: ConversationId, change: &RosterChange) -> Vec<String> {
        let title = app.conversation(id).map(ConversationView::title);
        let line = title.and_then(|title| aside_line(&title, change));
        let Some(line) = line.filter(|line| !self.asides.contains(line)) else {
            return Vec::new();
        };
        // The opposite may be said again.
        let nick = format!("-- {} ", change.person.nick);
        self.asides.retain(|said| !said.starts_with(&nick));
        self.asides.push_back(line.clone());
        if self.asides.len() > ASIDES_MAX {
            self.asides.pop_front();
        }
        vec![line]
    }

    /// What there is to say since the last time.
    pub fn news(&mut self, app: &App) -> Vec<String> {
        let mut out = Vec::new();
        self.say_connection(app, &mut out);
        for view in &app.conversations {
            self.say_entries(app, view, &mut out);
        }
        self.say_current(app, &mut out);
        self.say_notice(app, &mut out);
        self.say_popup(app, &mut out);
        out
    }

    fn say_connection(&mut self, app: &App, out: &mut Vec<String>) {
        let now = discriminant(&app.connection);
        if self.connection.replace(now) == Some(now) {
            return;
        }
        match &app.connection {
            Connection::Online => {
                out.push(format!(
                    "-- connected to {} as {}",
                    app.server.name,
                    app.nick()
                ));
            }
            Connection::Offline { why, .. } => {
                out.push(format!("-- not connected: {why}; trying again"));
            }
            // A card says it.
            Connection::Closed { .. }
            | Connection::Connecting { .. }
            | Connection::LoggingIn
            | Connection::Syncing => {}
        }
    }

    fn say_entries(&mut self, app: &App, view: &ConversationView, out: &mut Vec<String>) {
        let id = view.id();
        let after = *self.said.entry(id).or_insert_with(|| {
            let here = app.current == Some(id);
            first_said(view, if here { CONTEXT } else { 0 })
        });
        for entry in view.log.entries_after(after) {
            let day = moment(entry.at).to_zoned(self.zone.clone());
            let day = day.strftime("%A, %-d %B %Y").to_string();
            if self.day.as_ref() != Some(&day) {
                out.push(format!("-- {day}"));
                self.day = Some(day);
            }
            out.extend(entry_lines(&view.title(), entry, &self.zone));
            self.said.insert(id, entry.seq);
        }
    }

    fn say_current(&mut self, app: &App, out: &mut Vec<String>) {
        if self.current == app.current {
            return;
        }
        self.current = app.current;
        if let Some(view) = app.current() {
            let topic = match view.info.topic.as_str() {
                "" => String::new(),
                topic => format!(" ({topic})"),
            };
            out.push(format!("-- you write to {}{topic}", view.title()));
        }
    }

    fn say_notice(&mut self, app: &App, out: &mut Vec<String>) {
        let notice = app.notice.as_ref().map(|n| (n.text.clone(), n.until));
        if self.notice != notice {
            out.extend(notice.iter().map(|(text, _)| format!("-- {text}")));
            self.notice = notice;
        }
    }

    fn say_popup(&mut self, app: &App, out: &mut Vec<String>) {
        let lines = app.popup().map(popup_lines).unwrap_or_default();
        let whole = lines.join("\n");
        if self.question.as_ref() != Some(&whole) {
            out.extend(lines);
            self.question = Some(whole);
        }
    }
}

/// Behind which entry one begins: `context` of those that were read, and what was not.
fn first_said(view: &ConversationView, context: u64) -> Seq {
    let head = view.info.head.0.max(view.log.last().0);
    let read = view.info.read.0;
    Seq(read
        .min(head.saturating_sub(context))
        .max(head.saturating_sub(UNREAD_MAX)))
}

fn popup_lines(popup: &Popup) -> Vec<String> {
    match popup {
        Popup::Certificate { fingerprint } => vec![
            "-- this server shows a certificate that was never accepted. Its fingerprint is".into(),
            format!("--     {fingerprint}"),
            "-- Ask whoever runs the server whether that is right. Type yes to trust it.".into(),
        ],
        Popup::Quit(leaving) => vec![match leaving.others {
            0 => "-- leave? Type yes or no.".into(),
            others => format!(
                "-- {others} others are connected to the server in this process. Type yes to leave \
                 and end it."
            ),
        }],
        Popup::Paste(paste) => vec![format!(
            "-- that is {} lines in {} messages. Type yes to send it.",
            paste.lines, paste.posts
        )],
        Popup::Login(login) => vec![
            format!("-- {}", login.reason),
            match login.input.text() {
                "" => "-- Type the answer.".into(),
                offered => format!("-- Type the answer, or an empty line for {offered}."),
            },
        ],
        Popup::Nick(prompt) => {
            let wrong = prompt.error.iter().map(|wrong| format!("-- {wrong}"));
            wrong
                .chain(["-- Type your new nick, or an empty line to keep the present one.".into()])
                .collect()
        }
        Popup::Help { .. } => help_lines(),
        Popup::Card(card) => {
            let lines = card.lines.iter().map(|line| format!("--   {line}"));
            std::iter::once(format!("-- {}", card.title))
                .chain(lines)
                .collect()
        }
        Popup::Picker(picker) => picker_lines(picker),
        Popup::Search(_) => Vec::new(),
    }
}

/// The commands; keys mean nothing here.
fn help_lines() -> Vec<String> {
    let lines = help::lines();
    let commands = lines
        .iter()
        .skip_while(|line| !matches!(line, HelpLine::Title("Commands")));
    commands
        .filter_map(|line| match line {
            HelpLine::Title(title) => Some(format!("-- {title}")),
            HelpLine::Entry(command, what) => Some(format!("--   {command}: {what}")),
            HelpLine::Blank => None,
        })
        .collect()
}

fn picker_lines(picker: &Picker) -> Vec<String> {
    if picker.state == PickerState::Loading {
        return Vec::new();
    }
    picker
        .items
        .iter()
        .map(|item| match item.detail.as_str() {
            "" => format!("--   {}", item.label),
            detail => format!("--   {}: {detail}", item.label),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chat_client::Event as Net;
    use chat_core::event::Welcome;
    use chat_core::{
        AccountId, Code, Conversation, ConversationKind, Fingerprint, Nick, Person, Presence,
        Refusal, Text,
    };

    use super::*;
    use crate::app::{Event, update};

    const LOBBY: ConversationId = ConversationId(1);
    const BOB: ConversationId = ConversationId(2);

    /// An application and what has been said of it.
    struct Rig {
        app: App,
        lines: Lines,
    }

    impl Rig {
        fn new() -> Rig {
            let mut app = App::new("h:1", TimeZone::UTC, 1);
            drop(update(&mut app, Event::Tick { now: Millis(1000) }));
            Rig {
                app,
                lines: Lines::new(TimeZone::UTC),
            }
        }

        fn online() -> Rig {
            let mut rig = Rig::new();
            rig.net(Net::Online {
                welcome: Welcome {
                    account: AccountId(7),
                    nick: Nick::received("ann"),
                    epoch: [1; 16],
                    server: Text::new("chat.example"),
                    now: Millis(0),
                    text_bytes: 8192,
                    roster_period_ms: 5000,
                },
                new_epoch: false,
            });
            rig.announce(LOBBY, ConversationKind::Room, "#lobby");
            rig.announce(BOB, ConversationKind::Direct, "bob");
            rig.net(Net::Ready);
            rig
        }

        fn announce(&mut self, id: ConversationId, kind: ConversationKind, name: &str) {
            self.net(Net::Announced(Conversation {
                id,
                kind,
                name: Text::new(name),
                peer: None,
                topic: Text::default(),
                head: Seq(0),
                read: Seq(0),
            }));
        }

        fn net(&mut self, event: Net) {
            drop(update(&mut self.app, Event::Net(event)));
        }

        fn entry(&mut self, id: ConversationId, seq: u64, body: Body) {
            self.net(Net::Entry(Entry {
                conversation: id,
                seq: Seq(seq),
                at: Millis(1_700_000_000_000 + seq * 60_000),
                author: AccountId(8),
                nick: Nick::received("bob"),
                post: None,
                body,
            }));
        }

        #[track_caller]
        fn says(&mut self, want: &[&str]) {
            let said = self.lines.news(&self.app);
            assert_eq!(said, want);
            assert!(self.lines.news(&self.app).is_empty(), "said twice");
            let control = |c: char| c.is_control();
            assert!(!said.iter().any(|line| line.contains(control)), "{said:?}");
        }
    }

    #[test]
    fn everything_is_said_once_and_in_order() {
        let mut rig = Rig::online();
        rig.says(&[
            "-- connected to chat.example as ann",
            "-- you write to #lobby",
        ]);
        rig.entry(LOBBY, 1, Body::Post(Text::new("hi\nthere\x1b[31m")));
        rig.entry(LOBBY, 2, Body::Action(Text::new("waves")));
        rig.entry(BOB, 1, Body::Post(Text::new("psst")));
        rig.entry(LOBBY, 3, Body::Topic(Text::new("news")));
        rig.says(&[
            "-- Tuesday, 14 November 2023",
            "[22:14] #lobby bob: hi",
            "    there",
            "[22:15] #lobby * bob waves",
            "[22:16] #lobby bob set the topic: news",
            "[22:14] @bob bob: psst",
        ]);
        rig.net(Net::Offline {
            why: "the server restarts".into(),
            retry_in: Duration::from_secs(1),
        });
        rig.says(&["-- not connected: the server restarts; trying again"]);
    }

    #[test]
    fn questions_are_asked_in_words() {
        let mut rig = Rig::new();
        rig.net(Net::UnknownCertificate {
            fingerprint: Fingerprint([9; 32]),
        });
        assert_eq!(Lines::question(&rig.app), Some(Question::YesNo));
        let said = rig.lines.news(&rig.app).join("\n");
        assert!(said.contains(&Fingerprint([9; 32]).to_string()), "{said}");
        rig.net(Net::LoginRefused(
            Refusal::new(Code::NickTaken, "the nick ann is taken").suggest("ann2"),
        ));
        assert_eq!(Lines::question(&rig.app), Some(Question::Line));
        rig.says(&[
            "-- the nick ann is taken",
            "-- Type the answer, or an empty line for ann2.",
        ]);
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
        let mut said = |id, change: &RosterChange| rig.lines.aside(&rig.app, id, change);
        assert_eq!(
            said(LOBBY, &change(Change::Came, None)),
            ["-- bob came online"]
        );
        assert!(said(BOB, &change(Change::Came, None)).is_empty());
        let went = change(Change::Went, None);
        assert_eq!(said(LOBBY, &went), ["-- bob went offline (bye)"]);
        assert_eq!(
            said(LOBBY, &change(Change::Came, None)),
            ["-- bob came online"]
        );
        let renamed = change(Change::Changed, Some("rob"));
        assert_eq!(said(LOBBY, &renamed), ["-- rob is now bob"]);
        let parted = change(Change::Parted, None);
        assert_eq!(said(LOBBY, &parted), ["-- bob left #lobby (bye)"]);
    }

    #[test]
    fn help_names_commands_and_no_keys() {
        let mut rig = Rig::online();
        rig.lines.news(&rig.app);
        rig.app.popups.push(Popup::Help { scroll: 0 });
        assert!(Lines::is_read(&rig.app));
        let said = rig.lines.news(&rig.app).join("\n");
        assert!(said.contains("/quit") && !said.contains("F10"), "{said}");
    }
}
