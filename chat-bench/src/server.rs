//! The server that is measured, and what its process costs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use chat_core::Link;

use crate::process::Process;

/// The configuration of a server that is started here.
const CONFIG: &str = "server.toml";

/// Which server.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// The server's binary, started on a free port with a store of its own
    #[arg(
        long,
        value_name = "PATH",
        default_value = "target/release/chat-server"
    )]
    spawn: PathBuf,
    /// A server that runs already, by its join link; its limits must allow the load
    #[arg(long, value_name = "LINK", conflicts_with = "spawn")]
    against: Option<Link>,
    /// Plain TCP instead of TLS
    #[arg(long, conflicts_with = "against")]
    plaintext: bool,
}

impl Arguments {
    /// The server, started where that is asked for.
    pub(crate) fn start(&self) -> anyhow::Result<Server> {
        match &self.against {
            Some(link) => Ok(Server::running(link.clone())),
            None => Server::spawn(&self.spawn, self.plaintext),
        }
    }

    /// Kills the server and starts it on its store; gives how long it took until it could be joined.
    /// One that ran already is left alone.
    pub(crate) fn restart(&self, server: &mut Server) -> anyhow::Result<Option<Duration>> {
        let Some(process) = &mut server.process else {
            return Ok(None);
        };
        process.kill();
        let start = Instant::now();
        let (child, link) = launch(&self.spawn, self.plaintext, process.dir.path())?;
        let took = start.elapsed();
        process.child = child;
        server.link = parse(link)?;
        Ok(Some(took))
    }
}

/// Starts the server on what it keeps in `dir`; gives the link that it prints.
fn launch(binary: &Path, plaintext: bool, dir: &Path) -> anyhow::Result<(Child, Option<String>)> {
    let mut command = Command::new(binary);
    command
        .arg("--config")
        .arg(dir.join(CONFIG))
        .args(["--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(dir.join("data")).stdout(Stdio::piped());
    if plaintext {
        command.arg("--plaintext");
    }
    let mut child = command.spawn().with_context(|| {
        format!(
            "cannot start {}: build it with `cargo build --release`, or name it with --spawn",
            binary.display()
        )
    })?;
    let stdout = child
        .stdout
        .take()
        .context("the server's output is piped")?;
    let link = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("join link: ").map(str::to_owned));
    Ok((child, link))
}

fn parse(link: Option<String>) -> anyhow::Result<Link> {
    let link = link.context("the server ended before it printed its link")?;
    Ok(link.parse()?)
}

/// See the module.
pub(crate) struct Server {
    pub(crate) link: Link,
    process: Option<Process>,
}

impl Server {
    /// One that runs already. Its process isn't known, so its cost isn't either.
    fn running(link: Link) -> Server {
        Server {
            link,
            process: None,
        }
    }

    /// Starts one on a free port of loopback, with limits that allow the load.
    pub(crate) fn spawn(binary: &Path, plaintext: bool) -> anyhow::Result<Server> {
        let dir = tempfile::tempdir()?;
        std::fs::write(
            dir.path().join(CONFIG),
            "[limits]\nconnections = 30000\nconnections_per_address = 30000\nunauthenticated = 30000\n\
             login_seconds = 120\npost_burst = 0\naccounts = 1000000\n\
             [files]\nfile_mib_max = 4096\naccount_mib_max = 8192\n\n\
             [log]\nlevel = \"warn\"\n",
        )?;
        let (child, link) = launch(binary, plaintext, dir.path())?;
        let process = Process::new(child, dir);
        Ok(Server {
            link: parse(link)?,
            process: Some(process),
        })
    }

    /// How it is spoken to.
    pub(crate) fn transport(&self) -> &'static str {
        if self.link.plaintext { "tcp" } else { "tls" }
    }

    /// Size of its store with the write-ahead log; `None` where that isn't known.
    pub(crate) fn store_bytes(&self) -> Option<u64> {
        let data = self.process.as_ref()?.dir.path().join("data");
        let size = |name| std::fs::metadata(data.join(name)).map_or(0, |file| file.len());
        Some(size("chat.db") + size("chat.db-wal"))
    }

    /// What it has run so far; `None` where its process isn't known.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        self.process()?.cpu()
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        self.process()?.resident_kib()
    }

    /// Its process, where that is known.
    pub(crate) fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }
}
