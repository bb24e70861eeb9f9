//! The durable state: accounts, nicks, conversations, membership, read markers, and the last
//! posts' ids. It changes through [`State::apply`] only, by records that go to the journal.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chat_core::canvas::Marks;
use chat_core::name::NameKey;
use chat_core::{
    AccountId, Body, ConversationId, Entry, Millis, Nick, PublicKey, RoomName, Seq, Text,
};

use super::canvas::Board;
use super::holdings::Holdings;
use super::recent::RecentPosts;
use super::record::Record;

/// What an account is called that has no nick: this and its number.
const NAMELESS: &str = "account-";

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Itself.
    pub key: PublicKey,
    /// What it is called; `None` after its nick was given away.
    pub nick: Option<Nick>,
    /// When it was made.
    pub since: Millis,
    /// When it was last here.
    pub seen: Millis,
    /// Where it is in, and up to where it has read there.
    pub memberships: BTreeMap<ConversationId, Seq>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Room, direct or canvas.
    pub kind: Kind,
    /// The last sequence number.
    pub head: Seq,
    /// Empty for none.
    pub topic: Text,
}

/// What a conversation is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Open to all who join.
    Room {
        /// With its `#`.
        name: RoomName,
        /// Who has joined.
        members: BTreeSet<AccountId>,
    },
    /// Between two accounts, the lower one first.
    Direct(AccountId, AccountId),
    /// What the members of another one draw on.
    Canvas(Box<Board>),
}

impl Kind {
    /// The other one of a direct conversation.
    pub fn peer_of(&self, account: AccountId) -> Option<AccountId> {
        match self {
            Kind::Room { .. } | Kind::Canvas(_) => None,
            Kind::Direct(a, b) => Some(if *a == account { *b } else { *a }),
        }
    }
}

/// Everything that a restart must bring back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// By number.
    pub accounts: HashMap<AccountId, Account>,
    /// Who holds a key.
    pub keys: HashMap<PublicKey, AccountId>,
    /// Who went away, and why. Of those who are not here it says nothing.
    pub away: HashMap<AccountId, Text>,
    /// Who has a nick.
    pub nicks: HashMap<NameKey, AccountId>,
    /// By number.
    pub conversations: HashMap<ConversationId, Conversation>,
    /// Rooms by name, for the list.
    pub rooms: BTreeMap<String, ConversationId>,
    /// Rooms by what names are compared by.
    pub room_keys: HashMap<NameKey, ConversationId>,
    /// Direct conversations by their accounts, the lower one first.
    pub directs: HashMap<(AccountId, AccountId), ConversationId>,
    /// Canvases by whose they are.
    pub canvases: HashMap<ConversationId, ConversationId>,
    /// The last posts: their ids, and what they say about other entries.
    pub recent: RecentPosts,
    /// Who holds which content.
    pub files: Holdings,
    accounts_made: u64,
    conversations_made: u64,
}

impl State {
    /// The number that the next account gets.
    #[must_use]
    pub fn next_account(&self) -> AccountId {
        AccountId(self.accounts_made + 1)
    }

    /// The number that the next conversation gets.
    #[must_use]
    pub fn next_conversation(&self) -> ConversationId {
        ConversationId(self.conversations_made + 1)
    }

    /// Who has this nick.
    #[must_use]
    pub fn by_nick(&self, nick: &Nick) -> Option<AccountId> {
        let has = self.nicks.get(&nick.key()).copied();
        has.or_else(|| self.nameless(nick))
    }

    /// What an account is called; its number, where its nick was given away.
    #[must_use]
    pub fn nick(&self, account: AccountId) -> Nick {
        let nick = self.accounts.get(&account).and_then(|a| a.nick.clone());
        nick.unwrap_or_else(|| Nick::received(&format!("{NAMELESS}{account}")))
    }

    /// Whether a nick is, or looks like, what stands for an account without one.
    #[must_use]
    pub fn stands_for_nameless(nick: &Nick) -> bool {
        let key = nick.key();
        key.as_str()
            .starts_with(Nick::received(NAMELESS).key().as_str())
    }

    /// The account without a nick that this stands for.
    fn nameless(&self, nick: &Nick) -> Option<AccountId> {
        let number = nick.as_str().strip_prefix(NAMELESS)?.parse().ok()?;
        let id = AccountId(number);
        self.accounts.get(&id)?.nick.is_none().then_some(id)
    }

    /// Whether an account is in a conversation.
    #[must_use]
    pub fn is_in(&self, account: AccountId, conversation: ConversationId) -> bool {
        // Who is in a conversation is in its canvas.
        let conversation = self.board(conversation).map_or(conversation, |b| b.parent);
        self.accounts
            .get(&account)
            .is_some_and(|a| a.memberships.contains_key(&conversation))
    }

