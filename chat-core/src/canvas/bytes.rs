//! Strokes as bytes: two bytes of tool, colour, size and part, the id, the first point in full, then
//! one byte a point for the short steps that a pointer makes. A stroke has exactly one form.

use super::limits::{STROKE_BYTES, STROKE_POINTS, TEXT_BYTES};
use super::stroke::{Colour, Part, Point, Shape, Size, Stroke, StrokeError, StrokeId, Tool};

/// Farthest step that one byte holds, in each direction.
const SHORT: i32 = 7;

/// Farthest step that two bytes hold, across and down.
const MEDIUM: (i32, i32) = (31, 15);

/// The first byte of a point in full; its lowest bit is the highest of x.
const FULL: u8 = 0x80;

/// The first byte of a step in two bytes; its three lowest bits are the highest of eleven.
const TWO: u8 = 0x88;

/// Set in the second byte of a piece that doesn't begin its stroke.
const NEXT: u8 = 0x80;

/// Bits of the second byte that say nothing.
const UNUSED: u8 = 0x0e;

impl Stroke {
    /// The stroke as bytes, at most [`STROKE_BYTES`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16);
        let first = self.first();
        out.push(self.shape().tool().number() << 4 | (self.colour().number() - 1));
        out.push(
            match self.part() {
                Part::First => 0,
                Part::Next => NEXT,
            } | (self.size().pixels() - 1) << 4
                | (first.x() >> 8) as u8,
        );
        out.extend([first.x() as u8, first.y() as u8]);
        append_id(&mut out, self.id());
        match self.shape() {
            Shape::Pen(points) | Shape::Eraser(points) => {
                for step in points.windows(2) {
                    append_point(&mut out, step[0], step[1]);
                }
            }
            Shape::Line(a, b)
            | Shape::Rectangle(a, b)
            | Shape::FilledRectangle(a, b)
            | Shape::Ellipse(a, b) => append_point(&mut out, *a, *b),
            Shape::Fill(_) => {}
            Shape::Text(_, text) => out.extend_from_slice(text.as_bytes()),
        }
        out
    }

    /// Reads a stroke.
    ///
    /// # Errors
    /// [`StrokeError`] when the bytes are no stroke; [`StrokeError::UnknownTool`] when they may be
    /// one of a newer version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Stroke, StrokeError> {
        let mut rest = Rest(bytes);
        let head = rest.byte()?;
        let tool = Tool::ALL
            .get(usize::from(head >> 4))
            .copied()
            .ok_or(StrokeError::UnknownTool(head >> 4))?;
        if bytes.len() > STROKE_BYTES {
            return Err(StrokeError::TooManyBytes);
        }
        let second = rest.byte()?;
        if second & UNUSED != 0 {
            return Err(StrokeError::Form);
        }
        let part = if second & NEXT == 0 {
            Part::First
        } else {
            Part::Next
        };
        let size = Size::new((second >> 4 & 0x07) + 1)?;
        let colour = Colour::new((head & 0x0f) + 1)?;
        let first = rest.full_point(second & 1)?;
        let id = rest.id()?;
        let shape = rest.shape(tool, first)?;
        let stroke = Stroke::new(id, part, colour, size, shape)?;
        if stroke.colour() != colour || stroke.size() != size {
            return Err(StrokeError::Form);
        }
        Ok(stroke)
    }

    /// Its first point.
    #[must_use]
    pub fn first(&self) -> Point {
        match self.shape() {
            Shape::Pen(points) | Shape::Eraser(points) => points[0],
            Shape::Line(a, _)
            | Shape::Rectangle(a, _)
            | Shape::FilledRectangle(a, _)
            | Shape::Ellipse(a, _)
            | Shape::Fill(a)
            | Shape::Text(a, _) => *a,
        }
    }
}

fn append_id(out: &mut Vec<u8>, StrokeId(mut id): StrokeId) {
    while id > 0x7f {
        out.push(id as u8 | 0x80);
        id >>= 7;
    }
    out.push(id as u8);
}

fn append_point(out: &mut Vec<u8>, from: Point, to: Point) {
    let dx = i32::from(to.x()) - i32::from(from.x());
    let dy = i32::from(to.y()) - i32::from(from.y());
    if dx.abs() <= SHORT && dy.abs() <= SHORT {
        out.push((dx << 4 | dy & 0x0f) as u8);
    } else if dx.abs() <= MEDIUM.0 && dy.abs() <= MEDIUM.1 {
        let bits = (dx & 0x3f) << 5 | dy & 0x1f;
        out.extend([TWO | (bits >> 8) as u8, bits as u8]);
    } else {
        out.extend([FULL | (to.x() >> 8) as u8, to.x() as u8, to.y() as u8]);
    }
}

