//! What was asked of the server and not answered yet. Every request has an id, a reason and a place
//! where its text goes back to if it is refused: nothing typed is lost.

use chat_core::command::Direction;
use chat_core::{ConversationId, Seq};

/// Why a request was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Something a person typed or picked.
    Line(Line),
    /// A page of history.
    History {
        /// Whose.
        conversation: ConversationId,
        /// From where.
        from: Seq,
        /// In which direction.
        direction: Direction,
    },
    /// The read marker moves; nobody waits for the answer.
    Read {
        /// Whose.
        conversation: ConversationId,
        /// To where.
        seq: Seq,
    },
    /// A page of what was missed, to be looked through.
    Missed {
        /// Whose.
        conversation: ConversationId,
        /// Entries before this one.
        before: Seq,
    },
    /// A page of the room list, for the picker that is open.
    Rooms,
}

/// A request that a person made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What for.
    pub what: Asks,
    /// What to put back into the input if it is refused; empty if nothing was typed.
    pub typed: String,
    /// Where it was typed.
    pub conversation: Option<ConversationId>,
}

/// What a person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// A room, which is shown when it is joined.
    Join,
    /// The direct conversation with somebody, which is shown, and a text for it.
    Direct {
        /// What is posted there.
        text: Option<String>,
    },
    /// To leave a room.
    Part,
    /// Another nick.
    Nick,
    /// Another topic.
    Topic,
    /// Away or back.
    Presence {
        /// What to say when it is done.
        done: &'static str,
    },
    /// Who somebody is.
    Who,
}
