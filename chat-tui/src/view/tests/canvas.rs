//! The canvas on screens of several sizes.

use chat_core::canvas::{Act, Colour, Part, Picture, Point, Shape, Size, Stroke, StrokeId};
use chat_core::{Body, ConversationId, Entry, Seq};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use ratatui::style::Color;

use super::fixture::*;
use crate::app::canvas::{EaselFocus, Place, Sheet};
use crate::app::{App, Event, canvas_pane, layout};
use crate::settings::CanvasGlyphs;
use crate::shell::paint::Painter;
use crate::view::Level;

const CANVAS: ConversationId = ConversationId(9);

fn stroke(id: u32, colour: u8, shape: Shape) -> Body {
    let colour = Colour::new(colour).expect("a colour");
    let size = Size::new(3).expect("a size");
    let stroke = Stroke::new(StrokeId(id), Part::First, colour, size, shape);
    Body::Draw(Act::Stroke(stroke.expect("a stroke")))
}

fn point(x: u16, y: u16) -> Point {
    Point::new(x, y).expect("on the grid")
}

fn drawn_by(author: &str, seq: u64, body: Body) -> Entry {
    Entry {
        conversation: CANVAS,
        ..entry(seq, 0, author, body)
    }
}

/// #general with a frame and a diagonal on its canvas.
fn easel(width: u16, height: u16, place: Place) -> App {
    let mut app = with(app(width, height), vec![post(1, 2, "bob", "look at this")]);
    app.easel.places.insert(GENERAL, place);
    app.easel.focus = EaselFocus::Here;
    let mut sheet = Sheet::new(GENERAL);
    sheet.open(CANVAS, Seq(0), Seq(0), Picture::new());
    let (near, far) = (point(0, 0), point(319, 191));
    let strokes = [
        stroke(1, 5, Shape::Rectangle(near, far)),
        stroke(2, 2, Shape::Line(near, far)),
    ];
    for (seq, body) in (1..).zip(strokes) {
        sheet.push(drawn_by("bob", seq, body), app.now);
    }
    sheet.stride(app.now);
    app.easel.sheets.push(sheet);
    app
}

#[test]
fn eighty_columns_have_the_log_and_the_canvas() {
    check(
        &easel(80, 16, Place::Beside),
        "
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ #general ───────────────────────────┬ canvas · pen 2 red ────────────────────┐
│─ this is the beginning of #general ─│⡟⠻⣭⣉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹│p e l r │
│───── Friday, 20 November 2026 ──────│⡇  ⠉⠻⢦⣄⡀                      ⢸│R o f t │
│14:02 bob      look at this          │⡇     ⠈⠙⠶⣤⣀                   ⢸│-2+ u X │
│                                     │⡇         ⠙⠳⢦⣄                ⢸│1 2 3 4 │
│                                     │⡇            ⠈⠛⠶⣤⡀            ⢸│5 6 7 8 │
│                                     │⡇                ⠙⠳⢦⣄         ⢸│9 101112│
│                                     │⡇                   ⠉⠛⠶⣄⡀     ⢸│13141516│
│                                     │⡇                      ⠈⠙⠳⣦⣀  ⢸│        │
│                                     │⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣉⣛⣦⣼│        │
│                                     │───────────────────────────────┘        │
│                                     │                                        │
├─────────────────────────────────────┴────────────────────────────────────────┤
│> type here                                                                   │
└ F1 help  F6 canvas  Space draw  u undo  X reset  s save  F4 server  Esc back ┘
",
    );
}

#[test]
fn forty_columns_have_the_canvas_alone() {
    check(
        &easel(40, 10, Place::Beside),
        "
 chat.example ● 12 ms  #general…  alice
┌ canvas · pen 2 red ──────────────────┐
│⡟⠻⣭⡉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹│p e l r R o f t -2+ │
│⡇  ⠉⠓⢦⣄         ⢸│u X                 │
│⡇     ⠈⠙⠶⣄⡀     ⢸│1 2 3 4 5 6 7 8 9 10│
│⡇         ⠙⠳⢤⣀  ⢸│111213141516        │
│⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣈⣛⣦⣼│                    │
├──────────────────────────────────────┤
│> type here                           │
└ F1 help  F6 canvas          Esc back ┘
",
    );
}

#[test]
fn a_large_screen_names_the_tools() {
    let app = easel(160, 50, Place::Beside);
    let rows = rows(&drawn(&app).buffer);
    assert!(rows[1].contains("┌ #general ─") && rows[1].contains("┬ canvas · pen 2 red ─"));
    assert!(rows[2].contains("████▀▀▀▀"), "{}", rows[2]);
    check_says(&app, "p pen e eraser l line r rectangle R filled o ellipse");
    let alone = easel(80, 24, Place::Alone);
    check_says(&alone, "│p pen e eraser│");
    check_says(&alone, "│X reset       │");
}

