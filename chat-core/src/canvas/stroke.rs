//! Strokes, or pieces of them: what is drawn with one tool between putting it down and lifting it.
//! Parsed at the edge: a [`Stroke`] in hand is inside the grid and within the limits.

use std::fmt;

use super::limits::{
    COLOURS, HEIGHT, SIZE_MAX, STROKE_BYTES, STROKE_POINTS, STROKE_STEPS, TEXT_CHARS, WIDTH,
};
use crate::text;

/// A stroke's number, chosen by its author's client. All pieces of a stroke have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StrokeId(pub u32);

impl fmt::Display for StrokeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether a piece begins its stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first piece, or the only one.
    First,
    /// A piece that goes on where the one before ended; its first point is that one's last.
    Next,
}

/// A place on the grid, from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    x: u16,
    y: u16,
}

impl Point {
    /// The pixel in column `x` and row `y`.
    ///
    /// # Errors
    /// [`StrokeError::Outside`] when the grid has no such pixel.
    pub fn new(x: u16, y: u16) -> Result<Point, StrokeError> {
        if x < WIDTH && y < HEIGHT {
            Ok(Point { x, y })
        } else {
            Err(StrokeError::Outside)
        }
    }

    /// The pixel of the grid that is nearest to this place.
    #[must_use]
    pub fn nearest(x: i32, y: i32) -> Point {
        let inside = |v: i32, end: u16| v.clamp(0, i32::from(end) - 1) as u16;
        Point {
            x: inside(x, WIDTH),
            y: inside(y, HEIGHT),
        }
    }

    /// The column, below [`WIDTH`].
    #[must_use]
    pub fn x(self) -> u16 {
        self.x
    }

    /// The row, below [`HEIGHT`].
    #[must_use]
    pub fn y(self) -> u16 {
        self.y
    }

    /// Steps from pixel to pixel between the two, diagonal ones included.
    #[must_use]
    pub fn steps_to(self, other: Point) -> u32 {
        u32::from(self.x.abs_diff(other.x).max(self.y.abs_diff(other.y)))
    }
}

/// A colour of ink: 1..=[`COLOURS`], in the order of a terminal's sixteen (1 is black, 2 red, …,
/// 16 bright white).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour(u8);

impl Colour {
    /// What a pen starts with: white, the ink that a dark terminal shows best.
    pub const DEFAULT: Colour = Colour(8);

    /// The colour with this number.
    ///
    /// # Errors
    /// [`StrokeError::Colour`] unless it is in 1..=[`COLOURS`].
    pub fn new(number: u8) -> Result<Colour, StrokeError> {
        match number {
            1..=COLOURS => Ok(Colour(number)),
            _ => Err(StrokeError::Colour),
        }
    }

    /// Every colour in order.
    pub fn all() -> impl Iterator<Item = Colour> {
        (1..=COLOURS).map(Colour)
    }

    /// The value of a pixel of this colour, 1..=[`COLOURS`].
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

/// How broad a tool draws in pixels, or how large a text's pixels are: 1..=[`SIZE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(u8);

impl Size {
    /// One pixel.
    pub const ONE: Size = Size(1);

    /// This many pixels.
    ///
    /// # Errors
    /// [`StrokeError::Size`] unless it is in 1..=[`SIZE_MAX`].
    pub fn new(pixels: u8) -> Result<Size, StrokeError> {
        match pixels {
            1..=SIZE_MAX => Ok(Size(pixels)),
            _ => Err(StrokeError::Size),
        }
    }

    /// The pixels.
    #[must_use]
    pub fn pixels(self) -> u8 {
        self.0
    }
}

/// The tools by their number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// A line through points.
    Pen,
    /// The same, leaving empty pixels.
    Eraser,
    /// A straight line.
    Line,
    /// A rectangle's border.
    Rectangle,
    /// A rectangle with its inside.
    FilledRectangle,
    /// An ellipse's border.
    Ellipse,
    /// The area of one colour around a point.
    Fill,
    /// A line of letters.
    Text,
}

impl Tool {
    /// Every tool; its place is its number on the wire.
    pub const ALL: [Tool; 8] = [
        Tool::Pen,
        Tool::Eraser,
        Tool::Line,
        Tool::Rectangle,
        Tool::FilledRectangle,
        Tool::Ellipse,
        Tool::Fill,
        Tool::Text,
    ];

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Whether the tool draws in a colour.
    #[must_use]
    pub fn has_colour(self) -> bool {
        self != Tool::Eraser
    }

    /// Whether the tool draws broader or larger in another size.
    #[must_use]
    pub fn has_size(self) -> bool {
        !matches!(self, Tool::FilledRectangle | Tool::Fill)
    }
}

/// What a tool was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// [`Tool::Pen`] through 1..=[`STROKE_POINTS`] points.
    Pen(Vec<Point>),
    /// [`Tool::Eraser`] through as many.
    Eraser(Vec<Point>),
    /// [`Tool::Line`] from one to the other.
    Line(Point, Point),
    /// [`Tool::Rectangle`] between two corners.
    Rectangle(Point, Point),
    /// [`Tool::FilledRectangle`] between two corners.
    FilledRectangle(Point, Point),
    /// [`Tool::Ellipse`] that fits between two corners.
    Ellipse(Point, Point),
    /// [`Tool::Fill`] from a point.
    Fill(Point),
    /// [`Tool::Text`] whose top left corner is the point.
    Text(Point, String),
}

