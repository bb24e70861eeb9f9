//! What people ask, and what their posts say: mostly of what there is.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use chat_core::canvas::{Act, Colour, Part as Piece, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::{
    Canvas, Direct, Follow, Join, Part, Post, Quit, Read, Rooms, Roster, SetNick, SetPresence,
    Topic, Upload, Who,
};
use chat_core::{AccountId, Body, Command, ContentHash, ConversationId, File, PostId, Seq, Text};

use super::world::World;

/// Lengths of the contents that there are.
const BYTES: [u64; 4] = [0, 10, 5_000, u64::MAX];

/// Names that look alike, are too long, are none, or change when folded.
const NAMES: [&str; 14] = [
    "ann",
    "ANN",
    "bob",
    "b0b",
    "Zoë",
    "小明",
    "-no",
    "İİİİİİİİİİİİİİİİİİİİ",
    "асе",
    "",
    "account-1",
    "lobby",
    "\u{1b}[m",
    "zz",
];

/// Whether a session hands a command on as it is.
pub(super) fn is_for_the_hub(command: &Command) -> bool {
    command.request().is_some()
        && !matches!(
            command,
            Command::Post(_)
                | Command::History(_)
                | Command::Fetch(_)
                | Command::Chunk(_)
                | Command::CancelUpload(_)
                | Command::Snapshot(_)
        )
}

pub(super) fn name(u: &mut Unstructured<'_>) -> Result<String> {
    Ok((*u.choose(&NAMES)?).to_owned())
}

/// Empty, too long for a line, around the longest that is taken, with lines, and as most are. Made once:
/// cleaning 8 KiB costs more than deciding about them.
static TEXTS: LazyLock<[Text; 9]> = LazyLock::new(|| {
    [
        Text::default(),
        Text::new(&"long ".repeat(100)),
        Text::new(&"x".repeat(8_190)),
        Text::new(&"x".repeat(8_191)),
        Text::new(&"x".repeat(8_192)),
        Text::new(&"x".repeat(8_193)),
        Text::new(&"x".repeat(8_194)),
        Text::new(" two\nlines "),
        Text::new("hello"),
    ]
});

fn text(u: &mut Unstructured<'_>) -> Result<Text> {
    let which = match u.int_in_range(0..=5u8)? {
        n @ 0..=1 => n.into(),
        2 => u.int_in_range(2..=6)?,
        3 => 7,
        _ => 8,
    };
    Ok(TEXTS[which].clone())
}

/// Mostly the lobby, where everybody is.
fn place(u: &mut Unstructured<'_>) -> Result<ConversationId> {
    let place = u.int_in_range(0..=15u64)?;
    Ok(ConversationId(if place > 7 { 1 } else { place }))
}

pub(super) fn post(u: &mut Unstructured<'_>, world: &mut World) -> Result<Post> {
    Ok(Post {
        request: world.request(),
        conversation: place(u)?,
        // A few, so that they come again.
        post: PostId([u.arbitrary::<u8>()? % 12; 16]),
        body: body(u)?,
        again: u.arbitrary()?,
    })
}

fn body(u: &mut Unstructured<'_>) -> Result<Body> {
    let of = Seq(u.int_in_range(0..=8)?);
    let emoji = Text::new(u.choose(&["👍", "❤", "❤\u{fe0f}", "🎉", "no", "🏽"])?);
    Ok(match u.int_in_range(0..=19u8)? {
        0..=3 => Body::Post(text(u)?),
        4 => Body::Action(text(u)?),
        5..=6 => Body::Edit { of, text: text(u)? },
        7..=8 => Body::Deletion { of },
        9..=10 => Body::Reaction { of, emoji },
        11 => Body::Unreaction { of, emoji },
        12..=13 => {
            let content = u.choose_index(BYTES.len())?;
            Body::File(File {
                hash: ContentHash([content as u8; 32]),
                name: Text::new("a file"),
                media: Text::default(),
                bytes: BYTES[content],
                caption: text(u)?,
            })
        }
        14 => Body::Topic(text(u)?),
        15 => match u.arbitrary()? {
            true => Body::Removed,
            false => Body::Unknown(u.arbitrary()?),
        },
        16 => Body::Malformed {
            kind: u.int_in_range(0..=12)?,
            why: "it is not".into(),
        },
        _ => Body::Draw(act(u, of)?),
    })
}

fn act(u: &mut Unstructured<'_>, of: Seq) -> Result<Act> {
    let id = StrokeId(u.int_in_range(0..=5)?);
    Ok(match u.int_in_range(0..=7u8)? {
        0 => Act::Undo(id),
        1 => Act::Reset,
        2 => Act::Unreset(of),
        n => {
            let part = match n {
                3 => Piece::Next,
                _ => Piece::First,
            };
            let at = Point::nearest(u.arbitrary::<i8>()?.into(), 5);
            let shape = Shape::Pen(vec![at]);
            let stroke = Stroke::new(id, part, Colour::DEFAULT, Size::ONE, shape);
            Act::Stroke(stroke.expect("a point is a stroke"))
        }
    })
}

pub(super) fn command(u: &mut Unstructured<'_>, world: &mut World) -> Result<Command> {
    let request = world.request();
    let conversation = place(u)?;
    Ok(match u.int_in_range(0..=17u8)? {
        0..=2 => Follow {
            request,
            conversation,
            after: match u.arbitrary()? {
                true => Some(Seq(u.int_in_range(0..=9)?)),
                false => None,
            },
        }
        .into(),
        3 => Read {
            request,
            conversation,
            seq: Seq(u.int_in_range(0..=9)?),
        }
        .into(),
        4..=5 => Join {
            request,
            room: name(u)?,
        }
        .into(),
        6 => Part {
            request,
            conversation,
            text: Some(text(u)?),
        }
        .into(),
        7 => Rooms {
            request,
            after: Some(name(u)?),
        }
        .into(),
        8 => Topic {
            request,
            conversation,
            text: text(u)?,
        }
        .into(),
        9 => SetNick {
            request,
            nick: name(u)?,
        }
        .into(),
        10..=11 => Direct {
            request,
            nick: name(u)?,
        }
        .into(),
        12 => Roster {
            request,
            conversation,
            after: Some(AccountId(u.int_in_range(0..=5)?)),
        }
        .into(),
        13 => SetPresence {
            request,
            away: u.arbitrary()?,
            text: Some(text(u)?),
        }
        .into(),
        14 => match u.ratio(1u8, 4u8)? {
            true => Quit {
                request,
                text: Some(text(u)?),
            }
            .into(),
            false => Who {
                request,
                nick: name(u)?,
            }
            .into(),
        },
        15..=16 => {
            let content = u.choose_index(BYTES.len())?;
            Upload {
                request,
                hash: ContentHash([content as u8; 32]),
                bytes: BYTES[content],
            }
            .into()
        }
        _ => Canvas {
            request,
            conversation,
        }
        .into(),
    })
}