#[test]
fn what_happens_there_is_said_above_it() {
    let mut app = easel(80, 16, Place::Beside);
    let now = app.now;
    let sheet = &mut app.easel.sheets[0];
    sheet.draws(nick("carol"), now);
    check_says(&app, "┬ canvas · carol draws ─");
    let sheet = &mut app.easel.sheets[0];
    sheet.push(drawn_by("bob", 3, Body::Draw(Act::Reset)), now);
    sheet.stride(now);
    check_says(&app, "┬ canvas · U undoes the reset by bob ─");
    app.easel.sheets[0] = Sheet::new(GENERAL);
    check_says(&app, "┬ canvas · on its way ─");
}

#[test]
fn colours_are_those_of_the_terminal() {
    let app = easel(80, 16, Place::Beside);
    let cell = |level, x, y| {
        let buffer = drawn_with(&app, level).buffer;
        let cell = &buffer[(x, y)];
        (cell.symbol().to_owned(), cell.fg, cell.bg)
    };
    let corner = cell(Level::True, 69, 2);
    assert_eq!(corner, ("⢹".to_owned(), Color::Blue, Color::Reset));
    let plain = cell(Level::None, 69, 2);
    assert_eq!(plain, ("⢹".to_owned(), Color::Reset, Color::Reset));
    // Red is in hand, green beside it.
    let red = cell(Level::Ansi16, 73, 5);
    assert_eq!(red, ("[".to_owned(), Color::White, Color::Red));
    let green = cell(Level::Ansi16, 75, 5);
    assert_eq!(green, (" ".to_owned(), Color::Reset, Color::Green));
}

#[test]
fn the_cursor_is_where_the_hand_is() {
    let mut app = easel(80, 16, Place::Beside);
    let cursor = drawn(&app).cursor.expect("shown");
    assert_eq!((cursor.x, cursor.y), (54, 6));
    app.easel.focus = EaselFocus::Elsewhere;
    let cursor = drawn(&app).cursor.expect("shown");
    assert_eq!((cursor.x, cursor.y), (3, 14));
}

#[test]
fn a_remote_stroke_costs_few_bytes() {
    let mut app = easel(80, 24, Place::Beside);
    let mut painter = Painter::default();
    let mut paint = |app: &App| {
        let Drawn {
            buffer,
            links,
            cursor,
            ..
        } = drawn_with(app, Level::Ansi16);
        let picture = crate::shell::paint::Picture {
            cells: &buffer,
            links: &links,
            graphics: &[],
            log: ratatui::layout::Rect::ZERO,
            cursor,
        };
        painter.paint(&picture).len()
    };
    app.easel.sheets[0].draws(nick("bob"), app.now);
    paint(&app);
    assert_eq!(paint(&app), 0, "nothing has changed");
    // What a pen draws in a fifteenth of a second.
    let way = (0..6).map(|n| point(60 + 4 * n, 40 + 2 * n)).collect();
    let now = app.now;
    app.easel.sheets[0].push(drawn_by("bob", 3, stroke(3, 3, Shape::Pen(way))), now);
    app.easel.sheets[0].stride(now);
    let bytes = paint(&app);
    assert!((20..80).contains(&bytes), "{bytes} bytes");
}

proptest! {
    #[test]
    fn any_screen_has_room_for_it_or_goes_without(
        width in 1u16..220,
        height in 1u16..70,
        alone in any::<bool>(),
        here in any::<bool>(),
        glyphs in prop::sample::select(vec![
            CanvasGlyphs::Auto,
            CanvasGlyphs::Half,
            CanvasGlyphs::Braille,
            CanvasGlyphs::Octant,
        ]),
        (column, row) in (0u16..220, 0u16..70),
    ) {
        let mut app = easel(width, height, if alone { Place::Alone } else { Place::Beside });
        app.options.canvas = glyphs;
        app.easel.focus = if here { EaselFocus::Here } else { EaselFocus::Elsewhere };
        let screen = drawn(&app);
        let areas = layout::areas(&app);
        if let Some(area) = areas.canvas {
            let pane = canvas_pane::plan(&app, area);
            prop_assert!(area.intersection(pane.grid) == pane.grid, "the grid is in its pane");
            for tile in &pane.tiles {
                prop_assert!(area.intersection(tile.area) == tile.area, "{tile:?}");
                prop_assert!(pane.grid.intersection(tile.area).is_empty(), "{tile:?}");
            }
            for y in area.top()..area.bottom() {
                let edges = [area.left() - 1, area.right()].map(|x| screen.buffer[(x, y)].symbol());
                prop_assert_eq!(edges, ["│", "│"], "row {}", y);
            }
            prop_assert!(areas.log.height == 0 || areas.log.right() < area.left());
        }
        // Wherever it is pressed, dragged and released, nothing breaks.
        for kind in [
            MouseEventKind::Down(MouseButton::Left),
            MouseEventKind::Drag(MouseButton::Left),
            MouseEventKind::Up(MouseButton::Left),
        ] {
            let modifiers = KeyModifiers::NONE;
            let mouse = MouseEvent { kind, column, row, modifiers };
            drop(crate::app::update(&mut app, Event::Mouse(mouse)));
        }
        drawn(&app);
    }
}
