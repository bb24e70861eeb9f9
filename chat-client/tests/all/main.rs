//! The client as its programs use it: against a real server over TLS, and against one that does what
//! a test tells it to.

mod bot;
mod canvas;
mod fake;
mod files;
mod host;
mod person;
mod proxy;
mod scripted;
mod server;
