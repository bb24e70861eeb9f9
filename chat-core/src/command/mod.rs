//! What a client says. Every command from kind 16 on is a request: its field 0 is a request id, and
//! it gets exactly one answer that names it.
//!
//! Names stand here as the person typed them; a server parses them and refuses with a reason.

mod files;
mod log;
mod login;
mod people;
mod places;

use crate::event::{Ping, Pong};
use crate::id::RequestId;
use crate::wire::messages;

pub use files::{CancelUpload, Chunk, Fetch, Upload};
pub use log::{Direction, Follow, History, Post, Read};
pub use login::{Hello, Login, Quit};
pub use people::{Roster, SetNick, SetPresence, Who};
pub use places::{Canvas, Direct, Join, Part, Rooms, Snapshot, Topic};

messages! {
    /// A message from a client to a server.
    Command {
        Hello = 1,
        Login = 2,
        Ping = 3,
        Pong = 4,
        Post = 16,
        Follow = 17,
        History = 18,
        Read = 19,
        Join = 20,
        Part = 21,
        Rooms = 22,
        Topic = 23,
        SetNick = 24,
        Direct = 25,
        Roster = 26,
        SetPresence = 27,
        Quit = 28,
        Who = 29,
        Upload = 30,
        Chunk = 31,
        CancelUpload = 32,
        Fetch = 33,
        Canvas = 34,
        Snapshot = 35,
    }
}

impl Command {
    /// The request id, for commands that have one.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        Some(match self {
            Command::Hello(_) | Command::Login(_) | Command::Ping(_) | Command::Pong(_) => {
                return None;
            }
            Command::Post(c) => c.request,
            Command::Follow(c) => c.request,
            Command::History(c) => c.request,
            Command::Read(c) => c.request,
            Command::Join(c) => c.request,
            Command::Part(c) => c.request,
            Command::Rooms(c) => c.request,
            Command::Topic(c) => c.request,
            Command::SetNick(c) => c.request,
            Command::Direct(c) => c.request,
            Command::Roster(c) => c.request,
            Command::SetPresence(c) => c.request,
            Command::Quit(c) => c.request,
            Command::Who(c) => c.request,
            Command::Upload(c) => c.request,
            Command::Chunk(c) => c.request,
            Command::CancelUpload(c) => c.request,
            Command::Fetch(c) => c.request,
            Command::Canvas(c) => c.request,
            Command::Snapshot(c) => c.request,
        })
    }
}
