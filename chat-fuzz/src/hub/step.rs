//! What happens next, from bytes: numbers choose among what there is.

use arbitrary::{Result, Unstructured};
use chat_core::wire::Received;
use chat_core::{Command, ContentHash, Millis};
use chat_server::hub::{FileNews, Found, Input, OnDisk, Painted};

use super::says;
use super::world::World;

/// How far clocks jump, in milliseconds: a nick that nobody uses is given away after 90 days.
const JUMP_MS: u64 = 100 * 24 * 60 * 60 * 1000;

pub(super) fn step(world: &mut World, u: &mut Unstructured<'_>) -> Result<()> {
    world.hand_over();
    match u.int_in_range(0..=31u8)? {
        0..=3 => {
            let person = u.int_in_range(0..=4)?;
            let nick = match u.ratio(1u8, 4u8)? {
                true => None,
                false => Some(says::name(u)?),
            };
            world.log_in(person, nick, !u.ratio(1u8, 8u8)?);
        }
        4 => {
            if let Some(session) = world.session(u)? {
                world.close(session);
            }
        }
        5..=8 => {
            if let Some(session) = world.session(u)? {
                let post = says::post(u, world)?;
                world.post(session, post, u.int_in_range(0..=3)?);
            }
        }
        9..=20 => {
            if let Some(session) = world.session(u)? {
                let command = says::command(u, world)?;
                world.ask(session, command);
            }
        }
        21 => raw(world, u)?,
        22..=24 => files(world, u)?,
        25 => {
            if let Some(paint) = world.paint() {
                let fails = u.ratio(1u8, 4u8)?;
                world.handle(Input::Painted(Painted {
                    canvas: paint.canvas,
                    picture: (!fails).then(|| (paint.up_to, [2; 8].into())),
                }));
            }
        }
        26 => world.handle(Input::RosterDue),
        27 => {
            let now = world.now.0;
            let ms = u64::from(u.arbitrary::<u16>()?);
            world.now = Millis(match u.int_in_range(0..=7u8)? {
                0 => now.saturating_sub(ms),
                1 => now.saturating_add(JUMP_MS),
                _ => now.saturating_add(ms),
            });
        }
        28..=29 => world.commit(),
        30 => world.fail(),
        _ => match u.ratio(1u8, 4u8)? {
            true => world.restart(),
            false => world.commit(),
        },
    }
    Ok(())
}

/// Whatever the wire brings, where it is something.
fn raw(world: &mut World, u: &mut Unstructured<'_>) -> Result<()> {
    let length = u.int_in_range(0..=60usize)?.min(u.len());
    let body = u.bytes(length)?;
    let Some(session) = world.session(u)? else {
        return Ok(());
    };
    match Command::decode(body) {
        Ok(Received::Message(Command::Post(post))) => world.post(session, post, 0),
        // A session answers the others itself.
        Ok(Received::Message(command)) if says::is_for_the_hub(&command) => {
            world.ask(session, command);
        }
        _ => {}
    }
    Ok(())
}

/// The one who keeps the contents tells something.
fn files(world: &mut World, u: &mut Unstructured<'_>) -> Result<()> {
    let hash = ContentHash([u.int_in_range(0..=3)?; 32]);
    let ticket = world.ticket(u)?;
    let news = match (u.int_in_range(0..=7u8)?, ticket) {
        (0..=2, Some(ticket)) => FileNews::Complete { ticket },
        (3, Some(ticket)) => FileNews::Wrong { ticket },
        (4, Some(ticket)) => FileNews::OnDisk(vec![Found {
            what: match u.arbitrary()? {
                true => OnDisk::Content(hash),
                false => OnDisk::Partial(ticket.account, hash),
            },
            idle_ms: u.arbitrary()?,
        }]),
        (5, _) => FileNews::Missing(vec![hash]),
        (6, _) => FileNews::SweepDue,
        _ => {
            if let Some(session) = world.session(u)? {
                world.give_up(session, hash);
            }
            return Ok(());
        }
    };
    world.handle(Input::Files(news));
    Ok(())
}
