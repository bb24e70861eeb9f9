//! Golden vectors of the canvas, for those who draw in another language: `canvas.json` has strokes
//! as bytes, as fields and as what they draw, bytes that are refused, a log, and snapshots;
//! `canvas-font.json` has the letters. A change here is a change of the protocol.
//!
//! `VECTORS=write cargo test -p chat-core --test canvas` writes them anew.

mod samples;

use std::path::PathBuf;

use chat_core::canvas::limits::{HEIGHT, SNAPSHOT_BYTES};
use chat_core::canvas::{
    Act, Board, Colour, Marks, Part, Picture, Point, Shape, Size, Stroke, StrokeId, Tool,
};
use chat_core::{AccountId, Millis, Seq};
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use self::samples::{at, first, stroke};

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
    samples::strokes().into_iter().map(describe).collect()
}

fn described_refusals() -> Value {
    let describe = |(name, bytes): (&str, String)| {
        let error = Stroke::from_bytes(&HEXLOWER.decode(bytes.as_bytes()).expect("hex"));
        let why = error.expect_err(name).to_string();
        json!({ "name": name, "bytes": bytes, "why": why })
    };
    samples::refused().into_iter().map(describe).collect()
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
    samples::log().into_iter().map(describe).collect()
}

fn described_snapshots() -> Value {
    let mut drawn = Picture::new();
    for (_, stroke) in samples::strokes()
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
