//! A line of a script to an input of the hub.
//!
//! `ann` is a person and her first session, `ann/phone` another session of hers. A conversation is
//! `#room`, or `@bob` for the direct one with bob. Behind `: ` stands text.

use chat_core::command::{
    Canvas, Direct, Follow, Join, Part, Post, Quit, Read, Rooms, Roster, SetNick, SetPresence,
    Topic, Upload, Who,
};
use chat_core::{AccountId, Body, Command, ConversationId, PostId, RequestId, Seq, Text};

use super::entries::{about, draw};
use super::{Door, Input, SessionId, disk, key_of, store};
use crate::hub::Searched;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What a line says.
pub(super) enum Line {
    /// The rules are changed already.
    Rule,
    /// What was decided so far is committed.
    Commits,
    /// What was decided since is lost.
    Fails,
    /// Milliseconds pass.
    Wait(u64),
    /// The clock is set back by milliseconds.
    SetBack(u64),
    /// Something for the hub.
    Input(Box<Input>),
}

/// Reads a line.
///
/// # Panics
/// When it makes no sense: the script is wrong.
pub(super) fn parse(line: &str, door: &mut Door) -> Line {
    let (head, text) = line.split_once(':').unwrap_or((line, ""));
    let text = text.strip_prefix(' ').unwrap_or(text);
    let words: Vec<&str> = head.split_whitespace().collect();
    match words[..] {
        ["show", "sentences"] => {
            door.sentences = true;
            Line::Rule
        }
        ["rule", name, value] => {
            rule(door, name, value);
            Line::Rule
        }
        ["store", "commits"] => Line::Commits,
        ["store", "fails"] => Line::Fails,
        ["wait", n, "days"] => Line::Wait(number(n) * DAY_MS),
        ["wait", n, "ms"] => Line::Wait(number(n)),
        ["set", "the", "clock", "back", n, "days"] => Line::SetBack(number(n) * DAY_MS),
        ["roster", "is", "due"] => Line::Input(Box::new(Input::RosterDue)),
        ["files", ref what @ ..] => Line::Input(Box::new(Input::Files(disk::news(door, what)))),
        [who, "cancels", content] => Line::Input(Box::new(Input::CancelUpload {
            session: door.session(who),
            request: door.request(),
            hash: disk::content(content),
        })),
        [who, "is", "cut", "off"] => Line::Input(Box::new(Input::Closed {
            session: door.session(who),
        })),
        [who, "logs", "in", ref how @ ..] => Line::Input(Box::new(login(door, who, how))),
        [who, ref what @ ..] => {
            let (command, up_to) = command(door, who, what, text);
            let searched = searched(door, who, &command, up_to);
            Line::Input(Box::new(Input::Command {
                session: door.session(who),
                command,
                searched,
            }))
        }
        [] => panic!("an empty line"),
    }
}

fn rule(door: &mut Door, name: &str, value: &str) {
    assert!(door.hub.is_none(), "rules stand before everything else");
    let limits = &mut door.rules.limits;
    let size = number(value) as usize;
    match name {
        "invite_only" => door.rules.invite_only = true,
        "accounts" => limits.accounts = size,
        "sessions_per_account" => limits.sessions_per_account = size,
        "rooms_per_account" => limits.rooms_per_account = size,
        "rooms" => limits.rooms = size,
        "text_bytes" => limits.text_bytes = size,
        "stroke_burst" => limits.stroke_burst = number(value) as u32,
        "post_burst" => limits.post_burst = number(value) as u32,
        "file_mib_max" => door.rules.files.file_mib_max = number(value),
        "account_mib_max" => door.rules.files.account_mib_max = number(value),
        "total_mib_max" => door.rules.files.total_mib_max = number(value),
        "small_room" => door.rules.roster.small_room = size,
        _ => panic!("no rule {name}"),
    }
}

/// A newcomer wishes the name that the script gives; one who is known keeps the nick.
fn login(door: &mut Door, who: &str, how: &[&str]) -> Input {
    let person = person(who);
    let key = key_of(person);
    let known = door.hub().state().keys.contains_key(&key);
    let (nick, invited) = match how {
        [] => ((!known).then(|| person.to_owned()), false),
        ["invited"] => ((!known).then(|| person.to_owned()), true),
        ["as", wish @ ..] => (Some(wish.join(" ")), false),
        ["without", "a", "nick"] => (None, false),
        _ => panic!("logs in {how:?}?"),
    };
    // A session's number is never given twice.
    let session = SessionId {
        worker: 0,
        number: door.requests + 1000,
    };
    door.requests += 1;
    door.sessions.insert(who.to_owned(), session);
    Input::Login {
        session,
        key,
        nick,
        invited,
    }
}

