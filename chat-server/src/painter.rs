//! The painter: one thread that draws the pictures which replace old strokes. It reads what is
//! committed, on a connection of its own, and tells the hub; it decides nothing and writes nothing.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use chat_core::canvas::{Board, Picture};
use chat_core::{Body, Entry, Seq};

use crate::hub::{Input, Paint, Painted};
use crate::journal::{Reader, ToHub};

/// Draws until nobody is left who could ask. The queue holds at most one picture of each canvas: the
/// hub asks for the next when it has this one.
pub(crate) fn run(mut reader: Reader, wanted: &Receiver<Paint>, hub: &Sender<ToHub>) {
    while let Ok(paint) = wanted.recv() {
        let picture = match reader.canvas(paint.canvas) {
            Ok(canvas) => Some(draw(canvas, paint.up_to)),
            Err(error) => {
                tracing::error!(canvas = paint.canvas.0, %error, "a canvas could not be read");
                None
            }
        };
        let painted = Painted {
            canvas: paint.canvas,
            picture,
        };
        // A hub that has stopped decides nothing more.
        let _ = hub.send(ToHub::Input(Input::Painted(painted)));
    }
}

/// What the store holds of a canvas.
#[derive(Debug)]
pub struct Stored {
    /// Up to where it is merged.
    pub base: Seq,
    /// The picture of that.
    pub picture: Picture,
    /// The entries behind it, in order.
    pub tail: Vec<Entry>,
}

/// The picture with all entries up to `up_to`, or some further that nothing can change either.
pub fn draw(canvas: Stored, up_to: Seq) -> (Seq, Arc<[u8]>) {
    let mut board = Board::new(canvas.base, canvas.picture);
    let mut tail = canvas.tail.into_iter().peekable();
    while tail.peek().is_some() {
        // What one version doesn't know changes nothing in its picture.
        while let Some(entry) = tail.next_if(|entry| !matches!(entry.body, Body::Draw(_))) {
            board.skip(entry.seq, entry.at);
        }
        let acts = std::iter::from_fn(|| tail.next_if(|entry| matches!(entry.body, Body::Draw(_))));
        board.apply_all(acts.filter_map(|entry| match entry.body {
            Body::Draw(act) => Some((entry.seq, entry.author, entry.at, act)),
            _ => None,
        }));
    }
    if board.base() < up_to {
        board.merge_to(up_to);
    }
    (board.base(), board.base_picture().to_snapshot().into())
}
