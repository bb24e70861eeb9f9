//! Strategies: any message that this version can say, and bytes that look like one.

#[path = "../canvas/any.rs"]
mod strokes;

use chat_core::canvas::{Act, StrokeId};
use chat_core::command::{self, Command, Direction};
use chat_core::event::{self, Change, ConversationKind, Event};
use chat_core::limits::{EMOJI_BYTES, FILE_NAME_BYTES, MEDIA_BYTES};
use chat_core::{
    AccountId, Body, Code, ContentHash, Conversation, ConversationId, Entry, File, Millis, Nick,
    Person, PostId, Presence, PublicKey, RequestId, Seq, Text,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// Letters, marks, emoji, escapes, controls, bidi: whatever people and attackers type.
pub(crate) fn raw_text() -> impl Strategy<Value = String> {
    let nasty = select(vec![
        "\x1b[31m",
        "\x1b]52;c;",
        "\x07",
        "\x1b\\",
        "\u{9b}",
        "\u{9d}",
        "\u{9c}",
        "\x1b",
        "\0",
        "\r\n",
        "\r",
        "\n",
        "\t",
        " ",
        "\u{301}",
        "\u{300}\u{301}\u{302}\u{303}\u{304}",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{e0041}",
        "\u{2028}",
        "\u{85}",
        "👨‍👩‍👧",
        "🇩🇪",
        "小明",
        "שלום",
        "ｆ",
        "\u{1100}\u{1161}",
    ]);
    let piece = prop_oneof![
        3 => nasty.prop_map(str::to_owned),
        1 => "[a-zA-Z0-9 ;:#@/-]{1,8}",
        1 => any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = Text> {
    raw_text().prop_map(|raw| Text::new(&raw))
}

fn name() -> impl Strategy<Value = String> {
    raw_text()
}

fn nick() -> impl Strategy<Value = Nick> {
    raw_text().prop_map(|raw| Nick::received(&raw))
}

fn request() -> impl Strategy<Value = RequestId> {
    any::<u64>().prop_map(RequestId)
}

fn conversation_id() -> impl Strategy<Value = ConversationId> {
    any::<u64>().prop_map(ConversationId)
}

fn account() -> impl Strategy<Value = AccountId> {
    any::<u64>().prop_map(AccountId)
}

fn seq() -> impl Strategy<Value = Seq> {
    (0..=Seq::MAX.0).prop_map(Seq)
}

fn millis() -> impl Strategy<Value = Millis> {
    any::<u64>().prop_map(Millis)
}

fn post_id() -> impl Strategy<Value = PostId> {
    any::<[u8; 16]>().prop_map(PostId)
}

fn code() -> impl Strategy<Value = Code> {
    let mut all = Code::ALL.to_vec();
    all.push(Code::Other);
    select(all)
}

fn key() -> impl Strategy<Value = PublicKey> {
    any::<[u8; 32]>().prop_map(PublicKey)
}

fn signature() -> impl Strategy<Value = [u8; 64]> {
    vec(any::<u8>(), 64).prop_map(|bytes| bytes.try_into().expect("64 bytes"))
}

fn person() -> impl Strategy<Value = Person> {
    let presence = select(vec![Presence::Online, Presence::Away, Presence::Offline]);
    (account(), nick(), presence, option::of(text())).prop_map(|(account, nick, presence, away)| {
        Person {
            account,
            nick,
            presence,
            away,
        }
    })
}

fn conversation() -> impl Strategy<Value = Conversation> {
    let kind = select(vec![
        ConversationKind::Room,
        ConversationKind::Direct,
        ConversationKind::Canvas,
    ]);
    let numbers = (conversation_id(), seq(), seq(), option::of(seq()));
    (numbers, kind, text(), option::of(account()), text()).prop_map(
        |((id, head, read, base), kind, name, peer, topic)| Conversation {
            id,
            kind,
            name,
            peer,
            topic,
            head,
            read,
            base,
        },
    )
}

fn hash() -> impl Strategy<Value = ContentHash> {
    any::<[u8; 32]>().prop_map(ContentHash)
}

fn emoji() -> impl Strategy<Value = Text> {
    raw_text().prop_map(|raw| Text::line(&raw, EMOJI_BYTES))
}

fn file() -> impl Strategy<Value = File> {
    (hash(), raw_text(), raw_text(), any::<u64>(), text()).prop_map(
        |(hash, name, media, bytes, caption)| File {
            hash,
            name: Text::line(&name, FILE_NAME_BYTES),
            media: Text::line(&media, MEDIA_BYTES),
            bytes,
            caption,
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        strokes::stroke().prop_map(Act::Stroke),
        any::<u32>().prop_map(|id| Act::Undo(StrokeId(id))),
        Just(Act::Reset),
        seq().prop_map(Act::Unreset),
    ]
}

/// Any body that an entry or a post may have.
fn body_said() -> impl Strategy<Value = Body> {
    prop_oneof![
        text().prop_map(Body::Post),
        text().prop_map(Body::Action),
        text().prop_map(Body::Topic),
        (seq(), text()).prop_map(|(of, text)| Body::Edit { of, text }),
        seq().prop_map(|of| Body::Deletion { of }),
        (seq(), emoji()).prop_map(|(of, emoji)| Body::Reaction { of, emoji }),
        (seq(), emoji()).prop_map(|(of, emoji)| Body::Unreaction { of, emoji }),
        file().prop_map(Body::File),
        Just(Body::Removed),
        act().prop_map(Body::Draw),
        (100..=u16::MAX).prop_map(Body::Unknown),
    ]
}

pub(crate) fn entry() -> impl Strategy<Value = Entry> {
    let numbers = (conversation_id(), seq(), millis(), account());
    (numbers, nick(), option::of(post_id()), body_said()).prop_map(
        |((conversation, seq, at, author), nick, post, body)| Entry {
            conversation,
            seq,
            at,
            author,
            nick,
            post,
            body,
        },
    )
}

fn change() -> impl Strategy<Value = event::RosterChange> {
    let what = select(vec![
        Change::Joined,
        Change::Came,
        Change::Changed,
        Change::Parted,
        Change::Went,
    ]);
    (person(), what, option::of(text()), option::of(nick())).prop_map(
        |(person, what, text, was)| event::RosterChange {
            person,
            what,
            text,
            was,
        },
    )
}

/// A strategy for a message from those of its fields.
macro_rules! message {
    ($of:ident :: $kind:ident { $($field:ident: $strategy:expr),* $(,)? }) => {
        ($($strategy,)*)
            .prop_map(|($($field,)*)| $of::$kind { $($field),* }.into())
            .boxed()
    };
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let direction = select(vec![Direction::Before, Direction::After]);
    Union::new([
        message!(command::Hello {
            version_min: any::<u16>(),
            version_max: any::<u16>(),
            agent: text()
        }),
        message!(command::Login {
            key: key(),
            signature: signature(),
            nick: option::of(name()),
            invite: option::of(name()),
        }),
        message!(event::Ping {
            token: any::<u64>()
        }),
        message!(event::Pong {
            token: any::<u64>()
        }),
        message!(command::Post {
            request: request(),
            conversation: conversation_id(),
            post: post_id(),
            body: body_said(),
            again: any::<bool>(),
        }),
        message!(command::Follow {
            request: request(),
            conversation: conversation_id(),
            after: option::of(seq()),
        }),
        message!(command::History {
            request: request(),
            conversation: conversation_id(),
            from: seq(),
            direction: direction,
            entries_max: option::of(any::<u64>()),
        }),
        message!(command::Read {
            request: request(),
            conversation: conversation_id(),
            seq: seq()
        }),
        message!(command::Join {
            request: request(),
            room: name()
        }),
        message!(command::Part {
            request: request(),
            conversation: conversation_id(),
            text: option::of(text()),
        }),
        message!(command::Rooms {
            request: request(),
            after: option::of(name())
        }),
        message!(command::Topic {
            request: request(),
            conversation: conversation_id(),
            text: text()
        }),
        message!(command::SetNick {
            request: request(),
            nick: name()
        }),
        message!(command::Direct {
            request: request(),
            nick: name()
        }),
        message!(command::Roster {
            request: request(),
            conversation: conversation_id(),
            after: option::of(account()),
        }),
        message!(command::SetPresence {
            request: request(),
            away: any::<bool>(),
            text: option::of(text()),
        }),
        message!(command::Quit {
            request: request(),
            text: option::of(text())
        }),
        message!(command::Who {
            request: request(),
            nick: name()
        }),
        message!(command::Upload {
            request: request(),
            hash: hash(),
            bytes: any::<u64>(),
        }),
        message!(command::Chunk {
            request: request(),
            upload: any::<u64>(),
            at: any::<u64>(),
            data: vec(any::<u8>(), 0..40),
        }),
        message!(command::CancelUpload {
            request: request(),
            upload: any::<u64>(),
        }),
        message!(command::Fetch {
            request: request(),
            conversation: conversation_id(),
            seq: seq(),
            at: any::<u64>(),
            bytes_max: option::of(any::<u64>()),
        }),
        message!(command::Canvas {
            request: request(),
            conversation: conversation_id(),
        }),
        message!(command::Snapshot {
            request: request(),
            conversation: conversation_id(),
        }),
    ])
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    let hint = || option::of(any::<u64>());
    let room =
        (text(), text(), any::<u64>(), any::<u64>()).prop_map(|(name, topic, members, present)| {
            event::RoomSummary {
                name,
                topic,
                members,
                present,
            }
        });
    Union::new([
        message!(event::Challenge {
            version: any::<u16>(),
            nonce: any::<[u8; 32]>(),
            agent: text()
        }),
        message!(event::Welcome {
            account: account(),
            nick: nick(),
            epoch: any::<[u8; 16]>(),
            server: text(),
            now: millis(),
            text_bytes: any::<u64>(),
            roster_period_ms: any::<u64>(),
            file_bytes: option::of(any::<u64>()),
        }),
        message!(event::Ping {
            token: any::<u64>()
        }),
        message!(event::Pong {
            token: any::<u64>()
        }),
        message!(event::Bye {
            code: code(),
            text: text(),
            retry_after_ms: hint()
        }),
        message!(event::LoginRefused {
            code: code(),
            text: text(),
            retry_after_ms: hint(),
            suggestion: option::of(text()),
        }),
        message!(event::Done { request: request() }),
        message!(event::Refused {
            request: request(),
            code: code(),
            text: text(),
            retry_after_ms: hint(),
            suggestion: option::of(text()),
        }),
        message!(event::Posted {
            request: request(),
            conversation: conversation_id(),
            seq: seq()
        }),
        message!(event::Page {
            request: request(),
            conversation: conversation_id(),
            more: any::<bool>(),
            entries: vec(entry(), 0..5),
        }),
        message!(event::RoomList {
            request: request(),
            rooms: vec(room, 0..5),
            more: any::<bool>()
        }),
        message!(event::RosterPage {
            request: request(),
            conversation: conversation_id(),
            version: any::<u64>(),
            people: vec(person(), 0..5),
            more: any::<bool>(),
        }),
        message!(event::Opened {
            request: request(),
            conversation: conversation()
        }),
        message!(event::Profile {
            request: request(),
            person: person(),
            key: key(),
            since: millis(),
            seen: option::of(millis()),
            sessions: any::<u64>(),
        }),
        message!(event::Uploading {
            request: request(),
            upload: any::<u64>(),
            from: any::<u64>(),
        }),
        message!(event::Piece {
            request: request(),
            at: any::<u64>(),
            data: vec(any::<u8>(), 0..40),
        }),
        message!(event::Picture {
            request: request(),
            conversation: conversation_id(),
            seq: seq(),
            data: vec(any::<u8>(), 0..40),
        }),
        message!(event::Announced {
            conversation: conversation()
        }),
        Just(event::Ready {}.into()).boxed(),
        entry().prop_map(Event::Entry).boxed(),
        message!(event::RosterChanges {
            conversation: conversation_id(),
            version: any::<u64>(),
            changes: vec(change(), 0..5),
        }),
        message!(event::RosterStale {
            conversation: conversation_id()
        }),
        message!(event::ReadMarker {
            conversation: conversation_id(),
            seq: seq()
        }),
        message!(event::Left {
            conversation: conversation_id()
        }),
        message!(event::Me { person: person() }),
    ])
}

/// The body of a message, damaged in a few places, or anything at all.
pub(crate) fn body() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop_oneof![
        command().prop_map(|message| message.to_frame()),
        event().prop_map(|message| message.to_frame()),
    ];
    let damage = (any::<prop::sample::Index>(), any::<u8>(), 0..3u8);
    let damaged = (whole, vec(damage, 0..4)).prop_map(|(mut frame, damages)| {
        frame.drain(..4);
        for (place, byte, how) in damages {
            if frame.is_empty() {
                break;
            }
            let place = place.index(frame.len());
            match how {
                0 => frame[place] = byte,
                1 => frame.insert(place, byte),
                _ => frame.truncate(place),
            }
        }
        frame
    });
    prop_oneof![4 => damaged, 1 => vec(any::<u8>(), 0..300)]
}
