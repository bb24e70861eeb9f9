//! Golden vectors of the canvas, for those who draw in another language: `canvas.json` has strokes
//! as bytes, as fields and as what they draw, bytes that are refused, a log, and snapshots;
//! `canvas-font.json` has the letters. A change here is a change of the protocol.
//!
//! `VECTORS=write cargo test -p chat-core --test canvas` writes them anew.

use std::path::PathBuf;

use chat_core::canvas::limits::{HEIGHT, SNAPSHOT_BYTES};
use chat_core::canvas::{
    Act, Board, Colour, Marks, Part, Picture, Point, Shape, Size, Stroke, StrokeId, Tool,
};
use chat_core::{AccountId, Millis, Seq};
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

const TOOLS: [&str; 8] = [
    "pen",
    "eraser",
    "line",
    "rectangle",
    "filled rectangle",
    "ellipse",
    "fill",
    "text",
];

fn at(x: u16, y: u16) -> Point {
    Point::new(x, y).expect("inside")
}

fn stroke(id: u32, part: Part, colour: u8, size: u8, shape: Shape) -> Stroke {
    let colour = Colour::new(colour).expect("a colour");
    let size = Size::new(size).expect("a size");
    Stroke::new(StrokeId(id), part, colour, size, shape).expect("a stroke")
}

fn first(id: u32, colour: u8, size: u8, shape: Shape) -> Stroke {
    stroke(id, Part::First, colour, size, shape)
}

