//! The hub's thread: the clock and the queues around the pure hub.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, SyncSender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chat_core::{ConversationId, Millis};

use super::pace::{LARGE, Pace};
use crate::hub::{Effects, Hub, Input, Output};
use crate::journal::{ToHub, ToJournal, Unit};
use crate::stats::HubStats;
use crate::worker::Workers;

/// Inputs that the hub decides in one batch at most.
const BATCH: usize = 2_048;

/// The hub's thread: decides batches until it is told to stop.
pub(super) fn decide(
    mut hub: Hub,
    inbox: &Receiver<ToHub>,
    journal: &SyncSender<ToJournal>,
    workers: &Workers,
    period: Duration,
    stats: &HubStats,
) {
    stats.publish(&hub);
    let mut generation = 0;
    let mut roster_due: Option<Instant> = None;
    let mut pace = Pace::default();
    let tell = |generation, effects: Effects| -> Result<(), SendError<ToJournal>> {
        let counted = (effects.records.len() >= LARGE).then(|| workers.expect());
        let unit = Unit {
            generation,
            effects,
        };
        journal.send(ToJournal { unit, counted })
    };
    loop {
        if let Some(rest) = pace.rest(Instant::now()) {
            std::thread::sleep(rest);
        }
        let first = match roster_due {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => match due.saturating_duration_since(Instant::now()) {
                // Also when the inbox is never empty.
                Duration::ZERO => Err(RecvTimeoutError::Timeout),
                wait => inbox.recv_timeout(wait),
            },
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => ToHub::Input(Input::RosterDue),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        while let Some(wait) = pace.wait(Instant::now(), workers.idle()) {
            std::thread::sleep(wait);
        }
        let start = Instant::now();
        let mut effects = Effects::default();
        for message in std::iter::once(first).chain(inbox.try_iter()).take(BATCH) {
            let now = wall_clock();
            match message {
                ToHub::Input(input) => hub.handle(now, input, &mut effects),
                ToHub::Failed {
                    generation: failed,
                    state,
                } => {
                    // What this batch decided on the lost state is refused with it.
                    if tell(generation, std::mem::take(&mut effects)).is_err() {
                        return;
                    }
                    generation = failed;
                    hub.handle(now, Input::Reset { state }, &mut effects);
                }
                ToHub::Stop => {
                    // The journal commits what it has and ends with this channel.
                    let _ = tell(generation, effects);
                    return;
                }
            }
        }
        pace.decided(start, goes_together(&effects.outputs));
        stats.publish(&hub);
        roster_due = match (hub.wants_roster_due(), roster_due) {
            (false, _) => None,
            (true, Some(due)) if due > Instant::now() => Some(due),
            (true, _) => Some(Instant::now() + period),
        };
        if !effects.is_empty() && tell(generation, effects).is_err() {
            return;
        }
    }
}

/// Whether what is in a conversation for its readers is two entries on the average, or more.
fn goes_together(outputs: &[Output]) -> bool {
    let entries = outputs.iter().filter_map(|output| match output {
        Output::Entry(entry) => Some(entry.conversation),
        _ => None,
    });
    let mut conversations: Vec<ConversationId> = entries.collect();
    let entries = conversations.len();
    conversations.sort_unstable();
    conversations.dedup();
    entries > 0 && entries >= 2 * conversations.len()
}

fn wall_clock() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{channel, sync_channel};

    use chat_core::{AccountId, Body, Entry, Nick, PublicKey, Seq, Text};

    use super::*;
    use crate::config::{FilesSection, LimitsSection, RosterSection};
    use crate::hub::{Rules, SessionId, State};

    const WORKER: u16 = 0;

    fn login(number: u8) -> Input {
        Input::Login {
            session: SessionId {
                worker: WORKER,
                number: number.into(),
            },
            key: PublicKey([number; 32]),
            nick: Some(format!("ann{number}")),
            invited: false,
        }
    }

    /// What is decided of `inputs`, which all wait already.
    fn decide_all(inputs: impl IntoIterator<Item = Input>, workers: &Workers) -> Vec<ToJournal> {
        let rules = Rules {
            server: Text::new("test"),
            epoch: [0; 16],
            invite_only: false,
            limits: LimitsSection::default(),
            roster: RosterSection {
                small_room: 0,
                ..RosterSection::default()
            },
            files: FilesSection::default(),
        };
        let (to_hub, inbox) = channel();
        let inputs = inputs.into_iter().map(ToHub::Input);
        for message in inputs.chain([ToHub::Stop]) {
            to_hub.send(message).expect("it is open");
        }
        let (journal, decided) = sync_channel(10);
        let (hub, stats) = (Hub::new(rules, State::default()), HubStats::default());
        decide(hub, &inbox, &journal, workers, Duration::ZERO, &stats);
        drop(journal);
        decided.iter().collect()
    }

    #[test]
    fn rosters_are_pushed_also_when_the_inbox_is_never_empty() {
        let nobody = SessionId {
            worker: WORKER,
            number: 2,
        };
        let closed = std::iter::repeat_n(Input::Closed { session: nobody }, 3 * BATCH);
        let (workers, _inboxes) = Workers::new(1);
        let decided = decide_all(std::iter::once(login(1)).chain(closed), &workers);
        let is_roster = |output: &Output| matches!(output, Output::Roster(_));
        let mut outputs = decided.iter().flat_map(|told| &told.unit.effects.outputs);
        assert!(outputs.any(is_roster));
    }

    #[test]
    fn a_large_batch_keeps_workers_from_being_idle_until_it_is_seen() {
        let (workers, _inboxes) = Workers::new(1);
        let small = decide_all([login(1)], &workers);
        assert!(small.iter().all(|told| told.counted.is_none()));
        assert!(workers.idle().is_some());
        let large = decide_all((0..64).map(login), &workers);
        assert_eq!(large.len(), 1);
        assert!(workers.idle().is_none());
        drop(large);
        assert!(workers.idle().is_some());
    }

    #[test]
    fn entries_go_together_where_a_conversation_has_two_on_the_average() {
        let entries = |conversations: &[u64]| -> Vec<Output> {
            let entry = |&conversation| {
                Output::Entry(Arc::new(Entry {
                    conversation: ConversationId(conversation),
                    seq: Seq(1),
                    at: Millis(0),
                    author: AccountId(1),
                    nick: Nick::parse("ann").expect("a nick"),
                    post: None,
                    body: Body::Post(Text::new("hello")),
                }))
            };
            conversations.iter().map(entry).collect()
        };
        assert!(!goes_together(&[]));
        assert!(!goes_together(&entries(&[1, 2, 1])));
        assert!(goes_together(&entries(&[1, 2, 1, 2])));
        assert!(goes_together(&entries(&[7, 7])));
    }
}
