//! Arbitrary strokes.

use chat_core::canvas::limits::{HEIGHT, SIZE_MAX, WIDTH};
use chat_core::canvas::{Colour, Part, Point, Shape, Size, Stroke, StrokeId};
use proptest::prelude::*;

pub(crate) fn point() -> impl Strategy<Value = Point> {
    (0..WIDTH, 0..HEIGHT).prop_map(|(x, y)| Point::new(x, y).expect("inside"))
}

/// A way of a pointer: mostly short steps.
fn points() -> impl Strategy<Value = Vec<Point>> {
    let step = prop_oneof![
        8 => (-7..=7i32, -7..=7i32),
        4 => (-40..=40i32, -20..=20i32),
        1 => (-320..=320i32, -192..=192i32),
    ];
    (point(), prop::collection::vec(step, 0..12)).prop_map(|(first, steps)| {
        let mut points = vec![first];
        for (dx, dy) in steps {
            let last = points[points.len() - 1];
            points.push(Point::nearest(
                i32::from(last.x()) + dx,
                i32::from(last.y()) + dy,
            ));
        }
        points
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let two = || (point(), point());
    prop_oneof![
        4 => points().prop_map(Shape::Pen),
        2 => points().prop_map(Shape::Eraser),
        1 => two().prop_map(|(a, b)| Shape::Line(a, b)),
        1 => two().prop_map(|(a, b)| Shape::Rectangle(a, b)),
        1 => two().prop_map(|(a, b)| Shape::FilledRectangle(a, b)),
        1 => two().prop_map(|(a, b)| Shape::Ellipse(a, b)),
        2 => point().prop_map(Shape::Fill),
        1 => (point(), "[a-zA-Zäßéλあ☃ж]{1,64}").prop_map(|(at, text)| Shape::Text(at, text)),
    ]
}

pub(crate) fn part() -> impl Strategy<Value = Part> {
    prop_oneof![3 => Just(Part::First), 1 => Just(Part::Next)]
}

/// A stroke of this id and part.
pub(crate) fn stroke_of(id: StrokeId, part: Part) -> impl Strategy<Value = Stroke> {
    (1..=16u8, 1..=SIZE_MAX, shape()).prop_map(move |(colour, size, shape)| {
        let colour = Colour::new(colour).expect("a colour");
        let size = Size::new(size).expect("a size");
        Stroke::new(id, part, colour, size, shape).expect("within the limits")
    })
}

pub(crate) fn stroke() -> impl Strategy<Value = Stroke> {
    let id = prop_oneof![0..200u32, any::<u32>()];
    (id, part()).prop_flat_map(|(id, part)| stroke_of(StrokeId(id), part))
}
