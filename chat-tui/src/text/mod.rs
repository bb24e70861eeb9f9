//! What a terminal can show, and how wide it is. Pure.
//!
//! A terminal, ratatui's buffer and the `unicode-width` tables disagree about emoji sequences,
//! lone combining marks and invisible characters, and each disagreement breaks a border. So text
//! goes through [`shown`] first: afterwards every [`cells`] unit is one or two columns wide for
//! all of them. Widths are summed over those units, as ratatui draws them; the width of a whole
//! string may differ (Arabic ligatures).
//!
//! It never decides what a message may contain (that is `chat_core::text`), nor any colour.

mod cells;
mod shown;

pub use cells::{Cells, cells, fit, width};
pub use shown::{Emoji, TAB, shown, shown_line};
