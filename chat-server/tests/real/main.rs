//! Tests with a real server, over real TLS and sockets on loopback.

mod canvas;
mod common;
mod edits;
mod faults;
mod files;
mod process;
mod raw;
#[cfg(unix)]
mod status;
mod strangers;
mod talk;
