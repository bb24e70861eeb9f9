//! The model of a client: as simple as one can be that follows the protocol, and suspicious. It
//! keeps what it was sent, its posts until they are acknowledged, and where it is in; everything
//! else it forgets with its connection.
//!
//! | file | owns |
//! |---|---|
//! | `person.rs` | what its person does |
//! | `receive.rs` | what it makes of each event, and what is checked of it |
//! | `roster.rs` | its copy of a roster |
//! | `shown.rs` | what entries show, with what later ones say about them |

mod person;
mod receive;
mod roster;
mod shown;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chat_core::command::{
    Direct, Direction, Follow, Hello, History, Join, Part, Post, Quit, Read, Rooms, Roster,
    SetNick, SetPresence, Topic, Who,
};
use chat_core::limits::VERSION;
use chat_core::{
    AccountId, Body, Command, Conversation, ConversationId, Entry, Identity, PostId, RequestId,
    Seq, Text,
};
use chat_server::hub::SessionId;

use crate::seen::Seen;
use crate::store::Store;
use crate::violation::{Checked, ensure};
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
}

/// What a request asked for, to know what its answer means and to ask it again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// A post.
    Post(PostId),
    /// To follow a conversation.
    Follow(ConversationId),
    /// To be sent what is behind an entry once more.
    Again(ConversationId, Seq),
    /// The roster of one.
    Roster(ConversationId),
    /// A page of one.
    Page(ConversationId, Seq),
    /// Anything that is not asked again.
    Once(Command),
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
    unacknowledged: VecDeque<Outgoing>,
    acknowledged: Vec<(PostId, ConversationId, Seq)>,
    /// Reactions that were answered.
    reactions: BTreeSet<PostId>,
    posts: u64,
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
            unacknowledged: VecDeque::new(),
            acknowledged: Vec::new(),
            reactions: BTreeSet::new(),
            posts: 0,
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

    fn once(&mut self, command: impl FnOnce(RequestId) -> Command) {
        if self.is_ready() {
            self.ask(Asked::Once(command(RequestId(0))));
        }
    }

    /// Sends a request, or keeps it for later when too many are unanswered.
    fn ask(&mut self, asked: Asked) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        if connection.pending.len() >= UNANSWERED {
            connection.refused.push(asked);
            return;
        }
        connection.requests += 1;
        let request = RequestId(connection.requests);
        let command = match &asked {
            Asked::Post(id) => {
                let post = self.unacknowledged.iter_mut().find(|post| post.id == *id);
                // It was acknowledged or given up meanwhile.
                let Some(post) = post else { return };
                let again = std::mem::replace(&mut post.again, true);
                let conversation = post.conversation;
                let body = post.body.clone();
                Post {
                    request,
                    conversation,
                    post: *id,
                    body,
                    again,
                }
                .into()
            }
            Asked::Follow(conversation) => {
                let conversation = *conversation;
                let after = match self.logs.get(&conversation) {
                    Some(log) => Some(log.last()),
                    // One client wants only what is new, another what comes after it was told.
                    None if self.number == 1 => None,
                    None if self.number == 2 => self.places.get(&conversation).map(|c| c.head),
                    None => Some(Seq(0)),
                };
                connection.from.insert(conversation, after);
                Follow {
                    request,
                    conversation,
                    after,
                }
                .into()
            }
            Asked::Again(conversation, after) => Follow {
                request,
                conversation: *conversation,
                after: Some(*after),
            }
            .into(),
            Asked::Roster(conversation) => Roster {
                request,
                conversation: *conversation,
                after: None,
            }
            .into(),
            Asked::Page(conversation, from) => {
                let (conversation, from) = (*conversation, *from);
                let (direction, entries_max) = (Direction::Before, None);
                History {
                    request,
                    conversation,
                    from,
                    direction,
                    entries_max,
                }
                .into()
            }
            Asked::Once(command) => with_request(command.clone(), request),
        };
        connection.pending.insert(request, asked);
        self.say(&command);
    }

    /// Follows a conversation unless it does or is about to.
    fn follow(&mut self, id: ConversationId) {
        let Some(connection) = &self.connection else {
            return;
        };
        let asked = Asked::Follow(id);
        if !connection.following.contains_key(&id)
            && !connection.pending.values().any(|a| *a == asked)
            && !connection.refused.contains(&asked)
        {
            self.ask(asked);
        }
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
        for id in self.places.keys() {
            ensure!(
                connection.following.contains_key(id),
                "{id} is not followed"
            );
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

    /// The rosters that it shows.
    pub(crate) fn rosters(
        &self,
    ) -> impl Iterator<Item = (ConversationId, Checked<Vec<chat_core::Person>>)> {
        let copies = self.connection.iter().flat_map(|c| &c.rosters);
        copies.map(|(id, copy)| (*id, copy.people()))
    }
}

/// The same command with another request id.
fn with_request(command: Command, request: RequestId) -> Command {
    match command {
        Command::Join(c) => Join { request, ..c }.into(),
        Command::Part(c) => Part { request, ..c }.into(),
        Command::Direct(c) => Direct { request, ..c }.into(),
        Command::Topic(c) => Topic { request, ..c }.into(),
        Command::Read(c) => Read { request, ..c }.into(),
        Command::SetNick(c) => SetNick { request, ..c }.into(),
        Command::SetPresence(c) => SetPresence { request, ..c }.into(),
        Command::Who(c) => Who { request, ..c }.into(),
        Command::Rooms(c) => Rooms { request, ..c }.into(),
        Command::Quit(c) => Quit { request, ..c }.into(),
        other => other,
    }
}
