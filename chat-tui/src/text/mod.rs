//! What a terminal can show, and how wide it is. Pure.
//!
//! A terminal, ratatui's buffer and the `unicode-width` tables disagree about emoji sequences,
//! lone combining marks and invisible characters, and each disagreement breaks a border. So text
//! goes through [`shown`] first: afterwards every unit of [`cells`] is one or two columns wide for
//! all of them. Widths are summed over those units, as ratatui draws them; the tables' width of a
//! whole string may differ (Arabic ligatures).
//!
//! It never decides what a message may contain (that is `chat_core::text`), nor any colour.

mod cells;
mod links;
mod shown;
#[cfg(test)]
pub(crate) mod tests;
mod wrap;

pub use cells::{Cells, cells, fit, width};
pub use links::{links, segments};
pub use shown::{Emoji, TAB, shown, shown_line};
pub use wrap::wrap;
