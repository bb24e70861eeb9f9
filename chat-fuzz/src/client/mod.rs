//! A client's session, with a server that says whatever it likes and a connection that breaks anywhere.
//!
//! | file | owns |
//! |---|---|
//! | `says.rs` | what the server says: mostly what was asked for, about what there is |
//! | `world.rs` | the session, what it sends, and what has to hold of what it tells |

mod says;
mod world;

use arbitrary::{Result, Unstructured};
use chat_client::bare::Luck;
use chat_core::command::{Join, Part, Who};
use chat_core::{Body, Command, ContentHash, ConversationId, File, Seq, Text};

use crate::Target;
pub(crate) use world::World;

/// What happens to a client.
pub(crate) const CLIENT: Target = Target {
    name: "client",
    run: client,
    bytes_max: 2 * 1024,
    words: &[
        "\0",
        "\u{1}\u{1}",
        "\u{2}\u{2}\u{2}",
        "\u{7f}",
        "\u{5}\u{6}",
    ],
};

/// Things that happen at most.
const STEPS_MAX: usize = 400;

fn client(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let mut world = World::new();
    for _ in 0..STEPS_MAX {
        if u.is_empty() || step(&mut world, &mut u).is_err() {
            break;
        }
        world.tells();
    }
    world.settle();
}

fn step(world: &mut World, u: &mut Unstructured<'_>) -> Result<()> {
    match u.int_in_range(0..=19u8)? {
        0..=13 => server(world, u)?,
        14..=15 => {
            let to = says::place(u)?;
            world.post(to, u.int_in_range(0..=9)?, Body::Post(Text::new("hello")));
        }
        16 => {
            let conversation = says::place(u)?;
            let request = world.request();
            world.send(match u.int_in_range(0..=2u8)? {
                0 => Command::from(Join {
                    request,
                    room: "#b".into(),
                }),
                1 => Who {
                    request,
                    nick: "bob".into(),
                }
                .into(),
                _ => Part {
                    request,
                    conversation,
                    text: None,
                }
                .into(),
            });
        }
        17 => {
            let parent = says::place(u)?;
            match u.arbitrary()? {
                true => world.session.open_canvas(parent),
                false => world.session.close_canvas(parent),
            }
        }
        18 => {
            let to = says::place(u)?;
            match u.int_in_range(0..=2u8)? {
                0 => world.send_file(to),
                1 => drop(world.save_file((to, Seq(u.int_in_range(0..=9)?)), file(u)?)),
                _ => world.cancel(u.int_in_range(0..=9)?),
            }
        }
        _ => world.post(
            ConversationId(u.int_in_range(8..=9)?),
            u.int_in_range(10..=19)?,
            Body::Draw(chat_core::canvas::Act::Reset),
        ),
    }
    Ok(())
}

/// What is not the program's doing.
pub(crate) fn server(world: &mut World, u: &mut Unstructured<'_>) -> Result<()> {
    match u.int_in_range(0..=15u8)? {
        0..=6 => {
            if let Some(answer) = says::answer(u, world)? {
                world.hears(answer);
            }
        }
        7..=10 => {
            let said = says::news(u, world)?;
            world.hears(said);
        }
        11 => {
            let length = u.int_in_range(0..=60usize)?.min(u.len());
            world.hears_bytes(u.bytes(length)?);
        }
        12..=13 => {
            let luck = match u.int_in_range(0..=7u8)? {
                0 => Luck::Bad,
                1 => Luck::Wrong,
                _ => Luck::Good(u.int_in_range(0..=100_000)?),
            };
            world.session.work(luck, world.now());
        }
        14 => match u.arbitrary()? {
            true => world.breaks(),
            false => world.connects(u.ratio(1u8, 8u8)?),
        },
        _ => world.wait(u.int_in_range(0..=70_000)?),
    }
    Ok(())
}

fn file(u: &mut Unstructured<'_>) -> Result<File> {
    let bytes = *u.choose(&[0, 1, 40_000, u64::MAX])?;
    Ok(File {
        hash: ContentHash([u.int_in_range(0..=2)?; 32]),
        name: Text::new("name"),
        media: Text::default(),
        bytes,
        caption: Text::default(),
    })
}
