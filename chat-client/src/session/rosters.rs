//! Putting rosters together from pages and changes. Pure.
//!
//! A snapshot comes in pages, by account; the changes that arrive between two pages hold for all of
//! it. Once it is whole only its version is kept: the rows are the program's. Changes count up by
//! one; a gap, or the server's word that it left some out, starts a new snapshot. Pages and pushes
//! may overtake each other: what is older than the snapshot is skipped, and rows come whole, so
//! that one applied twice does no harm.

use std::collections::{BTreeMap, HashMap};

use chat_core::event::{Change, RosterChange, RosterPage};
use chat_core::{AccountId, ConversationId, Person, RequestId};

/// What a page means.
#[derive(Debug, PartialEq)]
pub(super) enum PageStep {
    /// An answer to nothing that still matters.
    Old,
    /// Ask for what lies behind this account.
    More(AccountId),
    /// Everybody, by account.
    Whole(Vec<Person>),
}

/// What a push of changes means.
#[derive(Debug, PartialEq)]
pub(super) enum ChangeStep {
    /// Nothing to tell: it is part of a snapshot.
    Nothing,
    /// Tell them.
    Tell(Vec<RosterChange>),
    /// Some are missing: ask for a snapshot.
    Gap,
}

#[derive(Debug)]
enum Roster {
    Loading {
        /// The answer that is waited for.
        request: RequestId,
        /// Since the first page.
        version: Option<u64>,
        people: BTreeMap<AccountId, Person>,
        /// The last account of the page before.
        after: Option<AccountId>,
    },
    Whole {
        version: u64,
    },
}

#[derive(Debug, Default)]
pub(super) struct Rosters(HashMap<ConversationId, Roster>);

impl Rosters {
    /// A snapshot is asked for, from its first page on.
    pub(super) fn asked(&mut self, id: ConversationId, request: RequestId) {
        let loading = Roster::Loading {
            request,
            version: None,
            people: BTreeMap::new(),
            after: None,
        };
        self.0.insert(id, loading);
    }

    /// The next page of a snapshot is asked for.
    pub(super) fn asked_more(&mut self, id: ConversationId, next: RequestId) {
        if let Some(Roster::Loading { request, .. }) = self.0.get_mut(&id) {
            *request = next;
        }
    }

    /// A page came.
    pub(super) fn page(&mut self, page: RosterPage) -> PageStep {
        let Some(Roster::Loading {
            request,
            version,
            people,
            after,
        }) = self.0.get_mut(&page.conversation)
        else {
            return PageStep::Old;
        };
        if *request != page.request {
            return PageStep::Old;
        }
        let version = *version.get_or_insert(page.version);
        let last = page.people.iter().map(|person| person.account).max();
        people.extend(
            page.people
                .into_iter()
                .map(|person| (person.account, person)),
        );
        // A page that leads nowhere ends it, whatever it promises.
        if page.more && last > *after {
            *after = last;
            if let Some(last) = last {
                return PageStep::More(last);
            }
        }
        let people = std::mem::take(people).into_values().collect();
        self.0.insert(page.conversation, Roster::Whole { version });
        PageStep::Whole(people)
    }

    /// Changes came.
    pub(super) fn changes(
        &mut self,
        id: ConversationId,
        to: u64,
        changes: Vec<RosterChange>,
    ) -> ChangeStep {
        let Some(roster) = self.0.get_mut(&id) else {
            return ChangeStep::Nothing;
        };
        let version = match roster {
            Roster::Loading { version: None, .. } => return ChangeStep::Nothing,
            Roster::Loading {
                version: Some(version),
                ..
            }
            | Roster::Whole { version } => version,
        };
        if to <= *version {
            return ChangeStep::Nothing;
        }
        if to - *version > 1 {
            return ChangeStep::Gap;
        }
        *version = to;
        match roster {
            Roster::Whole { .. } => ChangeStep::Tell(changes),
            Roster::Loading { people, .. } => {
                for change in changes {
                    apply(people, change);
                }
                ChangeStep::Nothing
            }
        }
    }

    /// Whether this roster is one of ours, so that it must be asked for again.
    pub(super) fn is_stale(&self, id: ConversationId) -> bool {
        self.0.contains_key(&id)
    }

    /// Forgets a roster.
    pub(super) fn left(&mut self, id: ConversationId) {
        self.0.remove(&id);
    }

