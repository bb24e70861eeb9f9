//! The way of a pen or an eraser while it is down: points go in as the pointer moves, pieces of the
//! stroke come out as often as its owner sends. Knows no time: who sends fifteen pieces a second
//! takes one fifteen times a second.

use super::limits::{STROKE_POINTS, STROKE_STEPS};
use super::stroke::{Colour, Part, Point, Shape, Size, Stroke, StrokeId, Tool};

/// Most points that wait to be taken; more push the pointer's way together. Forty pieces, so a
/// second and a half at the slowest sending.
const WAITING: usize = 40 * STROKE_POINTS;

/// A stroke that is being drawn.
#[derive(Debug, Clone)]
pub struct Trail {
    id: StrokeId,
    eraser: bool,
    colour: Colour,
    size: Size,
    part: Part,
    /// Starts with the last point that was taken, unless nothing was.
    points: Vec<Point>,
}

impl Trail {
    /// Puts the tool down at `first`: [`Tool::Eraser`], or a pen for any other.
    #[must_use]
    pub fn new(id: StrokeId, tool: Tool, colour: Colour, size: Size, first: Point) -> Trail {
        Trail {
            id,
            eraser: tool == Tool::Eraser,
            colour,
            size,
            part: Part::First,
            points: vec![first],
        }
    }

    /// The stroke's number.
    #[must_use]
    pub fn id(&self) -> StrokeId {
        self.id
    }

    /// The pointer is at `point` now.
    pub fn add(&mut self, point: Point) {
        let last = *self.points.last().expect("a trail has a first point");
        if point == last {
            return;
        }
        if self.points.len() >= WAITING {
            self.points.pop();
        }
        self.points.push(point);
    }

    /// The next piece, if there is something to send.
    pub fn take(&mut self) -> Option<Stroke> {
        if self.part == Part::Next && self.points.len() < 2 {
            return None;
        }
        let mut steps = 0;
        let fits = |pair: &&[Point]| {
            steps += pair[0].steps_to(pair[1]);
            steps <= STROKE_STEPS
        };
        let taken = 1 + self
            .points
            .windows(2)
            .take(STROKE_POINTS - 1)
            .take_while(fits)
            .count();
        let piece = self.points[..taken].to_vec();
        self.points.drain(..taken - 1);
        let part = std::mem::replace(&mut self.part, Part::Next);
        let shape = if self.eraser {
            Shape::Eraser(piece)
        } else {
            Shape::Pen(piece)
        };
        let stroke = Stroke::new(self.id, part, self.colour, self.size, shape);
        Some(stroke.expect("cut to the limits just above"))
    }
}
