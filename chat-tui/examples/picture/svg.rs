//! A buffer as SVG: text by runs of one style, borders as lines, so that no font leaves gaps.

use std::fmt::Write;

use chat_tui::view::palette::to_rgb;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};

/// Size of a cell in pixels, and of the font in it.
const CELL: (u32, u32) = (9, 19);
const FONT: u32 = 15;
/// Around the screen.
const MARGIN: u32 = 10;
const BACK: (u8, u8, u8) = (0x1b, 0x1d, 0x23);
const FORE: (u8, u8, u8) = (0xd4, 0xd7, 0xdd);

/// The picture of a screen.
pub(crate) fn picture(buffer: &Buffer, cursor: Position) -> String {
    let area = buffer.area;
    let width = u32::from(area.width) * CELL.0 + 2 * MARGIN;
    let height = u32::from(area.height) * CELL.1 + 2 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"{FONT}\">\n<rect width=\"{width}\" height=\"{height}\" rx=\"8\" \
         fill=\"{}\"/>\n",
        hex(BACK)
    );
    for y in area.top()..area.bottom() {
        row(&mut out, buffer, y);
    }
    let (x, y) = corner(cursor.x, cursor.y);
    push(
        &mut out,
        format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"2\" height=\"{}\" fill=\"{}\"/>\n",
            CELL.1,
            hex(FORE)
        ),
    );
    out.push_str("</svg>\n");
    out
}

/// Cells of one style that stand side by side.
struct Run<'a> {
    x: u16,
    cells: u16,
    first: &'a Cell,
    text: String,
}

fn row(out: &mut String, buffer: &Buffer, y: u16) {
    let mut run: Option<Run<'_>> = None;
    let mut x = buffer.area.left();
    while x < buffer.area.right() {
        let cell = &buffer[(x, y)];
        let cells = cell.cell_width().max(1);
        let joins = |run: &Run<'_>| {
            // A wide cell is placed by itself: fonts differ in how wide they are.
            run.first.style() == cell.style() && cells == 1 && sides(cell.symbol()).is_none()
        };
        match &mut run {
            Some(open) if joins(open) && sides(open.first.symbol()).is_none() => {
                open.text.push_str(cell.symbol());
                open.cells += cells;
            }
            _ => {
                if let Some(done) = run.take() {
                    draw(out, &done, y);
                }
                run = Some(Run {
                    x,
                    cells,
                    first: cell,
                    text: cell.symbol().to_owned(),
                });
            }
        }
        x += cells;
    }
    if let Some(done) = run {
        draw(out, &done, y);
    }
}

fn draw(out: &mut String, run: &Run<'_>, y: u16) {
    let style = run.first;
    let reversed = style.modifier.contains(Modifier::REVERSED);
    let own = |colour: Color, other| to_rgb(colour).unwrap_or(other);
    let (mut fore, mut back) = (own(style.fg, FORE), own(style.bg, BACK));
    if reversed {
        (fore, back) = (back, fore);
    }
    let (left, top) = corner(run.x, y);
    let width = u32::from(run.cells) * CELL.0;
    if back != BACK {
        let fill = hex(back);
        push(
            out,
            format_args!(
                "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{fill}\"/>\n",
                CELL.1
            ),
        );
    }
    if let Some(sides) = sides(&run.text) {
        lines(out, sides, (left, top), &hex(fore));
    } else if !run.text.trim().is_empty() {
        text(out, run, (left, top), &hex(fore));
    }
}

fn text(out: &mut String, run: &Run<'_>, (left, top): (u32, u32), fill: &str) {
    let modifier = run.first.modifier;
    let mut attributes = String::new();
    for (has, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ] {
        if modifier.contains(has) {
            attributes.push_str(attribute);
        }
    }
    let baseline = top + CELL.1 * 3 / 4;
    let width = u32::from(run.cells) * CELL.0;
    let escaped = run.text.replace('&', "&amp;").replace('<', "&lt;");
    push(
        out,
        format_args!(
            "<text x=\"{left}\" y=\"{baseline}\" textLength=\"{width}\" fill=\"{fill}\" \
             xml:space=\"preserve\"{attributes}>{escaped}</text>\n"
        ),
    );
}

/// Where the lines of a border character go: up, down, left, right.
fn sides(symbol: &str) -> Option<[bool; 4]> {
    let places = ["│", "─", "┌", "┐", "└", "┘", "├", "┤", "┬", "┴"];
    let sides = [
        "ud", "lr", "dr", "dl", "ur", "ul", "udr", "udl", "dlr", "ulr",
    ];
    let place = places.iter().position(|place| *place == symbol)?;
    Some(['u', 'd', 'l', 'r'].map(|side| sides[place].contains(side)))
}

fn lines(out: &mut String, sides: [bool; 4], (left, top): (u32, u32), stroke: &str) {
    let (x, y) = (left + CELL.0 / 2, top + CELL.1 / 2);
    let ends = [(x, top), (x, top + CELL.1), (left, y), (left + CELL.0, y)];
    let mut path = String::new();
    for (has, (to_x, to_y)) in sides.into_iter().zip(ends) {
        if has {
            push(&mut path, format_args!("M{x} {y}L{to_x} {to_y}"));
        }
    }
    push(
        out,
        format_args!("<path d=\"{path}\" stroke=\"{stroke}\"/>\n"),
    );
}

fn corner(x: u16, y: u16) -> (u32, u32) {
    (
        MARGIN + u32::from(x) * CELL.0,
        MARGIN + u32::from(y) * CELL.1,
    )
}

fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what)
        .expect("writing to a String does not fail");
}
