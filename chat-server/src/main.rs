//! The server's command line.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use chat_server::config::{Config, LogFormat, Plaintext};
use chat_server::{Server, signals};
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Hosts a terminal chat. Others join with the printed link: chat-tui join LINK
#[derive(Parser)]
#[command(name = "chat-server", version)]
struct Arguments {
    /// Configuration file [default: server.toml in the system's place for configuration, if there]
    #[arg(long, value_name = "FILE", env = "CHAT_SERVER_CONFIG")]
    config: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one [default: 0.0.0.0:7878]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<std::net::SocketAddr>,
    /// Where certificate, store and invite are kept
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Speak plain TCP, readable on the way; on other than loopback addresses give it twice
    #[arg(long, action = clap::ArgAction::Count)]
    plaintext: u8,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = configure(arguments)?;
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

fn configure(arguments: Arguments) -> anyhow::Result<Config> {
    let mut config = match arguments.config {
        Some(path) => Config::read(&path)?,
        None => Config::standard()?,
    };
    if let Some(listen) = arguments.listen {
        config.server.listen = listen;
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
