//! A process that is measured: what it runs, what it holds, and that it ends.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

/// See the module.
pub(crate) struct Process {
    pub(crate) child: Child,
    // What it keeps; removed when it has ended.
    _dir: tempfile::TempDir,
}

impl Process {
    /// One that keeps its files in `dir`.
    pub(crate) fn new(child: Child, dir: tempfile::TempDir) -> Process {
        Process { child, _dir: dir }
    }

    /// What it has run so far: the nanoseconds that the scheduler counts for each of its threads
    /// (none of which ends before the process does).
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).ok()?;
        threads.map(|thread| ran(&thread.ok()?.path())).sum()
    }

    /// Resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, or ends now; what it kept goes with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
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
