//! The server of the terminal chat, as a library: [`Server::bind`] opens port and store,
//! [`Server::run`] serves until it is told to stop. Programs and tests embed it on port 0.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut config = chat_server::Config::default();
//! config.server.listen = ([127, 0, 0, 1], 0).into();
//! config.server.data_dir = "/tmp/my-chat".into();
//! let server = chat_server::Server::bind(config).await?;
//! println!("{}", server.join_link());
//! server.run(async { tokio::signal::ctrl_c().await.expect("signals work") }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | module | owns |
//! |---|---|
//! | [`hub`] | all decisions; pure |
//! | [`journal`] | the store: what is committed may be seen |
//! | [`delivery`] | what was committed, as workers are handed it; pure |
//! | [`contents`] | the contents of files: a thread that takes them, the directory |
//! | [`session`] | one client's side of the protocol; without IO |
//! | `worker` | threads that own connections |
//! | `server` | the threads, the accept loop, start and stop |
//! | `painter` | the thread that draws pictures of canvases |
//! | `gate` | who may connect |
//! | [`status`] | what a running server tells of itself |
//! | [`config`], `files`, `tls` | what it is told, where it keeps things, its certificate |

pub mod config;
pub mod contents;
pub mod delivery;
mod files;
mod gate;
pub mod hub;
pub mod journal;
pub mod painter;
mod server;
pub mod session;
pub mod signals;
mod stats;
pub mod status;
mod tls;
mod worker;

pub use config::Config;
pub use files::DataDirError;
pub use server::{RunError, Server, StartError, data_dir, store_path};
pub use stats::{Counter, Gauge, HubStats, Stats};
