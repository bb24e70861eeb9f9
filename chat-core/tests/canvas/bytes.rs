//! Strokes as bytes.

use chat_core::canvas::limits::{STROKE_BYTES, STROKE_POINTS};
use chat_core::canvas::{
    Act, Colour, Part, Point, Shape, Size, Stroke, StrokeError, StrokeId, Tool, Trail,
};
use chat_core::{AccountId, Body, ConversationId, Entry, Event, Millis, Nick, PostId, Seq};
use proptest::prelude::*;

use crate::any;

fn at(x: u16, y: u16) -> Point {
    Point::new(x, y).expect("inside")
}

#[track_caller]
fn refused(bytes: &[u8], want: StrokeError) {
    assert_eq!(Stroke::from_bytes(bytes), Err(want), "{bytes:02x?}");
}

#[test]
fn a_stroke_has_one_form() {
    let pen = |points: Vec<Point>| {
        let colour = Colour::new(3).expect("a colour");
        let size = Size::new(2).expect("a size");
        Stroke::new(StrokeId(300), Part::Next, colour, size, Shape::Pen(points)).expect("a stroke")
    };
    let points = vec![
        at(300, 20),
        at(293, 27),
        at(300, 28),
        at(269, 13),
        at(0, 191),
        at(300, 191),
    ];
    let bytes = [
        0x02, 0x91, 0x2c, 0x14, 0xac, 0x02, // green, two broad, goes on, at (300, 20), id 300
        0x97, // 7 left, 7 down
        0x71, // 7 right, 1 down
        0x8c, 0x31, // 31 left, 15 up
        0x80, 0x00, 0xbf, // to (0, 191)
        0x81, 0x2c, 0xbf, // to (300, 191)
    ];
    let stroke = pen(points);
    assert_eq!(stroke.to_bytes(), bytes);
    assert_eq!(Stroke::from_bytes(&bytes), Ok(stroke));

    let head = &bytes[..6];
    let with = |rest: &[u8]| [head, rest].concat();
    refused(&with(&[0x88, 0x21]), StrokeError::Form); // (1, 1) in two bytes
    refused(&with(&[0x81, 0x2c, 0x15]), StrokeError::Form); // (0, 1) in three
    refused(&with(&[0x18]), StrokeError::Form); // 8 up in four bits
    refused(&with(&[0x8c, 0x00]), StrokeError::Form); // 32 left in six bits
    refused(&with(&[0x82]), StrokeError::Form);
    refused(&with(&[0x88]), StrokeError::TooShort);
    refused(&with(&[0x8a, 0xa0]), StrokeError::Outside); // 21 right of 300
    refused(&with(&[0x81, 0xff, 0x00]), StrokeError::Outside);
    refused(&[0x02, 0x90, 0x00, 0xc0, 0x00], StrokeError::Outside);
    refused(&[0x02, 0x98, 0x00, 0x00, 0x00], StrokeError::Form); // a bit that says nothing
    refused(&[0x02, 0x00, 0x00, 0x00, 0x80, 0x00], StrokeError::Form); // id 0 in two bytes
    refused(
        &[0x02, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x1f],
        StrokeError::Form,
    ); // an id of 33 bits
    refused(&[0x12, 0, 0, 0, 0], StrokeError::Form); // an eraser with a colour
    refused(&[0x62, 0x10, 0, 0, 0], StrokeError::Form); // a fill with a size
    refused(&[0x62, 0, 0, 0, 0, 0], StrokeError::Form); // bytes behind
    refused(&[0x22, 0, 0, 0, 0], StrokeError::TooShort); // a line to nowhere
    refused(&[0x80], StrokeError::UnknownTool(8));
    refused(&[0xf0; 10_000], StrokeError::UnknownTool(15));
    refused(&[], StrokeError::TooShort);
}

