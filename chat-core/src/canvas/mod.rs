//! The canvas of a conversation: a drawing that everybody in it draws on together.
//!
//! A canvas is a log like any other, whose entries are [`Act`]s. The same acts in the same order
//! give the same [`Picture`] everywhere: a fixed grid, integer arithmetic, one font. What is old is
//! merged into a base picture, so that the log has an end. The rules are in `docs/protocol.md`
//! ("Canvas"), to the pixel.
//!
//! | module | owns |
//! |---|---|
//! | [`limits`] | the grid, and how much one stroke may be |
//! | [`stroke`], `bytes` | strokes, valid by construction, and their bytes |
//! | [`trail`] | points of a pointer that moves, cut into pieces of a stroke |
//! | [`picture`], `draw`, `snapshot` | pixels, the tools, and a picture as bytes |
//! | [`log`] | what may be undone and merged ([`Marks`]); a picture that follows the log ([`Board`]) |
//! | [`export`] | PNG, SVG, characters in a pane of any size |
//!
//! *Never*: entries of the wire, accounts' names, terminals' colours.

mod bytes;
mod draw;
pub mod export;
pub mod limits;
pub mod log;
pub mod picture;
mod snapshot;
pub mod stroke;
pub mod trail;

pub use log::{ActError, Board, Marks};
pub use picture::Picture;
pub use snapshot::SnapshotError;
pub use stroke::{Colour, Part, Point, Shape, Size, Stroke, StrokeError, StrokeId, Tool};
pub use trail::Trail;

use crate::id::Seq;

/// What an entry of a canvas' log does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Draws a stroke or a piece of one.
    Stroke(Stroke),
    /// Takes one's own stroke away.
    Undo(StrokeId),
    /// Empties the canvas.
    Reset,
    /// Takes the reset with this sequence number back.
    Unreset(Seq),
}
