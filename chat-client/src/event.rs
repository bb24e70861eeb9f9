//! What a client tells its program. Not to be mixed up with [`chat_core::Event`], what a server
//! says: many of those end here, and connecting is told here only.

use std::time::Duration;

use chat_core::event::{RosterChange, Welcome};
use chat_core::{
    Conversation, ConversationId, Entry, Fingerprint, Person, PostId, Refusal, RequestId, Seq,
};

use crate::config::Pending;
use crate::error::Error;
use crate::transfer::Transfer;

/// Something has happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A connection is being made; the first attempt is 1.
    Connecting {
        /// Counts since the connection was last good.
        attempt: u32,
    },
    /// Nothing says that this certificate is the server's: no fingerprint in the link, none pinned,
    /// no authority that this machine trusts. Nothing has been sent. Show it and answer with
    /// [`Client::accept_certificate`](crate::Client::accept_certificate), or drop the client.
    UnknownCertificate {
        /// What a person compares with what the host says.
        fingerprint: Fingerprint,
    },
    /// The connection is private and the server is the right one. One that was accepted by a person
    /// is worth keeping for [`Config::pin`](crate::Config::pin); one that an authority vouches for
    /// is not (it changes when it is renewed).
    Secured {
        /// The server's certificate; `None` on plain TCP.
        fingerprint: Option<Fingerprint>,
    },
    /// The server wants another nick or an invite. Answer with
    /// [`Client::login_as`](crate::Client::login_as), however long that takes.
    LoginRefused(Refusal),
    /// Logged in.
    Online {
        /// What the server said.
        welcome: Welcome,
        /// Whether this is another store than last time: every number kept from before is void.
        new_epoch: bool,
    },
    /// The connection is lost; it is tried again without being asked.
    Offline {
        /// For people.
        why: String,
        /// When. [`Client::reconnect`](crate::Client::reconnect) tries at once.
        retry_in: Duration,
    },
    /// A conversation that the account is in: each at login, and new ones as they are opened, by
    /// this session too (then before its [`Event::Answer`]).
    Announced(Conversation),
    /// Each conversation has been announced.
    Ready,
    /// An entry of a followed conversation: in order, each once, without holes.
    Entry(Entry),
    /// These entries are not sent, because there are many: ask for them as history when they are
    /// wanted. The next entry of this conversation is `before`.
    Skipped {
        /// Where.
        conversation: ConversationId,
        /// The last one held.
        after: Seq,
        /// The first one that comes.
        before: Seq,
    },
    /// A post is stored.
    Posted {
        /// Which.
        post: PostId,
        /// Where.
        conversation: ConversationId,
        /// Its place there.
        seq: Seq,
    },
    /// A post is not stored, and won't be sent again.
    PostRefused {
        /// Which.
        pending: Pending,
        /// Why.
        refusal: Refusal,
    },
    /// The answer to a command given with [`Client::send`](crate::Client::send).
    Answer {
        /// The caller's number.
        request: RequestId,
        /// What the server said. `Code::Other` when it could not be asked.
        answer: Result<chat_core::Event, Refusal>,
    },
    /// Who is in a followed conversation, whole: replaces what was told before.
    Roster {
        /// Where.
        conversation: ConversationId,
        /// By account.
        people: Vec<Person>,
    },
    /// One row of a roster that was told whole is different.
    RosterChanged {
        /// Where.
        conversation: ConversationId,
        /// What.
        change: RosterChange,
    },
    /// Another session of the account has read up to here.
    ReadMarker {
        /// Where.
        conversation: ConversationId,
        /// The last entry that was read.
        seq: Seq,
    },
    /// The account is no longer in this conversation.
    Left {
        /// Which.
        conversation: ConversationId,
    },
    /// A file is on its way, or has come to its end.
    Transfer(Transfer),
    /// The canvas of a conversation, asked for with [`Client::canvas`](crate::Client::canvas); again when
    /// the entries that were missed are not kept one by one any more. The entry of the canvas that comes
    /// next is the one behind `seq`.
    Canvas {
        /// The canvas, a conversation of its own: strokes are posted there.
        canvas: Conversation,
        /// Whose canvas it is.
        parent: ConversationId,
        /// The picture holds every entry up to this one.
        seq: Seq,
        /// The picture as the protocol writes it; empty for an empty one.
        picture: Vec<u8>,
    },
    /// A canvas is not followed any more, or can't be.
    CanvasClosed {
        /// Whose canvas it is.
        parent: ConversationId,
        /// Why.
        refusal: Refusal,
    },
    /// What the account is called and shown as from here on.
    Me(Person),
    /// How long a ping took.
    Latency(Duration),
    /// The last event.
    Closed(Error),
}
