//! What a client asks for, and how.

use chat_core::command::{
    CancelUpload, Canvas, Direct, Direction, Follow, History, Join, Part, Post, Quit, Read, Rooms,
    Roster, SetNick, SetPresence, Snapshot, Topic, Upload, Who,
};
use chat_core::{Command, ConversationId, File, PostId, RequestId, Seq};

use super::answers::reaction;
use super::{Client, UNANSWERED, files};

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
    /// A page of one before an entry, and what was held of it then.
    Page(ConversationId, Seq, Seq),
    /// The canvas of one.
    Canvas(ConversationId),
    /// To follow a canvas.
    FollowCanvas(ConversationId, Seq),
    /// The picture of a canvas.
    Snapshot(ConversationId),
    /// To upload what a post needs.
    Upload(PostId),
    /// To take bytes of an upload for a post, from one place to another.
    Chunk((PostId, u64), (u64, u64)),
    /// A file of a conversation that it is not in.
    Peek(ConversationId, Seq),
    /// A piece of the file in an entry, from a place on.
    Fetch((ConversationId, Seq), File, u64),
    /// Anything that is not asked again.
    Once(Command),
}

impl Client {
    pub(super) fn once(&mut self, command: impl FnOnce(RequestId) -> Command) {
        if self.is_ready() {
            self.ask(Asked::Once(command(RequestId(0))));
        }
    }

    /// Sends a request, or keeps it for later when too many are unanswered.
    pub(super) fn ask(&mut self, asked: Asked) {
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
                if !again {
                    connection.sent.insert(*id, connection.requests);
                } else if reaction(&body).is_some() {
                    // One that stood already made no entry by which it would be known again.
                    self.given_up(*id);
                }
                Post {
                    request,
                    conversation,
                    post: *id,
                    body,
                    again,
                }
                .into()
            }
            Asked::Upload(post) => match self.upload(*post, request) {
                Some(command) => command,
                None => return,
            },
            Asked::Chunk(upload, bytes) => match self.chunk(*upload, *bytes, request) {
                Some(command) => command,
                None => return,
            },
            Asked::Peek(conversation, seq) => files::fetch((*conversation, *seq), 0, request),
            Asked::Fetch(entry, _, at) => files::fetch(*entry, *at, request),
            Asked::Canvas(conversation) => Canvas {
                request,
                conversation: *conversation,
            }
            .into(),
            Asked::FollowCanvas(conversation, after) => Follow {
                request,
                conversation: *conversation,
                after: Some(*after),
            }
            .into(),
            Asked::Snapshot(conversation) => Snapshot {
                request,
                conversation: *conversation,
            }
            .into(),
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
            Asked::Page(conversation, from, _) => {
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
        self.on().pending.insert(request, asked);
        self.say(&command);
    }

    /// Follows a conversation unless it does or is about to.
    pub(super) fn follow(&mut self, id: ConversationId) {
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
        Command::Upload(c) => Upload { request, ..c }.into(),
        Command::CancelUpload(c) => CancelUpload { request, ..c }.into(),
        other => other,
    }
}
