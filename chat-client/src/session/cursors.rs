//! How far each conversation is held, and from where it is followed. Pure.
//!
//! A cursor outlives connections; what is announced and followed belongs to one. An entry is either
//! the next of its conversation, or none of ours, or a hole, which is never shown.

use std::collections::{HashMap, HashSet};

use chat_core::{ConversationId, RequestId, Seq};

use crate::config::FollowPolicy;

/// From where to follow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The last entry that counts as held.
    pub(super) after: Seq,
    /// What was really held last, when entries in between are left out.
    pub(super) held: Option<Seq>,
}

/// What an entry is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The next one: show it.
    Next,
    /// Of a conversation that isn't followed, or from before it was followed anew.
    NotOurs,
    /// Entries are missing before it, or it came before.
    Hole {
        /// What should have come.
        expected: Seq,
    },
}

/// Where a conversation stands on this connection.
#[derive(Debug)]
enum Following {
    /// Asked for and not confirmed: what comes belongs to an earlier request.
    Asked(RequestId),
    /// Entries come.
    Live,
}

#[derive(Debug)]
pub(super) struct Cursors {
    policy: FollowPolicy,
    catch_up_max: u64,
    held: HashMap<ConversationId, Seq>,
    /// Asked for by the program: followed whatever the policy, from exactly there.
    asked: HashSet<ConversationId>,
    /// The head at the announcement.
    announced: HashMap<ConversationId, Seq>,
    following: HashMap<ConversationId, Following>,
    /// Everything has been announced on this connection.
    is_ready: bool,
}

impl Cursors {
    pub(super) fn new(
        policy: FollowPolicy,
        catch_up_max: u64,
        held: HashMap<ConversationId, Seq>,
    ) -> Cursors {
        Cursors {
            policy,
            catch_up_max,
            held,
            asked: HashSet::new(),
            announced: HashMap::new(),
            following: HashMap::new(),
            is_ready: false,
        }
    }

    /// A conversation is announced or opened. Whether this connection didn't know it, and from where
    /// it is to be followed if it is to be and isn't.
    pub(super) fn announce(&mut self, id: ConversationId, head: Seq) -> (bool, Option<Plan>) {
        let new = self.announced.insert(id, head).is_none();
        // Only a store that lost entries is behind what it sent. It may say so behind its last
        // announcement, when the conversation is followed on trial.
        if new && let Some(held) = self.held.get_mut(&id) {
            *held = head.min(*held);
        }
        let wanted = self.policy == FollowPolicy::All || self.asked.contains(&id);
        if !wanted || self.following.contains_key(&id) {
            return (new, None);
        }
        (new, Some(self.plan(id, head)))
    }

    /// The program asks for a conversation. The plan, if it can be followed already.
    pub(super) fn ask(&mut self, id: ConversationId, after: Option<Seq>) -> Option<Plan> {
        self.asked.insert(id);
        match after {
            Some(after) => self.held.insert(id, after),
            None => self.held.remove(&id),
        };
        let head = *self.announced.get(&id)?;
        Some(self.plan(id, head))
    }

    fn plan(&mut self, id: ConversationId, head: Seq) -> Plan {
        let held = self.held.get(&id).copied();
        let near = Seq(head.0.saturating_sub(self.catch_up_max));
        let exactly = self.asked.contains(&id);
        let after = match held {
            Some(held) if exactly => held.min(head),
            Some(held) => held.max(near),
            None if exactly => head,
            None => near,
        };
        self.held.insert(id, after);
        let last = held.unwrap_or_default();
        Plan {
            after,
            held: (!exactly && after > last).then_some(last),
        }
    }

    /// The follow request of a plan is on its way.
    pub(super) fn requested(&mut self, id: ConversationId, request: RequestId) {
        self.following.insert(id, Following::Asked(request));
    }

    /// It is confirmed: its entries come now.
    pub(super) fn confirmed(&mut self, id: ConversationId, request: RequestId) {
        if self.is_asked(id, request) {
            self.following.insert(id, Following::Live);
        }
    }

    /// Whether this is the request that a conversation is waiting to be followed with.
    pub(super) fn is_asked(&self, id: ConversationId, request: RequestId) -> bool {
        matches!(self.following.get(&id), Some(Following::Asked(asked)) if *asked == request)
    }

    /// Whether a conversation is followed if it is going to be: only then a server gives what is in it.
    pub(super) fn is_settled(&self, id: ConversationId) -> bool {
        self.is_ready && !matches!(self.following.get(&id), Some(Following::Asked(_)))
    }

    /// An entry came.
    pub(super) fn entry(&mut self, id: ConversationId, seq: Seq) -> Step {
        let (Some(Following::Live), Some(held)) = (self.following.get(&id), self.held.get_mut(&id))
        else {
            return Step::NotOurs;
        };
        if seq != held.next() {
            return Step::Hole {
                expected: held.next(),
            };
        }
        *held = seq;
        Step::Next
    }

    /// Forgets a conversation. Whether it was known.
    pub(super) fn left(&mut self, id: ConversationId) -> bool {
        self.asked.remove(&id);
        self.following.remove(&id);
        let held = self.held.remove(&id).is_some();
        self.announced.remove(&id).is_some() || held
    }

    /// Everything has been announced. What is held or asked for and wasn't is to be followed on
    /// trial: it is an empty direct conversation, or one that was left meanwhile.
    pub(super) fn ready(&mut self) -> Vec<(ConversationId, Plan)> {
        self.is_ready = true;
        let mut silent: Vec<_> = self.held.keys().chain(&self.asked).copied().collect();
        silent.sort_unstable();
        silent.dedup();
        silent.retain(|id| !self.announced.contains_key(id));
        let on_trial = silent.into_iter().map(|id| {
            let head = self.held.get(&id).copied().unwrap_or_default();
            (id, self.plan(id, head))
        });
        on_trial.collect()
    }

