//! A picture as an SVG file: one rectangle for what hangs together, not one a pixel.

use std::fmt::Write as _;

use super::palette::{Paper, Rgb, rgb};
use crate::canvas::limits::{HEIGHT, WIDTH};
use crate::canvas::{Colour, Picture};

/// Pixels on the screen to a pixel of the picture, until who looks at it zooms.
const ZOOM: u16 = 3;

/// The picture as an SVG file: for each colour one path of rectangles, each as wide as its run of
/// pixels and as high as the same run repeats below.
#[must_use]
pub fn to_svg(picture: &Picture, paper: Paper) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" shape-rendering=\"crispEdges\">\n",
        WIDTH * ZOOM,
        HEIGHT * ZOOM,
    );
    if let Some(behind) = paper.rgb() {
        path(&mut out, behind, &format!("M0 0h{WIDTH}v{HEIGHT}H0z"));
    }
    for colour in Colour::all() {
        let rectangles = rectangles(picture, colour.number());
        if !rectangles.is_empty() {
            path(&mut out, rgb(colour), &rectangles);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn path(out: &mut String, [r, g, b]: Rgb, d: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "<path fill=\"#{r:02x}{g:02x}{b:02x}\" d=\"{d}\"/>");
}

/// A run of pixels, from column to column, that has been going on since a row.
type Run = (u16, u16, u16);

fn rectangles(picture: &Picture, value: u8) -> String {
    let mut out = String::new();
    let mut open: Vec<Run> = Vec::new();
    for y in 0..=HEIGHT {
        let runs = runs(picture.row(y), value);
        let mut next = Vec::with_capacity(runs.len());
        let mut before = open.iter().peekable();
        for (left, right) in runs {
            // Both lists are in order of their columns.
            while let Some(run) = before.next_if(|run| run.0 < left) {
                rectangle(&mut out, *run, y);
            }
            match before.next_if(|run| (run.0, run.1) == (left, right)) {
                Some(run) => next.push(*run),
                None => next.push((left, right, y)),
            }
        }
        before.for_each(|run| rectangle(&mut out, *run, y));
        open = next;
    }
    out
}

fn rectangle(out: &mut String, (left, right, top): Run, bottom: u16) {
    let (width, height) = (right - left, bottom - top);
    let _ = write!(out, "M{left} {top}h{width}v{height}h-{width}z");
}

/// The runs of `value` in a row: first column, and the one behind the last.
fn runs(row: &[u8], value: u8) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for (x, _) in (0u16..).zip(row).filter(|(_, pixel)| **pixel == value) {
        match runs.last_mut() {
            Some(run) if run.1 == x => run.1 = x + 1,
            _ => runs.push((x, x + 1)),
        }
    }
    runs
}
