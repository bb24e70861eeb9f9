//! Units to one commit, and what follows from how it went. Pure.

use crate::hub::{Effects, Output, Record};

/// The effects of one batch of the hub.
#[derive(Debug)]
pub struct Unit {
    /// How often the journal had failed when the hub decided this.
    pub generation: u64,
    /// What was decided.
    pub effects: Effects,
}

/// Units that are committed together.
#[derive(Debug, Default)]
pub struct Batch {
    /// To be committed, all or none.
    pub records: Vec<Record>,
    /// To be seen once they are.
    pub outputs: Vec<Output>,
    /// To be seen however that goes: what was decided on a state that was lost is refused.
    pub refused: Vec<Output>,
}

impl Batch {
    /// Gathers `units`, the journal having failed `generation` times.
    #[must_use]
    pub fn gather(generation: u64, units: impl IntoIterator<Item = Unit>) -> Batch {
        let mut batch = Batch::default();
        for Unit {
            generation: decided,
            effects,
        } in units
        {
            if decided == generation {
                append(&mut batch.records, effects.records);
                append(&mut batch.outputs, effects.outputs);
            } else {
                batch.refuse(effects.outputs);
            }
        }
        batch
    }

    /// The commit has failed: nothing of this has happened. Gives what is to be seen.
    #[must_use]
    pub fn failed(mut self) -> Vec<Output> {
        let outputs = std::mem::take(&mut self.outputs);
        self.refuse(outputs);
        self.refused
    }

    fn refuse(&mut self, outputs: Vec<Output>) {
        self.refused
            .extend(outputs.into_iter().filter_map(Output::failed));
    }
}

/// Mostly there is one unit, and nothing is copied.
fn append<T>(all: &mut Vec<T>, more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use chat_core::event::{Bye, Done};
    use chat_core::{AccountId, Code, ConversationId, Event, Millis, RequestId, Seq, Text};

    use super::*;
    use crate::hub::SessionId;

    const SESSION: SessionId = SessionId {
        worker: 0,
        number: 1,
    };

    fn answer(request: u64) -> Output {
        let request = RequestId(request);
        Output::Answer {
            session: SESSION,
            event: Event::Done(Done { request }),
        }
    }

    fn unit(generation: u64, outputs: Vec<Output>) -> Unit {
        let records = vec![Record::Seen {
            account: AccountId(1),
            at: Millis(generation),
        }];
        Unit {
            generation,
            effects: Effects { records, outputs },
        }
    }

    /// The outputs, as what is answered to which request.
    fn show(outputs: &[Output]) -> Vec<String> {
        let shown = outputs.iter().map(|output| match output {
            Output::Answer { event, .. } => {
                let request = event.answers().expect("it answers").0;
                match event {
                    Event::Refused(refused) => format!("{request} refused {}", refused.code),
                    _ => format!("{request} done"),
                }
            }
            Output::Close { bye, .. } => format!("bye {}", bye.code),
            other => format!("{other:?}"),
        });
        shown.collect()
    }

    #[test]
    fn durable_before_visible_what_was_decided_on_a_lost_state_is_refused() {
        let units = [unit(0, vec![answer(1)]), unit(1, vec![answer(2)])];
        let batch = Batch::gather(1, units);
        assert_eq!(batch.records.len(), 1);
        assert_eq!(show(&batch.outputs), ["2 done"]);
        assert_eq!(show(&batch.refused), ["1 refused storage"]);
    }

    #[test]
    fn durable_before_visible_a_failed_commit_answers_every_request_and_tells_no_news() {
        let (request, conversation) = (RequestId(2), ConversationId(1));
        let follow = Output::Follow {
            session: SESSION,
            request,
            conversation,
            after: Seq(0),
            head: Seq(1),
        };
        let unfollow = Output::Unfollow {
            session: SESSION,
            conversation,
        };
        let bye = Bye {
            code: Code::Left,
            text: Text::new("see you"),
            retry_after_ms: None,
        };
        let close = Output::Close {
            session: SESSION,
            bye,
        };
        let batch = Batch::gather(0, [unit(0, vec![answer(1), follow, unfollow, close])]);
        let expected = ["1 refused storage", "2 refused storage", "bye left"];
        assert_eq!(show(&batch.failed()), expected);
    }
}
