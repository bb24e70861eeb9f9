//! What was drawn here and is not in its canvas' log yet, as far as this client knows.

use chat_core::canvas::{Act, StrokeId};
use chat_core::{ConversationId, Millis, PostId, Seq};

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnState {
    /// Not sent: the server takes so many a second.
    Waiting,
    /// On its way.
    Sent(PostId),
    /// Stored under this number; it is not drawn from the log yet.
    Stored(PostId, Seq),
}

/// An act of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// On which canvas.
    pub canvas: ConversationId,
    /// What.
    pub act: Act,
    /// When it was done.
    pub made: Millis,
    /// How far it has come.
    pub state: OwnState,
}

impl Own {
    /// The post that it was sent as.
    #[must_use]
    pub fn post(&self) -> Option<PostId> {
        match self.state {
            OwnState::Waiting => None,
            OwnState::Sent(post) | OwnState::Stored(post, _) => Some(post),
        }
    }

    /// Whether it is on its way.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        matches!(self.state, OwnState::Sent(_))
    }

    /// Whether the server has not said yet that it is stored.
    #[must_use]
    pub fn is_unstored(&self) -> bool {
        !matches!(self.state, OwnState::Stored(..))
    }

    /// The stroke that it is a piece of.
    #[must_use]
    pub fn stroke(&self) -> Option<StrokeId> {
        match &self.act {
            Act::Stroke(stroke) => Some(stroke.id()),
            _ => None,
        }
    }
}
