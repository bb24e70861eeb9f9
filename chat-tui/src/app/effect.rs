//! What is wanted: everything that the shell does for the application.

use chat_client::{Pending, TransferId};
use chat_core::command::Direction;
use chat_core::{AccountId, Person};
use chat_core::{
    Command, Conversation, ConversationId, Entry, File, Fingerprint, Link, Nick, PostId, Seq, Text,
};

/// Something that the application wants done. The shell performs effects in order and never
/// decides anything.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Send a request ([`chat_client::Client::send`]).
    Send(Command),
    /// Post ([`chat_client::Client::post`]). [`Store::Pending`] has been asked for before.
    Post(Pending),
    /// Keep something in the cache.
    Store(Store),
    /// Look for a page in the cache; answered by [`Event::CachedPage`](super::Event::CachedPage),
    /// in any case.
    LoadPage {
        /// Whose entries.
        conversation: ConversationId,
        /// Entries just before this one, or just after.
        from: Seq,
        /// Which.
        direction: Direction,
        /// Most entries wanted.
        entries_max: u64,
    },
    /// Look for posts that contain `query` (case folded) in the cache, newest first; answered by
    /// [`Event::Found`](super::Event::Found).
    Search {
        /// In this conversation, or in all.
        conversation: Option<ConversationId>,
        /// What to look for.
        query: String,
        /// Most entries wanted.
        entries_max: u64,
    },
    /// Send a file ([`chat_client::Client::send_file`]).
    SendFile {
        /// As it was typed: `~` is the home directory.
        path: String,
        /// Where to.
        conversation: ConversationId,
        /// What is said about it.
        caption: Text,
    },
    /// Send a text as a file.
    SendText {
        /// What the file is called.
        name: &'static str,
        /// What is in it.
        text: String,
        /// Where to.
        conversation: ConversationId,
    },
    /// Save the file of an entry where files are saved ([`chat_client::Client::save_file`]); answered
    /// by [`Event::Saving`](super::Event::Saving).
    SaveFile {
        /// Whose entry.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
        /// What it says of the file.
        file: File,
    },
    /// Fetch the file of an entry and decode the picture that it is; answered by
    /// [`Event::Picture`](super::Event::Picture), in any case but when it is dropped before.
    ShowPicture {
        /// Whose entry.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
        /// What it says of the file: at most
        /// [`FILE_BYTES_MAX`](super::pictures::FILE_BYTES_MAX).
        file: File,
    },
    /// Give up a picture that is on its way.
    DropPicture {
        /// Whose entry.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
    },
    /// Give a file up that is on its way.
    CancelTransfer(TransferId),
    /// Look how this path, as it was typed, can go on; answered by
    /// [`Event::Paths`](super::Event::Paths).
    CompletePath(String),
    /// Look whether this path, that looks like one, is a file; if so,
    /// [`Event::Probed`](super::Event::Probed).
    Probe {
        /// What stands in the input for it.
        typed: String,
        /// The path.
        path: String,
    },
    /// Put text on the clipboard (OSC 52).
    Copy(String),
    /// Open a link in whatever opens links.
    Open(String),
    /// Ring the bell and show a notification (OSC 9).
    Notify {
        /// Who and where.
        title: String,
        /// What, on one line.
        body: String,
    },
    /// The person trusts this certificate: pin it and go on.
    AcceptCertificate(Fingerprint),
    /// Try to log in with another nick.
    LoginAs {
        /// The wish.
        nick: String,
        /// The invite, where one was asked for.
        invite: Option<String>,
    },
    /// Open a conversation's canvas ([`chat_client::Client::canvas`]).
    OpenCanvas(ConversationId),
    /// Nothing more is wanted of it ([`chat_client::Client::close_canvas`]).
    CloseCanvas(ConversationId),
    /// Write a file, but never over one that is there: then its name gets a number. Answered by
    /// [`Event::Saved`](super::Event::Saved).
    Save {
        /// As it was typed; relative to the directory that the program was started in.
        path: String,
        /// What is written.
        bytes: Vec<u8>,
    },
    /// Connect now ([`chat_client::Client::reconnect`]); after
    /// [`Closed`](chat_client::Event::Closed), connect anew.
    Reconnect,
    /// Leave this server, and connect to this one; what is unsaved has been kept.
    Connect(Link),
    /// Forget a server: its certificate, when one was there, what was read there. What was written
    /// there and not sent stays.
    ForgetServer(String),
    /// Draw every cell anew: something else wrote on the terminal.
    Redraw,
    /// Leave the terminal to the shell that started this, until it is continued (SIGTSTP).
    Suspend,
    /// Save, say goodbye and end. The last effect there is.
    Quit {
        /// A parting word for others.
        text: Option<String>,
    },
}

/// Something to keep for the next start. The shell may gather several into one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Store {
    /// The store that all numbers are of. If the cache has another one, everything that it holds
    /// of this server is void: forget it. Comes at every login, before anything else.
    Epoch([u8; 16]),
    /// What the server calls itself, who the own account is and what it is called.
    Me {
        /// The server's name.
        server: String,
        /// The own account.
        account: AccountId,
        /// Its nick.
        nick: Nick,
    },
    /// A conversation as it is now (name, topic, head, read marker).
    Conversation(Conversation),
    /// A conversation that was left: it and all that belongs to it.
    Forget(ConversationId),
    /// Entries, in order.
    Entries(Vec<Entry>),
    /// Who is in a conversation.
    People(ConversationId, Vec<Person>),
    /// What was read.
    Read(ConversationId, Seq),
    /// What is typed; empty for nothing.
    Draft(ConversationId, String),
    /// Lines that were sent, oldest first, for `↑`; and how many of the conversation's are kept.
    Sent(ConversationId, Vec<String>, usize),
    /// Whether it may ring.
    Muted(ConversationId, bool),
    /// A post that is not acknowledged yet.
    Pending(Pending),
    /// A post was refused, for this reason; it stays until it is sent again or dropped.
    Refused(PostId, String),
    /// A post was acknowledged or dropped.
    PendingGone(PostId),
    /// An emoji was used; those used last come first in the list to pick from.
    EmojiUsed(String),
    /// The conversation that is on the screen.
    Current(ConversationId),
}
