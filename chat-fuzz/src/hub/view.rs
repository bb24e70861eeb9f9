//! Who is there and follows what, as the outputs tell; and what each may be told.

use std::collections::{BTreeMap, BTreeSet};

use chat_core::{AccountId, ConversationId, Event};
use chat_server::hub::{Output, SessionId, State};

use crate::oracle;

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    pub(super) live: BTreeMap<SessionId, AccountId>,
    follows: BTreeSet<(SessionId, ConversationId)>,
    /// The last version of a roster, where somebody follows it.
    rosters: BTreeMap<ConversationId, u64>,
}

impl View {
    pub(super) fn gone(&mut self, session: SessionId) {
        self.live.remove(&session);
        self.follows.retain(|(other, _)| *other != session);
        self.forget_rosters();
    }

    /// Where nobody is left, versions begin anew.
    fn forget_rosters(&mut self) {
        let follows = &self.follows;
        let is_followed = |id| follows.iter().any(|(_, followed)| *followed == id);
        self.rosters.retain(|id, _| is_followed(*id));
    }

    /// Everybody who is there follows what they followed in `before`: what was decided since is not
    /// told.
    pub(super) fn back_to(&mut self, before: &View) {
        self.follows.clone_from(&before.follows);
        let live = &self.live;
        self.follows
            .retain(|(session, _)| live.contains_key(session));
        self.forget_rosters();
    }

    /// The outputs of one step, which led to `state`, are told.
    pub(super) fn told(&mut self, outputs: &[Output], state: &State) {
        for output in outputs {
            self.output(output, state);
        }
        for output in outputs {
            let conversation = match output {
                Output::Entry(entry) => entry.conversation,
                Output::Roster(changes) => changes.conversation,
                _ => continue,
            };
            let following = self.follows.iter().filter(|(_, id)| *id == conversation);
            for (session, _) in following {
                assert!(
                    state.is_in(self.live[session], conversation),
                    "{session:?} is not in {conversation:?} and told of it: {output:?}"
                );
            }
        }
    }

    fn output(&mut self, output: &Output, state: &State) {
        match output {
            Output::Login { session, result } => {
                let Ok(done) = &**result else { return };
                for conversation in &done.conversations {
                    assert!(state.is_in(done.account, conversation.id));
                }
                oracle::told(&Event::Welcome(done.welcome.clone()).to_frame());
                self.live.insert(*session, done.account);
            }
            Output::Answer { session, event } => self.answer(*session, event, state),
            Output::Push { session, event } => self.push(*session, event, state),
            Output::Follow {
                session,
                conversation,
                after,
                head,
                ..
            } => {
                assert!(state.is_in(self.account(*session), *conversation));
                assert_eq!(state.conversations[conversation].head, *head);
                assert!(after <= head);
                self.follows.insert((*session, *conversation));
            }
            Output::Unfollow {
                session,
                conversation,
            } => {
                self.follows.remove(&(*session, *conversation));
                self.forget_rosters();
            }
            Output::Roster(changes) => {
                oracle::told(&Event::RosterChanges(changes.clone()).to_frame());
                let before = self.rosters.insert(changes.conversation, changes.version);
                let next = before.is_none_or(|before| before < changes.version);
                assert!(next, "{changes:?} behind {before:?}");
                self.forget_rosters();
            }
            Output::Close { session, bye } => {
                oracle::told(&Event::Bye(bye.clone()).to_frame());
                self.gone(*session);
            }
            Output::Entry(_) | Output::Files(_) | Output::Paint(_) => {}
        }
    }

    fn account(&self, session: SessionId) -> AccountId {
        let account = self.live.get(&session);
        *account.expect("only who is there is told something")
    }

    fn answer(&self, session: SessionId, event: &Event, state: &State) {
        let account = self.account(session);
        oracle::told(&event.to_frame());
        match event {
            Event::Refused(refused) => oracle::sentence(refused.text.as_str()),
            Event::Posted(posted) => {
                assert!(posted.seq <= state.conversations[&posted.conversation].head);
            }
            Event::Opened(opened) => {
                assert!(state.is_in(account, opened.conversation.id));
                let head = state.conversations[&opened.conversation.id].head;
                assert_eq!(opened.conversation.head, head);
            }
            Event::RosterPage(page) => assert!(state.is_in(account, page.conversation)),
            _ => {}
        }
    }

    fn push(&self, session: SessionId, event: &Event, state: &State) {
        let account = self.account(session);
        oracle::told(&event.to_frame());
        match event {
            Event::Announced(announced) => {
                assert!(state.is_in(account, announced.conversation.id));
            }
            Event::ReadMarker(marker) => assert!(state.is_in(account, marker.conversation)),
            Event::Left(left) => assert!(!state.is_in(account, left.conversation)),
            Event::Me(me) => assert_eq!(me.person.account, account),
            _ => {}
        }
    }
}
