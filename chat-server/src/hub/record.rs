//! What is kept: every change of the durable state, as it goes to the journal.

use std::sync::Arc;

use super::holdings::FileRecord;
use chat_core::{AccountId, ConversationId, Entry, Millis, Nick, PublicKey, RoomName, Seq, Text};

/// One change of the durable state. Applying the same records in the same order to an empty
/// [`State`](super::State) gives the same state: a restart is that.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A new account.
    Account {
        /// Its number.
        id: AccountId,
        /// Itself.
        key: PublicKey,
        /// When it was made.
        at: Millis,
    },
    /// An account has another nick, or none: its nick was given away.
    Nick {
        /// Whose.
        account: AccountId,
        /// Which.
        nick: Option<Nick>,
    },
    /// When an account was last here.
    Seen {
        /// Who.
        account: AccountId,
        /// When.
        at: Millis,
    },
    /// An account that is here is away, or back. Goes the way of all changes, so that it is undone
    /// with them, but is kept only as long as the server runs.
    Away {
        /// Who.
        account: AccountId,
        /// Why, empty for no reason; `None` for back.
        text: Option<Text>,
    },
    /// A new room.
    Room {
        /// Its number.
        id: ConversationId,
        /// Its name.
        name: RoomName,
    },
    /// A new direct conversation.
    Direct {
        /// Its number.
        id: ConversationId,
        /// The lower account.
        a: AccountId,
        /// The higher account.
        b: AccountId,
    },
    /// A new canvas.
    Canvas {
        /// Its number.
        id: ConversationId,
        /// Whose it is.
        parent: ConversationId,
    },
    /// Entries of a canvas are replaced by a picture.
    Merged {
        /// Which canvas.
        canvas: ConversationId,
        /// The last of them.
        base: Seq,
        /// The picture, as it stands on the wire.
        picture: Arc<[u8]>,
    },
    /// An account is in a conversation.
    Joined {
        /// Which.
        conversation: ConversationId,
        /// Who.
        account: AccountId,
        /// Where its read marker starts.
        read: Seq,
    },
    /// An account is no longer in a conversation.
    Parted {
        /// Which.
        conversation: ConversationId,
        /// Who.
        account: AccountId,
    },
    /// A read marker moved forward.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        account: AccountId,
        /// To where.
        seq: Seq,
    },
    /// Something about files.
    File(FileRecord),
    /// A conversation's next entry.
    Entry(Arc<Entry>),
}
