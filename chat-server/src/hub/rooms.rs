//! Rooms and direct conversations: joining, leaving, listing, opening.

use chat_core::command::Part;
use chat_core::event::{Announced, Change, Done, Left, Opened, RoomList, RoomSummary};
use chat_core::limits::{LINE_BYTES, ROOMS_PAGE};
use chat_core::{
    AccountId, Code, Conversation, ConversationId, ConversationKind, Event, Nick, Refusal,
    RoomName, Seq, Text,
};

use super::output::Output;
use super::{Answer, By, Effects, Hub, Kind, Record};

impl Hub {
    pub(super) fn join(&mut self, by: By, room: &str, effects: &mut Effects) -> Answer {
        let name = RoomName::parse(room)?;
        let known = self.state.room_keys.get(&name.key()).copied();
        if let Some(id) = known
            && self.state.is_in(by.account, id)
        {
            return Ok(self.opened(by, id));
        }
        let limits = &self.rules.limits;
        if self.rooms_of(by.account) >= limits.rooms_per_account {
            let text = format!(
                "you are in {} rooms already: /part one first",
                limits.rooms_per_account
            );
            return Err(Refusal::new(Code::TooManyRooms, text));
        }
        if known.is_none() && self.state.rooms.len() >= limits.rooms {
            let text =
                "this server has as many rooms as it may: join one of them, /rooms lists them";
            return Err(Refusal::new(Code::TooManyRooms, text));
        }
        self.writable(by.now)?;
        self.meter(by)?;
        let id = known.unwrap_or_else(|| self.make_room(name, effects));
        self.enter(by.account, id, effects);
        let opened = self.opened(by, id);
        self.tell_other_sessions(by, id, effects);
        effects.outputs.extend(opened.map(|event| Output::Answer {
            session: by.session,
            event,
        }));
        self.tell_roster(id, by.account, Change::Joined, None, effects);
        Ok(None)
    }

    /// Makes the room that everybody is in, where it is missing, and puts a newcomer there.
    pub(super) fn join_lobby(&mut self, account: AccountId, effects: &mut Effects) {
        let name = RoomName::lobby();
        let id = match self.state.room_keys.get(&name.key()) {
            Some(id) => *id,
            None => self.make_room(name, effects),
        };
        self.enter(account, id, effects);
    }

    fn make_room(&mut self, name: RoomName, effects: &mut Effects) -> ConversationId {
        let id = self.state.next_conversation();
        self.record(Record::Room { id, name }, effects);
        id
    }

    /// What stands in a conversation when somebody enters it counts as read.
    fn enter(&mut self, account: AccountId, conversation: ConversationId, effects: &mut Effects) {
        let read = self.state.conversations[&conversation].head;
        self.record(
            Record::Joined {
                conversation,
                account,
                read,
            },
            effects,
        );
    }

    fn rooms_of(&self, account: AccountId) -> usize {
        let Some(a) = self.state.accounts.get(&account) else {
            return 0;
        };
        let is_room = |id: &&ConversationId| {
            matches!(
                self.state.conversations.get(id).map(|c| &c.kind),
                Some(Kind::Room { .. })
            )
        };
        a.memberships.keys().filter(is_room).count()
    }

    pub(super) fn part(&mut self, by: By, c: &Part, effects: &mut Effects) -> Answer {
        self.member_of(by, c.conversation)?;
        self.refuse_on_canvas(
            c.conversation,
            "a canvas can't be left: leave its conversation, or close it",
        )?;
        if let Kind::Direct(..) = self.state.conversations[&c.conversation].kind {
            let text = "a direct conversation can't be left: it stays until both forget it; rooms can be left";
            return Err(Refusal::new(Code::NotPossible, text));
        }
        self.writable(by.now)?;
        self.meter(by)?;
        let record = Record::Parted {
            conversation: c.conversation,
            account: by.account,
        };
        let text = c.text.as_ref().map(|t| Text::line(t.as_str(), LINE_BYTES));
        self.tell_roster(c.conversation, by.account, Change::Parted, text, effects);
        self.record(record, effects);
        effects.answer(
            by.session,
            Event::Done(Done {
                request: by.request,
            }),
        );
        let canvas = self.state.canvases.get(&c.conversation).copied();
        for session in &self.here[&by.account].sessions {
            for conversation in canvas.into_iter().chain([c.conversation]) {
                effects.outputs.push(Output::Unfollow {
                    session: *session,
                    conversation,
                });
            }
            effects.push(
                *session,
                Event::Left(Left {
                    conversation: c.conversation,
                }),
            );
        }
        Ok(None)
    }

