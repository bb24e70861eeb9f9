//! What people cost who have been there for a while and say nothing. They answer pings, and ping themselves where
//! none come, as clients do.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::bail;
use chat_core::Event;
use chat_core::event::{Ping, Pong};
use chat_core::limits::{ANSWER_MS, IDLE_MS_MAX, SILENT_MS};
use serde::Serialize;
use tokio::task::LocalSet;
use tokio::time::timeout;

use crate::load::{Client, newcomers};
use crate::server::{Arguments as ServerArguments, Server};
use crate::{Output, parse_seconds, runtime};

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Connections
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = clap::value_parser!(u16).range(1..=20_000))]
    connections: u16,
    /// How long to measure, after everybody has been quiet for a while: each is pinged once in 110 s
    #[arg(long, value_name = "SECONDS", default_value_t = 110.0, value_parser = parse_seconds)]
    seconds: f64,
    #[command(flatten)]
    output: Output,
}

/// What came out.
#[derive(Debug, Serialize)]
struct Report {
    transport: &'static str,
    connections: u16,
    seconds: f64,
    resident_kib_per_connection: Option<f64>,
    /// Pings that the clients and the server sent.
    pings: u64,
    server_pings: u64,
    server_cpu_seconds_per_hour: Option<f64>,
    server_cpu_us_per_connection_and_hour: Option<f64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |value: Option<f64>| value.map_or("-".into(), |v| format!("{v:.1}"));
        let mut line = |what: &str, value: String| writeln!(f, "{what:<34}{value:>14}");
        line("connections", self.connections.to_string())?;
        line("transport", self.transport.into())?;
        line("seconds", format!("{:.0}", self.seconds))?;
        line("pings of clients", self.pings.to_string())?;
        line("pings of the server", self.server_pings.to_string())?;
        line(
            "memory per connection, KiB",
            known(self.resident_kib_per_connection),
        )?;
        line(
            "server CPU in an hour, s",
            known(self.server_cpu_seconds_per_hour),
        )?;
        line(
            "per connection, µs",
            known(self.server_cpu_us_per_connection_and_hour),
        )
    }
}

/// Plays it.
///
/// # Errors
/// It can't be played, or the server gave somebody up.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = arguments.server.start()?;
    let played = play(arguments, &server);
    let report = runtime()?.block_on(LocalSet::new().run_until(played))?;
    arguments.output.print(&report)
}

/// What all of them did.
#[derive(Debug, Default)]
struct Counts {
    pings: Cell<u64>,
    server_pings: Cell<u64>,
    /// Why clients didn't stay.
    ended: RefCell<Vec<anyhow::Error>>,
}

fn one_more(count: &Cell<u64>) {
    count.set(count.get() + 1);
}

async fn play(arguments: &Arguments, server: &Server) -> anyhow::Result<Report> {
    let empty_kib = server.resident_kib();
    let counts = Rc::new(Counts::default());
    let clients = newcomers(server, usize::from(arguments.connections)).await?;
    for (n, client) in clients.into_iter().enumerate() {
        let counts = counts.clone();
        // As if they had fallen silent one after the other.
        let first = Duration::from_millis(SILENT_MS * n as u64 / u64::from(arguments.connections));
        tokio::task::spawn_local(async move {
            // Who stays to the end is dropped there.
            if let Err(error) = stay(client, first, &counts).await {
                counts.ended.borrow_mut().push(error);
            }
        });
    }
    let resident_kib = empty_kib.zip(server.resident_kib());
    tokio::time::sleep(Duration::from_millis(SILENT_MS)).await;
    let (start, cpu_start) = (Instant::now(), server.cpu());
    let pings = (counts.pings.get(), counts.server_pings.get());
    tokio::time::sleep(Duration::from_secs_f64(arguments.seconds)).await;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu_start
        .zip(server.cpu())
        .map(|(start, end)| (end - start).as_secs_f64());
    let ended = counts.ended.take();
    if let Some(first) = ended.first() {
        bail!("{} connections ended, the first: {first:#}", ended.len());
    }
    let connections = f64::from(arguments.connections);
    let per_hour = cpu.map(|cpu| cpu * 3600.0 / seconds);
    Ok(Report {
        transport: server.transport(),
        connections: arguments.connections,
        seconds,
        resident_kib_per_connection: resident_kib
            .map(|(empty, full)| full.saturating_sub(empty) as f64 / connections),
        pings: counts.pings.get() - pings.0,
        server_pings: counts.server_pings.get() - pings.1,
        server_cpu_seconds_per_hour: per_hour,
        server_cpu_us_per_connection_and_hour: per_hour.map(|cpu| cpu * 1e6 / connections),
    })
}

/// Stays as a client does: pings when it has heard nothing for a while, and answers pings.
async fn stay(mut client: Client, mut pause: Duration, counts: &Counts) -> anyhow::Result<()> {
    let mut waits = false;
    loop {
        match timeout(pause, client.event()).await {
            Ok(event) => {
                (pause, waits) = (Duration::from_millis(IDLE_MS_MAX), false);
                match event? {
                    Event::Ping(Ping { token }) => {
                        one_more(&counts.server_pings);
                        client.send(Pong { token }).await?;
                    }
                    Event::Bye(bye) => bail!("the server said goodbye: {}", bye.text),
                    _ => {}
                }
            }
            Err(_) if waits => bail!("the server no longer answers"),
            Err(_) => {
                (pause, waits) = (Duration::from_millis(ANSWER_MS), true);
                one_more(&counts.pings);
                client.send(Ping { token: 0 }).await?;
            }
        }
    }
}
