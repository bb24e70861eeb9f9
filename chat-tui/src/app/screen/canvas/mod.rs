//! Where everything is in the pane of a canvas: the grid, as large as there is room for it, and the
//! tools beside it or below. The view draws them and `update` tests clicks against them, so that both
//! always agree. And how much of the screen the pane takes.

mod tiles;

use chat_core::canvas::export::{Glyphs, Scale};
use chat_core::canvas::{Colour, Point};
use ratatui::layout::{Position, Rect};

use super::layout;
use crate::app::canvas::Place;
use crate::app::drawing::Draw;
use crate::app::model::App;
use crate::settings::CanvasGlyphs;
use tiles::{Names, flow, items, tiles};

pub use tiles::{kit_name, tool_name};

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

/// The log's least width beside a canvas, and the least of a canvas beside it.
const LOG_BESIDE_CANVAS: u16 = 30;
const CANVAS_LEAST: u16 = 40;

/// Columns that its tools take where it stands alone: panes that are not asked for leave it room.
const CANVAS_TOOLS: u16 = 16;

/// Columns that a canvas takes beside the log, with the border between; nothing where there is no room
/// for both.
pub(super) fn columns_beside(area: Rect) -> Option<u16> {
    // As high as it can be, but not wider than two thirds.
    let high = Scale::fit(u16::MAX, area.height)?.columns();
    let most = area.width.checked_sub(LOG_BESIDE_CANVAS + 1)?;
    let wanted = high.min(area.width * 2 / 3).max(CANVAS_LEAST);
    let columns = wanted.min(most);
    (columns >= CANVAS_LEAST).then_some(columns + 1)
}

/// Columns that a canvas of so many rows can use.
pub(super) fn columns_alone(rows: u16) -> u16 {
    let grid = Scale::fit(u16::MAX, rows).map_or(0, |scale| scale.columns());
    grid.saturating_add(CANVAS_TOOLS)
}

/// Where the canvas of the conversation on the screen is wanted.
pub(super) fn place(app: &App) -> Option<Place> {
    app.easel.places.get(&app.current?).copied()
}
