//! Outputs of the hub to lines. A conversation is shown as `#room` or `@ann+bob`, by the persons of
//! the script; a person in it as the nick that the others see.

use chat_core::canvas::{Act, Part};
use chat_core::event::{Change, RosterChange};
use chat_core::{
    AccountId, Body, ContentHash, Conversation, ConversationId, ConversationKind, Event, Person,
    Presence, Refusal, Seq,
};

use super::{Door, Output, SessionId, State};
use crate::hub::{FileWork, Kind, OnDisk, Ticket};

impl Door {
    pub(super) fn show(&self, output: &Output) -> String {
        match output {
            Output::Login { session, result } => match &**result {
                Ok(done) => {
                    let places: Vec<String> =
                        done.conversations.iter().map(|c| self.place(c)).collect();
                    assert_eq!(done.account, done.welcome.account);
                    let places = places.join(", ");
                    format!(
                        "{}: welcome {}, in {places}",
                        self.name(*session),
                        done.welcome.nick
                    )
                }
                Err(refusal) => format!("{}: {}", self.name(*session), self.refusal(refusal)),
            },
            Output::Answer { session, event } | Output::Push { session, event } => {
                format!("{}: {}", self.name(*session), self.event(event))
            }
            Output::Follow {
                session,
                conversation,
                after,
                head,
                ..
            } => {
                let (name, place) = (self.name(*session), self.room(*conversation));
                format!("{name}: follows {place} after {after} of {head}")
            }
            Output::Unfollow {
                session,
                conversation,
            } => {
                format!(
                    "{}: unfollows {}",
                    self.name(*session),
                    self.room(*conversation)
                )
            }
            Output::Entry(entry) => {
                let what = match &entry.body {
                    Body::Post(text) => format!("{}: {}", entry.nick, short(text.as_str())),
                    Body::Action(text) => format!("* {} {text}", entry.nick),
                    Body::Topic(text) => {
                        format!("{} sets the topic: {}", entry.nick, short(text.as_str()))
                    }
                    Body::File(file) => {
                        let (hash, caption) = (content(file.hash), &file.caption);
                        format!("{} sends {hash}: {}", entry.nick, short(caption.as_str()))
                    }
                    Body::Draw(Act::Stroke(stroke)) => {
                        let part = match stroke.part() {
                            Part::First => "draws",
                            Part::Next => "goes on with",
                        };
                        format!("{} {part} {}", entry.nick, stroke.id().0)
                    }
                    Body::Draw(Act::Undo(id)) => format!("{} undoes {}", entry.nick, id.0),
                    Body::Draw(Act::Reset) => format!("{} resets", entry.nick),
                    Body::Draw(Act::Unreset(seq)) => format!("{} unresets {seq}", entry.nick),
                    Body::Edit { of, text } => {
                        format!("{} edits {of}: {}", entry.nick, short(text.as_str()))
                    }
                    Body::Deletion { of } => format!("{} takes {of} back", entry.nick),
                    Body::Reaction { of, emoji } => {
                        format!("{} reacts to {of}: {emoji}", entry.nick)
                    }
                    Body::Unreaction { of, emoji } => {
                        format!("{} unreacts to {of}: {emoji}", entry.nick)
                    }
                    other => format!("{other:?}"),
                };
                format!("{} {} {what}", self.room(entry.conversation), entry.seq)
            }
            Output::Roster(changes) => {
                let rows: Vec<String> = changes.changes.iter().map(change).collect();
                let place = self.room(changes.conversation);
                format!("{place} v{}: {}", changes.version, rows.join("; "))
            }
            Output::Files(work) => self.work(work),
            Output::Paint(paint) => {
                format!("paint {} up to {}", self.room(paint.canvas), paint.up_to)
            }
            Output::Close { session, bye } => {
                let mut line = format!("{}: bye {}", self.name(*session), bye.code);
                if self.sentences {
                    line += &format!(": {}", bye.text);
                }
                line
            }
        }
    }

    fn work(&self, work: &FileWork) -> String {
        let of = |ticket: &Ticket| {
            let person = self.person_of(ticket.account);
            let name = self.name(ticket.session);
            format!(
                "{} ({} bytes) of {person} for {name}",
                content(ticket.hash),
                ticket.bytes
            )
        };
        match work {
            FileWork::Open(ticket) => format!("files: open {}", of(ticket)),
            FileWork::SayHeld(ticket) => format!("files: say that there is {}", of(ticket)),
            FileWork::Settle(ticket) => format!("files: settle {}", of(ticket)),
            FileWork::Refuse(ticket, refusal) => {
                format!("files: {}, {}", self.refusal(refusal), of(ticket))
            }
            FileWork::Name(held) => format!("files: name {}", content(held.hash)),
            FileWork::SweepAgain => "files: sweep again".into(),
            FileWork::Remove(OnDisk::Content(hash)) => format!("files: remove {}", content(*hash)),
            FileWork::Remove(OnDisk::Partial(account, hash)) => {
                let person = self.person_of(*account);
                format!("files: remove the part of {} of {person}", content(*hash))
            }
        }
    }

