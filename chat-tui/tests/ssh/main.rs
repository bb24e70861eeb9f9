//! The client in an ssh session: a real `sshd` on loopback, a real `ssh` in a PTY, the server in
//! this process. What is drawn is read back from a terminal emulator; no keystroke, signal or
//! escape sequence takes a shortcut.
//!
//! Where OpenSSH is not installed, or can't be used, the tests say so and pass; with
//! `CHAT_TEST_SSH=required` in the environment they fail.

#![cfg(unix)]

mod ending;
mod needs;
mod screen;
mod sshd;
mod terminal;
mod visit;
mod world;