#[test]
fn bounded_what_one_stroke_may_be() {
    let points = |count: usize, bytes: &[u8]| {
        let mut stroke = vec![0x00, 0, 0, 0, 0];
        for step in bytes.chunks_exact(1).cycle().take(count - 1) {
            stroke.extend_from_slice(step);
        }
        stroke
    };
    let back_and_forth = [0x10, 0xf0];
    let largest = points(STROKE_POINTS, &back_and_forth);
    assert!(Stroke::from_bytes(&largest).is_ok());
    refused(
        &points(STROKE_POINTS + 1, &back_and_forth),
        StrokeError::TooManyPoints,
    );
    refused(
        &points(1_000_000, &back_and_forth),
        StrokeError::TooManyBytes,
    );
    // From one edge to the other and back, thirteen times.
    let mut across = vec![0x00, 0, 0, 0, 0];
    for _ in 0..7 {
        across.extend([0x81, 0x3f, 0, 0x80, 0, 0]);
    }
    refused(&across, StrokeError::TooLong);
    assert!(Stroke::from_bytes(&across[..across.len() - 6]).is_ok());
    let text = |text: &str| [&[0x70, 0, 0, 0, 0], text.as_bytes()].concat();
    assert!(Stroke::from_bytes(&text(&"é".repeat(64))).is_ok());
    refused(&text(&"é".repeat(65)), StrokeError::TextTooLong);
    refused(&text(&"x".repeat(1_000)), StrokeError::TextTooLong);
    refused(&text(""), StrokeError::NoText);
    refused(&text("  "), StrokeError::NoText);
    for unclean in ["a\nb", "a\tb", "\x1b[2J", "a\u{202e}b", "\u{9b}m"] {
        refused(&text(unclean), StrokeError::TextNotClean);
    }
    refused(&[0x70, 0, 0, 0, 0, 0xff], StrokeError::Form);
}

proptest! {
    #[test]
    fn a_stroke_comes_back_from_its_bytes(stroke in any::stroke()) {
        let bytes = stroke.to_bytes();
        prop_assert!(bytes.len() <= STROKE_BYTES);
        prop_assert_eq!(Stroke::from_bytes(&bytes), Ok(stroke));
    }

    #[test]
    fn bounded_any_bytes_are_a_stroke_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(stroke) = Stroke::from_bytes(&bytes) {
            prop_assert_eq!(stroke.to_bytes(), bytes);
        }
    }

    #[test]
    fn what_differs_a_little_is_a_stroke_or_refused(
        stroke in any::stroke(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = stroke.to_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(stroke) = Stroke::from_bytes(&bytes) {
            prop_assert_eq!(stroke.to_bytes(), bytes);
        }
    }
}

/// What a hand does with a mouse over a pane of 100 × 50 cells, in cells a moment of 8 ms (a mouse
/// reports 125 times a second, a terminal only when the cell changes).
fn test_drawing() -> Vec<Vec<(u16, u16)>> {
    let mut strokes = Vec::new();
    let curve = |cx: f64, cy: f64, rx: f64, ry: f64, turns: f64, seconds: f64| {
        let moments = (seconds * 125.0) as usize;
        let place = |moment: usize| {
            let part = moment as f64 / moments as f64;
            // A hand starts and stops gently.
            let eased = part * part * (3.0 - 2.0 * part);
            let angle = eased * turns * std::f64::consts::TAU;
            (
                (cx + rx * angle.cos()) as u16,
                (cy + ry * angle.sin()) as u16,
            )
        };
        (0..=moments).map(place).collect::<Vec<_>>()
    };
    strokes.push(curve(50.0, 25.0, 30.0, 20.0, 1.0, 2.5)); // a face
    strokes.push(curve(40.0, 18.0, 4.0, 3.0, 1.0, 1.0)); // two eyes
    strokes.push(curve(60.0, 18.0, 4.0, 3.0, 1.0, 1.0));
    strokes.push(curve(50.0, 27.0, 15.0, 10.0, 0.5, 1.2)); // a mouth
    strokes.push(curve(80.0, 12.0, 8.0, 8.0, 4.0, 5.0)); // a scribble
    for row in 0..8 {
        // Hatching: quick, straight, there and back.
        let line = |moment: u16| (5 + moment * 3, 30 + row * 2 + moment / 3);
        let mut there: Vec<_> = (0..14).map(line).collect();
        there.extend(
            (0..14)
                .rev()
                .map(|moment| (line(moment).0, line(moment).1 + 1)),
        );
        strokes.push(there);
    }
    strokes
}

