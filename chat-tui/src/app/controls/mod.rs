//! What a person can do: the table of keys, the table of slash commands, what Tab completes, and the
//! help that both tables make. Nothing here does it.

pub mod action;
pub mod command;
pub mod completion;
pub mod drawing;
pub mod help;
pub mod keymap;
pub mod path;
pub mod smileys;
