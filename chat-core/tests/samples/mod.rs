//! One or more of each message, with what may be absent both there and absent: what the golden
//! vectors hold.

use chat_core::canvas::{Act, Colour, Part, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::{self, Command, Direction};
use chat_core::event::{self, Change, ConversationKind, Event};
use chat_core::{
    AccountId, Body, Code, ContentHash, Conversation, ConversationId, Entry, File, Identity,
    Millis, Nick, Person, PostId, Presence, RequestId, Seq, Text,
};

const REQUEST: RequestId = RequestId(42);
const ROOM: ConversationId = ConversationId(7);
const CANVAS: ConversationId = ConversationId(8);
const NOON: Millis = Millis(1_795_176_000_000);

fn post_id() -> PostId {
    PostId(std::array::from_fn(|n| n as u8))
}

fn nick(raw: &str) -> Nick {
    Nick::parse(raw).expect("allowed")
}

fn person(account: u64, name: &str) -> Person {
    Person {
        account: AccountId(account),
        nick: nick(name),
        presence: Presence::Online,
        away: None,
    }
}

fn away() -> Person {
    Person {
        presence: Presence::Away,
        away: Some(Text::new("lunch")),
        ..person(300, "小明")
    }
}

fn room() -> Conversation {
    Conversation {
        id: ROOM,
        kind: ConversationKind::Room,
        name: Text::new("#lobby"),
        peer: None,
        topic: Text::new("what is new"),
        head: Seq(1_000),
        read: Seq(998),
        base: None,
    }
}

fn direct() -> Conversation {
    Conversation {
        id: ConversationId(70_000),
        kind: ConversationKind::Direct,
        name: Text::new("bob"),
        peer: Some(AccountId(2)),
        topic: Text::default(),
        head: Seq(0),
        read: Seq(0),
        base: None,
    }
}

fn canvas() -> Conversation {
    Conversation {
        id: CANVAS,
        kind: ConversationKind::Canvas,
        name: Text::new("#general"),
        peer: None,
        topic: Text::default(),
        head: Seq(300),
        read: Seq(0),
        base: Some(Seq(44)),
    }
}

fn entry(seq: u64, post: Option<PostId>, body: Body) -> Entry {
    Entry {
        conversation: ROOM,
        seq: Seq(seq),
        at: NOON,
        author: AccountId(2),
        nick: nick("bob"),
        post,
        body,
    }
}

fn edit() -> Body {
    Body::Edit {
        of: Seq(1_001),
        text: Text::new("hi there!"),
    }
}

fn reaction() -> Body {
    Body::Reaction {
        of: Seq(1_001),
        emoji: Text::new("👍"),
    }
}

fn unreaction() -> Body {
    Body::Unreaction {
        of: Seq(1_001),
        emoji: Text::new("👍"),
    }
}

/// A green pen of two pixels through three points.
fn stroke() -> Stroke {
    let at = |x, y| Point::new(x, y).expect("inside");
    let points = vec![at(100, 90), at(103, 88), at(150, 88)];
    let (colour, size) = (Colour::new(3), Size::new(2));
    Stroke::new(
        StrokeId(7),
        Part::First,
        colour.expect("a colour"),
        size.expect("a size"),
        Shape::Pen(points),
    )
    .expect("within the limits")
}

/// What can be done on a canvas, and what it is called.
fn acts() -> Vec<(&'static str, Act)> {
    vec![
        ("a stroke", Act::Stroke(stroke())),
        ("an undone stroke", Act::Undo(StrokeId(7))),
        ("a reset", Act::Reset),
        ("a reset taken back", Act::Unreset(Seq(301))),
    ]
}

fn hash() -> ContentHash {
    ContentHash([0xab; 32])
}

fn file() -> File {
    File {
        hash: hash(),
        name: Text::new("plan.pdf"),
        media: Text::new("application/pdf"),
        bytes: 70_000,
        caption: Text::new("for tomorrow"),
    }
}

/// The key whose login stands in the vectors: seed 0x07 32 times, nonce 0x01, no TLS.
fn login(with_names: bool) -> command::Login {
    let me = Identity::from_seed(&[7; 32]);
    command::Login {
        key: me.public(),
        signature: me.sign_login(&[1; 32], &[0; 32]),
        nick: with_names.then(|| "alice".to_owned()),
        invite: with_names.then(|| "xyzzy".to_owned()),
    }
}

pub(crate) fn commands() -> Vec<(&'static str, Command)> {
    let mut all = talk_commands();
    all.extend(acts().into_iter().map(|(name, act)| {
        let draw = command::Post {
            request: REQUEST,
            conversation: CANVAS,
            post: post_id(),
            body: Body::Draw(act),
            again: false,
        };
        (name, draw.into())
    }));
    all
}

fn talk_commands() -> Vec<(&'static str, Command)> {
    let post = command::Post {
        request: REQUEST,
        conversation: ROOM,
        post: post_id(),
        body: Body::Post(Text::new("hi there")),
        again: false,
    };
    let action = command::Post {
        request: RequestId(1 << 40),
        body: Body::Action(Text::new("waves\n👋")),
        again: true,
        ..post.clone()
    };
    let about = |body| command::Post {
        body,
        ..post.clone()
    };
    let follow = |after| command::Follow {
        request: REQUEST,
        conversation: ROOM,
        after,
    };
    let history = |direction, entries_max| command::History {
        request: REQUEST,
        conversation: ROOM,
        from: Seq(500),
        direction,
        entries_max,
    };
    let part = |text: Option<&str>| command::Part {
        request: REQUEST,
        conversation: ROOM,
        text: text.map(Text::new),
    };
    let quit = |text: Option<&str>| command::Quit {
        request: REQUEST,
        text: text.map(Text::new),
    };
    let rooms = |after: Option<&str>| command::Rooms {
        request: REQUEST,
        after: after.map(str::to_owned),
    };
    let roster = |after| command::Roster {
        request: REQUEST,
        conversation: ROOM,
        after,
    };
    let presence = |away, text: Option<&str>| command::SetPresence {
        request: REQUEST,
        away,
        text: text.map(Text::new),
    };
    let topic = |text: &str| command::Topic {
        request: REQUEST,
        conversation: ROOM,
        text: Text::new(text),
    };
    let fetch = |bytes_max| command::Fetch {
        request: REQUEST,
        conversation: ROOM,
        seq: Seq(1_009),
        at: 65_536,
        bytes_max,
    };
    vec![
        (
            "hello",
            command::Hello {
                version_min: 1,
                version_max: 1,
                agent: Text::new("chat-tui 0.1.0"),
            }
            .into(),
        ),
        ("login", login(true).into()),
        ("login of a known account", login(false).into()),
        ("ping", event::Ping { token: 5 }.into()),
        ("pong", event::Pong { token: u64::MAX }.into()),
        ("post", post.clone().into()),
        ("action, sent again", action.into()),
        ("follow from a cursor", follow(Some(Seq(1_000))).into()),
        ("follow what is new", follow(None).into()),
        ("history before", history(Direction::Before, None).into()),
        ("history after", history(Direction::After, Some(50)).into()),
        (
            "read",
            command::Read {
                request: REQUEST,
                conversation: ROOM,
                seq: Seq(1_000),
            }
            .into(),
        ),
        (
            "join",
            command::Join {
                request: REQUEST,
                room: "#lobby".into(),
            }
            .into(),
        ),
        ("part", part(None).into()),
        ("part with a word", part(Some("see you")).into()),
        ("rooms", rooms(None).into()),
        ("rooms behind one", rooms(Some("#lobby")).into()),
        ("topic", topic("what is new").into()),
        ("no topic", topic("").into()),
        (
            "set nick",
            command::SetNick {
                request: REQUEST,
                nick: "Zoë".into(),
            }
            .into(),
        ),
        (
            "direct",
            command::Direct {
                request: REQUEST,
                nick: "@bob".into(),
            }
            .into(),
        ),
        ("roster", roster(None).into()),
        ("roster behind one", roster(Some(AccountId(500))).into()),
        ("away", presence(true, Some("lunch")).into()),
        ("back", presence(false, None).into()),
        ("quit", quit(None).into()),
        ("quit with a word", quit(Some("good night")).into()),
        (
            "who",
            command::Who {
                request: REQUEST,
                nick: "bob".into(),
            }
            .into(),
        ),
        ("edit", about(edit()).into()),
        ("delete", about(Body::Deletion { of: Seq(1_001) }).into()),
        ("react", about(reaction()).into()),
        ("take a reaction back", about(unreaction()).into()),
        ("announce a file", about(Body::File(file())).into()),
        (
            "upload",
            command::Upload {
                request: REQUEST,
                hash: hash(),
                bytes: 70_000,
            }
            .into(),
        ),
        (
            "chunk",
            command::Chunk {
                request: REQUEST,
                upload: 7,
                at: 32_768,
                data: b"the next bytes".to_vec(),
            }
            .into(),
        ),
        (
            "cancel an upload",
            command::CancelUpload {
                request: REQUEST,
                upload: 7,
            }
            .into(),
        ),
        ("fetch", fetch(None).into()),
        ("fetch a little", fetch(Some(4_096)).into()),
        (
            "canvas",
            command::Canvas {
                request: REQUEST,
                conversation: ROOM,
            }
            .into(),
        ),
        (
            "snapshot",
            command::Snapshot {
                request: REQUEST,
                conversation: CANVAS,
            }
            .into(),
        ),
    ]
}

pub(crate) fn events() -> Vec<(&'static str, Event)> {
    let mut all = login_events();
    all.extend(answers());
    all.extend(pushes());
    all.extend(acts().into_iter().map(|(name, act)| {
        let drawn = Entry {
            conversation: CANVAS,
            ..entry(301, Some(post_id()), Body::Draw(act))
        };
        (name, drawn.into())
    }));
    all
}

fn login_events() -> Vec<(&'static str, Event)> {
    let bye = |code, text: &str, retry_after_ms| event::Bye {
        code,
        text: Text::new(text),
        retry_after_ms,
    };
    let welcome = |file_bytes| event::Welcome {
        account: AccountId(1),
        nick: nick("alice"),
        epoch: std::array::from_fn(|n| 0xf0 + n as u8),
        server: Text::new("chat.example"),
        now: NOON,
        text_bytes: 8192,
        roster_period_ms: 5000,
        file_bytes,
    };
    let taken = event::LoginRefused {
        code: Code::NickTaken,
        text: Text::new("the nick alice is taken: try alice2"),
        retry_after_ms: None,
        suggestion: Some(Text::new("alice2")),
    };
    let invite = event::LoginRefused {
        code: Code::InviteNeeded,
        text: Text::new("this server asks newcomers for an invite"),
        retry_after_ms: None,
        suggestion: None,
    };
    vec![
        (
            "challenge",
            event::Challenge {
                version: 1,
                nonce: [1; 32],
                agent: Text::new("chat-server 0.1.0"),
            }
            .into(),
        ),
        ("welcome", welcome(Some(100 << 20)).into()),
        ("welcome where no files are taken", welcome(None).into()),
        ("ping", event::Ping { token: 0 }.into()),
        ("pong", event::Pong { token: 5 }.into()),
        (
            "bye, come back",
            bye(Code::Restarting, "the server restarts", Some(1_000)).into(),
        ),
        ("bye", bye(Code::Left, "see you", None).into()),
        ("login refused, with a suggestion", taken.into()),
        ("login refused", invite.into()),
    ]
}

fn answers() -> Vec<(&'static str, Event)> {
    let request = REQUEST;
    let page = |more, entries| event::Page {
        request,
        conversation: ROOM,
        more,
        entries,
    };
    let profile = |person, seen, sessions| event::Profile {
        request,
        person,
        key: Identity::from_seed(&[7; 32]).public(),
        since: Millis(1_700_000_000_000),
        seen,
        sessions,
    };
    let two = vec![
        entry(1, Some(post_id()), Body::Post(Text::new("first"))),
        entry(2, None, Body::Topic(Text::new("what is new"))),
    ];
    let offline = Person {
        presence: Presence::Offline,
        ..person(2, "bob")
    };
    vec![
        ("done", event::Done { request }.into()),
        (
            "refused",
            event::Refused {
                request,
                code: Code::NotAMember,
                text: Text::new("you are not in #ops: /join #ops first"),
                retry_after_ms: None,
                suggestion: None,
            }
            .into(),
        ),
        (
            "refused, try again later",
            event::Refused {
                request,
                code: Code::TooFast,
                text: Text::new("that was too fast: try again in 0.2 s"),
                retry_after_ms: Some(200),
                suggestion: Some(Text::new("slower")),
            }
            .into(),
        ),
        (
            "posted",
            event::Posted {
                request,
                conversation: ROOM,
                seq: Seq(1_001),
            }
            .into(),
        ),
        ("page", page(true, two).into()),
        ("empty page", page(false, Vec::new()).into()),
        (
            "room list",
            event::RoomList {
                request,
                rooms: vec![event::RoomSummary {
                    name: Text::new("#lobby"),
                    topic: Text::default(),
                    members: 12,
                    present: 3,
                }],
                more: false,
            }
            .into(),
        ),
        (
            "roster page",
            event::RosterPage {
                request,
                conversation: ROOM,
                version: 9,
                people: vec![person(1, "alice"), away()],
                more: true,
            }
            .into(),
        ),
        (
            "opened",
            event::Opened {
                request,
                conversation: direct(),
            }
            .into(),
        ),
        (
            "opened, a canvas",
            event::Opened {
                request,
                conversation: canvas(),
            }
            .into(),
        ),
        (
            "uploading",
            event::Uploading {
                request,
                upload: 7,
                from: 32_768,
            }
            .into(),
        ),
        (
            "piece",
            event::Piece {
                request,
                at: 65_536,
                data: b"the last bytes".to_vec(),
            }
            .into(),
        ),
        (
            "picture, empty",
            event::Picture {
                request,
                conversation: CANVAS,
                seq: Seq(0),
                data: Vec::new(),
            }
            .into(),
        ),
        ("profile", profile(person(1, "alice"), None, 2).into()),
        (
            "profile of somebody offline",
            profile(offline, Some(NOON), 0).into(),
        ),
    ]
}

fn pushes() -> Vec<(&'static str, Event)> {
    let action = Body::Action(Text::new("waves"));
    let said = Body::Post(Text::new("hi\nthere 👋"));
    let change = |person, what, text: Option<&str>, was: Option<&str>| event::RosterChange {
        person,
        what,
        text: text.map(Text::new),
        was: was.map(nick),
    };
    let gone = |account, name| Person {
        presence: Presence::Offline,
        ..person(account, name)
    };
    vec![
        (
            "announced",
            event::Announced {
                conversation: room(),
            }
            .into(),
        ),
        ("ready", event::Ready {}.into()),
        ("entry", entry(1_001, Some(post_id()), said).into()),
        (
            "entry, an action",
            entry(1_002, Some(post_id()), action).into(),
        ),
        (
            "entry, no topic",
            entry(1_003, None, Body::Topic(Text::default())).into(),
        ),
        (
            "entry of a later kind",
            entry(1_004, None, Body::Unknown(99)).into(),
        ),
        (
            "entry, an edit",
            entry(1_005, Some(post_id()), edit()).into(),
        ),
        (
            "entry, a deletion",
            entry(1_006, Some(post_id()), Body::Deletion { of: Seq(1_001) }).into(),
        ),
        (
            "entry, a reaction",
            entry(1_007, Some(post_id()), reaction()).into(),
        ),
        (
            "entry, a reaction taken back",
            entry(1_008, Some(post_id()), unreaction()).into(),
        ),
        (
            "entry, a file",
            entry(1_009, Some(post_id()), Body::File(file())).into(),
        ),
        (
            "entry that was taken back",
            entry(1_001, Some(post_id()), Body::Removed).into(),
        ),
        (
            "roster changes",
            event::RosterChanges {
                conversation: ROOM,
                version: 10,
                changes: vec![
                    change(person(4, "dave"), Change::Joined, None, None),
                    change(person(5, "eve"), Change::Came, None, None),
                    change(person(2, "rob"), Change::Changed, None, Some("bob")),
                    change(person(6, "frank"), Change::Parted, Some("bye"), None),
                    change(gone(7, "grace"), Change::Went, None, None),
                ],
            }
            .into(),
        ),
        (
            "roster stale",
            event::RosterStale { conversation: ROOM }.into(),
        ),
        (
            "read marker",
            event::ReadMarker {
                conversation: ROOM,
                seq: Seq(1_000),
            }
            .into(),
        ),
        ("left", event::Left { conversation: ROOM }.into()),
        ("me", event::Me { person: away() }.into()),
    ]
}
