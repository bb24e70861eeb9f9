//! A server in a process of its own that is killed, stopped and started again: the same port, the
//! same store.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use chat_core::Link;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Longest wait for a server's first words.
const START: Duration = Duration::from_secs(30);

/// How it is started.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) binary: PathBuf,
    pub(crate) transport: Transport,
    pub(crate) data_dir: PathBuf,
    /// Where its configuration is written.
    pub(crate) config: PathBuf,
    /// What the store may take; 0: no limit.
    pub(crate) store_mib_max: u64,
}

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tls,
    Plain,
}

impl Transport {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Transport::Tls => "tls",
            Transport::Plain => "tcp",
        }
    }
}

/// See the module. Killed when dropped.
pub(crate) struct Victim {
    pub(crate) link: Link,
    setup: Setup,
    child: Child,
}

impl Victim {
    /// Starts one on a free port of loopback.
    pub(crate) async fn start(setup: Setup) -> anyhow::Result<Victim> {
        setup.write()?;
        let mut child = setup.spawn(0, Stdio::piped())?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let first = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(link) = line.strip_prefix("join link: ") {
                    return anyhow::Ok(link.parse()?);
                }
            }
            anyhow::bail!("the server ended before it printed its link")
        };
        let link = tokio::time::timeout(START, first).await;
        let link = link.context("the server does not start")??;
        Ok(Victim { link, setup, child })
    }

    /// Kills it with SIGKILL and waits until it is gone.
    ///
    /// # Errors
    /// When it had ended before.
    pub(crate) async fn kill(&mut self) -> anyhow::Result<()> {
        self.is_alive()?;
        Ok(self.child.kill().await?)
    }

    /// Starts it again after [`Victim::kill`]. Doesn't wait until it listens.
    pub(crate) fn again(&mut self) -> anyhow::Result<()> {
        self.child = self.setup.spawn(self.link.port, Stdio::null())?;
        Ok(())
    }

    /// The same with another limit for the store.
    pub(crate) fn again_with(&mut self, store_mib_max: u64) -> anyhow::Result<()> {
        self.setup.store_mib_max = store_mib_max;
        self.setup.write()?;
        self.again()
    }

    /// An error if it ended by itself.
    pub(crate) fn is_alive(&mut self) -> anyhow::Result<()> {
        let ended = self.child.try_wait()?;
        ensure!(ended.is_none(), "the server ended by itself: {ended:?}");
        Ok(())
    }

    /// The process, while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }
}

impl Setup {
    /// In a directory that is there.
    pub(crate) fn new(binary: &Path, transport: Transport, dir: &Path) -> Setup {
        Setup {
            binary: binary.to_owned(),
            transport,
            data_dir: dir.join("data"),
            config: dir.join("server.toml"),
            store_mib_max: 0,
        }
    }

    fn write(&self) -> anyhow::Result<()> {
        let text = format!(
            "[store]\nsize_mib_max = {}\n\
             [limits]\nconnections_per_address = 10000\npost_burst = 0\nstroke_burst = 0\n\
             [log]\nlevel = \"error\"\n",
            self.store_mib_max
        );
        Ok(std::fs::write(&self.config, text)?)
    }

    fn spawn(&self, port: u16, stdout: Stdio) -> anyhow::Result<Child> {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(&self.config);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.arg("--data-dir").arg(&self.data_dir);
        if self.transport == Transport::Plain {
            command.arg("--plaintext");
        }
        command.stdin(Stdio::null()).stdout(stdout);
        command.kill_on_drop(true).spawn().with_context(|| {
            format!(
                "cannot start {}: build it with `cargo build --release`, or name it with --spawn",
                self.binary.display()
            )
        })
    }
}

/// Sends a signal that only stops or continues a process.
pub(crate) async fn signal(pid: u32, signal: Signal) -> anyhow::Result<()> {
    let name = match signal {
        Signal::Stop => "-STOP",
        Signal::Continue => "-CONT",
    };
    let sent = Command::new("kill").args([name, &pid.to_string()]).status();
    ensure!(sent.await?.success(), "kill {name} {pid} failed");
    Ok(())
}

/// What [`signal`] sends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    Stop,
    Continue,
}