/// The lowest `bits` of `value` as a two's complement number.
fn signed(value: i32, bits: u32) -> i32 {
    let shift = i32::BITS - bits;
    value << shift >> shift
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Result<u8, StrokeError> {
        let (&byte, rest) = self.0.split_first().ok_or(StrokeError::TooShort)?;
        self.0 = rest;
        Ok(byte)
    }

    fn id(&mut self) -> Result<StrokeId, StrokeError> {
        let mut id = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            let bits = u32::from(byte & 0x7f);
            if bits << shift >> shift != bits || (byte == 0 && shift > 0) {
                return Err(StrokeError::Form);
            }
            id |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(StrokeId(id));
            }
        }
        Err(StrokeError::Form)
    }

    fn full_point(&mut self, x_high: u8) -> Result<Point, StrokeError> {
        let x = u16::from(x_high) << 8 | u16::from(self.byte()?);
        Point::new(x, u16::from(self.byte()?))
    }

    fn point(&mut self, from: Point) -> Result<Point, StrokeError> {
        let byte = self.byte()?;
        let (dx, dy) = match byte {
            0x80 | 0x81 => {
                let to = self.full_point(byte & 1)?;
                let dx = i32::from(to.x()) - i32::from(from.x());
                let dy = i32::from(to.y()) - i32::from(from.y());
                return if dx.abs() <= MEDIUM.0 && dy.abs() <= MEDIUM.1 {
                    Err(StrokeError::Form)
                } else {
                    Ok(to)
                };
            }
            0x88..=0x8f => {
                let bits = i32::from(byte & 0x07) << 8 | i32::from(self.byte()?);
                let (dx, dy) = (signed(bits >> 5, 6), signed(bits, 5));
                let short = dx.abs() <= SHORT && dy.abs() <= SHORT;
                if short || dx.abs() > MEDIUM.0 || dy.abs() > MEDIUM.1 {
                    return Err(StrokeError::Form);
                }
                (dx, dy)
            }
            _ => {
                let (dx, dy) = (signed(i32::from(byte >> 4), 4), signed(byte.into(), 4));
                if dx < -SHORT || dy < -SHORT {
                    return Err(StrokeError::Form);
                }
                (dx, dy)
            }
        };
        let place = |from: u16, d: i32| {
            u16::try_from(i32::from(from) + d).map_err(|_| StrokeError::Outside)
        };
        Point::new(place(from.x(), dx)?, place(from.y(), dy)?)
    }

    fn shape(&mut self, tool: Tool, first: Point) -> Result<Shape, StrokeError> {
        let shape = match tool {
            Tool::Pen => Shape::Pen(self.points(first)?),
            Tool::Eraser => Shape::Eraser(self.points(first)?),
            Tool::Line => Shape::Line(first, self.point(first)?),
            Tool::Rectangle => Shape::Rectangle(first, self.point(first)?),
            Tool::FilledRectangle => Shape::FilledRectangle(first, self.point(first)?),
            Tool::Ellipse => Shape::Ellipse(first, self.point(first)?),
            Tool::Fill => Shape::Fill(first),
            Tool::Text => Shape::Text(first, self.text()?),
        };
        if self.0.is_empty() {
            Ok(shape)
        } else {
            Err(StrokeError::Form)
        }
    }

    fn points(&mut self, first: Point) -> Result<Vec<Point>, StrokeError> {
        let mut points = Vec::with_capacity((self.0.len() + 1).min(STROKE_POINTS));
        let mut last = first;
        points.push(first);
        while !self.0.is_empty() {
            if points.len() == STROKE_POINTS {
                return Err(StrokeError::TooManyPoints);
            }
            last = self.point(last)?;
            points.push(last);
        }
        Ok(points)
    }

    fn text(&mut self) -> Result<String, StrokeError> {
        let bytes = std::mem::take(&mut self.0);
        if bytes.len() > TEXT_BYTES {
            return Err(StrokeError::TextTooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| StrokeError::Form)?;
        Ok(text.to_owned())
    }
}
