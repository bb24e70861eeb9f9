//! The terminal client of the chat, as a library: a pure application (`app`) and its drawing
//! (`view`), and the shell around them that owns sockets, clocks, files and the terminal.
//!
//! | module | owns |
//! |---|---|
//! | [`app`] | the client's state; `update(app, event) -> effects`, pure |
//! | [`view`] | `view(&app, frame)`: drawing, changes nothing |
//! | [`editor`] | the input line: readline editing by graphemes, pure |
//! | [`text`] | widths, wrapping, what a terminal can show, pure |
//! | [`cli`] | the command line, pure |
//! | [`settings`] | what `client.toml` may say |
//! | [`shell`] | performs effects: connection, cache, files, terminal, signals |
//! | [`plain`] | append-only lines: `--plain`, `send`, `tail` |

pub mod app;
pub mod cli;
pub mod editor;
pub mod plain;
pub mod settings;
pub mod shell;
pub mod text;
pub mod view;
