//! The canvas: strokes and their bytes, the picture that they give, and its log.

mod any;
mod bytes;
mod draw;
mod log;
mod snapshot;
