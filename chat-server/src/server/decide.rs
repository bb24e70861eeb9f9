//! The hub's thread: the clock and the queues around the pure hub.
//!
//! Under load it waits for the workers before it decides a batch: behind what they still write, the
//! batch would wait anyway, and what arrives meanwhile makes it larger. One commit, and one write per
//! connection, then carry more. Where the workers have nothing to write nobody waits.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chat_core::Millis;

use crate::hub::{Effects, Hub, Input};
use crate::journal::{ToHub, Unit};
use crate::stats::HubStats;
use crate::worker::Workers;

/// Inputs that the hub decides in one batch at most.
const BATCH: usize = 1_024;

/// How long a batch waits for the workers at most: one of them may have much else to do, such as
/// handshakes, and the others wait with it.
const WAIT_MAX: Duration = Duration::from_millis(8);

/// When it looks again whether they have written: short beside a commit.
const LOOK_AGAIN: Duration = Duration::from_micros(250);

/// The hub's thread: decides batches until it is told to stop.
pub(super) fn decide(
    mut hub: Hub,
    inbox: &Receiver<ToHub>,
    units: &SyncSender<Unit>,
    workers: &Workers,
    period: Duration,
    stats: &HubStats,
) {
    stats.publish(&hub);
    let mut generation = 0;
    let mut roster_due: Option<Instant> = None;
    loop {
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
        let came = Instant::now();
        while let Some(wait) = wait(workers.are_writing(), came.elapsed()) {
            std::thread::sleep(wait);
        }
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
                    if units
                        .send(Unit {
                            generation,
                            effects: std::mem::take(&mut effects),
                        })
                        .is_err()
                    {
                        return;
                    }
                    generation = failed;
                    hub.handle(now, Input::Reset { state }, &mut effects);
                }
                ToHub::Stop => {
                    // The journal commits what it has and ends with this channel.
                    let _ = units.send(Unit {
                        generation,
                        effects,
                    });
                    return;
                }
            }
        }
        stats.publish(&hub);
        roster_due = match (hub.wants_roster_due(), roster_due) {
            (false, _) => None,
            (true, Some(due)) if due > Instant::now() => Some(due),
            (true, _) => Some(Instant::now() + period),
        };
        if !effects.is_empty()
            && units
                .send(Unit {
                    generation,
                    effects,
                })
                .is_err()
        {
            return;
        }
    }
}

/// How long to wait before looking again whether a batch may be decided that has waited for `waited`;
/// `None`: it may be.
fn wait(workers_are_writing: bool, waited: Duration) -> Option<Duration> {
    (workers_are_writing && waited < WAIT_MAX).then_some(LOOK_AGAIN)
}

fn wall_clock() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{channel, sync_channel};

    use chat_core::{PublicKey, Text};

    use super::*;
    use crate::config::{FilesSection, LimitsSection, RosterSection};
    use crate::hub::{Output, Rules, SessionId, State};

    #[test]
    fn bounded_a_batch_waits_only_while_workers_write() {
        assert_eq!(wait(false, Duration::ZERO), None);
        assert_eq!(wait(true, Duration::ZERO), Some(LOOK_AGAIN));
        assert_eq!(wait(true, WAIT_MAX - LOOK_AGAIN), Some(LOOK_AGAIN));
        assert_eq!(wait(true, WAIT_MAX), None);
    }

    #[test]
    fn rosters_are_pushed_also_when_the_inbox_is_never_empty() {
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
        let session = SessionId {
            worker: 0,
            number: 1,
        };
        let (to_hub, inbox) = channel();
        let say = |message| to_hub.send(message).expect("it is open");
        say(ToHub::Input(Input::Login {
            session,
            key: PublicKey([1; 32]),
            nick: Some("ann".into()),
            invited: false,
        }));
        let nobody = SessionId {
            worker: 0,
            number: 2,
        };
        for _ in 0..3 * BATCH {
            say(ToHub::Input(Input::Closed { session: nobody }));
        }
        say(ToHub::Stop);
        let (units, decided) = sync_channel(10);
        let hub = Hub::new(rules, State::default());
        let (workers, _inboxes) = Workers::new(1);
        let stats = HubStats::default();
        decide(hub, &inbox, &units, &workers, Duration::ZERO, &stats);
        drop(units);
        let told = |output: &Output| matches!(output, Output::Roster(_));
        assert!(
            decided
                .iter()
                .any(|unit| unit.effects.outputs.iter().any(told))
        );
    }
}
