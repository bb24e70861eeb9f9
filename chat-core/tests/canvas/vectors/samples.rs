//! What the golden vectors of the canvas are made of.

use chat_core::Seq;
use chat_core::canvas::{Act, Colour, Part, Point, Shape, Size, Stroke, StrokeId};

pub(crate) fn at(x: u16, y: u16) -> Point {
    Point::new(x, y).expect("inside")
}

pub(crate) fn stroke(id: u32, part: Part, colour: u8, size: u8, shape: Shape) -> Stroke {
    let colour = Colour::new(colour).expect("a colour");
    let size = Size::new(size).expect("a size");
    Stroke::new(StrokeId(id), part, colour, size, shape).expect("a stroke")
}

pub(crate) fn first(id: u32, colour: u8, size: u8, shape: Shape) -> Stroke {
    stroke(id, Part::First, colour, size, shape)
}

pub(crate) fn strokes() -> Vec<(&'static str, Stroke)> {
    let points = |points: &[(u16, u16)]| points.iter().map(|(x, y)| at(*x, *y)).collect();
    let way = [
        (300, 20),
        (293, 27),
        (300, 28),
        (269, 13),
        (0, 191),
        (300, 191),
    ];
    let mut samples = vec![
        ("a dot", first(0, 1, 1, Shape::Pen(points(&[(0, 0)])))),
        (
            "a dot in the last corner",
            first(127, 16, 1, Shape::Pen(points(&[(319, 191)]))),
        ),
        (
            "every form of a step",
            stroke(300, Part::Next, 3, 2, Shape::Pen(points(&way))),
        ),
        (
            "a flat step",
            first(
                1,
                5,
                1,
                Shape::Pen(points(&[(2, 2), (9, 4), (9, 9), (4, 2)])),
            ),
        ),
        (
            "an eraser",
            first(1 << 14, 1, 5, Shape::Eraser(points(&[(5, 5), (12, 9)]))),
        ),
        (
            "the largest id",
            first(u32::MAX, 2, 1, Shape::Line(at(30, 3), at(10, 18))),
        ),
        (
            "a line, broad",
            first(9, 2, 4, Shape::Line(at(0, 0), at(31, 15))),
        ),
        (
            "a line back, as broad",
            first(9, 2, 4, Shape::Line(at(31, 15), at(0, 0))),
        ),
        (
            "a rectangle",
            first(9, 12, 3, Shape::Rectangle(at(40, 30), at(8, 12))),
        ),
        (
            "a rectangle of one pixel",
            first(9, 12, 1, Shape::Rectangle(at(4, 3), at(4, 3))),
        ),
        (
            "a filled rectangle",
            first(9, 4, 1, Shape::FilledRectangle(at(9, 9), at(2, 20))),
        ),
        (
            "an ellipse",
            first(9, 6, 1, Shape::Ellipse(at(0, 0), at(40, 25))),
        ),
        (
            "an ellipse, even and broad",
            first(9, 6, 2, Shape::Ellipse(at(3, 3), at(32, 16))),
        ),
        (
            "an ellipse of two columns",
            first(9, 6, 1, Shape::Ellipse(at(3, 3), at(4, 40))),
        ),
        (
            "an ellipse of a row",
            first(9, 6, 1, Shape::Ellipse(at(3, 3), at(20, 3))),
        ),
        (
            "the largest ellipse",
            first(9, 6, 1, Shape::Ellipse(at(0, 0), at(319, 191))),
        ),
        (
            "a fill of everything",
            first(9, 7, 1, Shape::Fill(at(100, 100))),
        ),
        (
            "a text",
            first(9, 8, 1, Shape::Text(at(3, 4), "Hello, world!".into())),
        ),
        (
            "a large text that is cut",
            first(9, 8, 3, Shape::Text(at(270, 180), "gé".into())),
        ),
        (
            "letters of each font",
            first(9, 8, 1, Shape::Text(at(0, 0), "aßλあ╬▙".into())),
        ),
        (
            "letters that the font lacks",
            first(9, 8, 1, Shape::Text(at(0, 0), "ж☃x".into())),
        ),
    ];
    let names = [
        "", "1 broad", "2 broad", "3 broad", "4 broad", "5 broad", "6 broad", "7 broad", "8 broad",
    ];
    for (size, name) in (1..=8).zip(&names[1..]) {
        samples.push((name, first(9, 10, size, Shape::Pen(points(&[(20, 20)])))));
    }
    samples
}

