//! The program in real terminals: people who talk, in any size; what a terminal looks like
//! afterwards; what is said when something is wrong.
#![cfg(unix)]

mod away;
mod canvas;
mod changes;
mod clicks;
mod costs;
mod emoji;
mod ends;
mod files;
mod keeps;
mod margins;
mod people;
mod pictures;
mod recall;
mod rig;
mod servers;
mod starts;
mod talk;
mod terminal;
