//! The one door to the application for tests. A script's lines are what happens and what must
//! follow:
//!
//! | line | meaning |
//! |---|---|
//! | `type TEXT`, `keys Ctrl+K Down` | on the keyboard |
//! | `paste TEXT` | `\n` is a line feed |
//! | `click X Y`, `wheel-up X Y`, `wheel-down X Y` | the mouse |
//! | `resize WxH`, `focus`, `blur`, `tick MS`, `hangup` | the terminal and the time |
//! | `settings SECTION` | its keys follow, further to the right |
//! | `online #a:HEAD/READ @b …` | login as ann; these are announced. Entries come by `feed` |
//! | `feed #a 5-9` | entries with the text `line N`, by bob |
//! | `say #a bob TEXT`, `past #a SEQ bob TEXT` | the next entry; one that was announced |
//! | `edit/delete/react/unreact #a bob SEQ [TEXT]` | the next entry, about the one with that number |
//! | `echo #a`, `posted #a`, `refuse #a [MS] TEXT` | the server answers the oldest own post |
//! | `roster #a ann -bob` (not there), `join/part/came #a NICK`, `went #a NICK [WORD]`, `rename #a OLD NEW` | who is there |
//! | `ok`, `opened #a`, `refused TEXT [=> SUGGESTION]`, `page 5-9 [more]`, `cached 5-9` | answers to the last request |
//! | `secured plain/link/person/authority`, `servers A B`, `came-from LINK`, `host LINK`, `host-elsewhere LINK` | the connection |
//! | `-> EFFECT; EFFECT` | wanted since the last such line, without what is stored |
//! | `stored: …` | of what is stored, this is there |
//! | `canvas`, `drawn`, `drag`, … | canvases: see `canvas` |
//! | `list:`, `input:`, `notice:`, `popup:`, `scroll:`, `log:`, `tick:` | what the state shows; a log's rows follow, each with two spaces more in front |

use std::collections::HashMap;
use std::time::Duration;

use chat_core::command::Direction;
use chat_core::event::{
    Change, Done, Opened, Page, Posted, Profile, RoomList, RosterChange, Welcome,
};
use chat_core::{
    AccountId, Body, Code, Command, Conversation, ConversationId, ConversationKind, Entry,
    Fingerprint, Millis, Nick, Person, PostId, Presence, PublicKey, Refusal, RequestId, Seq, Text,
};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::tz::TimeZone;
use ratatui::layout::Size;

use super::canvas;
use super::render;
use super::world::{id, line, nick, number, person, range, refusal, room, there_or_not};
use crate::app::event::{Cached, CachedConversation, CachedPage};
use crate::app::model::{Host, Place};
use crate::app::security::{Security, Vouched};
use crate::app::servers::{Hosted, KnownServer};
use crate::app::{App, Effect, Event, Options, update};
use crate::settings::Returning;

/// 2026-11-20 14:00 UTC.
pub(super) const NOW: Millis = Millis(1_795_183_200_000);

/// Plays a script from an application that knows nothing; panics at the first line that doesn't
/// hold.
#[track_caller]
pub(super) fn check(script: &str) {
    let mut player = Player::new();
    player.play(script);
}

/// An application and the world around it.
pub(super) struct Player {
    pub(super) app: App,
    /// Wanted since the last `->`.
    effects: Vec<Effect>,
    /// The last request, and the last page wanted of the cache.
    asked: Option<Command>,
    load: Option<(ConversationId, Seq, Direction)>,
    /// Own posts that the server has yet to answer.
    posts: Vec<chat_client::Pending>,
    pub(super) heads: HashMap<ConversationId, Seq>,
}

impl Player {
    pub(super) fn new() -> Player {
        let mut player = Player {
            app: App::new("chat.example", TimeZone::UTC, 7),
            effects: Vec::new(),
            asked: None,
            load: None,
            posts: Vec::new(),
            heads: HashMap::new(),
        };
        player.app.wished_nick = "ann".into();
        // Scripts that are about it say so.
        player.app.options.returning = Returning::Off;
        player.send(Event::Tick { now: NOW });
        player
    }

