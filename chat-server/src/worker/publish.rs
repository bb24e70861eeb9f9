//! Outputs of the hub to deliveries: entries are encoded once, consecutive ones of a conversation
//! gathered, and each worker gets one message.

use bytes::Bytes;
use chat_core::event::append_entry;
use chat_core::{ConversationId, Event, Seq};

use super::{Delivery, ToWorker, Workers};
use crate::hub::Output;

/// Frames gathered into one delivery at most, in bytes: a session that does not read holds on to
/// the delivery that it is sending.
const RUN_BYTES: usize = 32 * 1024;

/// Entries of one conversation that are being gathered.
struct Run {
    conversation: ConversationId,
    first: Seq,
    last: Seq,
    frames: Vec<u8>,
}

impl Run {
    fn delivery(self) -> Delivery {
        let Run {
            conversation,
            first,
            last,
            frames,
        } = self;
        Delivery::Entries {
            conversation,
            first,
            last,
            frames: Bytes::from(frames),
        }
    }
}

impl Workers {
    /// Hands `outputs` to the workers; `payloads` are those of the entries among them, in order.
    pub fn publish(&self, outputs: Vec<Output>, payloads: &[Vec<u8>]) {
        let mut payloads = payloads.iter();
        let mut deliveries: Vec<Vec<Delivery>> = vec![Vec::new(); self.count()];
        let mut runs: Vec<Run> = Vec::new();
        let to_all = |deliveries: &mut Vec<Vec<Delivery>>, delivery: Delivery| {
            for one in deliveries {
                one.push(delivery.clone());
            }
        };
        for output in outputs {
            match output {
                Output::Entry(entry) => {
                    let payload = payloads
                        .next()
                        .expect("the journal gives a payload for each entry");
                    let open = runs.iter_mut().rev().take(16).find(|run| {
                        run.conversation == entry.conversation && run.frames.len() < RUN_BYTES
                    });
                    match open {
                        Some(run) if run.last.next() == entry.seq => {
                            run.last = entry.seq;
                            append_entry(&mut run.frames, payload);
                        }
                        _ => {
                            let mut frames = Vec::new();
                            append_entry(&mut frames, payload);
                            let (conversation, first, last) =
                                (entry.conversation, entry.seq, entry.seq);
                            runs.push(Run {
                                conversation,
                                first,
                                last,
                                frames,
                            });
                        }
                    }
                }
                Output::Roster(changes) => {
                    let conversation = changes.conversation;
                    let frame = Bytes::from(Event::RosterChanges(changes).to_frame());
                    to_all(
                        &mut deliveries,
                        Delivery::Roster {
                            conversation,
                            frame,
                        },
                    );
                }
                output => {
                    // Where a session starts or stops to follow, and what it is told of a
                    // conversation, keeps its place among the entries; answers need not.
                    if !matches!(output, Output::Answer { .. }) {
                        for run in runs.drain(..) {
                            to_all(&mut deliveries, run.delivery());
                        }
                    }
                    let worker = usize::from(
                        output
                            .session()
                            .expect("what is for all is handled above")
                            .worker,
                    );
                    deliveries[worker].push(Delivery::Session(output));
                }
            }
        }
        for run in runs {
            to_all(&mut deliveries, run.delivery());
        }
        for (worker, deliveries) in deliveries.into_iter().enumerate() {
            if !deliveries.is_empty() {
                self.send(worker, ToWorker::Deliver(deliveries));
            }
        }
    }
}
