//! Load for a server: rooms full of people, some of whom post without pause or at a fixed rate, all
//! through the public protocol. It verifies while it measures: a run in which an entry is lost,
//! doubled or out of order at any reader fails.
//!
//! | file | owns |
//! |---|---|
//! | `scenario.rs` | what is played |
//! | `server.rs` | the server that is measured: one of its own, or one that runs |
//! | `wire.rs` | a connection that logs in, posts, and scans frames |
//! | `connect.rs` | everybody arrives |
//! | `pace.rs` | who posts when |
//! | `count.rs` | what readers see, counted and checked |
//! | `files.rs` | what a message waits while a file is under way |
//! | `run.rs` | the run: connect, warm up, measure, verify |
//! | `report.rs` | what came out, as a table or JSON |

mod connect;
mod count;
mod files;
mod pace;
mod report;
mod run;
mod scenario;
mod server;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use scenario::{Name, Scenario};

/// Measures what a chat server carries.
#[derive(Debug, Parser)]
#[command(name = "chat-bench", version)]
struct Arguments {
    /// What to play
    #[arg(value_enum, default_value = "f1")]
    scenario: Name,
    /// The server's binary, started on a free port with a store of its own
    #[arg(
        long,
        value_name = "PATH",
        default_value = "target/release/chat-server"
    )]
    spawn: PathBuf,
    /// A server that runs already, by its join link; its limits must allow the load
    #[arg(long, value_name = "LINK", conflicts_with = "spawn")]
    against: Option<chat_core::Link>,
    /// Plain TCP instead of TLS
    #[arg(long)]
    plaintext: bool,
    /// How long to measure, after a second of warming up
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    seconds: f64,
    /// Posts per second in all; without it as many as the server takes
    #[arg(long, value_name = "POSTS")]
    rate: Option<f64>,
    /// Rooms, instead of the scenario's
    #[arg(long)]
    rooms: Option<usize>,
    /// People in each room, instead of the scenario's
    #[arg(long)]
    members: Option<usize>,
    /// Of these, people who post, instead of the scenario's
    #[arg(long)]
    senders: Option<usize>,
    /// Flat out: most posts under way in all, instead of the scenario's
    #[arg(long)]
    window: Option<usize>,
    /// People in each room who never read; the server must hold little for them
    #[arg(long, default_value_t = 0)]
    stuck: usize,
    /// Bytes of each post's text
    #[arg(long, default_value_t = 100)]
    payload: usize,
    /// Instead: what a message waits while a file goes over the same connection
    #[arg(long, conflicts_with = "scenario")]
    files: bool,
    /// Size of that file
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    file_mib: u64,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match play(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn play(arguments: Arguments) -> anyhow::Result<()> {
    if arguments.files {
        return play_files(&arguments);
    }
    let mut scenario = Scenario::named(arguments.scenario);
    scenario.rooms = arguments.rooms.unwrap_or(scenario.rooms);
    scenario.members = arguments.members.unwrap_or(scenario.members);
    scenario.senders = arguments.senders.unwrap_or(scenario.senders);
    scenario.rate = arguments.rate.or(scenario.rate);
    scenario.stuck = arguments.stuck;
    scenario.window = arguments.window.unwrap_or(scenario.window);
    scenario.payload = arguments.payload;
    scenario.seconds = arguments.seconds;
    scenario.check()?;
    let server = server(&arguments)?;
    let outcome = runtime()?.block_on(run::run(&scenario, &server))?;
    let report = report::Report::new(arguments.scenario, &scenario, &server, &outcome);
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    outcome.verify()
}

fn play_files(arguments: &Arguments) -> anyhow::Result<()> {
    let server = server(arguments)?;
    let measured = files::run(&server, arguments.file_mib, arguments.seconds);
    let report = runtime()?.block_on(measured)?;
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

fn server(arguments: &Arguments) -> anyhow::Result<server::Server> {
    match &arguments.against {
        Some(link) => Ok(server::Server::running(link.clone())),
        None => server::Server::spawn(&arguments.spawn, arguments.plaintext),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
