//! What the server says: mostly answers to what was asked, about what there is; numbers now and then at
//! their end.

use arbitrary::{Result, Unstructured};
use chat_core::canvas::{Act, StrokeId};
use chat_core::command;
use chat_core::event::{
    Announced, Change, Done, Left, Me, Opened, Page, Picture, Piece, Posted, Profile, ReadMarker,
    Ready, Refused, RoomList, RoomSummary, RosterChange, RosterChanges, RosterPage, RosterStale,
    Uploading,
};
use chat_core::{
    AccountId, Body, Code, Command, ContentHash, Conversation, ConversationId, ConversationKind,
    Entry, Event, File, Millis, Nick, Person, PostId, Presence, PublicKey, Refusal, RequestId, Seq,
    Text,
};

use super::world::World;

/// Rooms and direct conversations have the numbers 1 to 4, canvases 8 and 9.
const CANVASES: u64 = 8;

const TEXTS: [&str; 8] = [
    "hello",
    "",
    "two\nlines\tand a tab",
    "ann: look at https://example.org/a?b=c#d",
    "👩\u{200d}🚀 日本語 e\u{301}\u{301} \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "\u{1b}[2J\u{9b}31m\u{202e}",
    "`code` *bold* :smile:",
    "x",
];

/// A conversation.
pub(super) fn place(u: &mut Unstructured<'_>) -> Result<ConversationId> {
    Ok(ConversationId(u.int_in_range(1..=4)?))
}

/// A number that is mostly small.
fn number(u: &mut Unstructured<'_>) -> Result<u64> {
    Ok(match u.int_in_range(0..=15u8)? {
        0 => u64::MAX,
        1 => u64::MAX - u.int_in_range(0..=300)?,
        2 => u.arbitrary()?,
        3..=5 => u.int_in_range(0..=1_000)?,
        _ => u.int_in_range(0..=12)?,
    })
}

fn text(u: &mut Unstructured<'_>) -> Result<Text> {
    let text = u.choose(&TEXTS)?;
    Ok(match u.ratio(1u8, 16u8)? {
        true => Text::new(&text.repeat(40)),
        false => Text::new(text),
    })
}

fn person(u: &mut Unstructured<'_>) -> Result<Person> {
    let account = u.int_in_range(1..=5)?;
    Ok(Person {
        account: AccountId(account),
        nick: match u.ratio(1u8, 8u8)? {
            true => Nick::received(text(u)?.as_str()),
            false => Nick::received(&format!("p{account}")),
        },
        presence: *u.choose(&[Presence::Online, Presence::Away, Presence::Offline])?,
        away: match u.ratio(1u8, 4u8)? {
            true => Some(text(u)?),
            false => None,
        },
    })
}

fn people(u: &mut Unstructured<'_>) -> Result<Vec<Person>> {
    (0..u.int_in_range(0..=3u8)?).map(|_| person(u)).collect()
}

fn conversation(u: &mut Unstructured<'_>) -> Result<Conversation> {
    let id = place(u)?;
    let direct = id.0 == 4;
    Ok(Conversation {
        id,
        kind: match direct {
            true => ConversationKind::Direct,
            false => ConversationKind::Room,
        },
        name: Text::new(["#a", "#b", "#c", "bob"][id.0 as usize - 1]),
        peer: direct.then_some(AccountId(2)),
        topic: text(u)?,
        head: Seq(number(u)?),
        read: Seq(number(u)?),
        base: None,
    })
}

fn canvas(u: &mut Unstructured<'_>) -> Result<Conversation> {
    Ok(Conversation {
        id: ConversationId(u.int_in_range(CANVASES..=CANVASES + 1)?),
        kind: ConversationKind::Canvas,
        name: Text::default(),
        peer: None,
        topic: Text::default(),
        head: Seq(number(u)?),
        read: Seq(0),
        base: match u.arbitrary()? {
            true => Some(Seq(number(u)?)),
            false => None,
        },
    })
}

fn entry(u: &mut Unstructured<'_>, conversation: ConversationId, seq: Seq) -> Result<Entry> {
    let who = person(u)?;
    let of = Seq(u.int_in_range(0..=12)?);
    let emoji = Text::new("👍");
    Ok(Entry {
        conversation,
        seq,
        at: match u.ratio(1u8, 8u8)? {
            true => Millis(number(u)?),
            false => Millis(1_800_000_000_000 + u.int_in_range(0..=200_000_000)?),
        },
        author: who.account,
        nick: who.nick,
        post: match u.arbitrary()? {
            true => Some(PostId([u.int_in_range(0..=9)?; 16])),
            false => None,
        },
        body: match u.int_in_range(0..=15u8)? {
            0 => Body::Edit { of, text: text(u)? },
            1 => Body::Deletion { of },
            2..=3 => Body::Reaction { of, emoji },
            4 => Body::Unreaction { of, emoji },
            5 => Body::Topic(text(u)?),
            6 => Body::Action(text(u)?),
            7 => Body::Removed,
            8 => Body::Unknown(u.arbitrary()?),
            9 => Body::File(File {
                hash: ContentHash([1; 32]),
                name: text(u)?,
                media: Text::new("image/png"),
                bytes: number(u)?,
                caption: text(u)?,
            }),
            10 => Body::Draw(match u.arbitrary()? {
                true => Act::Reset,
                false => Act::Undo(StrokeId(u.int_in_range(0..=3)?)),
            }),
            _ => Body::Post(text(u)?),
        },
    })
}

/// Mostly the next entry.
fn next_entry(u: &mut Unstructured<'_>, world: &World, id: ConversationId) -> Result<Entry> {
    let next = world.expects(id);
    let seq = match u.int_in_range(0..=15u8)? {
        0 => Seq(number(u)?),
        1 => Seq(next.0.wrapping_add(1)),
        _ => next,
    };
    entry(u, id, seq)
}

/// Something that nobody asked for.
pub(super) fn news(u: &mut Unstructured<'_>, world: &World) -> Result<Event> {
    Ok(match u.int_in_range(0..=15u8)? {
        0..=1 => Announced {
            conversation: conversation(u)?,
        }
        .into(),
        2 => Ready {}.into(),
        3..=7 => {
            let id = match u.ratio(1u8, 8u8)? {
                true => ConversationId(u.int_in_range(CANVASES..=CANVASES + 1)?),
                false => place(u)?,
            };
            Event::Entry(next_entry(u, world, id)?)
        }
        8..=9 => roster_changes(u)?,
        10 => RosterStale {
            conversation: place(u)?,
        }
        .into(),
        11 => ReadMarker {
            conversation: place(u)?,
            seq: Seq(number(u)?),
        }
        .into(),
        12 => Left {
            conversation: place(u)?,
        }
        .into(),
        13 => Me { person: person(u)? }.into(),
        14 => Done {
            request: RequestId(number(u)?),
        }
        .into(),
        _ => {
            let id = place(u)?;
            Event::Entry(next_entry(u, world, id)?)
        }
    })
}

fn roster_changes(u: &mut Unstructured<'_>) -> Result<Event> {
    let whats = [
        Change::Joined,
        Change::Parted,
        Change::Came,
        Change::Went,
        Change::Changed,
    ];
    let change = RosterChange {
        person: person(u)?,
        what: *u.choose(&whats)?,
        text: match u.arbitrary()? {
            true => Some(text(u)?),
            false => None,
        },
        was: match u.arbitrary()? {
            true => Some(Nick::received("was")),
            false => None,
        },
    };
    Ok(RosterChanges {
        conversation: place(u)?,
        version: number(u)?,
        changes: vec![change; u.int_in_range(0..=2)?],
    }
    .into())
}

/// An answer to something that was sent, mostly of the kind that belongs to it.
pub(super) fn answer(u: &mut Unstructured<'_>, world: &mut World) -> Result<Option<Event>> {
    let Some(command) = world.unanswered(u)? else {
        return Ok(None);
    };
    let request = command.request().unwrap_or_default();
    Ok(Some(match u.int_in_range(0..=15u8)? {
        0..=2 => refused(u, request)?,
        3 => Done { request }.into(),
        _ => fitting(u, world, request, &command)?,
    }))
}

fn refused(u: &mut Unstructured<'_>, request: RequestId) -> Result<Event> {
    let mut refusal = Refusal::new(*u.choose(Code::ALL)?, text(u)?.as_str());
    if u.arbitrary()? {
        refusal = refusal.retry_after(number(u)?);
    }
    if u.arbitrary()? {
        refusal = refusal.suggest(text(u)?.as_str());
    }
    Ok(Refused::new(request, refusal).into())
}

fn fitting(
    u: &mut Unstructured<'_>,
    world: &World,
    request: RequestId,
    command: &Command,
) -> Result<Event> {
    Ok(match command {
        Command::Post(c) => Posted {
            request,
            conversation: c.conversation,
            seq: Seq(number(u)?),
        }
        .into(),
        Command::History(c) => history(u, request, c)?,
        Command::Rooms(_) => {
            let room = RoomSummary {
                name: text(u)?,
                topic: text(u)?,
                members: number(u)?,
                present: number(u)?,
            };
            RoomList {
                request,
                rooms: vec![room; u.int_in_range(0..=3)?],
                more: u.arbitrary()?,
            }
            .into()
        }
        Command::Roster(c) => RosterPage {
            request,
            conversation: c.conversation,
            version: number(u)?,
            people: people(u)?,
            more: u.arbitrary()?,
        }
        .into(),
        Command::Join(_) | Command::Direct(_) => Opened {
            request,
            conversation: conversation(u)?,
        }
        .into(),
        Command::Canvas(_) => Opened {
            request,
            conversation: canvas(u)?,
        }
        .into(),
        Command::Snapshot(c) => Picture {
            request,
            conversation: c.conversation,
            seq: match u.arbitrary()? {
                true => Seq(world.expects(c.conversation).0.saturating_sub(1)),
                false => Seq(number(u)?),
            },
            data: match u.arbitrary()? {
                true => Vec::new(),
                false => vec![u.arbitrary()?; 4],
            },
        }
        .into(),
        Command::Who(_) => Profile {
            request,
            person: person(u)?,
            key: PublicKey([1; 32]),
            since: Millis(number(u)?),
            seen: match u.arbitrary()? {
                true => Some(Millis(number(u)?)),
                false => None,
            },
            sessions: number(u)?,
        }
        .into(),
        Command::Upload(c) => Uploading {
            request,
            upload: number(u)?,
            from: match u.int_in_range(0..=2u8)? {
                0 => c.bytes,
                1 => number(u)?,
                _ => 0,
            },
        }
        .into(),
        Command::Fetch(c) => {
            let bytes = c.bytes_max.unwrap_or(u64::MAX).min(40_000);
            let bytes = match u.int_in_range(0..=3u8)? {
                0 => 0,
                1 => bytes / 2,
                2 => bytes + 1,
                _ => bytes,
            };
            Piece {
                request,
                at: match u.ratio(1u8, 8u8)? {
                    true => number(u)?,
                    false => c.at,
                },
                data: vec![0; bytes as usize],
            }
            .into()
        }
        _ => Done { request }.into(),
    })
}

/// Entries just before or just behind what was asked, in order.
fn history(u: &mut Unstructured<'_>, request: RequestId, c: &command::History) -> Result<Event> {
    let length = u.int_in_range(0..=6u64)?;
    let first = match (u.ratio(1u8, 16u8)?, c.direction) {
        (true, _) => number(u)?,
        (false, command::Direction::Before) => c.from.0.saturating_sub(length).max(1),
        (false, command::Direction::After) => c.from.0.saturating_add(1),
    };
    let seqs = (0..length).filter_map(|n| first.checked_add(n));
    let entries: Result<Vec<Entry>> = seqs.map(|seq| entry(u, c.conversation, Seq(seq))).collect();
    Ok(Page {
        request,
        conversation: c.conversation,
        more: u.arbitrary()?,
        entries: entries?,
    }
    .into())
}
