//! The program in pipes: `send`, `tail` and `--plain` against a real server over real TLS. One
//! binary, so that it is linked once. Signals and terminals are Unix's here.

#![cfg(unix)]

mod away;
mod canvas;
mod chat;
mod common;
mod files;
mod scripts;
mod servers;
mod terminal;