impl Shape {
    /// The tool that draws it.
    #[must_use]
    pub fn tool(&self) -> Tool {
        match self {
            Shape::Pen(_) => Tool::Pen,
            Shape::Eraser(_) => Tool::Eraser,
            Shape::Line(..) => Tool::Line,
            Shape::Rectangle(..) => Tool::Rectangle,
            Shape::FilledRectangle(..) => Tool::FilledRectangle,
            Shape::Ellipse(..) => Tool::Ellipse,
            Shape::Fill(_) => Tool::Fill,
            Shape::Text(..) => Tool::Text,
        }
    }

    fn check(&self) -> Result<(), StrokeError> {
        match self {
            Shape::Pen(points) | Shape::Eraser(points) => check_points(points),
            Shape::Text(_, text) => check_text(text),
            _ => Ok(()),
        }
    }
}

fn check_points(points: &[Point]) -> Result<(), StrokeError> {
    if points.is_empty() {
        return Err(StrokeError::TooShort);
    }
    if points.len() > STROKE_POINTS {
        return Err(StrokeError::TooManyPoints);
    }
    let steps: u32 = points.windows(2).map(|w| w[0].steps_to(w[1])).sum();
    if steps > STROKE_STEPS {
        return Err(StrokeError::TooLong);
    }
    Ok(())
}

fn check_text(raw: &str) -> Result<(), StrokeError> {
    if raw.chars().count() > TEXT_CHARS {
        return Err(StrokeError::TextTooLong);
    }
    if raw.trim().is_empty() {
        return Err(StrokeError::NoText);
    }
    if text::clean(raw) != raw || raw.contains(['\n', '\t']) {
        return Err(StrokeError::TextNotClean);
    }
    Ok(())
}

/// A stroke, or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    id: StrokeId,
    part: Part,
    colour: Colour,
    size: Size,
    shape: Shape,
}

impl Stroke {
    /// A stroke. Colour and size are set to the first of each where the tool has none.
    ///
    /// # Errors
    /// [`StrokeError`] when the shape is beyond a limit or its text isn't clean.
    pub fn new(
        id: StrokeId,
        part: Part,
        colour: Colour,
        size: Size,
        shape: Shape,
    ) -> Result<Stroke, StrokeError> {
        shape.check()?;
        let tool = shape.tool();
        Ok(Stroke {
            id,
            part,
            colour: if tool.has_colour() { colour } else { Colour(1) },
            size: if tool.has_size() { size } else { Size::ONE },
            shape,
        })
    }

    /// The stroke's number.
    #[must_use]
    pub fn id(&self) -> StrokeId {
        self.id
    }

    /// Whether this begins the stroke.
    #[must_use]
    pub fn part(&self) -> Part {
        self.part
    }

    /// The colour of its ink.
    #[must_use]
    pub fn colour(&self) -> Colour {
        self.colour
    }

    /// How broad it is.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// What is drawn.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
}

/// Why something is not a stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StrokeError {
    /// The bytes end too early, or there are no points.
    #[error("the stroke is incomplete: a part of it is missing")]
    TooShort,
    /// Something stands behind the end, or a number is written longer than needed.
    #[error("the bytes of the stroke are not in the form of the protocol")]
    Form,
    /// Longer than [`STROKE_BYTES`].
    #[error("a piece of a stroke has at most {STROKE_BYTES} bytes: send it in more pieces")]
    TooManyBytes,
    /// A tool of a newer version: treat the stroke as an entry of an unknown kind.
    #[error("tool {0} is not known to this version: update to see what it draws")]
    UnknownTool(u8),
    /// A point that the grid doesn't have.
    #[error("the canvas is {WIDTH} × {HEIGHT} pixels, and the stroke goes outside")]
    Outside,
    /// More than [`STROKE_POINTS`].
    #[error("a piece of a stroke has at most {STROKE_POINTS} points: send it in more pieces")]
    TooManyPoints,
    /// More than [`STROKE_STEPS`].
    #[error("a piece of a stroke is at most {STROKE_STEPS} pixels long: send it in more pieces")]
    TooLong,
    /// Not in 1..=[`COLOURS`].
    #[error("there are {COLOURS} colours, numbered from 1")]
    Colour,
    /// Not in 1..=[`SIZE_MAX`].
    #[error("a pen is 1 to {SIZE_MAX} pixels broad")]
    Size,
    /// A text that shows nothing.
    #[error("the text is empty")]
    NoText,
    /// More than [`TEXT_CHARS`].
    #[error("a text on the canvas has at most {TEXT_CHARS} characters")]
    TextTooLong,
    /// Control characters, or what hides or reorders text.
    #[error("the text has control characters or more than one line")]
    TextNotClean,
}
