//! What the client knows: data and what follows from it alone. Nothing here decides what happens.

pub mod aside;
pub mod canvas;
mod connection;
pub mod conversation;
pub mod files;
pub mod log;
pub mod marks;
pub mod mention;
pub mod menu;
pub mod missed;
pub mod model;
pub mod pictures;
pub mod popup;
mod post_ids;
pub mod promise;
pub mod request;
pub mod roster;
pub mod security;
pub mod servers;