    /// The connection is gone, and every roster with it.
    pub(super) fn offline(&mut self) {
        self.0.clear();
    }
}

/// Only rosters of rooms have more than one page, and rooms list who is there.
fn apply(people: &mut BTreeMap<AccountId, Person>, change: RosterChange) {
    match change.what {
        Change::Joined | Change::Came | Change::Changed => {
            people.insert(change.person.account, change.person);
        }
        Change::Parted | Change::Went => {
            people.remove(&change.person.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_core::{Nick, Presence};

    const ROOM: ConversationId = ConversationId(7);

    fn person(account: u64) -> Person {
        Person {
            account: AccountId(account),
            nick: Nick::received(&format!("p{account}")),
            presence: Presence::Online,
            away: None,
        }
    }

    fn change(account: u64, what: Change) -> Vec<RosterChange> {
        vec![RosterChange {
            person: person(account),
            what,
            text: None,
            was: None,
        }]
    }

    fn page(request: u64, version: u64, people: &[u64], more: bool) -> RosterPage {
        RosterPage {
            request: RequestId(request),
            conversation: ROOM,
            version,
            people: people.iter().copied().map(person).collect(),
            more,
        }
    }

    fn asked() -> Rosters {
        let mut rosters = Rosters::default();
        rosters.asked(ROOM, RequestId(1));
        rosters
    }

    #[track_caller]
    fn check_whole(step: PageStep, want: &[u64]) {
        let PageStep::Whole(people) = step else {
            panic!("not whole: {step:?}");
        };
        assert_eq!(people, want.iter().copied().map(person).collect::<Vec<_>>());
    }

    #[test]
    fn a_small_roster_is_one_page_and_then_changes() {
        let mut rosters = asked();
        let joined = || change(3, Change::Joined);
        assert_eq!(rosters.changes(ROOM, 4, joined()), ChangeStep::Nothing);
        check_whole(rosters.page(page(1, 5, &[1, 2], false)), &[1, 2]);
        assert_eq!(rosters.changes(ROOM, 5, joined()), ChangeStep::Nothing);
        assert_eq!(
            rosters.changes(ROOM, 6, joined()),
            ChangeStep::Tell(joined())
        );
        assert_eq!(rosters.changes(ROOM, 8, joined()), ChangeStep::Gap);
    }

    #[test]
    fn changes_between_pages_hold_for_all_of_it() {
        let mut rosters = asked();
        let step = rosters.page(page(1, 5, &[1, 2], true));
        assert_eq!(step, PageStep::More(AccountId(2)));
        rosters.asked_more(ROOM, RequestId(2));
        let steps = [
            rosters.changes(ROOM, 6, change(1, Change::Went)),
            rosters.changes(ROOM, 7, change(9, Change::Came)),
        ];
        assert_eq!(steps, [ChangeStep::Nothing, ChangeStep::Nothing]);
        check_whole(rosters.page(page(2, 7, &[4, 9], false)), &[2, 4, 9]);
        let went = || change(9, Change::Went);
        assert_eq!(rosters.changes(ROOM, 8, went()), ChangeStep::Tell(went()));
    }

    #[test]
    fn a_gap_between_pages_starts_again() {
        let mut rosters = asked();
        rosters.page(page(1, 5, &[1, 2], true));
        let step = rosters.changes(ROOM, 7, change(1, Change::Went));
        assert_eq!(step, ChangeStep::Gap);
        rosters.asked(ROOM, RequestId(3));
        assert_eq!(rosters.page(page(2, 7, &[4], false)), PageStep::Old);
        check_whole(rosters.page(page(3, 8, &[2], false)), &[2]);
    }

    #[test]
    fn a_page_that_leads_nowhere_ends_it() {
        check_whole(asked().page(page(1, 5, &[], true)), &[]);
        let mut rosters = asked();
        rosters.page(page(1, 5, &[2], true));
        rosters.asked_more(ROOM, RequestId(2));
        check_whole(rosters.page(page(2, 5, &[2], true)), &[2]);
    }

    #[test]
    fn what_is_left_is_nobodys() {
        let mut rosters = asked();
        rosters.left(ROOM);
        assert!(!rosters.is_stale(ROOM));
        assert_eq!(rosters.page(page(1, 5, &[1], false)), PageStep::Old);
        let step = rosters.changes(ROOM, 9, change(1, Change::Went));
        assert_eq!(step, ChangeStep::Nothing);
    }
}
