//! Why something may not be added to a canvas.

use crate::canvas::StrokeId;
use crate::canvas::limits::UNRESET_MS;

/// Why an act may not be added. The sentences are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// An undo by somebody who has drawn nothing that can be undone.
    #[error("there is no stroke of yours left that can be undone")]
    NothingToUndo,
    /// An undo of a stroke that is not one's newest.
    #[error("strokes are undone from the newest on: stroke {newest} comes first")]
    NotNewest {
        /// The stroke that can be undone.
        newest: StrokeId,
    },
    /// An undo of a stroke that is undone.
    #[error("that stroke is undone already")]
    UndoneAlready,
    /// A first piece with the number of another stroke.
    #[error("another stroke of yours has that number: choose a new one")]
    IdInUse,
    /// A further piece of a stroke that is undone or has become part of the picture.
    #[error("the stroke that this continues is undone or long finished: begin a new one")]
    NothingToContinue,
    /// A reset of what was just reset.
    #[error("the canvas is empty already")]
    EmptyAlready,
    /// An unreset of something that is no reset, or undone, or merged.
    #[error("there is no such reset to be taken back")]
    NoSuchReset,
    /// An unreset of a reset that another followed.
    #[error("the canvas was reset again since: take that back first")]
    ResetSince,
    /// An unreset too late.
    #[error("a reset can be taken back for {} seconds: it is too late now", UNRESET_MS / 1_000)]
    TooLate,
}
