//! Outputs of the hub to deliveries for workers: entries are encoded once, consecutive ones of a
//! conversation gathered, and each worker gets one list. Pure; sends nothing.

use bytes::Bytes;
use chat_core::event::append_entry;
use chat_core::{ConversationId, Entry, Event, Seq};

use crate::hub::Output;

/// Frames gathered into one delivery at most, in bytes: a session that does not read holds on to
/// the delivery that it is sending.
const RUN_BYTES: usize = 32 * 1024;

/// Open runs that are looked through for an entry's conversation: bounds the work per entry where
/// one batch touches many conversations.
const RUNS_LOOKED_AT: usize = 16;

/// One thing for one or many of a worker's sessions.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Entries of one conversation, one behind the other.
    Entries {
        /// Whose.
        conversation: ConversationId,
        /// The first of them.
        first: Seq,
        /// The last of them.
        last: Seq,
        /// Their frames.
        frames: Bytes,
    },
    /// Changes of a roster.
    Roster {
        /// Whose.
        conversation: ConversationId,
        /// The frame.
        frame: Bytes,
    },
    /// Something for one session.
    Session(Output),
}

/// What each of `workers` workers is handed of `outputs`, in order. `payloads` are those of the
/// entries among them, in order.
///
/// Where a session starts or stops to follow, and what it is told of a conversation without having
/// asked, keeps its place among the entries; answers need not and may come before them.
#[must_use]
pub fn deliveries(
    outputs: Vec<Output>,
    payloads: &[Vec<u8>],
    workers: usize,
) -> Vec<Vec<Delivery>> {
    let mut payloads = payloads.iter();
    let mut lists = Lists {
        of_workers: vec![Vec::new(); workers],
        runs: Vec::new(),
    };
    for output in outputs {
        match output {
            Output::Entry(entry) => {
                let payload = payloads
                    .next()
                    .expect("the journal gives a payload for each entry");
                lists.gather(&entry, payload);
            }
            Output::Roster(changes) => {
                let conversation = changes.conversation;
                let frame = Bytes::from(Event::RosterChanges(changes).to_frame());
                lists.push_to_all(&Delivery::Roster {
                    conversation,
                    frame,
                });
            }
            answer @ Output::Answer { session, .. } => {
                lists.of_workers[usize::from(session.worker)].push(Delivery::Session(answer));
            }
            Output::Login { session, .. }
            | Output::Push { session, .. }
            | Output::Follow { session, .. }
            | Output::Unfollow { session, .. }
            | Output::Close { session, .. } => {
                lists.end_runs();
                lists.of_workers[usize::from(session.worker)].push(Delivery::Session(output));
            }
        }
    }
    lists.end_runs();
    lists.of_workers
}

/// Entries of one conversation that are being gathered.
struct Run {
    conversation: ConversationId,
    first: Seq,
    last: Seq,
    frames: Vec<u8>,
}

struct Lists {
    of_workers: Vec<Vec<Delivery>>,
    runs: Vec<Run>,
}

impl Lists {
    fn gather(&mut self, entry: &Entry, payload: &[u8]) {
        let open = self
            .runs
            .iter_mut()
            .rev()
            .take(RUNS_LOOKED_AT)
            .find(|run| run.conversation == entry.conversation);
        match open {
            Some(run) if run.last.next() == entry.seq && run.frames.len() < RUN_BYTES => {
                run.last = entry.seq;
                append_entry(&mut run.frames, payload);
            }
            _ => {
                let mut frames = Vec::new();
                append_entry(&mut frames, payload);
                self.runs.push(Run {
                    conversation: entry.conversation,
                    first: entry.seq,
                    last: entry.seq,
                    frames,
                });
            }
        }
    }

    fn end_runs(&mut self) {
        for run in std::mem::take(&mut self.runs) {
            self.push_to_all(&Delivery::Entries {
                conversation: run.conversation,
                first: run.first,
                last: run.last,
                frames: Bytes::from(run.frames),
            });
        }
    }

    fn push_to_all(&mut self, delivery: &Delivery) {
        for list in &mut self.of_workers {
            list.push(delivery.clone());
        }
    }
}
