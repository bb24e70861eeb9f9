//! The server's command line.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use chat_server::config::{Config, LogFormat, Plaintext};
use chat_server::{Server, signals, status};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Hosts a terminal chat. Others join with the printed link: chat-tui join LINK
#[derive(Parser)]
#[command(name = "chat-server", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Configuration file [default: server.toml in the system's place for configuration, if there]
    #[arg(long, value_name = "FILE", env = "CHAT_SERVER_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one [default: 0.0.0.0:7878]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<std::net::SocketAddr>,
    /// Connections at once at most [default: 10000]
    #[arg(long, value_name = "N")]
    connections_max: Option<usize>,
    /// Where certificate, store and invite are kept
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// Speak plain TCP, readable on the way; on other than loopback addresses give it twice
    #[arg(long, action = clap::ArgAction::Count)]
    plaintext: u8,
}

impl Arguments {
    /// Ends the program with wrong usage where a command is given what only a start takes.
    fn only_where_it_starts(&self) {
        if self.listen.is_some() || self.connections_max.is_some() || self.plaintext > 0 {
            let wrong = "--listen, --connections-max and --plaintext are for starting a server: leave them out";
            Arguments::command()
                .error(ErrorKind::ArgumentConflict, wrong)
                .exit();
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Say how the running server is: connections, accounts, rooms, rates
    Status {
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    use_small_pages();
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The allocator asks for pages of 2 MiB, which cost more to clear than they save here: with small ones an
/// idle connection holds a third of the memory, and a delivery takes a little less time.
fn use_small_pages() {
    // Where it is refused, memory is all that it costs.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

fn run(mut arguments: Arguments) -> anyhow::Result<()> {
    let command = arguments.command.take();
    if command.is_some() {
        arguments.only_where_it_starts();
    }
    let config = configure(arguments)?;
    if let Some(Command::Status { json }) = command {
        return say_status(&config, json);
    }
    log(&config)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let shutdown = signals::shutdown().context("cannot listen for signals")?;
        let server = Server::bind(config).await?;
        println!("listening on {}", server.local_addr());
        println!("join link: {}", server.join_link());
        server.run(shutdown).await?;
        Ok(())
    })
}

fn say_status(config: &Config, json: bool) -> anyhow::Result<()> {
    let report = status::ask(&chat_server::data_dir(config)?)?;
    let text = match json {
        true => serde_json::to_string(&report)? + "\n",
        false => report.to_string(),
    };
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("cannot write to standard output")
}

fn configure(arguments: Arguments) -> anyhow::Result<Config> {
    let mut config = match arguments.config {
        Some(path) => Config::read(&path)?,
        None => Config::standard()?,
    };
    if let Some(listen) = arguments.listen {
        config.server.listen = listen;
    }
    if let Some(connections_max) = arguments.connections_max {
        config.limits.connections = connections_max;
    }
    if let Some(data_dir) = arguments.data_dir {
        config.server.data_dir = data_dir;
    }
    match arguments.plaintext {
        0 => {}
        1 => config.server.plaintext = Plaintext::Loopback,
        _ => config.server.plaintext = Plaintext::Anywhere,
    }
    Ok(config)
}

/// Logs to standard error: standard output has the two lines that programs read.
fn log(config: &Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.level)
        .with_context(|| format!("log.level '{}' is not a level or filter", config.log.level))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().init(),
    }
    Ok(())
}
