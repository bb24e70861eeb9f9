//! Where everything is in the pane of a canvas: the grid, as large as there is room for it, and the
//! tools beside it or below. The view draws them and `update` tests clicks against them, so that both
//! always agree.

use chat_core::canvas::export::{self, Glyphs, Scale};
use chat_core::canvas::{Colour, Point, Tool};
use ratatui::layout::{Position, Rect};

use super::layout;
use crate::app::canvas::{Hand, Place};
use crate::app::drawing::Draw;
use crate::app::model::App;
use crate::settings::CanvasGlyphs;
use crate::text;

/// A grid of at least so many columns is fine enough in half blocks, whose halves have colours of
/// their own and no gaps; a smaller one is shown in braille, which has eight dots a cell.
const HALF_FROM: u16 = 100;

/// Columns of the tools beside the grid, and rows below it, that are tried.
const BESIDE: [u16; 3] = [8, 16, 24];
const BELOW: [u16; 3] = [1, 2, 3];

/// The pane of a canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pane {
    /// All of it.
    pub area: Rect,
    /// The grid: as large as its proportions allow.
    pub grid: Rect,
    /// Columns and rows that it had to fit.
    pub room: (u16, u16),
    /// How it lies there; nothing where there is no room.
    pub scale: Option<Scale>,
    /// With which characters it is shown.
    pub glyphs: Glyphs,
    /// What can be clicked.
    pub tiles: Vec<Tile>,
}

/// Something to click beside the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Where.
    pub area: Rect,
    /// What it says: its key, and its name where there is room.
    pub label: String,
    /// What it means; nothing for what only says something.
    pub draw: Option<Draw>,
    /// The ink that it is.
    pub ink: Option<Colour>,
    /// Whether it is what one draws with.
    pub chosen: bool,
}

/// What is at a place in the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// A place on the grid.
    Grid(Point),
    /// Something to click.
    Tile(Draw),
    /// Something else of it.
    Pane,
}

/// Where the canvas of the conversation on the screen is shown, if it is.
#[must_use]
pub fn shown(app: &App) -> Option<Place> {
    if app.easel.places.is_empty() {
        return None;
    }
    let areas = layout::areas(app);
    areas.canvas?;
    Some(match areas.log.height {
        0 => Place::Alone,
        _ => Place::Beside,
    })
}

/// The pane of the canvas on the screen, if there is one.
#[must_use]
pub fn pane(app: &App) -> Option<Pane> {
    if app.easel.places.is_empty() {
        return None;
    }
    layout::areas(app).canvas.map(|area| plan(app, area))
}

/// How a pane of this size is used.
#[must_use]
pub fn plan(app: &App, area: Rect) -> Pane {
    let (width, height) = (area.width, area.height);
    let below = BELOW.map(|rows| Rect {
        y: area.bottom().saturating_sub(rows),
        height: rows.min(height),
        ..area
    });
    let beside = BESIDE.map(|columns| Rect {
        x: area.right().saturating_sub(columns),
        width: columns.min(width),
        ..area
    });
    let names = items(app, Names::Keys);
    let fits = |rect: &Rect| flow(&names, *rect).is_some();
    let with_below = below
        .into_iter()
        .find(fits)
        .map(|rect| (rect, (width, height - rect.height)));
    // One column between.
    let with_beside = beside
        .into_iter()
        .find(fits)
        .map(|rect| (rect, ((width - rect.width).saturating_sub(1), height)));
    let cells = |(_, (columns, rows)): &(Rect, (u16, u16))| {
        let scale = Scale::fit(*columns, *rows);
        scale.map_or(0, |scale| {
            u32::from(scale.columns()) * u32::from(scale.rows())
        })
    };
    // Of equal ones the last is taken.
    let best = [with_beside, with_below]
        .into_iter()
        .flatten()
        .max_by_key(cells);
    let (tools, room) = match best {
        Some((tools, room)) => (Some(tools), room),
        None => (None, (width, height)),
    };
    let scale = Scale::fit(room.0, room.1);
    let (columns, rows) = scale.map_or((0, 0), |scale| (scale.columns(), scale.rows()));
    let grid = Rect::new(area.x, area.y, columns, rows);
    Pane {
        area,
        grid,
        room,
        scale,
        glyphs: glyphs(app.options.canvas, columns),
        tiles: tools.map_or_else(Vec::new, |tools| tiles(app, area, grid, tools, names)),
    }
}

/// The characters for a grid of so many columns.
fn glyphs(wanted: CanvasGlyphs, columns: u16) -> Glyphs {
    match wanted {
        CanvasGlyphs::Half => Glyphs::Half,
        CanvasGlyphs::Braille => Glyphs::Braille,
        CanvasGlyphs::Octant => Glyphs::Octants,
        CanvasGlyphs::Auto if columns >= HALF_FROM => Glyphs::Half,
        CanvasGlyphs::Auto => Glyphs::Braille,
    }
}

impl Pane {
    /// What is at a place; nothing outside.
    #[must_use]
    pub fn hit(&self, at: Position) -> Option<Over> {
        if !self.area.contains(at) {
            return None;
        }
        if self.grid.contains(at) {
            return self.point(at).map(Over::Grid);
        }
        let tile = self.tiles.iter().find(|tile| tile.area.contains(at));
        Some(match tile.and_then(|tile| tile.draw) {
            Some(draw) => Over::Tile(draw),
            None => Over::Pane,
        })
    }

    /// The point in the middle of the cell that is nearest to a place on the screen.
    #[must_use]
    pub fn point(&self, at: Position) -> Option<Point> {
        let inside = |v: u16, start: u16, len: u16| v.clamp(start, start + len.max(1) - 1) - start;
        let column = inside(at.x, self.grid.x, self.grid.width);
        let row = inside(at.y, self.grid.y, self.grid.height);
        self.scale?.point(column, row)
    }

    /// Where a point is on the screen.
    #[must_use]
    pub fn cell(&self, point: Point) -> Option<Position> {
        let (column, row) = self.scale?.cell(point);
        Some(Position::new(self.grid.x + column, self.grid.y + row))
    }
}

/// Tools in what is free beside or below the grid, with names where they fit.
fn tiles(app: &App, area: Rect, grid: Rect, tools: Rect, keys: Vec<Item>) -> Vec<Tile> {
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
enum Names {
    Keys,
    Words,
}

/// A tile that has no place yet.
#[derive(Debug, Clone)]
struct Item {
    tile: Tile,
    /// Columns before it, unless it begins a row.
    gap: u16,
    /// Whether it begins a row if the rest of its group doesn't fit into what is left of this one.
    group: u16,
}

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

fn items(app: &App, names: Names) -> Vec<Item> {
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
            // Rows of as many as there are.
            swatch.group = u16::MAX;
        }
        items.push(swatch);
    }
    items
}

/// Items in rows; nothing when they don't all fit.
fn flow(items: &[Item], area: Rect) -> Option<Vec<Tile>> {
    if area.is_empty() {
        return None;
    }
    let (mut x, mut y) = (area.x, area.y);
    let mut tiles = Vec::with_capacity(items.len());
    for item in items {
        let width = columns(&item.tile.label);
        let gap = if x == area.x { 0 } else { item.gap };
        let needed = item.group.max(width);
        // Swatches begin a row unless all of them fit into this one.
        let group = if item.group == u16::MAX { 33 } else { needed };
        let left = area.right().saturating_sub(x);
        let starts = x > area.x && gap + group > left;
        if starts {
            (x, y) = (area.x, y + 1);
        } else {
            x += gap + u16::from(item.group == u16::MAX && x > area.x);
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