#[test]
fn a_drawing_costs_at_most_four_bytes_a_point() {
    use chat_core::canvas::export::Scale;
    // A piece is sent every 66 ms, so after 8 moments.
    const MOMENTS: usize = 8;
    let scale = Scale::fit(100, 50).expect("a pane");
    let (mut points, mut bytes, mut pieces) = (0, 0, 0);
    let (mut sent, mut moments) = (0, 0);
    for (stroke, id) in test_drawing().into_iter().zip(9_000..) {
        let place = |(column, row): (u16, u16)| scale.point(column, row.min(scale.rows() - 1));
        let first = place(stroke[0]).expect("in the pane");
        let mut trail = Trail::new(StrokeId(id), Tool::Pen, Colour::DEFAULT, Size::ONE, first);
        let (mut last, mut drawn) = (first, 1);
        moments += stroke.len();
        for moment in stroke.chunks(MOMENTS) {
            for point in moment.iter().filter_map(|cell| place(*cell)) {
                drawn += usize::from(point != last);
                last = point;
                trail.add(point);
            }
            while let Some(piece) = trail.take() {
                bytes += piece.to_bytes().len();
                pieces += 1;
                sent += entry(piece).len();
            }
        }
        points += drawn;
    }
    let average = bytes as f64 / points as f64;
    assert!(points > 500, "{points} points");
    assert!(
        average <= 4.0,
        "{average:.2} bytes a point: {bytes} in {pieces} pieces"
    );
    // As it reaches a viewer: whole entries, by somebody with a long name who makes no pause.
    let seconds = moments as f64 * 0.008;
    let rate = sent as f64 / seconds;
    assert!(rate < 2_000.0, "{rate:.0} bytes a second");
}

/// What a viewer gets for a piece.
fn entry(piece: Stroke) -> Vec<u8> {
    let entry = Entry {
        conversation: ConversationId(70_000),
        seq: Seq(70_000),
        at: Millis(1_764_000_000_000),
        author: AccountId(70_000),
        nick: Nick::parse("a-name-of-20-letters").expect("a nick"),
        post: Some(PostId([7; 16])),
        body: Body::Draw(Act::Stroke(piece)),
    };
    Event::Entry(entry).to_frame()
}

#[test]
fn a_trail_loses_no_point_and_breaks_nowhere() {
    let mut trail = Trail::new(
        StrokeId(1),
        Tool::Eraser,
        Colour::DEFAULT,
        Size::ONE,
        at(0, 0),
    );
    let mut way = vec![at(0, 0)];
    for step in 0..3_000u16 {
        let point = at(if step % 2 == 0 { 300 } else { step / 10 }, step % 190);
        trail.add(point);
        trail.add(point);
        way.push(point);
    }
    let mut got: Vec<Point> = Vec::new();
    let mut part = Part::First;
    while let Some(piece) = trail.take() {
        assert_eq!(piece.part(), part);
        part = Part::Next;
        let Shape::Eraser(points) = piece.shape() else {
            panic!("an eraser");
        };
        match got.last() {
            None => got.extend(points),
            Some(last) => {
                assert_eq!(last, &points[0]);
                got.extend(&points[1..]);
            }
        }
    }
    assert_eq!(got, way);
    assert_eq!(trail.take(), None);
}
