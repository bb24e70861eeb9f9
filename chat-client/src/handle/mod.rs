//! The two ends that a program holds: [`Client`] to say something, [`Events`] to hear what happens.
//! Both only pass on; the task behind them decides.

mod transfers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chat_core::command::{self, Command, Direction};
use chat_core::event::Page;
use chat_core::{
    Body, Code, Conversation, ConversationId, File, Fingerprint, PostId, Refusal, RequestId, Seq,
    Text,
};
use tokio::sync::{mpsc, oneshot};

use crate::config::Pending;
use crate::event::Event;
use crate::transfer::TransferId;

/// Longest wait for a clean leave: two round trips of a bad line. After that the connection is cut,
/// which the server notices as well.
const LEAVE: Duration = Duration::from_secs(3);

/// Request ids of [`Client::ask`] start here; below are the ids of those who use [`Client::send`].
const FIRST_ASKED: u64 = 1 << 32;

/// Where the answer to somebody who waits goes.
pub(crate) type Waiter<T> = oneshot::Sender<Result<T, Refusal>>;

/// What a handle asks of the task.
pub(crate) enum Input {
    Post(Pending, Option<Waiter<Seq>>),
    Send(Command),
    Ask(Command, Waiter<chat_core::Event>),
    Accept(Fingerprint),
    LoginAs {
        nick: String,
        invite: Option<String>,
    },
    Follow(ConversationId, Option<Seq>),
    SendFile {
        id: TransferId,
        /// Of the post that announces it.
        post: PostId,
        path: PathBuf,
        conversation: ConversationId,
        caption: Text,
    },
    SaveFile {
        id: TransferId,
        conversation: ConversationId,
        seq: Seq,
        file: File,
        dir: PathBuf,
    },
    FetchBytes {
        id: TransferId,
        conversation: ConversationId,
        seq: Seq,
        file: File,
        bytes_max: u64,
        waiter: Waiter<Vec<u8>>,
    },
    Cancel(TransferId),
    Canvas(ConversationId),
    CloseCanvas(ConversationId),
    Reconnect,
    Quit(Option<Text>),
}

/// A handle to the connection; clones share it. Dropping the last one ends the connection.
#[derive(Debug, Clone)]
pub struct Client {
    // Not bounded here, because a handle never blocks: the task takes from it without waiting for
    // anybody and refuses what is too much for its own queues, which are bounded.
    inputs: mpsc::UnboundedSender<Input>,
    asked: Arc<AtomicU64>,
}

impl Client {
    pub(crate) fn new(inputs: mpsc::UnboundedSender<Input>) -> Client {
        Client {
            inputs,
            asked: Arc::new(AtomicU64::new(FIRST_ASKED)),
        }
    }

    /// Passes on; a task that has ended needs nothing any more, and its `Closed` has said so.
    fn pass(&self, input: Input) {
        drop(self.inputs.send(input));
    }

    /// Posts, now or when there is a connection, again and again until the server has stored it or
    /// refused it: [`Event::Posted`] or [`Event::PostRefused`].
    pub fn post(&self, pending: Pending) {
        self.pass(Input::Post(pending, None));
    }

    /// Sends a request with an id of the caller's, below 2³² and not in use: [`Event::Answer`].
    /// Posts, follows and leaving have methods of their own.
    pub fn send(&self, command: Command) {
        self.pass(Input::Send(command));
    }

    /// Answers [`Event::UnknownCertificate`]: this certificate is the server's.
    pub fn accept_certificate(&self, fingerprint: Fingerprint) {
        self.pass(Input::Accept(fingerprint));
    }

    /// Answers [`Event::LoginRefused`].
    pub fn login_as(&self, nick: String, invite: Option<String>) {
        self.pass(Input::LoginAs { nick, invite });
    }

    /// Follows a conversation: all of it that lies past `after`, or only what is new. It stays
    /// followed over reconnects.
    pub fn follow(&self, conversation: ConversationId, after: Option<Seq>) {
        self.pass(Input::Follow(conversation, after));
    }

    /// Connects anew: at once instead of at the end of a wait, or giving up the connection there is.
    pub fn reconnect(&self) {
        self.pass(Input::Reconnect);
    }

    /// An id for a post: a UUIDv7.
    #[must_use]
    pub fn new_post_id() -> PostId {
        PostId(uuid::Uuid::now_v7().into_bytes())
    }

    /// Sends the request that `command` makes from an id, and waits for its answer.
    ///
    /// # Errors
    /// The server's refusal; `Code::Other` while there is no connection or when it breaks first.
    pub async fn ask(
        &self,
        command: impl FnOnce(RequestId) -> Command,
    ) -> Result<chat_core::Event, Refusal> {
        let request = RequestId(self.asked.fetch_add(1, Ordering::Relaxed));
        let (waiter, answer) = oneshot::channel();
        self.pass(Input::Ask(command(request), waiter));
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Joins a room, making it if there is none.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn join(&self, room: &str) -> Result<Conversation, Refusal> {
        let room = room.to_owned();
        opened(
            self.ask(|request| command::Join { request, room }.into())
                .await?,
        )
    }

    /// Opens the direct conversation with a person.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn direct(&self, nick: &str) -> Result<Conversation, Refusal> {
        let nick = nick.to_owned();
        opened(
            self.ask(|request| command::Direct { request, nick }.into())
                .await?,
        )
    }

    /// Posts and waits until it is stored, over reconnects if need be.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn say(&self, conversation: ConversationId, text: &str) -> Result<Seq, Refusal> {
        self.put(conversation, Body::Post(Text::new(text))).await
    }

    /// The same for anything that can be posted.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn put(&self, conversation: ConversationId, body: Body) -> Result<Seq, Refusal> {
        let pending = Pending {
            post: Client::new_post_id(),
            conversation,
            body,
        };
        let (waiter, answer) = oneshot::channel();
        self.pass(Input::Post(pending, Some(waiter)));
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// A page of a conversation's entries before or after `from`.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn history(
        &self,
        conversation: ConversationId,
        from: Seq,
        direction: Direction,
    ) -> Result<Page, Refusal> {
        let history = |request| {
            command::History {
                request,
                conversation,
                from,
                direction,
                entries_max: None,
            }
            .into()
        };
        match self.ask(history).await? {
            chat_core::Event::Page(page) => Ok(page),
            _ => Err(wrong_answer()),
        }
    }

    /// Leaves: what was posted is stored first if that is quick, then the server is told. Waits for
    /// it, but not long.
    pub async fn quit(self, text: Option<&str>) {
        self.pass(Input::Quit(text.map(Text::new)));
        // The task closes its end when it has left.
        if tokio::time::timeout(LEAVE, self.inputs.closed())
            .await
            .is_err()
        {
            tracing::warn!("left without the server's answer");
        }
    }
}

fn opened(answer: chat_core::Event) -> Result<Conversation, Refusal> {
    match answer {
        chat_core::Event::Opened(opened) => Ok(opened.conversation),
        _ => Err(wrong_answer()),
    }
}

fn wrong_answer() -> Refusal {
    Refusal::new(
        Code::Other,
        "the server's answer is not one to this request: update the older of the two",
    )
}

pub(crate) fn ended() -> Refusal {
    Refusal::new(Code::Other, "the client has ended: connect again")
}

/// What happens, in order. Read it steadily: when much is unread, the client stops reading from the
/// server, which then keeps what is to come.
#[derive(Debug)]
pub struct Events(pub(crate) mpsc::Receiver<Event>);

impl Events {
    /// The next event; `None` after [`Event::Closed`]. Cancel safe.
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }
}