    /// Makes one change.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Account { id, key, at } => self.add_account(*id, *key, *at),
            Record::Nick { account, nick } => self.set_nick(*account, nick.clone()),
            Record::Seen { account, at } => {
                if let Some(account) = self.accounts.get_mut(account) {
                    account.seen = *at;
                }
            }
            Record::Away { account, text } => {
                match text {
                    Some(text) => self.away.insert(*account, text.clone()),
                    None => self.away.remove(account),
                };
            }
            Record::Room { id, name } => self.add_room(*id, name.clone()),
            Record::Direct { id, a, b } => self.add_direct(*id, *a, *b),
            Record::Canvas { id, parent } => self.add_canvas(*id, *parent),
            Record::Merged { canvas, base, .. } => {
                if let Some(board) = self.board_mut(*canvas) {
                    board.marks.rebase(*base);
                }
            }
            Record::Joined {
                conversation,
                account,
                read,
            } => self.join(*conversation, *account, *read),
            Record::Parted {
                conversation,
                account,
            } => self.part(*conversation, *account),
            Record::Read {
                conversation,
                account,
                seq,
            } => {
                if let Some(read) = self
                    .accounts
                    .get_mut(account)
                    .and_then(|a| a.memberships.get_mut(conversation))
                {
                    *read = *seq;
                }
            }
            Record::File(record) => self.files.apply(record),
            Record::Entry(entry) => self.add_entry(entry),
        }
    }

    fn add_account(&mut self, id: AccountId, key: PublicKey, at: Millis) {
        let account = Account {
            key,
            nick: None,
            since: at,
            seen: at,
            memberships: BTreeMap::new(),
        };
        self.accounts.insert(id, account);
        self.keys.insert(key, id);
        self.accounts_made = self.accounts_made.max(id.0);
    }

    fn set_nick(&mut self, id: AccountId, nick: Option<Nick>) {
        let Some(account) = self.accounts.get_mut(&id) else {
            return;
        };
        if let Some(old) = &account.nick {
            self.nicks.remove(&old.key());
        }
        if let Some(new) = &nick {
            self.nicks.insert(new.key(), id);
        }
        account.nick = nick;
    }

    fn add_room(&mut self, id: ConversationId, name: RoomName) {
        self.rooms.insert(name.as_str().to_owned(), id);
        self.room_keys.insert(name.key(), id);
        self.add_conversation(
            id,
            Kind::Room {
                name,
                members: BTreeSet::new(),
            },
        );
    }

    fn add_direct(&mut self, id: ConversationId, a: AccountId, b: AccountId) {
        self.directs.insert((a, b), id);
        self.add_conversation(id, Kind::Direct(a, b));
    }

    fn add_canvas(&mut self, id: ConversationId, parent: ConversationId) {
        self.canvases.insert(parent, id);
        self.add_conversation(id, Kind::Canvas(Box::new(Board::new(parent))));
    }

    /// The canvas that a conversation is.
    #[must_use]
    pub fn board(&self, id: ConversationId) -> Option<&Board> {
        match &self.conversations.get(&id)?.kind {
            Kind::Canvas(board) => Some(board),
            _ => None,
        }
    }

    fn board_mut(&mut self, id: ConversationId) -> Option<&mut Board> {
        match &mut self.conversations.get_mut(&id)?.kind {
            Kind::Canvas(board) => Some(board),
            _ => None,
        }
    }

    /// The entries of a canvas up to `base` are merged: [`State::draw`] brings those behind it.
    pub fn set_base(&mut self, canvas: ConversationId, base: Seq) {
        if let Some(board) = self.board_mut(canvas) {
            board.marks = Marks::new(base);
        }
    }

    /// Takes in the next entry of a canvas' tail.
    pub fn draw(&mut self, entry: &Entry) {
        if let Some(board) = self.board_mut(entry.conversation) {
            board.take_in(entry);
        }
    }

    fn add_conversation(&mut self, id: ConversationId, kind: Kind) {
        let conversation = Conversation {
            kind,
            head: Seq(0),
            topic: Text::default(),
        };
        self.conversations.insert(id, conversation);
        self.conversations_made = self.conversations_made.max(id.0);
    }

    fn join(&mut self, conversation: ConversationId, account: AccountId, read: Seq) {
        if let Some(account) = self.accounts.get_mut(&account) {
            account.memberships.insert(conversation, read);
        }
        if let Some(Kind::Room { members, .. }) = self
            .conversations
            .get_mut(&conversation)
            .map(|c| &mut c.kind)
        {
            members.insert(account);
        }
    }

    fn part(&mut self, conversation: ConversationId, account: AccountId) {
        if let Some(account) = self.accounts.get_mut(&account) {
            account.memberships.remove(&conversation);
        }
        if let Some(Kind::Room { members, .. }) = self
            .conversations
            .get_mut(&conversation)
            .map(|c| &mut c.kind)
        {
            members.remove(&account);
        }
    }

    fn add_entry(&mut self, entry: &Entry) {
        if let Some(conversation) = self.conversations.get_mut(&entry.conversation) {
            conversation.head = entry.seq;
            if let Body::Topic(topic) = &entry.body {
                conversation.topic = topic.clone();
            }
        }
        self.draw(entry);
        self.files.add_entry(entry);
        self.recent.add_entry(entry);
    }

    /// Sets what the store keeps beside the entries: a conversation's head and topic, without
    /// reading all of its entries.
    pub fn set_head(&mut self, conversation: ConversationId, head: Seq, topic: Text) {
        if let Some(conversation) = self.conversations.get_mut(&conversation) {
            conversation.head = head;
            conversation.topic = topic;
        }
    }
}
