//! What each tool does to the pixels, in integers only, so that everybody sees the same.
//! `docs/protocol.md` says the same in words: a change here is a change of the protocol.

use font8x8::UnicodeFonts;

use super::limits::{HEIGHT, WIDTH};
use super::stroke::{Point, Shape, Stroke};

const W: i32 = WIDTH as i32;
const H: i32 = HEIGHT as i32;

/// Pixels of a letter, in each direction, before its size.
const LETTER: i32 = 8;

/// Rows of what stands for a character that the font lacks, in the font's form.
const BOX: [u8; 8] = [0x7f, 0x41, 0x41, 0x41, 0x41, 0x41, 0x7f, 0x00];

/// Draws `stroke` on the pixels of a picture.
pub(super) fn draw(pixels: &mut [u8], stroke: &Stroke) {
    let mut ink = Ink {
        pixels,
        value: stroke.colour().number(),
    };
    let brush = Brush::new(stroke.size().pixels());
    match stroke.shape() {
        Shape::Pen(points) => way(&mut ink, &brush, points),
        Shape::Eraser(points) => {
            ink.value = 0;
            way(&mut ink, &brush, points);
        }
        Shape::Line(a, b) => line(&mut ink, &brush, *a, *b),
        Shape::Rectangle(a, b) => rectangle(&mut ink, &brush, Area::between(*a, *b)),
        Shape::FilledRectangle(a, b) => {
            let area = Area::between(*a, *b);
            for y in area.top..=area.bottom {
                ink.run(y, area.left, area.right);
            }
        }
        Shape::Ellipse(a, b) => ellipse(&mut ink, &brush, Area::between(*a, *b)),
        Shape::Fill(from) => fill(&mut ink, *from),
        Shape::Text(at, text) => letters(&mut ink, stroke.size().pixels(), *at, text),
    }
}

/// Pixels, and the value that they get.
struct Ink<'a> {
    pixels: &'a mut [u8],
    value: u8,
}

impl Ink<'_> {
    /// Sets the pixels of row `y` from `left` to `right`, both included; the grid's edges cut.
    fn run(&mut self, y: i32, left: i32, right: i32) {
        let (left, right) = (left.max(0), right.min(W - 1));
        if (0..H).contains(&y) && left <= right {
            let start = (y * W + left) as usize;
            self.pixels[start..=start + (right - left) as usize].fill(self.value);
        }
    }
}

/// A disc of `size` pixels across: for each of its rows the columns that are in it.
struct Brush {
    size: i32,
    /// First column of each row; the row ends as far from the other side.
    starts: [i32; 8],
}

impl Brush {
    fn new(size: u8) -> Brush {
        let size = i32::from(size);
        let mut starts = [0; 8];
        for (row, start) in (0..size).zip(&mut starts) {
            // The middle of each row is inside.
            *start = (0..size)
                .find(|column| inside(*column, row, size, size))
                .unwrap_or(0);
        }
        Brush { size, starts }
    }

    fn stamp(&self, ink: &mut Ink<'_>, x: i32, y: i32) {
        let back = (self.size - 1) / 2;
        for (row, start) in (0..self.size).zip(self.starts) {
            let left = x - back;
            ink.run(y - back + row, left + start, left + self.size - 1 - start);
        }
    }
}

/// Whether the pixel in this column and row of a box of `width` × `height` pixels is in the ellipse
/// that fits the box: its centre is, or it is in the middle of its row or column, so that an ellipse
/// reaches the edges of its box however thin it is.
fn inside(column: i32, row: i32, width: i32, height: i32) -> bool {
    let [u, v, w, h] = [2 * column + 1 - width, 2 * row + 1 - height, width, height].map(i64::from);
    u.abs() <= 1 || v.abs() <= 1 || u * u * h * h + v * v * w * w <= w * w * h * h
}

fn way(ink: &mut Ink<'_>, brush: &Brush, points: &[Point]) {
    if let [only] = points {
        brush.stamp(ink, only.x().into(), only.y().into());
    }
    for step in points.windows(2) {
        line(ink, brush, step[0], step[1]);
    }
}

/// Bresenham's line, from `a` to `b`.
fn line(ink: &mut Ink<'_>, brush: &Brush, a: Point, b: Point) {
    let [mut x, mut y, x_end, y_end] = [a.x(), a.y(), b.x(), b.y()].map(i32::from);
    let (across, down) = ((x_end - x).abs(), -(y_end - y).abs());
    let (right, below) = ((x_end - x).signum(), (y_end - y).signum());
    let mut error = across + down;
    loop {
        brush.stamp(ink, x, y);
        if x == x_end && y == y_end {
            return;
        }
        let twice = 2 * error;
        if twice >= down {
            error += down;
            x += right;
        }
        if twice <= across {
            error += across;
            y += below;
        }
    }
}

