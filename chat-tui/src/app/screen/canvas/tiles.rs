//! The tools of a canvas as tiles to click, in rows: their keys, and their names where they fit.

use chat_core::canvas::{Colour, Tool, export};
use ratatui::layout::Rect;

use super::Tile;
use crate::app::canvas::Hand;
use crate::app::drawing::Draw;
use crate::app::model::App;
use crate::text;

/// Tools in what is free beside or below the grid, with names where they fit.
pub(super) fn tiles(app: &App, area: Rect, grid: Rect, tools: Rect, keys: Vec<Item>) -> Vec<Tile> {
    let free = if tools.width < area.width {
        // One column is left for a line.
        let x = (grid.right() + 1).min(tools.x);
        Rect::new(x, area.y, area.right() - x, area.height)
    } else {
        // One row, where there is more.
        let y = (grid.bottom() + 1).min(tools.y);
        Rect::new(area.x, y, area.width, area.bottom() - y)
    };
    flow(&items(app, Names::Words), free)
        .or_else(|| flow(&keys, free))
        .unwrap_or_default()
}

/// How much tiles say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Keys,
    Words,
}

/// A tile that has no place yet.
#[derive(Debug, Clone)]
pub(super) struct Item {
    tile: Tile,
    /// Columns before it, unless it begins a row.
    gap: u16,
    /// Columns of it and what should stay in one row with it: where they don't fit into what is left
    /// of this one, it begins another.
    group: u16,
}

/// Columns of all swatches.
const SWATCHES: u16 = 32;

const TOOLS: [(&str, &str, Tool); 8] = [
    ("p", "pen", Tool::Pen),
    ("e", "eraser", Tool::Eraser),
    ("l", "line", Tool::Line),
    ("r", "rectangle", Tool::Rectangle),
    ("R", "filled", Tool::FilledRectangle),
    ("o", "ellipse", Tool::Ellipse),
    ("f", "fill", Tool::Fill),
    ("t", "text", Tool::Text),
];

/// What a tool is called.
#[must_use]
pub fn tool_name(tool: Tool) -> &'static str {
    let named = TOOLS.iter().find(|(.., of)| *of == tool);
    named.map_or("", |(_, name, _)| name)
}

/// What one draws with, in words.
#[must_use]
pub fn kit_name(app: &App) -> String {
    let kit = app.easel.kit;
    let mut name = tool_name(kit.tool).to_owned();
    if kit.tool.has_size() {
        name += &format!(" {}", kit.size.pixels());
    }
    if kit.tool.has_colour() {
        name += &format!(" {}", export::name(kit.colour));
    }
    name
}

pub(super) fn items(app: &App, names: Names) -> Vec<Item> {
    let kit = app.easel.kit;
    let lettering = app
        .current
        .and_then(|current| app.easel.sheet(current))
        .is_some_and(|sheet| matches!(sheet.hand, Hand::Lettering { .. }));
    let label = |key: &str, word: &str| match names {
        Names::Keys => key.to_owned(),
        Names::Words => format!("{key} {word}"),
    };
    let item = |label: String, draw: Option<Draw>, chosen: bool, gap: u16| Item {
        group: columns(&label),
        tile: Tile {
            area: Rect::default(),
            label,
            draw,
            ink: None,
            chosen,
        },
        gap,
    };
    let mut items: Vec<Item> = TOOLS
        .iter()
        .map(|(key, word, tool)| {
            let chosen = kit.tool == *tool && !lettering;
            item(label(key, word), Some(Draw::Tool(*tool)), chosen, 1)
        })
        .collect();
    let size = kit.size.pixels().to_string();
    let mut thinner = item("-".to_owned(), Some(Draw::Thinner), false, 1);
    thinner.group = 3;
    items.push(thinner);
    items.push(item(size, None, false, 0));
    items.push(item("+".to_owned(), Some(Draw::Thicker), false, 0));
    items.push(item(label("u", "undo"), Some(Draw::Undo), false, 1));
    items.push(item(label("X", "reset"), Some(Draw::Reset), false, 1));
    for colour in Colour::all() {
        let number = colour.number();
        let chosen = kit.colour == colour;
        let mut swatch = item(
            format!("{number:<2}"),
            Some(Draw::Colour(number)),
            chosen,
            0,
        );
        swatch.tile.ink = Some(colour);
        if number == 1 {
            (swatch.gap, swatch.group) = (1, SWATCHES);
        }
        items.push(swatch);
    }
    items
}

/// Items in rows; nothing when they don't all fit.
pub(super) fn flow(items: &[Item], area: Rect) -> Option<Vec<Tile>> {
    if area.is_empty() {
        return None;
    }
    let (mut x, mut y) = (area.x, area.y);
    let mut tiles = Vec::with_capacity(items.len());
    for item in items {
        let width = columns(&item.tile.label);
        let left = area.right().saturating_sub(x);
        if x > area.x && item.gap + item.group > left {
            (x, y) = (area.x, y + 1);
        } else if x > area.x {
            x += item.gap;
        }
        if x + width > area.right() || y >= area.bottom() {
            return None;
        }
        tiles.push(Tile {
            area: Rect::new(x, y, width, 1),
            ..item.tile.clone()
        });
        x += width;
    }
    Some(tiles)
}

fn columns(label: &str) -> u16 {
    u16::try_from(text::width(label)).unwrap_or(u16::MAX)
}
