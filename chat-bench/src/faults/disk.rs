//! A disk that is full: a small file system of its own where one can be mounted, else the store's own
//! limit. Again and again it fills up, stays so for a while, and gets space.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Kind;
use super::check::Typing;
use super::crowd::{Acknowledgement, Crowd};
use super::kill::quiet;
use super::report::Outcome;
use super::stage::{Done, Setting, close};
use super::victim::Victim;

/// What there is at first, what is added each time, and what is enough for everything, in MiB.
const FIRST_MIB: u64 = 8;
const STEP_MIB: u64 = 4;
const ENOUGH_MIB: u64 = 512;

/// However short a run is: each way to get space once.
const ROUNDS_MIN: u64 = 3;

/// It is full when nothing was acknowledged for so long.
const SILENCE: Duration = Duration::from_secs(3);

/// Longest wait until it is full, and for an acknowledgement when there is space.
const FULL_MAX: Duration = Duration::from_secs(120);
const RECOVERY_MAX: Duration = Duration::from_secs(60);

/// How long it stays full.
const FULL_MS: (u64, u64) = (500, 8_000);

/// How long a server may take to start, or to find out that it can't.
const START_MAX: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(50);

/// Letters of a post at most: they fill it soon.
const LETTERS_MAX: u64 = 4_000;

/// Plays it.
///
/// # Errors
/// A server that ended by itself while it could go on, or somebody who gave up.
pub(super) async fn play(setting: &Setting) -> anyhow::Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let mut setup = setting.server(dir.path());
    std::fs::create_dir(&setup.data_dir)?;
    let mut space = match Mount::new(&setup.data_dir, FIRST_MIB) {
        Ok(mount) => Space::Mounted(mount),
        Err(error) => {
            eprintln!("{error:#}: the store's own limit is used instead");
            setup.store_mib_max = FIRST_MIB;
            Space::Limited
        }
    };
    let mut server = Victim::start(setup).await?;
    let plan = setting.plan(&server.link, LETTERS_MAX);
    let mut crowd = setting.gather(&plan).await?;
    let (began, mut dice) = (Instant::now(), setting.dice(Kind::Disk));
    let mut done = Done::default();
    let mut mib = FIRST_MIB;
    for round in 0.. {
        let is_last = began.elapsed() >= setting.length && round >= ROUNDS_MIN;
        full(&mut crowd).await?;
        quiet(&mut crowd, dice.ms(FULL_MS.0, FULL_MS.1)).await?;
        mib = if is_last { ENOUGH_MIB } else { mib + STEP_MIB };
        let way = match round % 3 {
            0 => Way::AsItRuns,
            1 => Way::Killed,
            _ => Way::StartedFull,
        };
        let given = space.give(mib, way, &mut server, &mut crowd).await?;
        *done.counts.entry(given.what).or_default() += 1;
        let after = |told: Acknowledgement| told.at > given.at;
        let first = crowd.acknowledged(after, given.at + RECOVERY_MAX).await;
        let first = first.context("nothing is acknowledged when there is space")?;
        let recovery = first.duration_since(given.at).as_millis() as u64;
        done.recoveries_ms.push(recovery);
        if is_last {
            break;
        }
    }
    let closed = close(crowd, (Kind::Disk, began), done, Typing::AnyOrder).await;
    server.kill().await?;
    drop(space);
    closed
}

/// Waits until nothing is acknowledged any more.
async fn full(crowd: &mut Crowd) -> anyhow::Result<()> {
    let end = Instant::now() + FULL_MAX;
    let any = |_: Acknowledgement| true;
    while crowd
        .acknowledged(any, Instant::now() + SILENCE)
        .await
        .is_some()
    {
        ensure!(
            Instant::now() < end,
            "the disk doesn't get full: raise --rate"
        );
    }
    Ok(())
}

/// What the server goes through when there is space again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing: it goes on.
    AsItRuns,
    /// It is killed while the disk is full.
    Killed,
    /// The same, and it is started before there is space.
    StartedFull,
}

/// When there was space, and how it went.
struct Given {
    at: Instant,
    what: &'static str,
}

/// What is full.
enum Space {
    Mounted(Mount),
    Limited,
}

impl Space {
    async fn give(
        &mut self,
        mib: u64,
        way: Way,
        server: &mut Victim,
        crowd: &mut Crowd,
    ) -> anyhow::Result<Given> {
        let what = match (&self, way) {
            (Space::Limited, _) => {
                server.kill().await?;
                server.again_with(mib)?;
                "limit raised"
            }
            (Space::Mounted(mount), Way::AsItRuns) => {
                mount.resize(mib)?;
                "space while it runs"
            }
            (Space::Mounted(mount), Way::Killed) => {
                server.kill().await?;
                mount.resize(mib)?;
                server.again()?;
                "killed while full"
            }
            (Space::Mounted(mount), Way::StartedFull) => {
                server.kill().await?;
                server.again()?;
                let starts = starts(server, crowd).await?;
                mount.resize(mib)?;
                if starts {
                    "started while full"
                } else {
                    server.again()?;
                    "no start while full"
                }
            }
        };
        let at = Instant::now();
        server.is_alive()?;
        Ok(Given { at, what })
    }
}

/// Whether a server that is being started listens in the end, instead of ending with an error.
async fn starts(server: &mut Victim, crowd: &mut Crowd) -> anyhow::Result<bool> {
    let end = Instant::now() + START_MAX;
    while Instant::now() < end {
        if server.is_alive().is_err() {
            return Ok(false);
        }
        if TcpStream::connect(server.link.address()).await.is_ok() {
            return Ok(true);
        }
        quiet(crowd, LOOK).await?;
    }
    bail!("the server neither starts nor says why not")
}

/// A file system in memory, unmounted when dropped.
struct Mount {
    path: PathBuf,
}

impl Mount {
    fn new(path: &Path, mib: u64) -> anyhow::Result<Mount> {
        let size = format!("size={mib}m,mode=0700");
        mount(&["-t", "tmpfs", "-o", &size, "chat-bench"], path)?;
        Ok(Mount {
            path: path.to_owned(),
        })
    }

    fn resize(&self, mib: u64) -> anyhow::Result<()> {
        mount(&["-o", &format!("remount,size={mib}m")], &self.path)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // At once, also where a server that was just killed still holds it.
        let unmounted = Command::new("umount").arg("-l").arg(&self.path).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("cannot unmount {}: do it by hand", self.path.display());
        }
    }
}

fn mount(options: &[&str], path: &Path) -> anyhow::Result<()> {
    let status = Command::new("mount")
        .args(options)
        .arg(path)
        .stderr(Stdio::null())
        .status();
    let status = status.context("there is no mount here")?;
    ensure!(status.success(), "only root can mount a small file system");
    Ok(())
}