/// A box with all four edges in it.
struct Area {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Area {
    fn between(a: Point, b: Point) -> Area {
        Area {
            left: a.x().min(b.x()).into(),
            right: a.x().max(b.x()).into(),
            top: a.y().min(b.y()).into(),
            bottom: a.y().max(b.y()).into(),
        }
    }
}

fn rectangle(ink: &mut Ink<'_>, brush: &Brush, area: Area) {
    for x in area.left..=area.right {
        brush.stamp(ink, x, area.top);
        brush.stamp(ink, x, area.bottom);
    }
    for y in area.top..=area.bottom {
        brush.stamp(ink, area.left, y);
        brush.stamp(ink, area.right, y);
    }
}

/// Stamps each pixel of the filled ellipse that has a neighbour (left, right, above, below)
/// outside of it.
fn ellipse(ink: &mut Ink<'_>, brush: &Brush, area: Area) {
    let (width, height) = (area.right - area.left + 1, area.bottom - area.top + 1);
    // The first column of each row that is in it; none beside the box.
    let start = |row: i32| {
        if (0..height).contains(&row) {
            (0..(width + 1) / 2)
                .find(|column| inside(*column, row, width, height))
                .unwrap_or(width)
        } else {
            width
        }
    };
    let (mut above, mut here) = (width, start(0));
    for row in 0..height {
        let below = start(row + 1);
        // Columns before the longer of the starts around have a neighbour outside.
        let edge_end = above.max(below).max(here + 1).min(width - here);
        for column in here..edge_end {
            brush.stamp(ink, area.left + column, area.top + row);
            brush.stamp(ink, area.right - column, area.top + row);
        }
        (above, here) = (here, below);
    }
}

/// Gives the pixels of one value that hang together with `from` (left, right, above, below) the
/// ink's. What is found is set at once, so each run of pixels is kept at most once.
fn fill(ink: &mut Ink<'_>, from: Point) {
    let (x, y) = (i32::from(from.x()), i32::from(from.y()));
    let old = ink.pixels[(y * W + x) as usize];
    if old == ink.value {
        return;
    }
    let mut runs = vec![take_run(ink, old, x, y)];
    while let Some((y, left, right)) = runs.pop() {
        for near in [y - 1, y + 1] {
            if !(0..H).contains(&near) {
                continue;
            }
            let mut x = left;
            while x <= right {
                if ink.pixels[(near * W + x) as usize] == old {
                    let run = take_run(ink, old, x, near);
                    x = run.2 + 1;
                    runs.push(run);
                }
                x += 1;
            }
        }
    }
}

/// Sets the run of `old` pixels around a place, and says its row and its ends.
fn take_run(ink: &mut Ink<'_>, old: u8, x: i32, y: i32) -> (i32, i32, i32) {
    let row = (y * W) as usize;
    let row = &ink.pixels[row..row + usize::from(WIDTH)];
    let at = x as usize;
    let before = row[..at].iter().rev().take_while(|p| **p == old).count();
    let behind = row[at..].iter().take_while(|p| **p == old).count();
    let (left, right) = (x - before as i32, x + behind as i32 - 1);
    ink.run(y, left, right);
    (y, left, right)
}

fn letters(ink: &mut Ink<'_>, size: u8, at: Point, text: &str) {
    let size = i32::from(size);
    let (mut left, top) = (i32::from(at.x()), i32::from(at.y()));
    for c in text.chars() {
        if left >= W {
            return;
        }
        for (row, bits) in (0..).zip(letter(c)) {
            for column in (0..LETTER).filter(|column| bits >> column & 1 == 1) {
                let x = left + column * size;
                for y in top + row * size..top + (row + 1) * size {
                    ink.run(y, x, x + size - 1);
                }
            }
        }
        left += LETTER * size;
    }
}

/// The rows of a letter from the top; the lowest bit is the leftmost pixel.
fn letter(c: char) -> [u8; 8] {
    match c {
        ' '..='~' => font8x8::BASIC_FONTS.get(c),
        '\u{a0}'..='\u{ff}' => font8x8::LATIN_FONTS.get(c),
        '\u{390}'..='\u{3c9}' => font8x8::GREEK_FONTS.get(c),
        '\u{2500}'..='\u{257f}' => font8x8::BOX_FONTS.get(c),
        '\u{2580}'..='\u{259f}' => font8x8::BLOCK_FONTS.get(c),
        '\u{3040}'..='\u{309f}' => font8x8::HIRAGANA_FONTS.get(c),
        _ => None,
    }
    .unwrap_or(BOX)
}
