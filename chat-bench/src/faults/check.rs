//! Whether anything was lost, doubled, left out or out of order: what people did and saw, against the
//! logs that the server holds in the end. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde::Serialize;

use super::history::{History, Reads, Stretch};

/// Sentences that are kept.
const NOTES_MAX: usize = 20;

/// An entry of a log in the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) seq: u64,
    pub(crate) post: Option<u128>,
    pub(crate) digest: u32,
}

/// Each conversation's log in the end, whole.
pub(crate) type Logs = BTreeMap<u64, Vec<Kept>>;

/// Whether what somebody typed has to stand in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typing {
    /// It has to.
    InOrder,
    /// What was given back as not stored and typed again stands where it was taken.
    AnyOrder,
}

/// What is wrong: all zero when nothing is.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    /// Acknowledged or delivered, and not in the log; or in the log, and never delivered.
    pub(crate) lost: u64,
    /// Stored, acknowledged or delivered more than once.
    pub(crate) doubled: u64,
    /// Missing between two entries.
    pub(crate) holes: u64,
    /// Elsewhere than for others, than acknowledged, or than typed.
    pub(crate) reordered: u64,
    /// Typed, and never acknowledged.
    pub(crate) unacknowledged: u64,
    /// Refusals and nonsense that people met.
    pub(crate) wrong: u64,
    /// The first of them, for people.
    pub(crate) notes: Vec<String>,
}

impl Found {
    /// Whether there is nothing wrong.
    pub(crate) fn is_nothing(&self) -> bool {
        let all = [self.lost, self.doubled, self.holes, self.reordered];
        all.iter().sum::<u64>() + self.unacknowledged + self.wrong == 0
    }

    fn note(&mut self, what: String) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(what);
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "lost {}, doubled {}, holes {}, reordered {}, never acknowledged {}, wrong {}",
            self.lost, self.doubled, self.holes, self.reordered, self.unacknowledged, self.wrong
        )?;
        self.notes
            .iter()
            .try_for_each(|note| writeln!(f, "  {note}"))
    }
}

/// Compares. A conversation without a log in `logs` (a canvas, whose old strokes become a picture) is
/// checked for holes only.
pub(crate) fn check(histories: &[History], logs: &Logs, typing: Typing) -> Found {
    let mut found = Found::default();
    let places = check_logs(logs, &mut found);
    for history in histories {
        check_acknowledged(history, logs, &places, &mut found);
        if typing == Typing::InOrder {
            check_typing(history, &places, &mut found);
        }
        for (conversation, stretches) in &history.seen {
            let log = logs.get(conversation);
            check_stretches(history, *conversation, stretches, log, &mut found);
        }
        check_ends(history, logs, &mut found);
        found.wrong += history.wrong;
        for note in &history.notes {
            found.note(format!("{}: {note}", history.nick));
        }
    }
    found
}

/// Where each post stands.
type Places = HashMap<u128, (u64, u64)>;

fn check_logs(logs: &Logs, found: &mut Found) -> Places {
    let mut places = Places::new();
    for (conversation, log) in logs {
        let mut last = 0;
        for kept in log {
            step(&mut last, kept.seq, found, || {
                format!("the log of {conversation}")
            });
            let place = (*conversation, kept.seq);
            if let Some(first) = kept.post.and_then(|post| places.insert(post, place)) {
                found.doubled += 1;
                found.note(format!("the same post stands at {first:?} and {place:?}"));
            }
        }
    }
    places
}

/// One more entry behind `last`.
fn step(last: &mut u64, seq: u64, found: &mut Found, place: impl Fn() -> String) {
    if seq <= *last {
        found.doubled += 1;
        found.note(format!("{}: {seq} comes again behind {last}", place()));
        return;
    }
    if seq > *last + 1 {
        found.holes += 1;
        found.note(format!("{}: {seq} follows {last}", place()));
    }
    *last = seq;
}

fn check_acknowledged(history: &History, logs: &Logs, places: &Places, found: &mut Found) {
    let nick = &history.nick;
    let mut acknowledged = HashSet::new();
    for ack in &history.acknowledged {
        let (post, place) = (ack.post, (ack.conversation, ack.seq));
        if !acknowledged.insert(post) {
            found.doubled += 1;
            found.note(format!("{nick}: {post:032x} is acknowledged again"));
        }
        if !logs.contains_key(&ack.conversation) {
            continue;
        }
        match places.get(&post) {
            Some(stands) if *stands == place => {}
            Some(stands) => {
                found.reordered += 1;
                found.note(format!(
                    "{nick}: {post:032x} is acknowledged at {place:?} and stands at {stands:?}"
                ));
            }
            None => {
                found.lost += 1;
                found.note(format!(
                    "{nick}: {post:032x} is acknowledged at {place:?} and not there"
                ));
            }
        }
    }
    for typed in &history.typed {
        if !acknowledged.contains(&typed.post) {
            found.unacknowledged += 1;
            found.note(format!("{nick}: {:032x} is never acknowledged", typed.post));
        }
    }
}

fn check_typing(history: &History, places: &Places, found: &mut Found) {
    let mut last = HashMap::new();
    for typed in &history.typed {
        let Some((conversation, seq)) = places.get(&typed.post) else {
            continue;
        };
        if let Some(before) = last.insert(*conversation, *seq)
            && before > *seq
        {
            found.reordered += 1;
            found.note(format!(
                "{}: what was typed later in {conversation} stands at {before}, before {seq}",
                history.nick
            ));
        }
    }
}

fn check_stretches(
    history: &History,
    conversation: u64,
    stretches: &[Stretch],
    log: Option<&Vec<Kept>>,
    found: &mut Found,
) {
    let nick = &history.nick;
    // Without a log it is a canvas, which starts with a picture.
    if history.reads == Reads::Everything && log.is_some() {
        for stretch in stretches.iter().enumerate().filter(is_a_leap) {
            found.holes += 1;
            let after = stretch.1.after;
            found.note(format!("{nick} reads {conversation} behind {after} only"));
        }
    }
    for stretch in stretches {
        let mut last = stretch.after;
        for (seq, digest) in &stretch.entries {
            let seq = u64::from(*seq);
            step(&mut last, seq, found, || {
                format!("{nick} in {conversation}")
            });
            let Some(log) = log else {
                continue;
            };
            match log.get((seq as usize).wrapping_sub(1)) {
                Some(kept) if kept.digest == *digest => {}
                Some(_) => {
                    found.reordered += 1;
                    found.note(format!("{nick} saw another {seq} in {conversation}"));
                }
                None => {
                    found.lost += 1;
                    found.note(format!("{nick} saw {seq} in {conversation}, which is gone"));
                }
            }
        }
    }
}

/// Whether a stretch is none that follows from reading everything.
fn is_a_leap((place, stretch): &(usize, &Stretch)) -> bool {
    *place > 0 || stretch.after > 0
}

/// Who reads everything has seen everything.
fn check_ends(history: &History, logs: &Logs, found: &mut Found) {
    if history.reads == Reads::Stretches {
        return;
    }
    for conversation in &history.stays {
        let Some(log) = logs.get(conversation) else {
            continue;
        };
        let (last, end) = (history.last(*conversation), log.len() as u64);
        if last < end {
            found.lost += end - last;
            found.note(format!(
                "{} has {last} of {end} in {conversation}",
                history.nick
            ));
        }
    }
}

#[cfg(test)]
mod tests;
