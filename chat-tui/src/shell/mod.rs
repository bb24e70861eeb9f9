//! The shell around the application: the only place with sockets, clocks, files and the terminal.
//! It performs what `app` decides and decides nothing about the chat itself.
//!
//! | module | owns |
//! |---|---|
//! | [`cache`] | what is kept between runs: entries, drafts, unacknowledged posts |
//! | [`dirs`] | where files are |
//! | [`door`] | between the connection and the rest: pins, the last server, the first nick |
//! | [`engine`] | the application with connection and cache |
//! | [`first`] | the form of the first start |
//! | [`home`] | what every job begins with |
//! | [`host`] | the server in this process |
//! | [`jobs`] | what each command line leads to |
//! | [`keyfile`] | the identity: one private key in one file |
//! | [`known`] | accepted certificates, last server, last nick |
//! | [`logging`] | the log file |
//! | [`look`] | what of the settings shows on the screen |
//! | [`opener`] | opens links |
//! | [`paint`] | cells to bytes, pure |
//! | [`run`] | the loop |
//! | [`signals`] | what the system tells the process |
//! | [`terminal`] | the terminal: taken, drawn on, read, given back |

pub mod cache;
pub mod dirs;
pub mod door;
pub mod engine;
pub mod first;
pub mod home;
pub mod host;
pub mod jobs;
pub mod keyfile;
pub mod known;
pub mod logging;
pub mod look;
pub mod opener;
pub mod paint;
pub mod run;
pub mod signals;
pub mod terminal;
