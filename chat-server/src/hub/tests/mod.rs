//! The hub through one door: [`check`] takes a script whose lines are inputs, each followed by the
//! outputs that are expected of it.
//!
//! | file | owns |
//! |---|---|
//! | `script.rs` | a line of a script to an input of the hub |
//! | `transcript.rs` | outputs of the hub to lines |
//! | `entries.rs` | the words that stand for posts about entries, and for what is drawn |
//! | `disk.rs` | the lines of a script that say what the one who keeps the contents does |
//! | `logins.rs`, `nicks.rs`, `rooms.rs`, `directs.rs`, `posts.rs`, `about.rs`, `canvas.rs`, `following.rs`, `rosters.rs`, `failures.rs`, `files.rs` | what is checked |
//! | `merging.rs` | canvases on which much is drawn, with a store on disk |
//! | `store.rs` | what a session finds in the store |
//! | `window.rs` | more posts than the window of recent ids holds |
//! | `random.rs` | whatever happens, the store and the records give the same state |

mod about;
mod canvas;
mod directs;
mod disk;
mod entries;
mod failures;
mod files;
mod following;
mod logins;
mod many;
mod merging;
mod nicks;
mod posts;
mod random;
mod rooms;
mod rosters;
mod script;
mod store;
mod transcript;
mod window;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chat_core::{Entry, Millis, PublicKey, Text};

use super::{Effects, FileWork, Hub, Input, Output, Record, Rules, SessionId, State, Ticket};
use crate::config::{FilesSection, LimitsSection, RosterSection};
use script::Line;

/// Where the scripts' clock starts.
const START: Millis = Millis(1_800_000_000_000);

/// Runs a script and compares what happens with what it says. Blank lines count for nothing.
#[track_caller]
pub(super) fn check(script: &str) {
    let expected: Vec<&str> = script
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let mut door = Door::default();
    let mut happened = Vec::new();
    for line in expected.iter().filter(|line| !line.starts_with('>')) {
        happened.push((*line).to_owned());
        happened.extend(
            door.perform(line)
                .into_iter()
                .map(|line| format!("> {line}").trim_end().to_owned()),
        );
    }
    assert_eq!(
        Transcript(happened.join("\n")),
        Transcript(expected.join("\n"))
    );
}

/// Lines that a failed comparison shows as lines.
#[derive(PartialEq)]
struct Transcript(String);

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}\n", self.0)
    }
}

/// The rules that scripts start from: no limits in the way.
pub(super) fn rules() -> Rules {
    Rules {
        server: Text::new("test"),
        epoch: [7; 16],
        invite_only: false,
        limits: LimitsSection {
            post_burst: 0,
            stroke_burst: 0,
            ..LimitsSection::default()
        },
        roster: RosterSection::default(),
        files: FilesSection::default(),
    }
}

/// The key of a person in a script.
pub(super) fn key_of(person: &str) -> PublicKey {
    let mut key = [0; 32];
    key[..person.len()].copy_from_slice(person.as_bytes());
    PublicKey(key)
}

/// A hub with a clock, names for its sessions, and a store that can fail.
struct Door {
    /// `None` while rules can still be changed.
    hub: Option<Hub>,
    rules: Rules,
    now: Millis,
    sessions: BTreeMap<String, SessionId>,
    requests: u64,
    /// The uploads that were opened, in order.
    tickets: Vec<Ticket>,
    /// What the records made of the empty state, and what of it is committed.
    replayed: State,
    committed: State,
    /// The entries among the records, and how many of them are committed.
    entries: Vec<Arc<Entry>>,
    entries_committed: usize,
    /// Whether the sentences of refusals are shown.
    sentences: bool,
}

impl Default for Door {
    fn default() -> Door {
        Door {
            hub: None,
            rules: rules(),
            now: START,
            sessions: BTreeMap::new(),
            requests: 0,
            tickets: Vec::new(),
            replayed: State::default(),
            committed: State::default(),
            entries: Vec::new(),
            entries_committed: 0,
            sentences: false,
        }
    }
}

impl Door {
    fn hub(&mut self) -> &mut Hub {
        let rules = &self.rules;
        self.hub
            .get_or_insert_with(|| Hub::new(rules.clone(), State::default()))
    }

    /// Does what a line says; gives the lines of what follows.
    fn perform(&mut self, line: &str) -> Vec<String> {
        match script::parse(line, self) {
            Line::Rule => Vec::new(),
            Line::Commits => {
                self.committed = self.replayed.clone();
                self.entries_committed = self.entries.len();
                Vec::new()
            }
            Line::Fails => {
                self.replayed = self.committed.clone();
                self.entries.truncate(self.entries_committed);
                let state = Box::new(self.committed.clone());
                self.handle(Input::Reset { state })
            }
            Line::Wait(ms) => {
                self.now = self.now.plus(ms);
                Vec::new()
            }
            Line::SetBack(ms) => {
                self.now = Millis(self.now.0 - ms);
                Vec::new()
            }
            Line::Input(input) => self.handle(*input),
        }
    }

    fn handle(&mut self, input: Input) -> Vec<String> {
        let now = self.now;
        let asks = match &input {
            // One whose session has ended gets no answer: nobody is there.
            Input::Command { session, .. } | Input::CancelUpload { session, .. }
                if self.hub().sessions.contains_key(session) =>
            {
                Some(*session)
            }
            _ => None,
        };
        let mut effects = Effects::default();
        self.hub().handle(now, input, &mut effects);
        self.check_records(&effects);
        if let Some(session) = asks {
            check_answers(session, &effects);
        }
        for output in &effects.outputs {
            if let Output::Files(FileWork::Open(ticket)) = output {
                self.tickets.push(*ticket);
            }
        }
        effects
            .outputs
            .iter()
            .map(|output| self.show(output))
            .collect()
    }

    /// The records say everything that changed, and no entry is told that is not among them.
    fn check_records(&mut self, effects: &Effects) {
        for record in &effects.records {
            self.replayed.apply(record);
            if let Record::Entry(entry) = record {
                self.entries.push(entry.clone());
            }
        }
        assert_eq!(
            &self.replayed,
            self.hub.as_ref().expect("it has decided").state()
        );
        for output in &effects.outputs {
            if let Output::Entry(entry) = output {
                let recorded = |record: &Record| matches!(record, Record::Entry(e) if e == entry);
                assert!(
                    effects.records.iter().any(recorded),
                    "{entry:?} is told and not kept"
                );
            }
        }
    }
}

/// Every request gets exactly one answer.
fn check_answers(asked: SessionId, effects: &Effects) {
    let answers = effects.outputs.iter().filter(|output| match output {
        Output::Answer { session, .. } | Output::Follow { session, .. } => *session == asked,
        // Answered by the one who keeps the contents.
        Output::Files(FileWork::Open(ticket) | FileWork::SayHeld(ticket)) => {
            ticket.session == asked
        }
        _ => false,
    });
    assert_eq!(answers.count(), 1, "{:?}", effects.outputs);
}
