//! The server that is measured, and what its process costs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use chat_core::Link;

use crate::process::Process;

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
        let config = dir.path().join("server.toml");
        std::fs::write(
            &config,
            "[limits]\nconnections = 30000\nconnections_per_address = 30000\nunauthenticated = 30000\n\
             login_seconds = 120\npost_burst = 0\naccounts = 1000000\n\
             [files]\nfile_mib_max = 4096\naccount_mib_max = 8192\n\n\
             [log]\nlevel = \"warn\"\n",
        )?;
        let mut command = Command::new(binary);
        command
            .arg("--config")
            .arg(&config)
            .args(["--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(dir.path().join("data")).stdout(Stdio::piped());
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
        let process = Process::new(child, dir);
        let link = link
            .context("the server ended before it printed its link")?
            .parse()?;
        Ok(Server {
            link,
            process: Some(process),
        })
    }

    /// How it is spoken to.
    pub(crate) fn transport(&self) -> &'static str {
        if self.link.plaintext { "tcp" } else { "tls" }
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
