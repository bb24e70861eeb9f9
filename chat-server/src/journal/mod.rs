//! The journal: one thread that commits what the hub decided, and then lets it be seen.
//!
//! It takes units (the effects of one batch of the hub) in order, gathers those that wait, commits
//! their records in one transaction, and hands their outputs to the workers: durable before
//! visible. While it commits, the hub decides the next batch, unless this one is large.
//!
//! When a commit fails, nothing of it has happened: its requests are refused, the hub gets the
//! state that the store holds, and units that it decided on the lost state are refused, too. The
//! units carry a generation for that.
//!
//! | file | owns |
//! |---|---|
//! | `batch.rs` | units to one commit, and what follows from how it went |
//! | `schema.rs` | opening the store: version, migrations, what is wrong with it |
//! | `write.rs` | records to rows, one transaction a batch |
//! | `rows.rs` | several rows with one statement |
//! | `about.rs` | what an entry changes of others: a deletion takes their content out of the store |
//! | `canvas.rs` | pictures of canvases as rows, and what remains of merged entries |
//! | `files.rs` | who holds which content, as rows |
//! | `listing.rs` | the look-up tables of the log, written in bulk |
//! | `log.rs` | the write-ahead log, and the thread that moves it into the store's file |
//! | `load.rs` | rows to the hub's state |
//! | `read.rs` | history and look-ups of posts, on threads of their own |
//! | `page.rs` | a page of history |
//! | `tail.rs` | what the look-up tables don't list yet, as a reader knows it |

mod about;
mod batch;
mod canvas;
mod files;
mod listing;
mod load;
mod log;
mod page;
mod read;
mod rows;
mod schema;
mod tail;
mod write;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use crate::contents::ToContents;
use crate::hub::{Input, Output, Paint, State};
use crate::stats::Stats;
use crate::worker::{Counted, Workers};

pub use batch::{Batch, Unit};
pub use read::{Found, Page, ReadError, Reader, Wanted};
pub use schema::{Store, StoreError};
pub use write::Writer;

/// Units gathered into one commit at most: bounds how long the first one waits.
const UNITS_MAX: usize = 1_024;

/// What the hub's thread is told.
#[derive(Debug)]
pub enum ToHub {
    /// Something to decide.
    Input(Input),
    /// The journal failed for the `generation`th time; the store holds `state`.
    Failed {
        /// What units carry from here on.
        generation: u64,
        /// What the hub goes on from.
        state: Box<State>,
    },
    /// Decide nothing more.
    Stop,
}

/// What the journal is told.
#[derive(Debug)]
pub struct ToJournal {
    /// To be committed and seen.
    pub unit: Unit,
    /// Held until it is seen.
    pub counted: Option<Counted>,
}

/// Where things go from the journal.
#[derive(Debug)]
pub struct Ways {
    /// The hub's inbox.
    pub hub: Sender<ToHub>,
    /// The sessions.
    pub workers: Workers,
    /// The one who keeps the contents of files.
    pub contents: Sender<ToContents>,
    /// The one who draws pictures.
    pub painter: Sender<Paint>,
    /// What is counted.
    pub stats: Arc<Stats>,
}

impl Ways {
    /// Lets `outputs` be seen; `payloads` are those of the entries among them, in order.
    fn publish(&self, mut outputs: Vec<Output>, payloads: &[Vec<u8>]) {
        let works = outputs.extract_if(.., |output| {
            matches!(output, Output::Files(_) | Output::Paint(_))
        });
        for output in works {
            match output {
                Output::Files(work) => {
                    // One that has stopped keeps what it has; the rest is mended with the next start.
                    let _ = self.contents.send(ToContents::Work(work));
                }
                Output::Paint(paint) => {
                    // Without a painter the server is about to stop.
                    let _ = self.painter.send(paint);
                }
                _ => {}
            }
        }
        self.workers.publish(outputs, payloads);
    }
}

/// Commits units until their sender is gone.
pub fn run(mut writer: Writer, inbox: &Receiver<ToJournal>, ways: &Ways) {
    let mut generation = 0;
    while let Ok(first) = inbox.recv() {
        let waiting = std::iter::once(first)
            .chain(inbox.try_iter())
            .take(UNITS_MAX);
        let (units, counted): (Vec<_>, Vec<_>) =
            waiting.map(|told| (told.unit, told.counted)).unzip();
        let mut batch = Batch::gather(generation, units);
        match writer.commit(&batch.records) {
            Ok(payloads) => {
                ways.stats.posts.add_many(payloads.len());
                ways.publish(std::mem::take(&mut batch.outputs), &payloads);
                ways.publish(batch.refused, &[]);
            }
            Err(error) => {
                tracing::error!(%error, records = batch.records.len(), "commit failed");
                generation += 1;
                match writer.load() {
                    Ok(state) => {
                        // Without a hub there is nobody left to go on.
                        let _ = ways.hub.send(ToHub::Failed {
                            generation,
                            state: Box::new(state),
                        });
                    }
                    Err(error) => {
                        tracing::error!(%error, "store cannot be read, server stops");
                        let _ = ways.hub.send(ToHub::Stop);
                    }
                }
                ways.publish(batch.failed(), &[]);
            }
        }
        drop(counted);
        writer.tidy();
    }
}
