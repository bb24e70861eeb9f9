//! The canvas of the conversation, in its pane: the picture, the tools, the line around the grid.
//! (`canvas` is what everything is drawn with.)

use chat_core::canvas::export::{self, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};

use super::canvas::Canvas;
use super::theme::Level;
use crate::app::canvas::Sheet;
use crate::app::canvas_pane::{self, Pane, Tile};
use crate::app::model::Focus;
use crate::app::{App, layout};

/// The sixteen, as every terminal has them.
const INKS: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// The canvas that is shown, if one is.
pub(super) fn drawing(app: &App, areas: &layout::Areas, canvas: &mut Canvas<'_>) {
    let Some(area) = areas.canvas else {
        return;
    };
    let pane = canvas_pane::plan(app, area);
    around(&pane, canvas);
    for tile in &pane.tiles {
        self::tile(tile, canvas);
    }
    let sheet = app.current.and_then(|current| app.easel.sheet(current));
    let Some(sheet) = sheet else {
        return;
    };
    picture(app, sheet, &pane, canvas);
    if app.popup().is_none() && matches!(app.focus(), Focus::Canvas | Focus::Lettering) {
        canvas.cursor = pane.cell(sheet.cursor);
    }
}

/// What the title of its pane says: who draws or has emptied it, else what one draws with.
pub(super) fn title(app: &App) -> String {
    let sheet = app.current.and_then(|current| app.easel.sheet(current));
    let Some(sheet) = sheet.filter(|sheet| sheet.is_ready()) else {
        return match app.is_online() {
            true => "canvas · on its way".to_owned(),
            false => "canvas · not connected".to_owned(),
        };
    };
    if let Some((_, nick)) = sheet.reset(app.now) {
        return format!("canvas · U undoes the reset by {nick}");
    }
    match &sheet.drawing {
        Some((nick, _)) => format!("canvas · {nick} draws"),
        None => format!("canvas · {}", canvas_pane::kit_name(app)),
    }
}

/// A line where the grid ends and its pane doesn't.
fn around(pane: &Pane, canvas: &mut Canvas<'_>) {
    let (grid, area) = (pane.grid, pane.area);
    let style = canvas.theme.faint;
    let is_free = |at: Position| pane.tiles.iter().all(|tile| !tile.area.contains(at));
    if grid.right() < area.right() {
        for y in grid.top()..grid.bottom() {
            if is_free(Position::new(grid.right(), y)) {
                canvas.glyph(grid.right(), y, "│", style);
            }
        }
    }
    let below = Rect::new(grid.x, grid.bottom(), grid.width, 1);
    let is_row_free = |x| is_free(Position::new(x, below.y));
    if grid.bottom() < area.bottom() && (area.left()..area.right()).all(is_row_free) {
        canvas.rule(below.left(), below.right(), below.y, "─", style);
        if grid.right() < area.right() {
            canvas.glyph(grid.right(), below.y, "┘", style);
        }
    }
}

fn tile(tile: &Tile, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let Rect { x, y, .. } = tile.area;
    let right = tile.area.right();
    match tile.ink.filter(|_| theme.level != Level::None) {
        Some(ink) => {
            let back = INKS[usize::from(ink.number() - 1)];
            // What is chosen stands out on each of them.
            let (mark, front) = match (tile.chosen, ink.number()) {
                (false, _) => ("  ", Color::Reset),
                (true, 1 | 2 | 4 | 5 | 9) => ("[]", Color::White),
                (true, _) => ("[]", Color::Black),
            };
            canvas.shown(x, y, right, mark, Style::new().bg(back).fg(front));
        }
        None => {
            let style = match (tile.chosen, tile.draw) {
                (true, _) => theme.text.patch(theme.picked),
                (false, Some(_)) => theme.faint,
                (false, None) => theme.text,
            };
            canvas.shown(x, y, right, &tile.label, style);
        }
    }
    // Its key stands out, as in the bar.
    if tile.ink.is_none() && tile.draw.is_some() && !tile.chosen {
        canvas.restyle(Rect::new(x, y, 1, 1), theme.key);
    }
}

fn picture(app: &App, sheet: &Sheet, pane: &Pane, canvas: &mut Canvas<'_>) {
    let Some(me) = &app.me else {
        return;
    };
    let picture = app.easel.picture(sheet, me.account, app.now);
    let (columns, rows) = pane.room;
    let lines = export::to_text(&picture, columns, rows, pane.glyphs);
    let mut symbol = [0; 4];
    for (line, y) in lines.iter().zip(pane.grid.top()..) {
        for (cell, x) in line.iter().zip(pane.grid.left()..) {
            let (glyph, style) = shown(*cell, canvas.theme.level);
            canvas.glyph(x, y, glyph.encode_utf8(&mut symbol), style);
        }
    }
}

/// Where there are no colours, what is drawn shows and what was drawn over it doesn't.
fn shown(cell: Cell, level: Level) -> (char, Style) {
    let Cell { glyph, ink, paper } = cell;
    let colour = |number: u8| match number.checked_sub(1) {
        Some(place) => INKS[usize::from(place)],
        None => Color::Reset,
    };
    match (level, paper) {
        (Level::None, 0) => (glyph, Style::new()),
        (Level::None, _) => ('█', Style::new()),
        _ if glyph == ' ' => (glyph, Style::new()),
        _ => (glyph, Style::new().fg(colour(ink)).bg(colour(paper))),
    }
}
