//! Who is there: each conversation's roster with its version.
//!
//! A change of a small room is pushed at once, those of a large one are gathered and pushed once a
//! period. A push carries whole rows, so its cost grows with what changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chat_core::command::Roster;
use chat_core::event::{Change, RosterChange, RosterChanges, RosterPage};
use chat_core::limits::ROSTER_PAGE;
use chat_core::{AccountId, ConversationId, Event, Nick, Person, Text};

use super::output::Output;
use super::{Answer, By, Effects, Here, Hub, Kind, State};

/// Changes in one push: each has at most two texts of 400 bytes, and a frame has 64 KiB.
const CHANGES_MAX: usize = 60;

/// Bytes of rows in one page of a snapshot: below a frame with room for the rest of it.
const PAGE_BYTES: usize = 48 * 1024;

/// One conversation's roster.
#[derive(Debug, Default)]
struct Rows {
    version: u64,
    present: BTreeSet<AccountId>,
    /// Not yet pushed; by account, so that a row is pushed once a period.
    pending: BTreeMap<AccountId, RosterChange>,
}

/// All rosters of conversations in which somebody is present.
#[derive(Debug)]
pub(super) struct Rosters {
    small_room: usize,
    rows: HashMap<ConversationId, Rows>,
    dirty: BTreeSet<ConversationId>,
    /// The highest version of those in which nobody is present any more.
    left: u64,
}

impl Rosters {
    pub(super) fn new(small_room: usize) -> Rosters {
        Rosters {
            small_room,
            rows: HashMap::new(),
            dirty: BTreeSet::new(),
            left: 0,
        }
    }

    pub(super) fn present(&self, id: ConversationId) -> usize {
        self.rows.get(&id).map_or(0, |rows| rows.present.len())
    }

    pub(super) fn has_pending(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Somebody is in a new conversation, which nobody follows yet.
    pub(super) fn enter(&mut self, id: ConversationId, account: AccountId) {
        self.rows.entry(id).or_default().present.insert(account);
    }

    pub(super) fn change(
        &mut self,
        id: ConversationId,
        mut change: RosterChange,
        effects: &mut Effects,
    ) {
        let rows = self.rows.entry(id).or_default();
        let account = change.person.account;
        match change.what {
            Change::Joined | Change::Came => {
                rows.present.insert(account);
            }
            Change::Parted | Change::Went => {
                rows.present.remove(&account);
            }
            Change::Changed => {}
        }
        if rows.present.is_empty() {
            self.left = self.left.max(rows.version);
            self.rows.remove(&id);
            self.dirty.remove(&id);
            return;
        }
        if rows.present.len() <= self.small_room && rows.pending.is_empty() {
            rows.version += 1;
            let changes = vec![change];
            effects.outputs.push(Output::Roster(RosterChanges {
                conversation: id,
                version: rows.version,
                changes,
            }));
            return;
        }
        // One who went and came within a period was never missed.
        if let Some(before) = rows.pending.get(&account)
            && before.what == Change::Went
            && change.what == Change::Came
        {
            change.what = Change::Changed;
        }
        // A row that is new to the others stays new when it changes.
        if let Some(before) = rows.pending.get(&account)
            && change.what == Change::Changed
        {
            change.was = before.was.clone().or(change.was);
            if matches!(before.what, Change::Joined | Change::Came) {
                change.what = before.what;
            }
        }
        rows.pending.insert(account, change);
        self.dirty.insert(id);
    }

    pub(super) fn push_pending(&mut self, effects: &mut Effects) {
        for id in std::mem::take(&mut self.dirty) {
            let Some(rows) = self.rows.get_mut(&id) else {
                continue;
            };
            let mut changes = std::mem::take(&mut rows.pending).into_values().peekable();
            while changes.peek().is_some() {
                let changes = changes.by_ref().take(CHANGES_MAX).collect();
                rows.version += 1;
                effects.outputs.push(Output::Roster(RosterChanges {
                    conversation: id,
                    version: rows.version,
                    changes,
                }));
            }
        }
    }

    /// Makes every roster anew after the journal failed. The versions jump, so that clients see a
    /// gap and ask for a snapshot: also those of a roster that the last one left, which did not happen.
    pub(super) fn rebuild(
        &mut self,
        state: &State,
        here: &HashMap<AccountId, Here>,
        effects: &mut Effects,
    ) {
        let old = std::mem::take(&mut self.rows);
        self.dirty.clear();
        for account in here.keys() {
            let Some(a) = state.accounts.get(account) else {
                continue;
            };
            for id in a.memberships.keys() {
                let rows = self.rows.entry(*id).or_default();
                rows.present.insert(*account);
                let before = old.get(id).map_or(0, |rows| rows.version);
                rows.version = before.max(self.left) + 2;
            }
        }
        // In order, so that the same inputs give the same outputs.
        let anew: BTreeMap<_, _> = self.rows.iter().collect();
        for (id, rows) in anew {
            let changes = RosterChanges {
                conversation: *id,
                version: rows.version,
                changes: Vec::new(),
            };
            effects.outputs.push(Output::Roster(changes));
        }
    }
}

impl Hub {
    /// Tells one conversation of a change of an account's row.
    pub(super) fn tell_roster(
        &mut self,
        id: ConversationId,
        account: AccountId,
        what: Change,
        text: Option<Text>,
        effects: &mut Effects,
    ) {
        let change = RosterChange {
            person: self.person(account),
            what,
            text,
            was: None,
        };
        self.rosters.change(id, change, effects);
    }

    /// Tells every conversation that the account is in.
    pub(super) fn tell_rosters(
        &mut self,
        account: AccountId,
        what: Change,
        text: Option<Text>,
        was: Option<Nick>,
        effects: &mut Effects,
    ) {
        let change = RosterChange {
            person: self.person(account),
            what,
            text,
            was,
        };
        let Some(a) = self.state.accounts.get(&account) else {
            return;
        };
        for id in a.memberships.keys() {
            self.rosters.change(*id, change.clone(), effects);
        }
    }

    pub(super) fn roster_page(&self, by: By, c: &Roster) -> Answer {
        use std::ops::Bound::{Excluded, Unbounded};
        self.member_of(by, c.conversation)?;
        self.refuse_on_canvas(
            c.conversation,
            "a canvas has no list of people: its conversation has",
        )?;
        let rows = self.rosters.rows.get(&c.conversation);
        let version = rows.map_or(0, |rows| rows.version);
        let mut people = Vec::new();
        let mut more = false;
        if let Kind::Direct(a, b) = self.state.conversations[&c.conversation].kind {
            people = vec![self.person(a), self.person(b)];
        } else if let Some(rows) = rows {
            let from = c.after.map_or(Unbounded, Excluded);
            let mut bytes = 0;
            for account in rows.present.range((from, Unbounded)) {
                let person = self.person(*account);
                bytes += row_bytes(&person);
                if people.len() == ROSTER_PAGE || bytes > PAGE_BYTES {
                    more = true;
                    break;
                }
                people.push(person);
            }
        }
        Ok(Some(Event::RosterPage(RosterPage {
            request: by.request,
            conversation: c.conversation,
            version,
            people,
            more,
        })))
    }
}

/// An upper bound of what a row takes in a frame.
fn row_bytes(person: &Person) -> usize {
    32 + person.nick.as_str().len() + person.away.as_ref().map_or(0, Text::len)
}
