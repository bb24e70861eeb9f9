//! The application, driven by scripts: what people type and servers say, and what must follow. See
//! `script` for the words.

mod arrival;
mod canvas;
mod changing;
mod clear;
mod completion;
mod connection;
mod conversations;
mod emoji;
mod files;
mod history;
mod layout;
mod marks;
mod missed;
mod mouse;
mod options;
mod pictures;
mod posting;
mod promise;
mod properties;
mod reading;
mod render;
mod requests;
mod script;
mod select;
mod servers;
mod tables;
mod world;

use script::check;
