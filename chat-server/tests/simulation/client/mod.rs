//! The model of a client: as simple as one can be that follows the protocol, and suspicious. It
//! keeps what it was sent, its posts until they are acknowledged, and where it is in; everything
//! else it forgets with its connection.
//!
//! | file | owns |
//! |---|---|
//! | `person.rs` | what its person does |
//! | `canvas.rs` | what it draws and sees drawn |
//! | `files.rs` | what it uploads and fetches |
//! | `requests.rs` | what it asks for |
//! | `receive.rs` | what it makes of each event, and what is checked of it |
//! | `answers.rs` | the same of answers to posts, and of refusals |
//! | `roster.rs` | its copy of a roster |
//! | `shown.rs` | what entries show, with what later ones say about them |

mod answers;
mod canvas;
mod files;
mod person;
mod receive;
mod requests;
mod roster;
mod shown;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chat_core::command::Hello;
use chat_core::limits::VERSION;
use chat_core::{
    AccountId, Body, Command, ContentHash, Conversation, ConversationId, Entry, Identity, PostId,
    RequestId, Seq, Text,
};
use chat_server::hub::SessionId;

use crate::seen::Seen;
use crate::store::Store;
use crate::violation::{Checked, ensure};
use canvas::Sheet;
use files::Sending;
use requests::Asked;
use roster::RosterCopy;
use shown::shown;

/// Requests that a client has unanswered at most: fewer than the server allows.
const UNANSWERED: usize = 100;

/// What a client holds of a conversation: every entry behind `base`.
#[derive(Debug)]
pub(crate) struct Log {
    base: Seq,
    entries: Vec<Entry>,
}

impl Log {
    fn last(&self) -> Seq {
        Seq(self.base.0 + self.entries.len() as u64)
    }
}

/// A post that is not acknowledged.
#[derive(Debug)]
struct Outgoing {
    id: PostId,
    conversation: ConversationId,
    body: Body,
    /// It may have been sent before.
    again: bool,
    /// What is to be uploaded first.
    file: Option<Sending>,
}

/// What belongs to one connection.
#[derive(Debug)]
struct Connection {
    id: SessionId,
    received: Vec<u8>,
    /// Welcomed, and told of every conversation.
    ready: bool,
    /// The server has said goodbye.
    over: bool,
    requests: u64,
    pending: BTreeMap<RequestId, Asked>,
    /// What was refused for a passing reason.
    refused: Vec<Asked>,
    announced: BTreeMap<ConversationId, Conversation>,
    /// From where it asked to follow a conversation.
    from: BTreeMap<ConversationId, Option<Seq>>,
    /// The last entry received of each conversation that is followed.
    following: BTreeMap<ConversationId, Option<Seq>>,
    rosters: BTreeMap<ConversationId, RosterCopy>,
    /// Up to where other sessions have read.
    read: BTreeMap<ConversationId, Seq>,
    /// Up to where it has said itself that it has.
    own_read: BTreeMap<ConversationId, Seq>,
    /// Uploads, by what is uploaded.
    granted: BTreeMap<ContentHash, u64>,
    /// Posts that were sent once, on this connection, in this order.
    sent: BTreeMap<PostId, u64>,
    /// Where they are.
    placed: BTreeMap<(ConversationId, u64), Seq>,
    /// What was taken back when it was asked for entries that it holds already.
    taken_back: BTreeSet<(ConversationId, Seq)>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Client {
    /// Which one.
    pub(crate) number: usize,
    /// Whether it reads what it is sent.
    pub(crate) reads: bool,
    name: String,
    identity: Identity,
    account: Option<AccountId>,
    connection: Option<Connection>,
    places: BTreeMap<ConversationId, Conversation>,
    logs: BTreeMap<ConversationId, Log>,
    sheets: BTreeMap<ConversationId, Sheet>,
    unacknowledged: VecDeque<Outgoing>,
    acknowledged: Vec<(PostId, ConversationId, Seq)>,
    /// Posts that are reactions, or take one back.
    reactions: BTreeSet<PostId>,
    /// Whether a reaction is to stand in the end; `None` where something came between.
    wishes: BTreeMap<(ConversationId, Seq, Text), Option<bool>>,
    posts: u64,
    /// What it was refused last.
    refusal: String,
    /// What has happened to it.
    pub(crate) seen: Seen,
    /// What is to be sent.
    out: Vec<u8>,
}

impl Client {
    /// A client that holds nothing, with the key of `person`.
    pub(crate) fn new(number: usize, person: usize) -> Client {
        Client {
            number,
            reads: true,
            name: format!("person{person}"),
            identity: Identity::from_seed(&[person as u8 + 1; 32]),
            account: None,
            connection: None,
            places: BTreeMap::new(),
            logs: BTreeMap::new(),
            sheets: BTreeMap::new(),
            unacknowledged: VecDeque::new(),
            acknowledged: Vec::new(),
            reactions: BTreeSet::new(),
            wishes: BTreeMap::new(),
            posts: 0,
            refusal: String::new(),
            seen: Seen::default(),
            out: Vec::new(),
        }
    }