    #[track_caller]
    pub(super) fn play(&mut self, script: &str) {
        let mut lines = script.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let indent = line.len() - line.trim_start().len();
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let mut block = Vec::new();
            while let Some((_, below)) = lines.peek() {
                let deeper = below.len() - below.trim_start().len() > indent;
                if !deeper || below.trim().is_empty() {
                    break;
                }
                block.push(below.trim().to_owned());
                lines.next();
            }
            if let Err((got, want)) = self.step(line, &block) {
                panic!("line {}: {line}\n got: {got}\nwant: {want}", number + 1);
            }
        }
    }

    /// Plays a line unless it answers something that was not asked.
    pub(super) fn try_play(&mut self, line: &str) {
        let word = line.split(' ').next().unwrap_or_default();
        let fits = match word {
            "page" => matches!(self.asked, Some(Command::History(_))),
            "opened" | "ok" | "refused" => self.asked.is_some(),
            "cached" => self.load.is_some(),
            "echo" | "posted" | "entry" | "refuse" => !self.posts.is_empty(),
            _ => true,
        };
        if fits {
            self.play(line);
        }
    }

    pub(super) fn send(&mut self, event: Event) {
        let effects = update(&mut self.app, event);
        for effect in &effects {
            match effect {
                Effect::Send(command) => self.asked = Some(command.clone()),
                Effect::Post(pending) => self.posts.push(pending.clone()),
                Effect::LoadPage {
                    conversation,
                    from,
                    direction,
                    ..
                } => self.load = Some((*conversation, *from, *direction)),
                _ => {}
            }
        }
        self.effects.extend(effects);
    }

    /// What was wanted since it was last asked.
    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The act that the oldest own post is, if it is one.
    pub(super) fn first_act(&self) -> Option<chat_core::canvas::Act> {
        match &self.posts.first()?.body {
            Body::Draw(act) => Some(act.clone()),
            _ => None,
        }
    }

    pub(super) fn net(&mut self, event: chat_client::Event) {
        self.send(Event::Net(event));
    }

    /// One line; what differs, if it doesn't hold.
    fn step(&mut self, line: &str, block: &[String]) -> Result<(), (String, String)> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            "type" => rest
                .chars()
                .for_each(|c| self.key(KeyCode::Char(c), KeyModifiers::NONE)),
            "keys" => rest.split(' ').for_each(|name| self.named_key(name)),
            "paste" => self.send(Event::Paste(rest.replace("\\n", "\n"))),
            "click" => self.mouse(MouseEventKind::Down(MouseButton::Left), rest),
            "wheel-up" => self.mouse(MouseEventKind::ScrollUp, rest),
            "wheel-down" => self.mouse(MouseEventKind::ScrollDown, rest),
            "resize" => {
                let (width, height) = rest.split_once('x').expect("resize WxH");
                self.send(Event::Resize(Size::new(number(width), number(height))));
            }
            "settings" => self.settings(rest, block),
            "focus" => self.send(Event::FocusGained),
            "blur" => self.send(Event::FocusLost),
            "hangup" => self.send(Event::Hangup),
            "tick" => {
                let now = self.app.now.plus(number(rest));
                self.send(Event::Tick { now });
            }
            "->" => return self.expect_effects(rest),
            "stored:" => return self.expect_stored(rest),
            "list:" => return same(render::list(&self.app), rest),
            "input:" => return same(render::input(&self.app).replace('\n', "\\n"), rest),
            "popup:" => return same(render::popup(&self.app), rest),
            "scroll:" => return same(render::scroll(&self.app), rest),
            "notice:" => {
                let notice = self.app.notice.as_ref();
                return same(notice.map_or(String::new(), |n| n.text.clone()), rest);
            }
            "wants-tick:" => {
                let after = self.app.wants_tick().map(|at| at.since(self.app.now));
                return same(after.map_or("never".into(), |ms| ms.to_string()), rest);
            }
            "below:" => {
                let below = self.app.current().map_or(0, |view| view.new_below());
                return same(below.to_string(), rest);
            }
            "log:" => return same(render::log(&self.app).join("\n"), &block.join("\n")),
            _ => match canvas::play(self, word, rest) {
                Some(held) => return held,
                None => self.server(word, rest),
            },
        }
        Ok(())
    }

    /// The settings say this now; what is not there has its default.
    fn settings(&mut self, section: &str, keys: &[String]) {
        let text = format!("[{section}]\n{}", keys.join("\n"));
        let settings = toml::from_str(&text).expect("settings");
        self.app
            .set_options(Options::new(&settings, &TimeZone::UTC));
        self.send(Event::Tick { now: self.app.now });
    }

    /// What the server and the cache say.
    fn server(&mut self, word: &str, rest: &str) {
        let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "online" => self.online(rest, false),
            "other-server" => self.online(rest, true),
            "announce" => {
                let info = self.info(rest);
                self.net(chat_client::Event::Announced(info));
            }
            "offline" => self.net(chat_client::Event::Offline {
                why: "connection lost".into(),
                retry_in: Duration::from_millis(number(rest)),
            }),
            "connecting" => self.net(chat_client::Event::Connecting { attempt: 2 }),
            "certificate" => self.net(chat_client::Event::UnknownCertificate {
                fingerprint: Fingerprint([7; 32]),
            }),
            "secured" => {
                let tls = |vouched| Security::Tls {
                    fingerprint: Fingerprint([7; 32]),
                    vouched,
                };
                self.send(Event::Secured(match rest {
                    "plain" => Security::Plain,
                    "link" => tls(Vouched::Link),
                    "person" => tls(Vouched::Person),
                    "authority" => tls(Vouched::Authority),
                    other => panic!("nobody vouches like {other:?}"),
                }));
            }
            "login-refused" => {
                let mut refusal = refusal(more);
                refusal.code = Code::from_text(first);
                self.net(chat_client::Event::LoginRefused(refusal));
            }
            "closed" => self.net(chat_client::Event::Closed(chat_client::Error::Refused(
                Refusal::new(Code::Other, rest),
            ))),
            "feed" => {
                let (from, to) = range(more);
                self.exist(id(first), to);
                for seq in from..=to {
                    let entry = line(id(first), Seq(seq));
                    self.net(chat_client::Event::Entry(entry));
                }
            }
            "say" => self.say(rest),
            "past" => {
                let mut words = more.splitn(3, ' ');
                let seq = Seq(number(words.next().expect("a number")));
                let author = person(words.next().expect("somebody"));
                let text = words.next().unwrap_or_default().replace("\\n", "\n");
                let mut entry = line(id(first), seq);
                (entry.author, entry.nick) = (author.account, author.nick);
                entry.body = Body::Post(Text::new(&text));
                self.net(chat_client::Event::Entry(entry));
            }
            "skip" => {
                let (after, before) = range(more);
                self.net(chat_client::Event::Skipped {
                    conversation: id(first),
                    after: Seq(after),
                    before: Seq(before),
                });
            }
            "edit" | "delete" | "react" | "unreact" => self.change_of(word, rest),
            "topic" => self.entry(id(first), "bob", None, Body::Topic(Text::new(more))),
            "echo" | "posted" | "entry" => self.echo(word),
            "refuse" => {
                let pending = self.posts.remove(0);
                let (ms, text) = match first.parse() {
                    Ok(ms) => (Some(ms), more),
                    Err(_) => (None, rest),
                };
                let refusal = Refusal {
                    retry_after_ms: ms,
                    ..Refusal::new(Code::Other, text)
                };
                self.net(chat_client::Event::PostRefused { pending, refusal });
            }
            "roster" => self.net(chat_client::Event::Roster {
                conversation: id(first),
                people: more.split(' ').map(there_or_not).collect(),
            }),
            "join" => self.change(first, person(more), Change::Joined, None),
            "part" => self.change(first, person(more), Change::Parted, None),
            "came" => self.change(first, person(more), Change::Came, None),
            "went" => {
                let (name, word) = more.split_once(' ').unwrap_or((more, ""));
                let mut person = person(name);
                person.presence = Presence::Offline;
                self.net(chat_client::Event::RosterChanged {
                    conversation: id(first),
                    change: RosterChange {
                        person,
                        what: Change::Went,
                        text: Some(Text::new(word)),
                        was: None,
                    },
                });
            }
            "rename" => {
                let (old, new) = more.split_once(' ').expect("rename #a OLD NEW");
                let mut person = person(old);
                person.nick = nick(new);
                self.change(first, person, Change::Changed, Some(nick(old)));
            }
            "me" => {
                let mut me = person("ann");
                me.nick = nick(rest);
                self.net(chat_client::Event::Me(me));
            }
            "read" => self.net(chat_client::Event::ReadMarker {
                conversation: id(first),
                seq: Seq(number(more)),
            }),
            "left" => self.net(chat_client::Event::Left {
                conversation: id(rest),
            }),
            "host" | "host-elsewhere" => self.send(Event::Host(Host {
                link: rest.into(),
                at: "127.0.0.1:7878".into(),
                place: match word {
                    "host" => Place::Here,
                    _ => Place::Elsewhere,
                },
                told: None,
            })),
            "servers" => {
                let known = rest.split(' ').map(|address| KnownServer {
                    link: address.parse().expect("an address"),
                    name: String::new(),
                    nick: "ann".into(),
                    used: NOW,
                    pin: None,
                    vouched: None,
                    hosted: Hosted::No,
                });
                self.send(Event::Servers(known.collect()));
            }
            "came-from" => self.app.servers.back = Some(rest.parse().expect("a link")),
            "restore" => self.restore(rest),
            "found" => {
                let (from, to) = range(more);
                let entries = (from..=to).rev().map(|seq| line(id("#a"), Seq(seq)));
                self.send(Event::Found {
                    query: first.into(),
                    entries: entries.collect(),
                });
            }
            "cached" => self.cached(rest),
            _ => self.answer(word, rest),
        }
    }

    fn answer(&mut self, word: &str, rest: &str) {
        let command = self.asked.take().expect("something was asked");
        let request = command.request().expect("requests have ids");
        let answer = match word {
            "ok" => Ok(Done { request }.into()),
            "opened" => Ok(Opened {
                request,
                conversation: self.info(rest),
            }
            .into()),
            "refused" => Err(refusal(rest)),
            "page" => Ok(self.page(&command, request, rest)),
            "rooms" => Ok(RoomList {
                request,
                rooms: rest
                    .split(' ')
                    .filter(|name| name.starts_with('#'))
                    .map(room)
                    .collect(),
                more: rest.ends_with("more"),
            }
            .into()),
            "profile" => Ok(Profile {
                request,
                person: person(rest),
                key: PublicKey([1; 32]),
                since: NOW,
                seen: None,
                sessions: 2,
            }
            .into()),
            "stored" => Ok(Posted {
                request,
                conversation: id("#a"),
                seq: Seq(1),
            }
            .into()),
            other => panic!("the script has no word {other:?}"),
        };
        self.net(chat_client::Event::Answer { request, answer });
    }

    /// The server has entries up to this one: what is said next comes behind.
    fn exist(&mut self, conversation: ConversationId, to: u64) {
        let head = self.heads.entry(conversation).or_default();
        *head = (*head).max(Seq(to));
    }

    fn page(&mut self, command: &Command, request: RequestId, rest: &str) -> chat_core::Event {
        let Command::History(history) = command else {
            panic!("the last request was {command:?}");
        };
        let conversation = history.conversation;
        let entries = match rest.split(' ').next() {
            Some("none") | None => Vec::new(),
            Some(numbers) => {
                let (from, to) = range(numbers);
                self.exist(conversation, to);
                (from..=to)
                    .map(|seq| line(conversation, Seq(seq)))
                    .collect()
            }
        };
        Page {
            request,
            conversation,
            more: rest.ends_with("more"),
            entries,
        }
        .into()
    }

    fn cached(&mut self, rest: &str) {
        let (conversation, from, _) = self.load.take().expect("a page was wanted");
        let entries = match rest {
            "none" => Vec::new(),
            numbers => {
                let (from, to) = range(numbers);
                self.exist(conversation, to);
                (from..=to)
                    .map(|seq| line(conversation, Seq(seq)))
                    .collect()
            }
        };
        self.send(Event::CachedPage(CachedPage {
            conversation,
            from,
            entries,
        }));
    }

    /// A page with these, in which bob says something else in one of them.
    pub(super) fn page_with(&mut self, from: u64, to: u64, at: u64, text: &str) {
        let Some(Command::History(history)) = self.asked.take() else {
            panic!("no page was asked for");
        };
        let (request, conversation) = (history.request, history.conversation);
        let made = |seq| match seq == at {
            true => Entry {
                body: Body::Post(Text::new(text)),
                ..line(conversation, Seq(seq))
            },
            false => line(conversation, Seq(seq)),
        };
        let page = Page {
            request,
            conversation,
            entries: (from..=to).map(made).collect(),
            more: false,
        };
        self.net(chat_client::Event::Answer {
            request,
            answer: Ok(page.into()),
        });
    }

    /// `restore #a:HEAD/READ 5-9 DRAFT`: the cache has that of one conversation.
    fn restore(&mut self, rest: &str) {
        let mut words = rest.splitn(3, ' ');
        let conversation = self.info(words.next().expect("a conversation"));
        let (from, to) = range(words.next().expect("numbers"));
        let entries = (from..=to).map(|seq| line(conversation.id, Seq(seq)));
        let cached = CachedConversation {
            entries: entries.collect(),
            people: Vec::new(),
            draft: words.next().unwrap_or_default().into(),
            sent: Vec::new(),
            muted: false,
            conversation,
        };
        self.send(Event::Cached(Box::new(Cached {
            server: "cached.example".into(),
            me: Some((AccountId(1), nick("ann"))),
            conversations: vec![cached],
            ..Cached::default()
        })));
    }

    fn online(&mut self, conversations: &str, new_epoch: bool) {
        self.net(chat_client::Event::Online {
            welcome: Welcome {
                account: AccountId(1),
                nick: nick("ann"),
                epoch: [1; 16],
                server: Text::new("chat.example"),
                now: NOW,
                text_bytes: 200,
                roster_period_ms: 5_000,
                file_bytes: None,
            },
            new_epoch,
        });
        for word in conversations.split(' ').filter(|word| !word.is_empty()) {
            let info = self.info(word);
            self.net(chat_client::Event::Announced(info));
        }
        self.net(chat_client::Event::Ready);
    }

    /// `#a:HEAD/READ`.
    fn info(&mut self, word: &str) -> Conversation {
        let (name, numbers) = word.split_once(':').unwrap_or((word, "0/0"));
        let (head, read) = numbers.split_once('/').unwrap_or((numbers, numbers));
        let id = id(name);
        let head = Seq(number(head));
        self.heads.insert(id, head);
        let direct = name.strip_prefix('@');
        Conversation {
            id,
            kind: match direct {
                Some(_) => ConversationKind::Direct,
                None => ConversationKind::Room,
            },
            name: Text::new(direct.unwrap_or(name)),
            peer: direct.map(|nick| person(nick).account),
            topic: Text::new(""),
            head,
            read: Seq(number(read)),
            base: None,
        }
    }

    /// `#a bob TEXT`.
    fn say(&mut self, rest: &str) {
        let mut words = rest.splitn(3, ' ');
        let conversation = id(words.next().expect("a conversation"));
        let who = words.next().expect("somebody");
        let text = words.next().unwrap_or_default();
        self.entry(conversation, who, None, Body::Post(Text::new(text)));
    }

    /// `#a bob SEQ [TEXT]`.
    fn change_of(&mut self, word: &str, rest: &str) {
        let mut words = rest.splitn(4, ' ');
        let conversation = id(words.next().expect("a conversation"));
        let who = words.next().expect("somebody");
        let of = Seq(number(words.next().expect("a number")));
        let text = Text::new(words.next().unwrap_or_default());
        let body = match word {
            "edit" => Body::Edit { of, text },
            "delete" => Body::Deletion { of },
            "react" => Body::Reaction { of, emoji: text },
            _ => Body::Unreaction { of, emoji: text },
        };
        self.entry(conversation, who, None, body);
    }

    pub(super) fn entry(
        &mut self,
        conversation: ConversationId,
        who: &str,
        post: Option<PostId>,
        body: Body,
    ) {
        let head = self.heads.entry(conversation).or_default();
        *head = head.next();
        let person = person(who);
        let entry = Entry {
            conversation,
            seq: *head,
            at: self.app.now,
            author: person.account,
            nick: person.nick,
            post,
            body,
        };
        self.net(chat_client::Event::Entry(entry));
    }

    /// The oldest own post is stored: `posted` says so, `entry` delivers it, `echo` both.
    fn echo(&mut self, what: &str) {
        let pending = self.posts.first().expect("something was posted").clone();
        let conversation = pending.conversation;
        if what != "entry" {
            let seq = self.heads.get(&conversation).copied().unwrap_or_default();
            self.net(chat_client::Event::Posted {
                post: pending.post,
                conversation,
                seq: seq.next(),
            });
        }
        if what != "posted" {
            self.posts.remove(0);
            let body = pending.body;
            self.entry(conversation, "ann", Some(pending.post), body);
        }
    }

    fn change(&mut self, conversation: &str, person: Person, what: Change, was: Option<Nick>) {
        self.net(chat_client::Event::RosterChanged {
            conversation: id(conversation),
            change: RosterChange {
                person,
                what,
                text: None,
                was,
            },
        });
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.send(Event::Key(KeyEvent::new(code, modifiers)));
    }

    fn named_key(&mut self, name: &str) {
        let mut modifiers = KeyModifiers::NONE;
        let mut name = name;
        for (prefix, modifier) in [
            ("Ctrl+", KeyModifiers::CONTROL),
            ("Alt+", KeyModifiers::ALT),
            ("Shift+", KeyModifiers::SHIFT),
        ] {
            if let Some(rest) = name.strip_prefix(prefix) {
                modifiers |= modifier;
                name = rest;
            }
        }
        let code = match name {
            "Enter" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Tab" if modifiers == KeyModifiers::SHIFT => KeyCode::BackTab,
            "Tab" => KeyCode::Tab,
            "Up" => KeyCode::Up,
            "Down" => KeyCode::Down,
            "Left" => KeyCode::Left,
            "Right" => KeyCode::Right,
            "PgUp" => KeyCode::PageUp,
            "PgDn" => KeyCode::PageDown,
            "Home" => KeyCode::Home,
            "End" => KeyCode::End,
            "Backspace" => KeyCode::Backspace,
            "Delete" => KeyCode::Delete,
            "Space" => KeyCode::Char(' '),
            name => match (name.strip_prefix('F'), name.chars().next()) {
                (Some(digits), _) if !digits.is_empty() => KeyCode::F(number(digits)),
                (_, Some(c)) if modifiers.is_empty() => KeyCode::Char(c),
                (_, Some(c)) => KeyCode::Char(c.to_ascii_lowercase()),
                _ => panic!("the script has no key {name:?}"),
            },
        };
        self.key(code, modifiers);
    }

    pub(super) fn mouse(&mut self, kind: MouseEventKind, rest: &str) {
        let (column, row) = rest.split_once(' ').expect("X Y");
        self.send(Event::Mouse(MouseEvent {
            kind,
            column: number(column),
            row: number(row),
            modifiers: KeyModifiers::NONE,
        }));
    }

    fn expect_effects(&mut self, want: &str) -> Result<(), (String, String)> {
        let effects = std::mem::take(&mut self.effects);
        let got: Vec<_> = effects
            .iter()
            .filter(|effect| !matches!(effect, Effect::Store(_)))
            .map(|effect| render::effect(&self.app, effect))
            .collect();
        same(got.join("; "), want)
    }

    fn expect_stored(&mut self, want: &str) -> Result<(), (String, String)> {
        let got: Vec<_> = self
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Store(_)))
            .map(|effect| render::effect(&self.app, effect))
            .collect();
        if got.iter().any(|stored| stored == want) {
            return Ok(());
        }
        Err((got.join("; "), want.into()))
    }
}

pub(super) fn same(got: String, want: &str) -> Result<(), (String, String)> {
    if got.trim_end() == want {
        return Ok(());
    }
    Err((got, want.to_owned()))
}