/// Bytes that are no stroke.
pub(crate) fn refused() -> Vec<(&'static str, String)> {
    let refused = [
        ("empty", ""),
        ("cut off in the first point", "020000"),
        ("without an id", "02000000"),
        ("an unknown tool", "8000000001"),
        ("a first point outside", "010000c001"),
        ("a first point far outside", "0101ff0001"),
        ("a step to the left of the grid", "0000000001f0"),
        ("a point in full outside", "000000000181ff00"),
        ("bits that must be 0", "000200000001"),
        ("an id in a longer form", "00000000808000"),
        ("an id of 33 bits", "00000000ffffffff1f"),
        ("a short step in two bytes", "00000000018821"),
        ("a short step in three bytes", "0000000001800101"),
        ("a medium step in three bytes", "0000000001801401"),
        ("half a byte of -8", "000050500108"),
        ("a step of -32 in two bytes", "00005050018c00"),
        ("a form of a step that is none", "000050500184"),
        ("an eraser with a colour", "1200000001"),
        ("a filled rectangle with a size", "42100000010101"),
        ("a fill with bytes behind", "600000000100"),
        ("a line to nowhere", "2000000001"),
        ("a line with a third point", "20000000011111"),
        ("a text of nothing", "7000000001"),
        ("a blank text", "70000000012020"),
        ("a text that is not UTF-8", "7000000001ff"),
        ("a text with a control character", "70000000011b5b324a"),
        ("a text of two lines", "7000000001610a62"),
        ("a text that hides its order", "7000000001e280ae61"),
    ];
    let mut refused: Vec<(&str, String)> = refused.map(|(name, hex)| (name, hex.to_owned())).into();
    refused.push((
        "a text of 65 characters",
        format!("7000000001{}", "61".repeat(65)),
    ));
    refused.push((
        "a piece of 513 points",
        format!("0000000001{}", "10f0".repeat(256)),
    ));
    refused.push((
        "a way of 4,147 steps",
        format!("0000000001{}", "813f00800000".repeat(7)),
    ));
    refused
}

/// What happens in the sample log: (author, seconds since what happened before, act).
pub(crate) fn log() -> Vec<(u64, u64, Act)> {
    let pen = |id, part, points: &[(u16, u16)]| {
        let points = points.iter().map(|(x, y)| at(*x, *y)).collect();
        Act::Stroke(stroke(id, part, 2 + (id % 13) as u8, 3, Shape::Pen(points)))
    };
    let ellipse = |id, x| {
        let shape = Shape::Ellipse(at(x, 20), at(x + 60, 90));
        Act::Stroke(first(id, 11, 2, shape))
    };
    let fill = |id, x| Act::Stroke(first(id, 4, 1, Shape::Fill(at(x, 50))));
    vec![
        (1, 0, pen(1, Part::First, &[(10, 10), (100, 60)])),
        (2, 0, ellipse(1, 40)),
        (1, 0, pen(1, Part::Next, &[(100, 60), (20, 120)])),
        (2, 1, fill(2, 90)),
        (1, 1, pen(2, Part::First, &[(0, 0), (319, 191)])),
        (1, 1, pen(1, Part::Next, &[(20, 120), (300, 120)])),
        (1, 1, Act::Undo(StrokeId(2))),
        (1, 1, Act::Undo(StrokeId(1))),
        (2, 5, Act::Reset),
        (2, 1, ellipse(3, 200)),
        (3, 1, fill(1, 0)),
        (1, 20, Act::Unreset(Seq(9))),
        (2, 1, Act::Undo(StrokeId(3))),
        (3, 1, Act::Reset),
        (3, 1, pen(5, Part::First, &[(160, 0), (160, 191)])),
    ]
}