fn command(door: &mut Door, who: &str, what: &[&str], text: &str) -> (Command, Option<u64>) {
    let request = door.request();
    let clean = text_of(text);
    let some = Some(clean.clone()).filter(|t| !t.is_empty());
    let mut searched = None;
    let command: Command = match what {
        ["posts", rest @ ..] => {
            let post = post(door, who, rest, clean, request);
            if let ["again", .., "searched", position] = rest[1..] {
                searched = Some(number(position));
            }
            post.into()
        }
        ["uploads", content, "of", bytes] => Upload {
            request,
            hash: disk::content(content),
            bytes: disk::bytes(bytes),
        }
        .into(),
        ["joins", room @ ..] => Join {
            request,
            room: room.join(" "),
        }
        .into(),
        [
            verb @ ("edits" | "deletes" | "reacts" | "unreacts"),
            seq,
            "of",
            c,
            rest @ ..,
        ] => {
            if let ["searched", position] = rest {
                searched = Some(number(position));
            }
            about(door, who, (verb, number(seq), c), clean, request).into()
        }
        ["parts", c] => Part {
            request,
            conversation: door.conversation(who, c),
            text: some,
        }
        .into(),
        ["lists", "rooms"] => Rooms {
            request,
            after: None,
        }
        .into(),
        ["lists", "rooms", "after", name] => Rooms {
            request,
            after: Some((*name).into()),
        }
        .into(),
        ["sets", "topic", "of", c] => Topic {
            request,
            conversation: door.conversation(who, c),
            text: clean,
        }
        .into(),
        ["renames", "to", wish @ ..] => SetNick {
            request,
            nick: wish.join(" "),
        }
        .into(),
        ["opens", "canvas", "of", c] => Canvas {
            request,
            conversation: door.conversation(who, c),
        }
        .into(),
        [
            verb @ ("draws" | "goes-on" | "undoes" | "resets" | "unresets"),
            rest @ ..,
        ] => draw(door, who, verb, rest, request).into(),
        ["opens", nick] => Direct {
            request,
            nick: (*nick).into(),
        }
        .into(),
        ["asks", "who", nick] => Who {
            request,
            nick: (*nick).into(),
        }
        .into(),
        ["reads", c, seq] => Read {
            request,
            conversation: door.conversation(who, c),
            seq: Seq(number(seq)),
        }
        .into(),
        ["follows", c] => Follow {
            request,
            conversation: door.conversation(who, c),
            after: None,
        }
        .into(),
        ["follows", c, "after", seq] => {
            let after = Some(Seq(number(seq)));
            Follow {
                request,
                conversation: door.conversation(who, c),
                after,
            }
            .into()
        }
        ["asks", "roster", "of", c, rest @ ..] => {
            let after = rest.last().map(|person| door.account(person));
            Roster {
                request,
                conversation: door.conversation(who, c),
                after,
            }
            .into()
        }
        ["goes", "away"] => SetPresence {
            request,
            away: true,
            text: some,
        }
        .into(),
        ["comes", "back"] => SetPresence {
            request,
            away: false,
            text: None,
        }
        .into(),
        ["quits"] => Quit {
            request,
            text: some,
        }
        .into(),
        _ => panic!("{who} does what? {what:?}"),
    };
    (command, searched)
}

/// What a session hands on with a command: what stands in the store up to this position, or all that
/// was recorded.
fn searched(door: &mut Door, who: &str, command: &Command, up_to: Option<u64>) -> Option<Searched> {
    let Command::Post(post) = command else {
        return None;
    };
    let about = post.body.of().map(|of| (post.conversation, of));
    if up_to.is_none() && about.is_none() {
        return None;
    }
    let account = door.account(person(who));
    let up_to = up_to.unwrap_or(door.entries.len() as u64);
    let stored = &door.entries[..door.entries.len().min(up_to as usize)];
    Some(Searched {
        up_to,
        about: about.and_then(|place| store::about(stored, account, place)),
    })
}

/// `p1 to #lobby`, `p1 file x of 10 to #lobby`, `p1 again to #lobby searched 3`, `me to #lobby`;
/// without an id a new one.
fn post(door: &mut Door, who: &str, words: &[&str], text: Text, request: RequestId) -> Post {
    let to = words.iter().position(|w| *w == "to").expect("posts … to");
    let fresh = format!("fresh {request}");
    let label = words[..to]
        .iter()
        .find(|w| w.starts_with('p'))
        .copied()
        .unwrap_or(&fresh);
    let mut id = [0; 16];
    id[..label.len()].copy_from_slice(label.as_bytes());
    Post {
        request,
        conversation: door.conversation(who, words[to + 1]),
        post: PostId(id),
        body: match words[..to] {
            [.., "me"] => Body::Action(text),
            [.., "file", content, "of", bytes] => disk::file(content, bytes, text),
            _ => Body::Post(text),
        },
        again: words.contains(&"again"),
    }
}

/// `8193 times x`, or the text as it stands.
fn text_of(text: &str) -> Text {
    match text.split_once(" times ") {
        Some((n, unit)) => Text::new(&unit.repeat(number(n) as usize)),
        None => Text::new(text),
    }
}

pub(super) fn number(word: &str) -> u64 {
    word.parse()
        .unwrap_or_else(|_| panic!("{word} is no number"))
}

fn person(session: &str) -> &str {
    session.split('/').next().unwrap_or(session)
}

impl Door {
    pub(super) fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    fn session(&self, name: &str) -> SessionId {
        *self
            .sessions
            .get(name)
            .unwrap_or_else(|| panic!("{name} has not logged in"))
    }

    pub(super) fn account(&mut self, person: &str) -> AccountId {
        self.hub().state().keys[&key_of(person)]
    }

    /// A conversation that is not there gets a number that nothing has.
    pub(super) fn conversation(&mut self, who: &str, name: &str) -> ConversationId {
        if let Some(parent) = name.strip_prefix('~') {
            let parent = self.conversation(who, parent);
            let found = self.hub().state().canvases.get(&parent).copied();
            return found.unwrap_or(ConversationId(9_999));
        }
        let found = match name.strip_prefix('@') {
            None => self.hub().state().rooms.get(name).copied(),
            Some(peer) => {
                let (a, b) = (self.account(person(who)), self.account(peer));
                self.hub()
                    .state()
                    .directs
                    .get(&(a.min(b), a.max(b)))
                    .copied()
            }
        };
        found.unwrap_or(ConversationId(9_999))
    }
}
