//! The log of a canvas: what may be added to it, what may be merged, and what it shows.
//!
//! A stroke begins with its first piece. Its author can take it away while it is *open*: among the
//! last [`KEEP_ENTRIES`] entries or younger than [`KEEP_MS`], and in any case among the last
//! [`TAIL_ENTRIES`]. What is no longer open never changes again, whatever is added; so it can be
//! merged into the base picture, and everybody may merge when they like: who merges earlier or
//! later sees the same. That makes merging independent of how strokes, undos and resets overlap,
//! and the tail is never longer than [`TAIL_ENTRIES`] after it.
//!
//! [`KEEP_ENTRIES`]: super::limits::KEEP_ENTRIES
//! [`KEEP_MS`]: super::limits::KEEP_MS
//! [`TAIL_ENTRIES`]: super::limits::TAIL_ENTRIES

mod board;
mod error;
mod marks;

pub use board::Board;
pub use error::ActError;
pub use marks::Marks;