    pub(super) fn list_rooms(&self, by: By, after: Option<&str>) -> Event {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        let mut names = self.state.rooms.range::<str, _>((from, Unbounded));
        let rooms = names
            .by_ref()
            .take(ROOMS_PAGE)
            .map(|(name, id)| self.summary(name, *id))
            .collect();
        Event::RoomList(RoomList {
            request: by.request,
            rooms,
            more: names.next().is_some(),
        })
    }

    fn summary(&self, name: &str, id: ConversationId) -> RoomSummary {
        let conversation = &self.state.conversations[&id];
        let members = match &conversation.kind {
            Kind::Room { members, .. } => members.len() as u64,
            Kind::Direct(..) => 2,
            Kind::Canvas(_) => 0,
        };
        RoomSummary {
            name: Text::new(name),
            topic: conversation.topic.clone(),
            members,
            present: self.rosters.present(id) as u64,
        }
    }

    pub(super) fn direct(&mut self, by: By, nick: &str, effects: &mut Effects) -> Answer {
        let peer = self.find(by, nick)?;
        if peer == by.account {
            return Err(Refusal::new(
                Code::NotPossible,
                "that is you: choose somebody else",
            ));
        }
        let (a, b) = (peer.min(by.account), peer.max(by.account));
        if let Some(id) = self.state.directs.get(&(a, b)) {
            return Ok(self.opened(by, *id));
        }
        self.writable(by.now)?;
        self.meter(by)?;
        let id = self.state.next_conversation();
        self.record(Record::Direct { id, a, b }, effects);
        for account in [a, b] {
            self.record(
                Record::Joined {
                    conversation: id,
                    account,
                    read: Seq(0),
                },
                effects,
            );
            // Nobody follows it yet, so there is nobody to tell.
            if self.here.contains_key(&account) {
                self.rosters.enter(id, account);
            }
        }
        Ok(self.opened(by, id))
    }

    fn opened(&self, by: By, id: ConversationId) -> Option<Event> {
        let conversation = self.describe(by.account, id)?;
        Some(Event::Opened(Opened {
            request: by.request,
            conversation,
        }))
    }

    /// The account's other sessions learn what this one joined.
    fn tell_other_sessions(&self, by: By, id: ConversationId, effects: &mut Effects) {
        let Some(conversation) = self.describe(by.account, id) else {
            return;
        };
        for session in &self.here[&by.account].sessions {
            if *session != by.session {
                effects.push(
                    *session,
                    Event::Announced(Announced {
                        conversation: conversation.clone(),
                    }),
                );
            }
        }
    }

    /// A conversation as one who is in it sees it.
    pub(super) fn describe(&self, account: AccountId, id: ConversationId) -> Option<Conversation> {
        let read = *self.state.accounts.get(&account)?.memberships.get(&id)?;
        let conversation = self.state.conversations.get(&id)?;
        let (kind, name, peer) = match &conversation.kind {
            Kind::Room { name, .. } => (ConversationKind::Room, Text::new(name.as_str()), None),
            direct @ Kind::Direct(..) => {
                let peer = direct.peer_of(account)?;
                (
                    ConversationKind::Direct,
                    Text::new(self.state.nick(peer).as_str()),
                    Some(peer),
                )
            }
            Kind::Canvas(_) => return None,
        };
        let (topic, head) = (conversation.topic.clone(), conversation.head);
        Some(Conversation {
            id,
            kind,
            name,
            peer,
            topic,
            head,
            read,
            base: None,
        })
    }

    /// The nick nearest to a mistyped one, among a bounded number of those who are here.
    pub(super) fn nearest_nick(&self, nick: &Nick) -> Option<String> {
        const LOOKED_AT: usize = 2_000;
        let wanted = nick.as_str().to_lowercase();
        // One letter in three may be a slip; more, and it is another name. Or it was cut short.
        let slips_max = (wanted.chars().count() / 3).clamp(1, 2);
        self.here
            .keys()
            .take(LOOKED_AT)
            .filter_map(|account| self.state.accounts.get(account)?.nick.as_ref())
            .filter_map(|near| {
                let name = near.as_str().to_lowercase();
                let slips = strsim::damerau_levenshtein(&wanted, &name);
                let cut_short = slips <= 2 && name.starts_with(&wanted);
                (slips <= slips_max || cut_short).then_some((slips, near))
            })
            .min()
            .map(|(_, near)| near.to_string())
    }
}
