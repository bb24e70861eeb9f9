//! The files of transfers: opened, read and written off the runtime's threads, one job of each at a
//! time. What is to be done is decided by [`crate::session`]; nothing here waits for the network.
//!
//! | file | owns |
//! |---|---|
//! | `source.rs` | a file that is sent |
//! | `partial.rs` | a file that is saved, until it has its name |
//! | `media.rs` | what a content seems to be |

mod media;
mod partial;
mod source;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chat_core::Text;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use self::partial::Partial;
use self::source::Source;
use crate::session::{Job, Leftover, Report};
use crate::transfer::TransferId;

/// What is read at once while hashing.
const READ: usize = 256 * 1024;

/// How often hashing is told of, in bytes: a few times a second on a slow disk.
const TELL: u64 = 4 * 1024 * 1024;

/// Longest path in a sentence for people, in bytes.
const PATH_BYTES: usize = 400;

/// A file that is open for a transfer.
#[derive(Debug)]
enum Open {
    Source(Source),
    Partial(Partial),
}

/// What a job gives back.
#[derive(Debug)]
struct Told {
    id: TransferId,
    report: Report,
    /// Absent while the job goes on.
    end: Option<Option<Open>>,
}

/// One transfer's file.
#[derive(Debug, Default)]
struct Slot {
    /// Absent while a job has it, and before it is open.
    open: Option<Open>,
    is_busy: bool,
    /// Tells a long job to stop.
    stop: Arc<AtomicBool>,
    /// What is to be done when the job is back.
    forget: Option<Leftover>,
}

#[derive(Debug)]
pub(super) struct Files {
    slots: HashMap<TransferId, Slot>,
    // Not bounded here: each transfer has one job at a time, and transfers are bounded.
    tell: mpsc::UnboundedSender<Told>,
    told: mpsc::UnboundedReceiver<Told>,
}

/// How a long job says how far it is, and whether it is still wanted.
struct Watch {
    id: TransferId,
    stop: Arc<AtomicBool>,
    tell: mpsc::UnboundedSender<Told>,
}

impl Watch {
    /// So much is hashed. Whether the job is still wanted.
    fn hashing(&self, done: u64, bytes: u64) -> bool {
        let report = Report::Hashing { done, bytes };
        let told = Told {
            id: self.id,
            report,
            end: None,
        };
        // A task that has ended wants nothing more.
        self.tell.send(told).is_ok() && !self.stop.load(Ordering::Relaxed)
    }
}

impl Files {
    pub(super) fn new() -> Files {
        let (tell, told) = mpsc::unbounded_channel();
        Files {
            slots: HashMap::new(),
            tell,
            told,
        }
    }

    /// Begins a job.
    pub(super) fn perform(&mut self, id: TransferId, job: Job) {
        let slot = self.slots.entry(id).or_default();
        if let Job::Forget(leftover) = job {
            slot.stop.store(true, Ordering::Relaxed);
            slot.forget = Some(leftover);
            if !slot.is_busy {
                self.forget(id);
            }
            return;
        }
        let open = slot.open.take();
        slot.is_busy = true;
        let tell = self.tell.clone();
        let watch = Watch {
            id,
            stop: Arc::clone(&slot.stop),
            tell: self.tell.clone(),
        };
        spawn_blocking(move || {
            let (open, report) = perform(job, open, &watch);
            let end = Some(open);
            // Nobody is left to hear it when the client has ended.
            drop(tell.send(Told { id, report, end }));
        });
    }

    /// What became of a job. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<(TransferId, Report)> {
        loop {
            // The own end keeps the channel open: this waits for ever when nothing is being done.
            let Told { id, report, end } = self.told.recv().await?;
            let Some(slot) = self.slots.get_mut(&id) else {
                continue;
            };
            if let Some(open) = end {
                slot.open = open;
                slot.is_busy = false;
                if slot.forget.is_some() {
                    self.forget(id);
                    continue;
                }
            }
            return Some((id, report));
        }
    }

    fn forget(&mut self, id: TransferId) {
        let Some(slot) = self.slots.remove(&id) else {
            return;
        };
        if let (Some(Open::Partial(partial)), Some(Leftover::Remove)) = (slot.open, slot.forget) {
            spawn_blocking(move || partial.remove());
        }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // The runtime waits for jobs when it ends.
        for slot in self.slots.values() {
            slot.stop.store(true, Ordering::Relaxed);
        }
    }
}

fn perform(job: Job, open: Option<Open>, watch: &Watch) -> (Option<Open>, Report) {
    match (job, open) {
        (Job::Hash { path, bytes_max }, _) => match Source::open(&path, bytes_max, watch) {
            Ok((source, report)) => (Some(Open::Source(source)), report),
            Err(why) => (None, Report::Failed { why }),
        },
        (Job::Read { at, bytes }, Some(Open::Source(mut source))) => {
            let report = match source.read(at, bytes) {
                Ok(data) => Report::Read(data),
                Err(why) => Report::Failed { why },
            };
            (Some(Open::Source(source)), report)
        }
        (Job::Open { dir, hash, bytes }, _) => match Partial::open(&dir, hash, bytes, watch) {
            Ok(partial) => {
                let held = partial.held();
                (Some(Open::Partial(partial)), Report::Opened { held })
            }
            Err(why) => (None, Report::Failed { why }),
        },
        (Job::Write { data }, Some(Open::Partial(mut partial))) => {
            let report = match partial.write(&data) {
                Ok(()) => Report::Written,
                Err(why) => Report::Failed { why },
            };
            (Some(Open::Partial(partial)), report)
        }
        (Job::Settle { name }, Some(Open::Partial(partial))) => partial.settle(&name),
        (_, open) => {
            let why = "the file is not open any more: start this again".to_owned();
            (open, Report::Failed { why })
        }
    }
}

/// A path for people.
fn shown(path: &Path) -> Text {
    Text::line(&path.to_string_lossy(), PATH_BYTES)
}

/// What the system said, for people.
fn reason(error: &io::Error) -> String {
    super::reason(error)
}
