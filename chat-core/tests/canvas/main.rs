//! The canvas: strokes and their bytes, the picture that they give, its log and its exports.

mod any;
mod bytes;
mod draw;
mod export;
mod log;
mod snapshot;
mod vectors;