fn strokes() -> Vec<(&'static str, Stroke)> {
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

/// Runs of pixels that are drawn: row, first column, last column, value.
fn runs(picture: &Picture) -> Value {
    let mut runs: Vec<[u16; 4]> = Vec::new();
    for y in 0..HEIGHT {
        for (x, value) in (0..).zip(picture.row(y)).filter(|(_, value)| **value != 0) {
            let value = u16::from(*value);
            match runs.last_mut() {
                Some(run) if run[0] == y && run[2] + 1 == x && run[3] == value => run[2] = x,
                _ => runs.push([y, x, x, value]),
            }
        }
    }
    let text = |run: &[u16; 4]| run.map(|number| number.to_string()).join(" ");
    runs.iter().map(text).collect()
}

fn digest(picture: &Picture) -> String {
    HEXLOWER.encode(&Sha256::digest(picture.pixels()))
}

fn fields(stroke: &Stroke) -> Value {
    let xy = |point: &Point| json!([point.x(), point.y()]);
    let (points, text): (Vec<Value>, Option<&str>) = match stroke.shape() {
        Shape::Pen(points) | Shape::Eraser(points) => (points.iter().map(xy).collect(), None),
        Shape::Line(a, b)
        | Shape::Rectangle(a, b)
        | Shape::FilledRectangle(a, b)
        | Shape::Ellipse(a, b) => (vec![xy(a), xy(b)], None),
        Shape::Fill(at) => (vec![xy(at)], None),
        Shape::Text(at, text) => (vec![xy(at)], Some(text)),
    };
    json!({
        "tool": TOOLS[usize::from(stroke.shape().tool().number())],
        "id": stroke.id().0,
        "next": stroke.part() == Part::Next,
        "colour": stroke.colour().number(),
        "size": stroke.size().pixels(),
        "points": points,
        "text": text,
    })
}

/// The other way: a stroke from its fields.
fn from_fields(fields: &Value) -> Stroke {
    let number = |value: &Value| value.as_u64().expect("a number");
    let point = |xy: &Value| at(number(&xy[0]) as u16, number(&xy[1]) as u16);
    let points: Vec<Point> = fields["points"]
        .as_array()
        .expect("points")
        .iter()
        .map(point)
        .collect();
    let tool = TOOLS
        .iter()
        .position(|tool| fields["tool"] == *tool)
        .expect("a tool");
    let shape = match Tool::ALL[tool] {
        Tool::Pen => Shape::Pen(points),
        Tool::Eraser => Shape::Eraser(points),
        Tool::Line => Shape::Line(points[0], points[1]),
        Tool::Rectangle => Shape::Rectangle(points[0], points[1]),
        Tool::FilledRectangle => Shape::FilledRectangle(points[0], points[1]),
        Tool::Ellipse => Shape::Ellipse(points[0], points[1]),
        Tool::Fill => Shape::Fill(points[0]),
        Tool::Text => Shape::Text(points[0], fields["text"].as_str().expect("text").into()),
    };
    let part = if fields["next"] == true {
        Part::Next
    } else {
        Part::First
    };
    let [id, colour, size] = ["id", "colour", "size"].map(|field| number(&fields[field]));
    stroke(id as u32, part, colour as u8, size as u8, shape)
}

fn described_strokes() -> Value {
    let describe = |(name, stroke): (&str, Stroke)| {
        let mut picture = Picture::new();
        picture.draw(&stroke);
        json!({
            "name": name,
            "bytes": HEXLOWER.encode(&stroke.to_bytes()),
            "fields": fields(&stroke),
            "draws": runs(&picture),
        })
    };
    strokes().into_iter().map(describe).collect()
}

fn described_refusals() -> Value {
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
    let describe = |(name, bytes): (&str, String)| {
        let error = Stroke::from_bytes(&HEXLOWER.decode(bytes.as_bytes()).expect("hex"));
        let why = error.expect_err(name).to_string();
        json!({ "name": name, "bytes": bytes, "why": why })
    };
    refused.into_iter().map(describe).collect()
}

/// What happens in the sample log: (author, seconds since what happened before, act).
fn log() -> Vec<(u64, u64, Act)> {
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

fn described_log() -> Value {
    let mut board = Board::default();
    let mut marks = Marks::new(Seq(0));
    let mut now = Millis(1_764_000_000_000);
    let describe = |(author, seconds, act): (u64, u64, Act)| {
        now = now.plus(seconds * 1_000);
        let (seq, author) = (board.head().next(), AccountId(author));
        marks.check(&act, author, now).expect("may be added");
        assert!(marks.apply(seq, author, now, &act));
        assert!(board.apply(seq, author, now, act.clone()));
        let (what, of) = match act {
            Act::Stroke(stroke) => ("stroke", json!(HEXLOWER.encode(&stroke.to_bytes()))),
            Act::Undo(id) => ("undo", json!(id.0)),
            Act::Reset => ("reset", Value::Null),
            Act::Unreset(reset) => ("unreset", json!(reset.0)),
        };
        let mut entry = Map::new();
        entry.insert("seq".into(), json!(seq.0));
        entry.insert("at".into(), json!(now.0));
        entry.insert("author".into(), json!(author.0));
        entry.insert(what.into(), of);
        entry.insert("sha256".into(), json!(digest(board.picture())));
        Value::Object(entry)
    };
    log().into_iter().map(describe).collect()
}

fn described_snapshots() -> Value {
    let mut drawn = Picture::new();
    for (_, stroke) in strokes()
        .iter()
        .filter(|(name, _)| *name != "a fill of everything")
    {
        drawn.draw(stroke);
    }
    // Bytes, and how often which byte comes behind them.
    let whole = SNAPSHOT_BYTES - 1;
    let samples = [
        ("empty", vec![], 0, 0),
        ("deflated", drawn.to_snapshot(), 0, 0),
        ("packed", vec![2], 0x10, whole),
        ("packed, colours above 16", vec![2], 0xff, whole),
        ("packed, too short", vec![2], 0, whole - 1),
        ("packed, too long", vec![2], 0, whole + 1),
        ("not deflate", vec![1, 0xff, 0xff], 0, 0),
        ("an unknown form", vec![3, 0], 0, 0),
    ];
    let describe = |(name, bytes, byte, times): (&str, Vec<u8>, u8, usize)| {
        let whole = [&bytes[..], &vec![byte; times]].concat();
        let picture = Picture::from_snapshot(&whole).ok();
        json!({
            "name": name,
            "bytes": HEXLOWER.encode(&bytes),
            "then": [byte, times],
            "sha256": picture.map(|picture| digest(&picture)),
        })
    };
    samples.into_iter().map(describe).collect()
}

/// Every letter that differs from the box for those that are lacking.
fn described_font() -> Value {
    let rows = |c: char| {
        let mut picture = Picture::new();
        // A letter before it, because a text that shows nothing is no stroke.
        let text = format!("x{c}");
        picture.draw(&first(1, 1, 1, Shape::Text(at(0, 0), text)));
        let row = |y: u16| {
            let dots = (0..).zip(&picture.row(y)[8..16]);
            dots.fold(0u8, |bits, (x, pixel)| bits | pixel << x)
        };
        HEXLOWER.encode(&(0..8).map(row).collect::<Vec<u8>>())
    };
    let lacking = rows('\u{fffd}');
    let clean = |c: &char| {
        *c == ' '
            || Stroke::new(
                StrokeId(1),
                Part::First,
                Colour::DEFAULT,
                Size::ONE,
                Shape::Text(at(0, 0), format!("x{c}")),
            )
            .is_ok()
    };
    let all = ('\u{20}'..='\u{ffff}').filter(clean);
    let letters = all
        .map(|c| (c, rows(c)))
        .filter(|(_, rows)| *rows != lacking);
    let letters: Map<String, Value> = letters
        .map(|(c, rows)| (format!("{:04x}", u32::from(c)), json!(rows)))
        .collect();
    json!({ "box": lacking, "letters": letters })
}

#[track_caller]
fn check_golden(file: &str, got: &Value) -> Value {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "vectors", file]
        .iter()
        .collect();
    if std::env::var_os("VECTORS").is_some_and(|value| value == "write") {
        let text = serde_json::to_string_pretty(got).expect("JSON");
        std::fs::write(&path, text + "\n").expect("written");
    }
    let text = std::fs::read_to_string(path).expect("the vectors are there");
    let want: Value = serde_json::from_str(&text).expect("JSON");
    for (key, want) in want.as_object().expect("an object") {
        for (got, want) in got[key]
            .as_array()
            .into_iter()
            .flatten()
            .zip(want.as_array().into_iter().flatten())
        {
            assert_eq!(got, want, "{file}: {key}");
        }
        assert_eq!(&got[key], want, "{file}: {key}");
    }
    want
}

#[test]
fn the_canvas_is_its_vectors() {
    let golden = check_golden(
        "canvas.json",
        &json!({
            "strokes": described_strokes(),
            "refused": described_refusals(),
            "log": described_log(),
            "pictures": described_snapshots(),
        }),
    );
    for vector in golden["strokes"].as_array().expect("a list") {
        let bytes = HEXLOWER
            .decode(vector["bytes"].as_str().expect("hex").as_bytes())
            .expect("hex");
        let stroke = from_fields(&vector["fields"]);
        assert_eq!(stroke.to_bytes(), bytes, "{}", vector["name"]);
        assert_eq!(Stroke::from_bytes(&bytes), Ok(stroke), "{}", vector["name"]);
    }
}

#[test]
fn the_letters_are_their_vectors() {
    check_golden("canvas-font.json", &described_font());
}
