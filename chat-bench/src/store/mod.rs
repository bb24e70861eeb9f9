//! What a full store costs: how long the server takes to start with it, how long a page of history
//! takes anywhere in it, and how posts into it compare with posts into the empty one.
//!
//! The store is filled through the protocol, by people who each post in a room of their own as fast
//! as the server takes it: what is measured is what a server has that was used.
//!
//! | file | owns |
//! |---|---|
//! | `pages.rs` | pages of history at random places |
//! | `report.rs` | what came out |

mod pages;
mod report;

use anyhow::bail;

use crate::load::{self, Name, Scenario, Target};
use crate::server::{Arguments as ServerArguments, Server};
use crate::{Output, machine, parse_seconds, runtime};
use pages::Pages;
use report::{Posts, Report};

/// Longest that is posted at a stretch: then who posts starts anew, in other rooms.
const STRETCH_SECONDS: f64 = 600.0;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Entries in the full store; some 300 bytes each are needed in the directory for temporary
    /// files (TMPDIR), and are free again afterwards
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    entries: u64,
    /// Rooms that are posted in at a time
    #[arg(long, default_value_t = 500)]
    rooms: usize,
    /// Most posts under way in all
    #[arg(long, default_value_t = 2_000)]
    window: usize,
    /// Bytes of each post's text
    #[arg(long, default_value_t = 100)]
    payload: usize,
    /// How long posts are measured, into the empty store and into the full one
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = parse_seconds)]
    seconds: f64,
    /// Pages of history that are read
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pages: u32,
    #[command(flatten)]
    output: Output,
}

impl Arguments {
    fn posting(&self, seconds: f64) -> Scenario {
        Scenario {
            rooms: self.rooms,
            members: 1,
            senders: 1,
            window: self.window,
            payload: self.payload,
            seconds,
            ..Scenario::named(Name::Mf)
        }
    }
}

/// Fills a store, and measures.
///
/// # Errors
/// It can't be played; something was refused, lost, doubled or out of order; or a page is not what
/// stands there.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    machine::allow_connections()?;
    let mut target = Target::Chat(arguments.server.start()?);
    let mut stored = 0;
    let mut post = |target: &Target, seconds| {
        let outcome = load::play(&arguments.posting(seconds), target, None, None)?;
        outcome.verify()?;
        stored += outcome.received;
        anyhow::Ok((Posts::of(&outcome), stored))
    };
    let (empty, mut entries) = post(&target, arguments.seconds)?;
    let mut filling = empty.clone();
    while entries < arguments.entries {
        let missing = (arguments.entries - entries) as f64;
        let seconds = (missing / filling.per_second).clamp(0.1, STRETCH_SECONDS);
        (filling, entries) = post(&target, seconds)?;
    }
    let store_bytes = server(&mut target)?.store_bytes();
    let started = arguments.server.restart(server(&mut target)?)?;
    let reading = Pages::read(server(&mut target)?, arguments.pages);
    let pages = runtime()?.block_on(reading)?;
    let (full, _) = post(&target, arguments.seconds)?;
    arguments.output.print(&Report {
        transport: target.transport(),
        entries,
        rooms: arguments.rooms,
        store_bytes,
        start_ms: started.map(|took| took.as_secs_f64() * 1e3),
        pages,
        empty,
        filling,
        full,
    })
}

fn server(target: &mut Target) -> anyhow::Result<&mut Server> {
    match target {
        Target::Chat(server) => Ok(server),
        Target::Rival(_) => bail!("only our server has a store to be measured"),
    }
}
