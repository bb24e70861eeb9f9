//! What the hand is doing on a canvas between putting a tool down and lifting it.

use chat_core::canvas::{Colour, Part, Point, Shape, Size, Stroke, StrokeId, Tool, Trail};

use crate::editor::Editor;

/// What moves the hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A button that is held.
    Mouse,
    /// Arrow keys.
    Keys,
}

/// What the hand is doing.
#[derive(Debug, Clone, Default)]
pub enum Hand {
    /// Nothing.
    #[default]
    Idle,
    /// A pen or an eraser is down.
    Down {
        /// Its way.
        trail: Trail,
        /// Whether some of the way has not been sent.
        fresh: bool,
        /// What moves it.
        by: By,
    },
    /// The first of a shape's two points is set.
    From {
        /// Where.
        from: Point,
        /// What sets the second.
        by: By,
    },
    /// Letters are typed.
    Lettering {
        /// Where the text begins: its top left corner.
        at: Point,
        /// What is typed.
        text: Editor,
    },
}

impl Hand {
    /// Whether it does nothing.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self, Hand::Idle)
    }

    /// Whether it is moved by this.
    #[must_use]
    pub fn is_moved(&self, wanted: By) -> bool {
        matches!(self, Hand::Down { by, .. } | Hand::From { by, .. } if *by == wanted)
    }

    /// Whether a pen or an eraser is down.
    #[must_use]
    pub fn is_pen(&self) -> bool {
        matches!(self, Hand::Down { .. })
    }

    /// Whether a part of a pen's way waits to be sent.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        matches!(self, Hand::Down { fresh: true, .. })
    }

    /// What it would draw if it stopped at `to`, beyond what was sent.
    #[must_use]
    pub fn preview(&self, tool: Tool, colour: Colour, size: Size, to: Point) -> Vec<Stroke> {
        match self {
            Hand::Idle => Vec::new(),
            Hand::Down { trail, .. } => {
                let mut rest = trail.clone();
                std::iter::from_fn(|| rest.take()).collect()
            }
            Hand::From { from, .. } => {
                let shape = shape(tool, *from, to);
                shape.map_or_else(Vec::new, |shape| one(colour, size, shape))
            }
            Hand::Lettering { at, text } => {
                one(colour, size, Shape::Text(*at, text.text().to_owned()))
            }
        }
    }
}

fn one(colour: Colour, size: Size, shape: Shape) -> Vec<Stroke> {
    // A text that is empty so far is none.
    let stroke = Stroke::new(StrokeId(0), Part::First, colour, size, shape);
    stroke.into_iter().collect()
}

/// The shape that a tool draws between two points; nothing for tools that need other than two.
#[must_use]
pub(in crate::app) fn shape(tool: Tool, from: Point, to: Point) -> Option<Shape> {
    match tool {
        Tool::Line => Some(Shape::Line(from, to)),
        Tool::Rectangle => Some(Shape::Rectangle(from, to)),
        Tool::FilledRectangle => Some(Shape::FilledRectangle(from, to)),
        Tool::Ellipse => Some(Shape::Ellipse(from, to)),
        Tool::Pen | Tool::Eraser | Tool::Fill | Tool::Text => None,
    }
}
