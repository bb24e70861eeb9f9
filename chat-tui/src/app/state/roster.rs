//! Who is there: the people of one conversation, in the order in which they are shown.

use chat_core::event::{Change, RosterChange};
use chat_core::{AccountId, ConversationKind, Person, Presence};

/// The people of one conversation: present ones first, then by nick.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roster {
    people: Vec<Person>,
}

type Place = (Presence, String, AccountId);

fn place(person: &Person) -> Place {
    let presence = match person.presence {
        // Away people stand among the others: a list that jumps when somebody leaves their desk
        // is hard to read.
        Presence::Away => Presence::Online,
        other => other,
    };
    (presence, fold(person.nick.as_str()), person.account)
}

/// A nick for sorting and for comparing with what is typed.
#[must_use]
pub fn fold(nick: &str) -> String {
    nick.chars().flat_map(char::to_lowercase).collect()
}

impl Roster {
    /// A roster of these people.
    #[must_use]
    pub fn new(people: Vec<Person>) -> Roster {
        let mut people = people;
        people.sort_by_cached_key(place);
        people.dedup_by_key(|person| person.account);
        Roster { people }
    }

    /// The people, as they are shown from top to bottom.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// How many there are that are not offline.
    #[must_use]
    pub fn present(&self) -> usize {
        let there = |person: &&Person| person.presence != Presence::Offline;
        self.people.iter().filter(there).count()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, account: AccountId) -> Option<&Person> {
        self.people.iter().find(|person| person.account == account)
    }

    /// The one who is called that, as somebody would type it.
    #[must_use]
    pub fn by_nick(&self, nick: &str) -> Option<&Person> {
        let nick = fold(nick.strip_prefix('@').unwrap_or(nick));
        self.people
            .iter()
            .find(|person| fold(person.nick.as_str()) == nick)
    }

    /// Applies a change. In a room those who go offline go; in a direct conversation they stay.
    pub fn apply(&mut self, kind: ConversationKind, change: &RosterChange) {
        match (change.what, kind) {
            (Change::Parted, _) | (Change::Went, ConversationKind::Room) => {
                self.remove(change.person.account);
            }
            _ => self.put(change.person.clone()),
        }
    }

    /// Puts a row in, in place of the one of that account.
    pub fn put(&mut self, person: Person) {
        self.remove(person.account);
        let key = place(&person);
        let at = self.people.partition_point(|other| place(other) < key);
        self.people.insert(at, person);
    }

    fn remove(&mut self, account: AccountId) {
        self.people.retain(|person| person.account != account);
    }
}
