//! A client's copy of a roster: a page, then changes without a gap.

use std::collections::BTreeMap;

use chat_core::event::{Change, RosterChanges, RosterPage};
use chat_core::{AccountId, ConversationKind, Person};

use crate::violation::{Checked, Violation};

/// See the module.
#[derive(Debug)]
pub(crate) struct RosterCopy {
    kind: ConversationKind,
    /// `None` until a page has come.
    version: Option<u64>,
    rows: BTreeMap<AccountId, Person>,
}

/// Whether the copy must be asked for anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is good, or on its way.
    Fine,
    /// It is not.
    Ask,
}

impl RosterCopy {
    /// One that waits for its page.
    pub(crate) fn new(kind: ConversationKind) -> RosterCopy {
        RosterCopy {
            kind,
            version: None,
            rows: BTreeMap::new(),
        }
    }

    /// Its page has come.
    pub(crate) fn page(&mut self, page: RosterPage) {
        self.version = Some(page.version);
        self.rows = page
            .people
            .into_iter()
            .map(|person| (person.account, person))
            .collect();
    }

    /// Changes have come. Each version comes once.
    pub(crate) fn change(&mut self, changes: RosterChanges) -> Checked<Then> {
        match self.version {
            None => return Ok(Then::Fine),
            Some(version) if changes.version <= version => {
                let (id, again) = (changes.conversation, changes.version);
                let said = format!("rosters: version {again} of {id} comes behind {version}");
                return Err(Violation(said));
            }
            Some(version) if changes.version != version + 1 => return Ok(self.stale()),
            Some(_) => self.version = Some(changes.version),
        }
        for change in changes.changes {
            let account = change.person.account;
            let gone = match change.what {
                Change::Parted => true,
                Change::Went => self.kind == ConversationKind::Room,
                Change::Joined | Change::Came | Change::Changed => false,
            };
            if gone {
                self.rows.remove(&account);
            } else {
                self.rows.insert(account, change.person);
            }
        }
        Ok(Then::Fine)
    }

    /// Changes were missed.
    pub(crate) fn stale(&mut self) -> Then {
        match self.version.take() {
            Some(_) => Then::Ask,
            None => Then::Fine,
        }
    }

    /// Who is there.
    pub(crate) fn people(&self) -> Checked<Vec<Person>> {
        match self.version {
            Some(_) => Ok(self.rows.values().cloned().collect()),
            None => Err(Violation("a roster has not come".into())),
        }
    }
}