    fn event(&self, event: &Event) -> String {
        match event {
            Event::Done(_) => "done".into(),
            Event::Refused(refused) => self.refusal(&refused.clone().into()),
            Event::Posted(p) => format!("posted {} {}", self.room(p.conversation), p.seq),
            Event::Opened(o) => format!("opened {}", self.place(&o.conversation)),
            Event::Announced(a) => format!("announced {}", self.place(&a.conversation)),
            Event::Left(l) => format!("left {}", self.room(l.conversation)),
            Event::ReadMarker(r) => format!("read {} {}", self.room(r.conversation), r.seq),
            Event::Me(me) => format!("me {}", person(&me.person)),
            Event::RoomList(list) => {
                let rooms = list.rooms.iter();
                let rooms: Vec<String> = rooms
                    .map(|r| {
                        format!(
                            "{} {}/{}{}",
                            r.name,
                            r.present,
                            r.members,
                            topic(r.topic.as_str())
                        )
                    })
                    .collect();
                format!("rooms {}{}", rooms.join(", "), more(list.more))
            }
            Event::RosterPage(page) => {
                let people: Vec<String> = page.people.iter().map(person).collect();
                let place = self.room(page.conversation);
                format!(
                    "roster {place} v{}: {}{}",
                    page.version,
                    people.join(", "),
                    more(page.more)
                )
            }
            Event::Profile(p) => {
                let seen = match p.seen {
                    Some(seen) => format!(", seen {} ms ago", self.now.since(seen)),
                    None => String::new(),
                };
                let since = self.now.since(p.since);
                format!(
                    "profile {}, {} sessions, since {since} ms{seen}",
                    person(&p.person),
                    p.sessions
                )
            }
            other => format!("{other:?}"),
        }
    }

    /// A conversation with its read marker and head, where there is something in it.
    fn place(&self, c: &Conversation) -> String {
        let mut line = self.room(c.id);
        match c.kind {
            ConversationKind::Canvas => {
                if let Some(base) = c.base {
                    line += &format!(" from {base}");
                }
            }
            ConversationKind::Room => {
                assert_eq!((line.as_str(), c.peer), (c.name.as_str(), None))
            }
            ConversationKind::Direct => {
                line += &format!(" with {}", c.name);
                assert!(c.peer.is_some(), "somebody is there");
            }
        }
        if c.head > Seq(0) {
            line += &format!(" {}/{}", c.read, c.head);
        }
        line + &topic(c.topic.as_str())
    }

    fn refusal(&self, refusal: &Refusal) -> String {
        let mut line = format!("refused {}", refusal.code);
        if let Some(suggestion) = &refusal.suggestion {
            line += &format!(", try {suggestion}");
        }
        if let Some(ms) = refusal.retry_after_ms {
            line += &format!(", in {ms} ms");
        }
        if self.sentences {
            line += &format!(": {}", refusal.text);
        }
        line
    }

    fn name(&self, session: SessionId) -> &str {
        let of = self.sessions.iter().find(|(_, id)| **id == session);
        of.map_or("nobody", |(name, _)| name)
    }

    fn state(&self) -> &State {
        self.hub.as_ref().expect("it has decided").state()
    }

    fn room(&self, id: ConversationId) -> String {
        match self.state().conversations.get(&id).map(|c| &c.kind) {
            Some(Kind::Room { name, .. }) => name.to_string(),
            Some(Kind::Direct(a, b)) => format!("@{}+{}", self.person_of(*a), self.person_of(*b)),
            Some(Kind::Canvas(board)) => format!("~{}", self.room(board.parent)),
            None => format!("conversation {id}"),
        }
    }

    fn person_of(&self, account: AccountId) -> String {
        let key = self.state().accounts[&account].key;
        String::from_utf8_lossy(&key.0)
            .trim_end_matches('\0')
            .to_owned()
    }
}

fn change(change: &RosterChange) -> String {
    let what = match change.what {
        Change::Joined => "joined",
        Change::Came => "came",
        Change::Changed => "changed",
        Change::Parted => "parted",
        Change::Went => "went",
    };
    let mut line = format!("{what} {}", person(&change.person));
    if let Some(was) = &change.was {
        line += &format!(", was {was}");
    }
    if let Some(text) = &change.text {
        line += &format!(": {text}");
    }
    line
}

fn person(person: &Person) -> String {
    let presence = match person.presence {
        Presence::Online => "",
        Presence::Away => " (away)",
        Presence::Offline => " (offline)",
    };
    match &person.away {
        Some(why) => format!("{} (away: {why})", person.nick),
        None => format!("{}{presence}", person.nick),
    }
}

fn topic(topic: &str) -> String {
    if topic.is_empty() {
        String::new()
    } else {
        format!(" [{}]", short(topic))
    }
}

fn more(more: bool) -> &'static str {
    if more { ", more" } else { "" }
}

/// The name that a script gives a content.
fn content(hash: ContentHash) -> String {
    String::from_utf8_lossy(&hash.0)
        .trim_end_matches('\0')
        .to_owned()
}

/// Long texts are shown by their length.
fn short(text: &str) -> String {
    if text.len() > 60 {
        format!("{} bytes", text.len())
    } else {
        text.to_owned()
    }
}
