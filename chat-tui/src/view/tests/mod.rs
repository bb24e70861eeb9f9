//! Screens, drawn as text, and what must hold for every screen.

mod canvas;
mod connection;
mod fixture;
mod life;
mod log;
mod marks;
mod missed;
mod pictures;
mod popups;
mod properties;
mod screens;
mod trust;
