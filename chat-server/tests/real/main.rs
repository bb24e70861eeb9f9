//! Tests with a real server, over real TLS and sockets on loopback.

mod common;
mod faults;
#[cfg(unix)]
mod status;
mod strangers;
mod talk;
