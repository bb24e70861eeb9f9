//! The shell around the application: the only place with sockets, clocks, files and the terminal.
//! It performs what `app` decides and decides nothing about the chat itself.
//!
//! | module | owns |
//! |---|---|
//! | [`cache`] | what is kept between runs: entries, drafts, unacknowledged posts |
//! | [`dirs`] | where files are |
//! | [`keyfile`] | the identity: one private key in one file |
//! | [`known`] | accepted certificates, last server, last nick |
//! | [`logging`] | the log file |
//! | [`paint`] | cells to bytes, pure |
//! | [`terminal`] | the terminal: taken, drawn on, read, given back |

pub mod cache;
pub mod dirs;
pub mod keyfile;
pub mod known;
pub mod logging;
pub mod paint;
pub mod terminal;
