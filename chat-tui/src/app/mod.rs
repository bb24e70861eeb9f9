//! The client's state and everything it decides. Owns [`App`] and the pure
//! `update(app, event) -> effects`; it never reads a clock, never makes a random number, never
//! touches a socket, a file or the terminal, and never draws.
//!
//! | module | owns |
//! |---|---|
//! | [`model`] | [`App`]: what the client knows, and what is open |
//! | [`conversation`] | one conversation: its log, roster, draft, scroll position, unread counts |
//! | [`log`], [`aside`] | entries in order and the gaps between them; who came and went beside them |
//! | [`marks`] | what edits, deletions and reactions make of entries |
//! | [`roster`], [`mention`] | who is there, in the order in which it is shown; whom a text names |
//! | [`promise`] | that what is written to somebody who is not there is delivered later |
//! | [`security`], [`servers`] | whether the connection is private; which servers are known |
//! | [`popup`] | what lies over the screen and takes the keys |
//! | [`menu`], [`missed`] | lists of lines to pick from; what happened while one was away |
//! | [`canvas`] | what is drawn together, and what is drawn with |
//! | [`request`] | what was asked of the server and not answered yet |
//! | [`files`], [`pictures`] | files on their way; pictures of files that somebody asked for |
//! | [`action`], [`drawing`], [`keymap`] | what a key means: the one table of keys |
//! | [`command`], [`completion`], [`path`] | the one table of slash commands; what Tab makes of a word; paths as they are typed |
//! | [`smileys`] | `:)` as an emoji |
//! | [`help`] | both tables as text |
//! | [`layout`], [`canvas_pane`], [`dialog`], [`status`], [`offer`], [`rows`], [`reader`] | where everything is: for drawing, scrolling and clicks |
//! | [`options`] | what of the settings it goes by |
//! | [`event`], [`effect`] | what happened, what is wanted |
//! | [`mod@update`] | what an event does to the state, and what is wanted for it |

mod controls;
pub mod effect;
pub mod event;
pub mod options;
mod screen;
mod state;
pub mod update;

#[cfg(test)]
mod tests;

pub use controls::{action, command, completion, drawing, help, keymap, path, smileys};
pub use effect::{Effect, Store};
pub use event::Event;
pub use screen::canvas as canvas_pane;
pub use screen::menu as menu_rows;
pub use screen::{dialog, layout, offer, reader, rows, status};
pub use state::{
    aside, canvas, conversation, files, log, marks, mention, menu, missed, model, pictures, popup,
    promise, request, roster, security, servers,
};

pub use conversation::{ConversationView, Scroll};
pub use log::Log;
pub use model::App;
pub use options::Options;
pub use popup::Popup;
pub use update::update;
