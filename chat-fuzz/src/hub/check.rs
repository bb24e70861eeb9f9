//! What has to hold of every step, whatever happened before.

use chat_core::{Body, Entry, RequestId};
use chat_server::hub::{
    Effects, FileWork, Input, Kind, OnDisk, Output, Record, Rules, SessionId, State, Subject,
};

use super::store::about;
use super::world::World;

/// The session that waits for an answer, and to which request.
pub(super) fn asks(input: &Input) -> Option<(SessionId, RequestId)> {
    match input {
        Input::Command {
            session, command, ..
        } => Some((*session, command.request()?)),
        Input::CancelUpload {
            session, request, ..
        } => Some((*session, *request)),
        _ => None,
    }
}

/// A request has exactly one answer, which names it.
pub(super) fn one_answer((session, request): (SessionId, RequestId), effects: &Effects) {
    let answers = effects.outputs.iter().filter(|output| match output {
        Output::Answer { session: to, event } if *to == session => {
            assert_eq!(event.answers(), Some(request));
            true
        }
        Output::Follow {
            session: to,
            request: named,
            ..
        } if *to == session => {
            assert_eq!(*named, request);
            true
        }
        // Answered by the one who keeps the contents.
        Output::Files(FileWork::Open(ticket) | FileWork::SayHeld(ticket)) => {
            (ticket.session, ticket.request) == (session, request)
        }
        _ => false,
    });
    assert_eq!(answers.count(), 1, "{:?}", effects.outputs);
}

/// What is told was recorded.
pub(super) fn recorded(effects: &Effects) {
    for output in &effects.outputs {
        if let Output::Entry(entry) = output {
            let is = |record: &Record| matches!(record, Record::Entry(e) if e == entry);
            assert!(effects.records.iter().any(is), "{entry:?} is told only");
        }
    }
}

/// Contents and uploads go when nobody has them any more, and stay as long as somebody does.
pub(super) fn files(outputs: &[Output], state: &State) {
    let files = &state.files;
    for output in outputs {
        match output {
            Output::Files(FileWork::Settle(t)) => {
                assert_eq!(
                    files.held(t.account, t.hash).map(|h| h.bytes),
                    Some(t.bytes)
                );
            }
            Output::Files(FileWork::Open(t)) => {
                let upload = files.upload(t.account, t.hash);
                assert_eq!(upload.map(|u| u.bytes), Some(t.bytes));
            }
            Output::Files(FileWork::Remove(OnDisk::Content(hash))) => {
                assert!(!files.is_held(*hash), "{hash} is removed and held");
            }
            Output::Files(FileWork::Remove(OnDisk::Partial(account, hash))) => {
                assert_eq!(files.upload(*account, *hash), None);
            }
            _ => {}
        }
    }
}

/// Both sides of each membership and each name say the same, and nobody has more than is allowed.
pub(super) fn whole(state: &State, rules: &Rules) {
    for (id, account) in &state.accounts {
        assert_eq!(state.keys.get(&account.key), Some(id));
        if let Some(nick) = &account.nick {
            assert_eq!(state.nicks.get(&nick.key()), Some(id), "{nick}");
        }
        let mut rooms = 0;
        for (place, read) in &account.memberships {
            let conversation = &state.conversations[place];
            assert!(*read <= conversation.head, "read before it was written");
            match &conversation.kind {
                Kind::Room { members, .. } => {
                    assert!(members.contains(id));
                    rooms += 1;
                }
                Kind::Direct(a, b) => assert!([a, b].contains(&id)),
                Kind::Canvas(_) => panic!("nobody is in a canvas"),
            }
        }
        // The lobby is beside those that one has joined.
        assert!(rooms <= rules.limits.rooms_per_account.max(1));
        let usage = state.files.usage(*id);
        assert!(usage.bytes <= rules.files.account_mib_max << 20);
    }
    assert!(state.accounts.len() <= rules.limits.accounts);
    let named = state.accounts.values().filter(|a| a.nick.is_some());
    assert_eq!(state.nicks.len(), named.count(), "a nick of nobody");
    assert_eq!(state.rooms.len(), state.room_keys.len());
    for conversation in state.conversations.values() {
        if let Kind::Room { members, .. } = &conversation.kind {
            let is_in = |id| state.accounts.contains_key(id);
            assert!(members.iter().all(is_in), "a member who is nobody");
        }
    }
}

impl World {
    /// `entry` may become the next of its conversation in `state`.
    pub(super) fn may_follow(&self, entry: &Entry, state: &State) {
        let conversation = &state.conversations[&entry.conversation];
        assert_eq!(entry.seq, conversation.head.next(), "no hole");
        assert!(state.is_in(entry.author, entry.conversation));
        assert_eq!(entry.nick, state.nick(entry.author));
        if entry.post.is_some() {
            let mut before = self.entries.iter();
            let same = before.find(|e| e.author == entry.author && e.post == entry.post);
            assert_eq!(same, None, "{entry:?} is there once more");
        }
        let on_canvas = matches!(conversation.kind, Kind::Canvas(_));
        match &entry.body {
            Body::Draw(_) => assert!(on_canvas),
            Body::Post(text) | Body::Action(text) => {
                assert!(!on_canvas && !text.is_empty());
                assert!(text.len() <= self.rules.limits.text_bytes);
            }
            Body::File(file) => {
                assert!(!on_canvas);
                let held = state.files.held(entry.author, file.hash);
                assert_eq!(held.map(|h| h.bytes), Some(file.bytes), "of others");
            }
            Body::Removed | Body::Unknown(_) | Body::Malformed { .. } => {
                panic!("{entry:?} is nothing that people say")
            }
            _ => assert!(!on_canvas),
        }
        self.may_be_about(entry);
    }

    /// An entry about another changes something that its author may change.
    fn may_be_about(&self, entry: &Entry) {
        let Some(of) = entry.body.of() else { return };
        let place = (entry.conversation, of);
        let before = about(&self.entries, entry.author, place).expect("it is there");
        let of_people = matches!(before.subject, Subject::Text | Subject::File);
        assert!(of_people, "{entry:?} on {before:?}");
        let stands = |emoji| before.reactions.iter().any(|(known, _)| known == emoji);
        let allowed = match &entry.body {
            Body::Reaction { emoji, .. } => !stands(emoji),
            Body::Unreaction { emoji, .. } => stands(emoji),
            _ => before.author == entry.author,
        };
        assert!(allowed, "{entry:?} on {before:?}");
    }
}