    /// Its connection.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.connection.as_ref().map(|c| c.id)
    }

    /// Whether it is logged in and knows where it is in.
    pub(crate) fn is_ready(&self) -> bool {
        self.connection.as_ref().is_some_and(|c| c.ready && !c.over)
    }

    /// Whether nothing is left to be done for it.
    pub(crate) fn is_settled(&self) -> bool {
        let idle = |c: &Connection| c.pending.is_empty() && c.refused.is_empty();
        self.is_ready()
            && self.unacknowledged.is_empty()
            && self.connection.as_ref().is_some_and(idle)
    }

    /// Takes what it wants to send.
    pub(crate) fn take_out(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// It has a new connection.
    pub(crate) fn connected(&mut self, id: SessionId) {
        self.connection = Some(Connection {
            id,
            received: Vec::new(),
            ready: false,
            over: false,
            requests: 0,
            pending: BTreeMap::new(),
            refused: Vec::new(),
            announced: BTreeMap::new(),
            from: BTreeMap::new(),
            following: BTreeMap::new(),
            rosters: BTreeMap::new(),
            read: BTreeMap::new(),
            own_read: BTreeMap::new(),
            granted: BTreeMap::new(),
            sent: BTreeMap::new(),
            placed: BTreeMap::new(),
            taken_back: BTreeSet::new(),
        });
        let hello = Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: Text::new("model"),
        };
        self.say(&hello.into());
    }

    /// Its connection is gone.
    pub(crate) fn disconnected(&mut self) {
        self.connection = None;
        self.out.clear();
    }

    fn say(&mut self, command: &Command) {
        command.append_to(&mut self.out);
    }

    // What is checked when everything has come to rest.

    /// The account, once it is known.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// Every post of it has its one place.
    pub(crate) fn acknowledged(&self) -> &[(PostId, ConversationId, Seq)] {
        &self.acknowledged
    }

    /// It follows every place that it knows, holds what is committed behind where it began, and shows
    /// the same of it as everybody does.
    pub(crate) fn check_logs(&self, store: &Store) -> Checked {
        let Some(connection) = &self.connection else {
            return Ok(());
        };
        self.check_canvases(store)?;
        // The first two have one account.
        self.check_reactions(store, self.number > 1)?;
        for id in self.places.keys() {
            ensure!(
                connection.following.contains_key(id),
                "liveness: {id} is not followed"
            );
            self.check_marker(*id, connection, store)?;
            // Without a log it began at the end, and nothing has come since; or it was never told.
            let Some(log) = self.logs.get(id) else {
                let told = connection.following[id].is_none();
                ensure!(told, "{id} has entries that were not kept");
                continue;
            };
            let expected = store.behind(*id, log.base);
            ensure!(
                log.entries.len() == expected.len() && log.entries.iter().all(|e| store.holds(e)),
                "order: client {} holds {} entries of {id} behind {}, and {} are committed",
                self.number,
                log.entries.len(),
                log.base,
                expected.len()
            );
            let (shows, others) = (shown(&log.entries), shown(expected));
            ensure!(
                shows == others,
                "shown: client {} shows {shows:?} of {id}, others {others:?}",
                self.number
            );
        }
        Ok(())
    }

    /// It knows how far its account has read.
    fn check_marker(&self, id: ConversationId, connection: &Connection, store: &Store) -> Checked {
        let account = self.account.and_then(|id| store.state().accounts.get(&id));
        let marker = account.and_then(|account| account.memberships.get(&id).copied());
        let told = connection.read.get(&id).max(connection.own_read.get(&id));
        let known = told.copied().max(Some(self.places[&id].read));
        ensure!(
            marker <= known,
            "read markers: client {} knows {known:?} of {id}, and it is {marker:?}",
            self.number
        );
        Ok(())
    }

    /// The rosters that it shows.
    pub(crate) fn rosters(
        &self,
    ) -> impl Iterator<Item = (ConversationId, Checked<Vec<chat_core::Person>>)> {
        let copies = self.connection.iter().flat_map(|c| &c.rosters);
        copies.map(|(id, copy)| (*id, copy.people()))
    }
}
