//! A process that is measured: what it runs, what it holds, and that it ends.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::Context;

/// See the module.
pub(crate) struct Process {
    pub(crate) child: Child,
    /// What it keeps; removed when it has ended.
    pub(crate) dir: tempfile::TempDir,
}

impl Process {
    /// One that keeps its files in `dir`.
    pub(crate) fn new(child: Child, dir: tempfile::TempDir) -> Process {
        Process { child, dir }
    }

    /// What its threads have run so far.
    pub(crate) fn threads(&self) -> Option<Threads> {
        threads(self.child.id())
    }

    /// What it has run so far.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        Some(self.threads()?.total())
    }

    /// Starts to record where it spends the next `seconds`, into a file that `perf report -i` reads.
    ///
    /// # Errors
    /// `perf` is not installed.
    pub(crate) fn record(&self, file: &Path, seconds: f64) -> anyhow::Result<Recording> {
        let perf = Command::new("perf")
            .args(["record", "--quiet", "-g", "--freq", "999", "--pid"])
            .arg(self.child.id().to_string())
            .arg("--output")
            .arg(file)
            .args(["--", "sleep", &seconds.to_string()])
            .spawn()
            .context("cannot start perf")?;
        Ok(Recording(perf))
    }

    /// It has ended already, or ends now.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        resident_kib(self.child.id())
    }
}

/// What the threads of a process have run so far.
pub(crate) fn threads(pid: u32) -> Option<Threads> {
    let mut all = Threads::default();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let proc = thread.ok()?.path();
        let name = std::fs::read_to_string(proc.join("comm")).ok()?;
        *all.0.entry(name.trim_end().to_owned()).or_default() += ran(&proc)?;
    }
    Some(all)
}

/// Resident memory of a process in KiB.
pub(crate) fn resident_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// What threads have run, by their names: the nanoseconds that the scheduler counts for each. None
/// of those that matter here ends before its process does.
#[derive(Debug, Default)]
pub(crate) struct Threads(pub(crate) BTreeMap<String, Duration>);

impl Threads {
    pub(crate) fn total(&self) -> Duration {
        self.0.values().sum()
    }

    /// What they have run since `before`.
    pub(crate) fn since(&self, before: &Threads) -> Threads {
        let since = |(name, ran): (&String, &Duration)| {
            let already = before.0.get(name).copied().unwrap_or_default();
            (name.clone(), ran.saturating_sub(already))
        };
        Threads(self.0.iter().map(since).collect())
    }
}

/// Where a process spends its time, while it is recorded.
pub(crate) struct Recording(Child);

impl Recording {
    /// Waits until it is written.
    ///
    /// # Errors
    /// `perf` complained.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        let status = self.0.wait()?;
        anyhow::ensure!(status.success(), "perf: {status}");
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // What it kept goes with it.
        self.kill();
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
