//! What the server holds: memory, descriptors, threads, disk, time on a processor.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use tokio::time::Instant;

/// Memory that may be held at the end above what was held after the warm-up. So much comes and goes under
/// the same load: each thread's allocator keeps pages of its own for each size of what it hands out, and
/// gives them back when it likes. What is kept for each visit or post is more than that within some hours.
const GROWTH_KIB: u64 = 3 * 1024;

/// Growth is judged after a warm-up of so many seconds. Before that, the caches of the store still fill, and
/// no canvas has been merged into its first picture.
const WARM_SECONDS: u64 = 25 * 60;

/// How long descriptors must stay the same to be called steady, and how long that is waited for.
const STEADY: Duration = Duration::from_secs(3);
const STEADY_MAX: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(250);

/// The server at one moment.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Sample {
    /// Since the start of the run.
    pub(crate) seconds: u64,
    pub(crate) resident_kib: u64,
    pub(crate) descriptors: u64,
    pub(crate) threads: u64,
    pub(crate) store_kib: u64,
    pub(crate) wal_kib: u64,
    /// Time on a processor so far.
    pub(crate) cpu_ms: u64,
}

impl Sample {
    /// Looks at process `pid` with its store in `data_dir`.
    ///
    /// # Errors
    /// Where there is no `/proc`, or the process has ended.
    pub(crate) fn take(pid: u32, data_dir: &Path, start: Instant) -> anyhow::Result<Sample> {
        let process = format!("/proc/{pid}");
        let status = std::fs::read_to_string(format!("{process}/status"))
            .context("a soak needs /proc and a server that runs")?;
        let field = |name: &str| -> anyhow::Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let value = line.and_then(|line| line.split_ascii_whitespace().next());
            Ok(value.with_context(|| format!("no {name}"))?.parse()?)
        };
        Ok(Sample {
            seconds: start.elapsed().as_secs(),
            resident_kib: field("VmRSS:")?,
            descriptors: std::fs::read_dir(format!("{process}/fd"))?.count() as u64,
            threads: field("Threads:")?,
            store_kib: size_kib(data_dir, ".db")?,
            wal_kib: size_kib(data_dir, ".db-wal")?,
            cpu_ms: cpu_ms(&process)?,
        })
    }

    /// One that no longer changes, because everybody has left.
    pub(crate) async fn steady(
        pid: u32,
        data_dir: &Path,
        start: Instant,
    ) -> anyhow::Result<Sample> {
        let end = Instant::now() + STEADY_MAX;
        let mut sample = Sample::take(pid, data_dir, start)?;
        let mut since = Instant::now();
        while since.elapsed() < STEADY && Instant::now() < end {
            tokio::time::sleep(LOOK).await;
            let next = Sample::take(pid, data_dir, start)?;
            if next.descriptors != sample.descriptors {
                since = Instant::now();
            }
            sample = next;
        }
        Ok(sample)
    }

    /// What has grown since `before`, when nobody was there either; `None` where that was too early to
    /// tell.
    pub(crate) fn growth(&self, before: &Sample) -> Option<Vec<String>> {
        if before.seconds < WARM_SECONDS {
            return None;
        }
        let bounds = [
            (
                "KiB of memory",
                self.resident_kib,
                before.resident_kib,
                GROWTH_KIB,
            ),
            ("descriptors", self.descriptors, before.descriptors, 0),
            ("threads", self.threads, before.threads, 0),
        ];
        let grown = bounds.into_iter().filter(|b| b.1 > b.2 + b.3);
        let told = |(what, now, then, _)| format!("{now} {what}, {then} after the warm-up");
        Some(grown.map(told).collect())
    }
}

fn size_kib(dir: &Path, ending: &str) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(dir)? {
        let file = file?;
        if file.file_name().to_string_lossy().ends_with(ending) {
            bytes += file.metadata()?.len();
        }
    }
    Ok(bytes / 1024)
}

/// What the scheduler counts for each thread; none ends before the server does.
fn cpu_ms(process: &str) -> anyhow::Result<u64> {
    let mut ns = 0;
    for thread in std::fs::read_dir(format!("{process}/task"))? {
        let stat = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        let ran = stat.split_ascii_whitespace().next().context("no time")?;
        ns += ran.parse::<u64>()?;
    }
    Ok(ns / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seconds: u64, resident_kib: u64, descriptors: u64, threads: u64) -> Sample {
        Sample {
            seconds,
            resident_kib,
            descriptors,
            threads,
            store_kib: 0,
            wal_kib: 0,
            cpu_ms: 0,
        }
    }

    #[test]
    fn growth_is_found() {
        let before = sample(WARM_SECONDS, 20_000, 30, 5);
        let grows = |kib, fds, threads| {
            let grown = sample(3_600, kib, fds, threads).growth(&before);
            grown.expect("warm").len()
        };
        assert_eq!(grows(20_000 + GROWTH_KIB, 30, 5), 0);
        assert_eq!(grows(20_001 + GROWTH_KIB, 30, 5), 1);
        assert_eq!(grows(10_000, 31, 5), 1);
        assert_eq!(grows(60_000, 31, 6), 3);
    }

    #[test]
    fn growth_is_not_judged_after_a_short_warm_up() {
        let before = sample(WARM_SECONDS - 1, 20_000, 30, 5);
        assert_eq!(sample(600, 90_000, 31, 6).growth(&before), None);
    }
}
