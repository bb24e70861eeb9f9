//! Tests with a real server, over real TLS and sockets on loopback.

mod common;
mod faults;
mod strangers;
mod talk;
