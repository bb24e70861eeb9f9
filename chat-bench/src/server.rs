//! The server that is measured, and what its process costs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use chat_core::Link;

/// Which server.
#[derive(Debug, clap::Args)]
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

struct Process {
    child: Child,
    // The store; removed when the run ends.
    _dir: tempfile::TempDir,
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
    fn spawn(binary: &Path, plaintext: bool) -> anyhow::Result<Server> {
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
        let process = Process { child, _dir: dir };
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

    /// What the server has run so far: the nanoseconds that the scheduler counts for each of its
    /// threads (none of which ends before the server does).
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.pid()?)).ok()?;
        threads.map(|thread| ran(&thread.ok()?.path())).sum()
    }

    /// Resident memory of the server in KiB.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?)).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }

    fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.child.id())
    }
}

/// What the calling thread has run so far.
pub(crate) fn own_cpu() -> Option<Duration> {
    ran(Path::new("/proc/thread-self"))
}

/// What the scheduler counts for the thread that `proc` tells of.
fn ran(proc: &Path) -> Option<Duration> {
    let stat = std::fs::read_to_string(proc.join("schedstat")).ok()?;
    let ns = stat.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(ns))
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, or ends now; its store goes with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
