//! Screens, drawn as text.

mod fixture;
mod screens;
