//! What the peer says: frames that are mostly well formed, about things that mostly exist.

use arbitrary::{Result, Unstructured};
use chat_core::command::{
    CancelUpload, Canvas, Chunk, Direct, Direction, Fetch, Follow, Hello, History, Join, Part,
    Post, Quit, Read, Rooms, Roster, SetNick, SetPresence, Snapshot, Topic, Upload, Who,
};
use chat_core::event::{Ping, Pong};
use chat_core::limits::{CHUNK_BYTES, VERSION};
use chat_core::{AccountId, Body, Command, ContentHash, ConversationId, PostId, Seq, Text, frame};

use super::world::{World, login};

/// One frame of the peer.
pub(super) fn frame(u: &mut Unstructured<'_>, world: &mut World) -> Result<Vec<u8>> {
    if u.ratio(1u8, 16u8)? {
        // A body that may be anything, in a frame that is right.
        let length = u.int_in_range(1..=24usize)?.min(u.len().max(1));
        let body = u.bytes(length)?;
        let mut out = Vec::new();
        frame::append(&mut out, |out| out.extend_from_slice(body));
        return Ok(out);
    }
    Ok(command(u, world)?.to_frame())
}

fn command(u: &mut Unstructured<'_>, world: &mut World) -> Result<Command> {
    let request = world.request(u.ratio(1u8, 32u8)?);
    let conversation = ConversationId(u.int_in_range(0..=4)?);
    let text = || Text::new("something said");
    Ok(match u.int_in_range(0..=25u8)? {
        0..=1 => Post {
            request,
            conversation,
            post: PostId([u.int_in_range(0..=3)?; 16]),
            body: match u.int_in_range(0..=2u8)? {
                0 => Body::Post(text()),
                1 => Body::Deletion {
                    of: Seq(u.int_in_range(0..=9)?),
                },
                _ => Body::Malformed {
                    kind: 3,
                    why: String::new(),
                },
            },
            again: u.arbitrary()?,
        }
        .into(),
        2..=4 => Follow {
            request,
            conversation,
            after: match u.arbitrary()? {
                true => Some(Seq(u.int_in_range(0..=60)?)),
                false => None,
            },
        }
        .into(),
        5..=7 => History {
            request,
            conversation,
            from: Seq(u.int_in_range(0..=60)?),
            direction: match u.arbitrary()? {
                true => Direction::Before,
                false => Direction::After,
            },
            entries_max: u.arbitrary()?,
        }
        .into(),
        8 => Read {
            request,
            conversation,
            seq: Seq(u.arbitrary()?),
        }
        .into(),
        9 => Join {
            request,
            room: "#r".into(),
        }
        .into(),
        10 => Part {
            request,
            conversation,
            text: None,
        }
        .into(),
        11 => Rooms {
            request,
            after: None,
        }
        .into(),
        12 => Topic {
            request,
            conversation,
            text: text(),
        }
        .into(),
        13 => SetNick {
            request,
            nick: "bob".into(),
        }
        .into(),
        14 => Direct {
            request,
            nick: "bob".into(),
        }
        .into(),
        15 => Roster {
            request,
            conversation,
            after: Some(AccountId(u.arbitrary()?)),
        }
        .into(),
        16 => SetPresence {
            request,
            away: true,
            text: Some(text()),
        }
        .into(),
        17 => match u.ratio(1u8, 4u8)? {
            true => Quit {
                request,
                text: None,
            }
            .into(),
            false => Who {
                request,
                nick: "bob".into(),
            }
            .into(),
        },
        18 => Upload {
            request,
            hash: ContentHash([u.int_in_range(0..=3)?; 32]),
            bytes: u.arbitrary()?,
        }
        .into(),
        19..=20 => Chunk {
            request,
            upload: u.int_in_range(0..=4)?,
            at: u.arbitrary()?,
            data: vec![7; *u.choose(&[0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])?],
        }
        .into(),
        21 => CancelUpload {
            request,
            upload: u.int_in_range(0..=4)?,
        }
        .into(),
        22 => Fetch {
            request,
            conversation,
            seq: Seq(u.int_in_range(0..=60)?),
            at: u.arbitrary()?,
            bytes_max: u.arbitrary()?,
        }
        .into(),
        23 => match u.arbitrary()? {
            true => Canvas {
                request,
                conversation,
            }
            .into(),
            false => Snapshot {
                request,
                conversation,
            }
            .into(),
        },
        24 => match u.arbitrary()? {
            true => Ping {
                token: u.arbitrary()?,
            }
            .into(),
            false => Pong {
                token: u.arbitrary()?,
            }
            .into(),
        },
        _ => match u.int_in_range(0..=7u8)? {
            0 => login(false),
            1 => login(true),
            _ => Hello {
                version_min: u.int_in_range(0..=2)?,
                version_max: VERSION,
                agent: text(),
            }
            .into(),
        },
    })
}
