//! The hub's thread: the clock and the queues around the pure hub.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chat_core::Millis;

use super::pace::Pace;
use crate::hub::{Effects, Hub, Input};
use crate::journal::{ToHub, Unit};
use crate::stats::HubStats;
use crate::worker::Workers;

/// Inputs that the hub decides in one batch at most.
const BATCH: usize = 2_048;

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
    let mut pace = Pace::default();
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
        while let Some(wait) = pace.wait(Instant::now(), workers.are_writing()) {
            std::thread::sleep(wait);
        }
        pace.decided(Instant::now());
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
