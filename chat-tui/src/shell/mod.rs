//! The shell around the application: the only place with sockets, clocks, files and the terminal.
//! It performs what `app` decides and decides nothing about the chat itself.
//!
//! | module | owns |
//! |---|---|
//! | [`cache`] | what is kept between runs: entries, drafts, unacknowledged posts |
//! | [`data`] | the data directory: key, pins, last server, log |
//! | [`door`] | between the connection and the rest: pins, the last server, the first nick |
//! | [`engine`] | the application with connection and cache |
//! | [`files`] | where files are sent from and saved to |
//! | [`first`] | the form of the first start |
//! | [`host`] | the server in this process |
//! | [`jobs`] | what each command line leads to |
//! | [`look`] | what of the settings shows on the screen |
//! | [`opener`] | opens links |
//! | [`paint`] | cells to bytes, pure |
//! | [`pictures`] | pictures of files: decoded, and drawn in the terminal's own way |
//! | [`run`] | the loop |
//! | [`save`] | writes files beside those that are there |
//! | [`signals`] | what the system tells the process |
//! | [`switch`] | going from one server to another |
//! | [`terminal`] | the terminal: taken, drawn on, read, given back |

pub mod cache;
pub mod data;
pub mod door;
pub mod engine;
pub mod files;
pub mod first;
pub mod host;
pub mod jobs;
pub mod look;
pub mod opener;
pub mod paint;
pub mod pictures;
pub mod run;
pub mod save;
pub mod signals;
pub mod switch;
pub mod terminal;
