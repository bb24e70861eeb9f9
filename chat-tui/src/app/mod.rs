//! The client's state and everything it decides. Owns [`App`] and the pure
//! `update(app, event) -> effects`; it never reads a clock, never makes a random number, never
//! touches a socket, a file or the terminal, and never draws.
//!
//! | module | owns |
//! |---|---|
//! | [`model`] | [`App`]: what the client knows, and what is open |
//! | [`conversation`] | one conversation: its log, roster, draft, scroll position, unread counts |
//! | [`log`] | entries in order, the gaps between them, what happened beside them |
//! | [`aside`] | who came and went beside the log, folded |
//! | [`roster`] | who is there, in the order in which it is shown |
//! | [`layout`], [`rows`] | where everything is on the screen: for drawing, scrolling and clicks |
//! | [`action`], [`keymap`] | what a key means: the one table of keys |
//! | [`command`], [`help`] | the one table of slash commands, and both tables as text |
//! | [`completion`], [`mention`] | what Tab makes of a word; whether a text names somebody |
//! | [`popup`], [`reader`] | what lies over the screen and takes the keys; its rows to read |
//! | [`request`] | what was asked of the server and not answered yet |
//! | [`mod@update`] | what an event does to the state, and what is wanted for it |
//! | [`event`], [`effect`] | what happened, what is wanted |

pub mod action;
pub mod aside;
pub mod command;
pub mod completion;
pub mod conversation;
pub mod effect;
pub mod event;
pub mod help;
pub mod keymap;
pub mod layout;
pub mod log;
pub mod mention;
pub mod model;
pub mod popup;
pub mod reader;
pub mod request;
pub mod roster;
pub mod rows;
pub mod update;

#[cfg(test)]
mod tests;

pub use conversation::{ConversationView, Scroll};
pub use effect::{Effect, Store};
pub use event::Event;
pub use log::Log;
pub use model::App;
pub use popup::Popup;
pub use update::update;
