//! What a chat server carries, costs and survives, over the public protocol.
//!
//! | file | owns |
//! |---|---|
//! | `client/` | the client in a terminal: bytes, CPU, memory, start |
//! | `load/` | rooms full of people who post |
//! | `rivals/` | other servers, and what the system allows |
//! | `compare/` | our server and others, taking turns |
//! | `faults/` | whether anything is lost when things break |
//! | `soak/` | whether anything grows in an hour of people who come and go |
//! | `growth/` | whether a delivery costs more where there are more people, or more rooms |
//! | `roster.rs` | a large room that people join and leave |
//! | `idle.rs` | people who say nothing |
//! | `slow.rs` | people who never read |
//! | `files.rs` | what a message waits while a file is under way |
//! | `server.rs` | the server that is measured: one of its own, or one that runs |
//! | `process.rs`, `machine.rs` | what a process takes; what is asked of the machine |
//! | `store/` | what a full store costs |
//! | `times.rs` | times, counted by how long they are |

mod client;
mod compare;
mod faults;
mod files;
mod growth;
mod idle;
mod load;
mod machine;
mod process;
mod rivals;
mod roster;
mod server;
mod slow;
mod soak;
mod store;
mod times;

use std::fmt::Display;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use load::Name;

/// Measures what a chat server carries.
#[derive(Debug, Parser)]
#[command(name = "chat-bench", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One room of 100, 10 of them post without pause
    F1(load::Arguments),
    /// One room of 2,000, one posts without pause
    F2(load::Arguments),
    /// 500 rooms of 10, all post without pause
    Mf(load::Arguments),
    /// 1,000 pairs in direct conversations, all post without pause
    D(load::Arguments),
    /// One room of 100, 10 of them post 200 times a second in all
    Lf(load::Arguments),
    /// 500 rooms of 10, all post, 2,000 times a second in all
    Mp(load::Arguments),
    /// 10,000 connections that log in and stay
    C(load::Arguments),
    /// Our server beside others on the same work
    Compare(compare::Arguments),
    /// CPU per delivery in small and large rooms, with few and many rooms
    Growth(growth::Arguments),
    /// A room of 2,000 that people join and leave all the time
    Roster(roster::Arguments),
    /// 10,000 connections on which nothing is said
    Idle(idle::Arguments),
    /// F1 with and without somebody who never reads, in turns
    Slow(slow::Arguments),
    /// What a message waits while a file goes over the same connection
    Files(files::Arguments),
    /// What a full store costs: the start, a page of history, and posts beside those into an empty one
    Store(store::Arguments),
    /// Serves as a limit for others
    #[command(hide = true)]
    Bare(rivals::bare::Arguments),
    /// Whether anything is lost when servers are killed, lines break, processes freeze, disks are full
    Faults(faults::Arguments),
    /// Whether a server holds what it holds an hour earlier, while people come and go
    Soak(soak::Arguments),
    /// People of a run under faults, in a process that can be stopped
    #[command(hide = true)]
    Crowd(faults::abroad::Arguments),
    /// What the client writes and runs in a terminal, beside others
    Client(client::Arguments),
}

/// How the outcome is shown.
#[derive(Debug, clap::Args)]
struct Output {
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

impl Output {
    fn print(&self, report: &(impl Display + Serialize)) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(report)?);
        } else {
            print!("{report}");
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    let ended = match Arguments::parse().command {
        Command::F1(arguments) => load::run(Name::F1, &arguments),
        Command::F2(arguments) => load::run(Name::F2, &arguments),
        Command::Mf(arguments) => load::run(Name::Mf, &arguments),
        Command::D(arguments) => load::run(Name::D, &arguments),
        Command::Lf(arguments) => load::run(Name::Lf, &arguments),
        Command::Mp(arguments) => load::run(Name::Mp, &arguments),
        Command::C(arguments) => load::run(Name::C, &arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Growth(arguments) => growth::run(&arguments),
        Command::Roster(arguments) => roster::run(&arguments),
        Command::Idle(arguments) => idle::run(&arguments),
        Command::Slow(arguments) => slow::run(&arguments),
        Command::Files(arguments) => files::run(&arguments),
        Command::Store(arguments) => store::run(&arguments),
        Command::Bare(arguments) => rivals::bare::run(&arguments),
        Command::Faults(arguments) => faults::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Crowd(arguments) => faults::abroad::run(&arguments),
        Command::Client(arguments) => client::run(&arguments),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Seconds that something may be measured.
fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match (0.1..=600.0).contains(&seconds) {
        true => Ok(seconds),
        false => Err("must be from 0.1 to 600".to_owned()),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