    /// The connection is gone.
    pub(super) fn offline(&mut self) {
        self.is_ready = false;
        self.announced.clear();
        self.following.clear();
    }

    /// The store is another one: no number means anything.
    pub(super) fn void(&mut self) {
        self.held.clear();
        self.asked.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: ConversationId = ConversationId(7);
    const FOLLOW: RequestId = RequestId(1);

    fn cursors(policy: FollowPolicy, held: &[(u64, u64)]) -> Cursors {
        let held = held
            .iter()
            .map(|(id, seq)| (ConversationId(*id), Seq(*seq)));
        Cursors::new(policy, 200, held.collect())
    }

    /// Held before, head, and what the plan is: after and held.
    #[track_caller]
    fn check(held: Option<u64>, head: u64, want: (u64, Option<u64>)) {
        let held: Vec<_> = held.map(|seq| (ROOM.0, seq)).into_iter().collect();
        let (new, plan) = cursors(FollowPolicy::All, &held).announce(ROOM, Seq(head));
        let plan = plan.expect("followed");
        assert!(new);
        assert_eq!((plan.after.0, plan.held.map(|seq| seq.0)), want);
    }

    #[test]
    fn a_conversation_is_followed_from_its_cursor_or_near_its_end() {
        check(None, 0, (0, None));
        check(None, 200, (0, None));
        check(None, 201, (1, Some(0)));
        check(Some(100), 100, (100, None));
        check(Some(100), 300, (100, None));
        check(Some(100), 301, (101, Some(100)));
        check(Some(0), 5, (0, None));
    }

    #[test]
    fn a_store_that_lost_entries_is_followed_from_its_end() {
        check(Some(100), 90, (90, None));
    }

    #[test]
    fn a_store_that_lost_entries_says_so_late() {
        let mut cursors = cursors(FollowPolicy::All, &[(ROOM.0, 100)]);
        assert_eq!(cursors.ready().len(), 1, "on trial");
        cursors.requested(ROOM, FOLLOW);
        assert_eq!(cursors.announce(ROOM, Seq(90)), (true, None));
        cursors.confirmed(ROOM, FOLLOW);
        assert_eq!(cursors.entry(ROOM, Seq(91)), Step::Next);
    }

    #[test]
    fn order_only_the_next_entry_is_taken() {
        let mut cursors = cursors(FollowPolicy::All, &[(ROOM.0, 5)]);
        cursors.announce(ROOM, Seq(6));
        cursors.requested(ROOM, FOLLOW);
        assert_eq!(cursors.entry(ROOM, Seq(6)), Step::NotOurs, "not confirmed");
        cursors.confirmed(ROOM, RequestId(99));
        assert_eq!(cursors.entry(ROOM, Seq(6)), Step::NotOurs, "another one");
        cursors.confirmed(ROOM, FOLLOW);
        assert_eq!(cursors.entry(ROOM, Seq(6)), Step::Next);
        let hole = Step::Hole { expected: Seq(7) };
        assert_eq!(cursors.entry(ROOM, Seq(6)), hole);
        assert_eq!(cursors.entry(ROOM, Seq(8)), hole);
        assert_eq!(cursors.entry(ROOM, Seq(7)), Step::Next);
        assert_eq!(cursors.entry(ConversationId(8), Seq(1)), Step::NotOurs);
    }

    #[test]
    fn what_is_announced_twice_is_followed_once_per_connection() {
        let mut cursors = cursors(FollowPolicy::All, &[]);
        assert!(cursors.announce(ROOM, Seq(0)).1.is_some());
        cursors.requested(ROOM, FOLLOW);
        assert_eq!(cursors.announce(ROOM, Seq(0)), (false, None));
        cursors.offline();
        assert!(cursors.announce(ROOM, Seq(0)).1.is_some());
    }

    #[test]
    fn what_is_asked_for_is_followed_exactly_and_over_reconnects() {
        let mut cursors = cursors(FollowPolicy::Asked, &[]);
        assert_eq!(cursors.announce(ROOM, Seq(1_000)), (true, None));
        let plan = |after| {
            Some(Plan {
                after: Seq(after),
                held: None,
            })
        };
        assert_eq!(cursors.ask(ROOM, None), plan(1_000));
        assert_eq!(cursors.ask(ROOM, Some(Seq(3))), plan(3));
        cursors.offline();
        assert_eq!(cursors.ask(ROOM, Some(Seq(3))), None, "not announced yet");
        assert_eq!(cursors.announce(ROOM, Seq(1_000)), (true, plan(3)));
    }

    #[test]
    fn what_is_left_is_forgotten() {
        let mut cursors = cursors(FollowPolicy::All, &[(ROOM.0, 5), (8, 5)]);
        cursors.announce(ROOM, Seq(5));
        let plan = Plan {
            after: Seq(5),
            held: None,
        };
        let on_trial = [(ConversationId(8), plan)];
        assert_eq!(cursors.ready(), on_trial, "perhaps left while away");
        assert!(cursors.left(ROOM));
        assert!(!cursors.left(ROOM));
        assert_eq!(cursors.entry(ROOM, Seq(6)), Step::NotOurs);
    }

    #[test]
    fn another_store_voids_the_cursors() {
        let mut cursors = cursors(FollowPolicy::All, &[(ROOM.0, 50)]);
        cursors.void();
        let (_, plan) = cursors.announce(ROOM, Seq(3));
        assert_eq!(
            plan,
            Some(Plan {
                after: Seq(0),
                held: None
            })
        );
    }
}
