//! The model of the journal: units are gathered and committed, and told in a step of its own.

use chat_server::delivery::deliveries;
use chat_server::hub::{Effects, Input, Output, Record, SessionId};
use chat_server::journal::{Batch, Unit};

use super::{Server, ToHub, ToWorker};
use crate::fault::Fault;
use crate::violation::Checked;

/// How a commit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Well.
    Commits,
    /// It fails, and the server goes on.
    Fails,
}

impl Server {
    /// Whether the journal has something to commit or to tell.
    pub(crate) fn journal_waits(&self) -> bool {
        !self.units.is_empty() || self.committed.is_some()
    }

    pub(super) fn hand_over(&mut self, mut effects: Effects) {
        let entries = effects.records.iter().filter_map(|record| match record {
            Record::Entry(entry) => Some(entry.to_payload()),
            _ => None,
        });
        let early = match self.fault {
            Fault::DeliverBeforeCommit => {
                let payloads: Vec<Vec<u8>> = entries.collect();
                self.publish(std::mem::take(&mut effects.outputs), &payloads);
                Vec::new()
            }
            Fault::AnswerBeforeCommit => {
                take(&mut effects.outputs, |o| matches!(o, Output::Answer { .. }))
            }
            Fault::FilesBeforeCommit => {
                take(&mut effects.outputs, |o| matches!(o, Output::Files(_)))
            }
            _ => Vec::new(),
        };
        self.publish(early, &[]);
        if !effects.is_empty() {
            self.units.push_back(Unit {
                generation: self.generation,
                effects,
            });
        }
    }

    fn gather(&mut self, units: usize) -> Batch {
        let waiting = self.units.len().min(units);
        let mut waiting: Vec<Unit> = self.units.drain(..waiting).collect();
        if self.fault == Fault::IgnoreGeneration {
            waiting
                .iter_mut()
                .for_each(|unit| unit.generation = self.failed);
        }
        Batch::gather(self.failed, waiting)
    }

    /// The journal commits at most `units` together; what it has committed is told in a step of its
    /// own.
    pub(crate) fn commit(&mut self, units: usize, fate: Fate) -> Checked {
        self.tell();
        let batch = self.gather(units.max(1));
        let fails = fate == Fate::Fails || self.full;
        if !fails || batch.records.is_empty() {
            let payloads = self.store.commit(&batch.records)?;
            self.committed = Some((batch, payloads));
            return Ok(());
        }
        self.seen.count("a commit fails");
        self.failed += 1;
        let state = Box::new(self.store.reload());
        self.inbox.push_back(ToHub::Failed {
            generation: self.failed,
            state,
        });
        match self.fault {
            Fault::AnswerFailed => {
                let mut outputs = batch.outputs;
                let answers = take(&mut outputs, |o| matches!(o, Output::Answer { .. }));
                self.publish(answers, &[]);
            }
            Fault::ForgetToRefuse => {}
            _ => self.publish(batch.failed(), &[]),
        }
        Ok(())
    }

    /// The journal commits at most `units` and tells nobody: the server is about to be killed.
    pub(crate) fn commit_untold(&mut self, units: usize) -> Checked {
        if units > 0 && !self.full {
            let batch = self.gather(units);
            self.store.commit(&batch.records)?;
            self.seen.count("a crash behind a commit");
        }
        Ok(())
    }

    /// What was committed is told; whether there was anything.
    pub(crate) fn tell(&mut self) -> bool {
        let Some((batch, mut payloads)) = self.committed.take() else {
            return false;
        };
        if self.fault == Fault::SwapEntries && payloads.len() > 1 {
            payloads.swap(0, 1);
        }
        self.publish(batch.outputs, &payloads);
        self.publish(batch.refused, &[]);
        true
    }

    fn publish(&mut self, mut outputs: Vec<Output>, payloads: &[Vec<u8>]) {
        let works = take(&mut outputs, |output| {
            matches!(output, Output::Files(_) | Output::Paint(_))
        });
        for output in works {
            match output {
                Output::Files(work) => self.contents.work(work),
                Output::Paint(paint) => self.paints.push_back(paint),
                _ => {}
            }
        }
        match self.fault {
            Fault::LoseRoster => outputs
                .retain(|o| !matches!(o, Output::Roster(changes) if changes.version % 4 == 3)),
            Fault::LoseMarkers => outputs.retain(|o| {
                !matches!(
                    o,
                    Output::Push {
                        event: chat_core::Event::ReadMarker(_),
                        ..
                    }
                )
            }),
            Fault::RosterTwice => {
                let rosters = outputs.iter().filter(|o| matches!(o, Output::Roster(_)));
                let again: Vec<Output> = rosters.cloned().collect();
                outputs.extend(again);
            }
            _ => {}
        }
        let lists = deliveries(outputs, payloads, self.workers.len());
        for (worker, list) in self.workers.iter_mut().zip(lists) {
            if !list.is_empty() {
                worker.inbox.push_back(ToWorker::Deliver(list));
            }
        }
    }

    /// Answers a request that the hub has let through to somebody else.
    pub(super) fn answer(&mut self, session: SessionId, event: chat_core::Event) {
        self.publish(vec![Output::Answer { session, event }], &[]);
    }

    /// A session has ended.
    pub(super) fn closed(&mut self, session: SessionId) {
        self.tell_hub(Input::Closed { session });
    }
}

/// Takes those out that are `wanted`, in order.
fn take(outputs: &mut Vec<Output>, wanted: impl Fn(&Output) -> bool) -> Vec<Output> {
    outputs.extract_if(.., |output| wanted(output)).collect()
}
