//! What the client costs in a terminal of 100 by 30 with both lists full: bytes and CPU per key and
//! per line, idle, in a flood; how soon it shows something, and what is resident. Other clients can
//! be measured in the same run.
//!
//! | file | owns |
//! |---|---|
//! | `terminal.rs` | a program in a terminal, what it writes and runs |
//! | `measure.rs` | what is measured of any client |
//! | `crowd.rs`, `words.rs` | the people in the room, and what they say |
//! | `cache.rs` | a cache with many entries |
//! | `irc.rs` | the other clients and their server |
//! | `report.rs` | what came out |

mod cache;
mod crowd;
mod irc;
mod measure;
mod report;
mod terminal;
mod words;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::ensure;
use chat_core::Link;
use portable_pty::CommandBuilder;

use self::crowd::Crowd;
use self::irc::{Irc, Rival};
use self::report::{Beside, Report, Resident, Start};
use self::terminal::{Margins, Terminal};
use crate::server::Arguments as ServerArguments;
use crate::{Output, parse_seconds};

/// People in the room beside the one who looks at it.
const PEOPLE: usize = 120;

/// Rooms beside the lobby.
const ROOMS: usize = 24;

/// Starts of which the median counts.
const STARTS: usize = 9;

/// How long everything has settled before idleness or memory is measured.
const SETTLED: Duration = Duration::from_secs(3);

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// The client's binary
    #[arg(long, value_name = "PATH", default_value = "target/release/chat-tui")]
    client: PathBuf,
    /// Entries in the large cache
    #[arg(long, value_name = "N", default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    entries: u64,
    /// How long nothing happens
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = parse_seconds)]
    idle: f64,
    /// Lines a second of the flood
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u64).range(200..=100_000))]
    flood: u64,
    /// How long the flood lasts
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = parse_seconds)]
    seconds: f64,
    /// Other clients, measured on an ngIRCd of this machine
    #[arg(long, value_name = "CLIENT", value_delimiter = ',')]
    beside: Vec<Rival>,
    #[command(flatten)]
    output: Output,
}

/// Measures.
///
/// # Errors
/// Something can't be started, or doesn't show what it should.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let entries = usize::try_from(arguments.entries)?;
    let idle_time = Duration::from_secs_f64(arguments.idle);
    let server = arguments.server.start()?;
    let mut crowd = Crowd::gather(&server.link, PEOPLE, ROOMS)?;
    let ours = Ours::new(&arguments.client, &server.link)?;

    let mut terminal = ours.start(Margins::No)?;
    terminal.wait("everybody", |t| {
        t.shown().contains(&format!("online {}", PEOPLE + 1))
    })?;
    for n in 0..ROOMS {
        terminal.keys(&format!("/join #{}\r", words::room(n)))?;
        terminal.settle()?;
    }
    terminal.keys("\x1b1")?;
    terminal.wait("the lobby", |t| {
        t.shown().contains(&format!("online {}", PEOPLE + 1))
    })?;
    terminal.pass(SETTLED)?;
    let small_kib = terminal.resident_kib()?;
    let keys = measure::keys(&mut terminal)?;
    let lines = measure::lines(&mut terminal, &mut crowd, 0)?;
    terminal.pass(SETTLED)?;
    let idle = measure::idle(&mut terminal, idle_time)?;
    drop(terminal);

    let mut terminal = ours.start(Margins::Yes)?;
    terminal.wait("everybody", |t| {
        t.shown().contains(&format!("online {}", PEOPLE + 1))
    })?;
    terminal.pass(SETTLED)?;
    let lines_with_margins = measure::lines(&mut terminal, &mut crowd, 1_000)?;
    let newest = words::sign(1_129);
    drop(terminal);
    let start_small = ours.starts(&newest)?;

    let mut terminal = ours.start(Margins::No)?;
    terminal.wait("everybody", |t| {
        t.shown().contains(&format!("online {}", PEOPLE + 1))
    })?;
    let time = Duration::from_secs_f64(arguments.seconds);
    let flood = measure::flood(&mut terminal, &mut crowd, arguments.flood as usize, time)?;
    terminal.pass(SETTLED)?;
    let flooded_kib = terminal.resident_kib()?;
    drop(terminal);

    let transport = server.transport();
    drop(crowd);
    let beside = beside(&arguments.beside, idle_time)?;

    // Nothing else runs while the large cache is read.
    drop(server);
    let newest = cache::fill(&ours.data(), &ours.link, entries)?;
    let start_large = ours.starts(&newest)?;
    let mut terminal = ours.start(Margins::No)?;
    terminal.wait("the newest line", |t| t.shown().contains(&newest))?;
    terminal.pass(SETTLED)?;
    let large_kib = terminal.resident_kib()?;

    arguments.output.print(&Report {
        transport,
        people: PEOPLE,
        rooms: ROOMS,
        start_ms: Start {
            small: start_small,
            large: start_large,
        },
        resident_kib: Resident {
            small: small_kib,
            flooded: flooded_kib,
            large: large_kib,
        },
        entries,
        keys,
        lines,
        lines_with_margins,
        idle,
        flood,
        beside,
    })
}

fn beside(rivals: &[Rival], idle_time: Duration) -> anyhow::Result<Vec<Beside>> {
    let measured = |rival: &Rival| {
        let mut irc = Irc::start()?;
        let mut terminal = irc.visit(*rival)?;
        let resident_kib = terminal.resident_kib()?;
        let keys = measure::keys(&mut terminal)?;
        let lines = measure::lines(&mut terminal, &mut irc, 0)?;
        terminal.pass(SETTLED)?;
        Ok(Beside {
            client: *rival,
            resident_kib,
            keys,
            lines,
            idle: measure::idle(&mut terminal, idle_time)?,
        })
    };
    rivals.iter().map(measured).collect()
}

/// Our client, with data of its own that go at the end.
struct Ours {
    binary: PathBuf,
    link: Link,
    dir: tempfile::TempDir,
}

impl Ours {
    fn new(binary: &Path, link: &Link) -> anyhow::Result<Ours> {
        ensure!(
            binary.exists(),
            "there is no {}: build it with `cargo build --release`, or name it with --client",
            binary.display()
        );
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("client.toml"), cache::SETTINGS)?;
        Ok(Ours {
            // It is started in another directory.
            binary: binary.canonicalize()?,
            link: link.clone(),
            dir,
        })
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn start(&self, margins: Margins) -> anyhow::Result<Terminal> {
        let mut command = CommandBuilder::new(&self.binary);
        command.args(["join", &self.link.to_string(), "--nick", "me"]);
        command.arg("--config");
        command.arg(self.dir.path().join("client.toml"));
        command.arg("--data-dir");
        command.arg(self.data());
        command.cwd(self.dir.path());
        Terminal::start(command, margins)
    }

    /// The median of the milliseconds from the start of the process until this is on the screen.
    fn starts(&self, newest: &str) -> anyhow::Result<f64> {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let start = Instant::now();
            let mut terminal = self.start(Margins::No)?;
            terminal.wait("the newest line", |t| t.shown().contains(newest))?;
            times.push(start.elapsed());
            terminal.settle()?;
        }
        times.sort_unstable();
        Ok(times[STARTS / 2].as_secs_f64() * 1000.0)
    }
}
