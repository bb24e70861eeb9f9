//! What is asked of the machine; nothing where it isn't Linux.

pub(crate) use system::{allow_connections, stay_on, thread_cpu};

#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use anyhow::Context;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::thread::{CpuSet, sched_setaffinity};
    use rustix::time::{ClockId, clock_gettime};

    /// Lets this process and those that it starts have as many connections as the system allows.
    pub(crate) fn allow_connections() -> std::io::Result<()> {
        let limit = getrlimit(Resource::Nofile);
        let most = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        Ok(setrlimit(Resource::Nofile, most)?)
    }

    /// Keeps the calling thread on one processor.
    pub(crate) fn stay_on(processor: usize) -> anyhow::Result<()> {
        anyhow::ensure!(processor < CpuSet::MAX_CPU, "no processor {processor}");
        let mut set = CpuSet::new();
        set.set(processor);
        sched_setaffinity(None, &set).with_context(|| format!("no processor {processor}"))
    }

    /// What the calling thread has run so far.
    pub(crate) fn thread_cpu() -> Option<Duration> {
        clock_gettime(ClockId::ThreadCPUTime).try_into().ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(crate) fn allow_connections() -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn stay_on(_: usize) -> anyhow::Result<()> {
        anyhow::bail!("a processor can be chosen on Linux only")
    }

    pub(crate) fn thread_cpu() -> Option<std::time::Duration> {
        None
    }
}
