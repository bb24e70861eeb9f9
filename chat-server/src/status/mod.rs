//! What a running server is doing, told to whoever may read its data directory.
//!
//! The server listens on a Unix socket there, `status.sock`, which only its owner can use. Whoever
//! connects is sent one [`Report`] as one line of JSON; nothing is read from them. The numbers come
//! from counters and from what the hub publishes, so that asking disturbs nobody.
//!
//! | file | owns |
//! |---|---|
//! | `report.rs` | what is told, as JSON and for people |
//! | `source.rs` | where that comes from |
//! | `rates.rs` | so many in a second, lately; pure |
//! | `door.rs` | the server's end of the socket |
//! | `path.rs` | an address for the socket, however long the directory's path is |
//! | `ask.rs` | the asking end |

mod ask;
#[cfg(unix)]
mod door;
#[cfg(unix)]
mod path;
#[cfg(unix)]
mod rates;
mod report;
#[cfg(unix)]
mod source;

pub use ask::{StatusError, ask};
#[cfg(unix)]
pub(crate) use door::Door;
pub use report::{Connections, Rate, Report};
#[cfg(unix)]
pub(crate) use source::Source;

/// The socket's name in the data directory.
#[cfg(unix)]
const SOCKET: &str = "status.sock";
