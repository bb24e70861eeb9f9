//! Pictures in half blocks, and what lies over them.

use std::sync::Arc;

use chat_core::{Body, ContentHash, File, Seq, Text};
use ratatui::layout::Size;
use ratatui::style::Color;

use super::fixture::*;
use crate::app::pictures::{Grain, PictureId, Raster, Surface};
use crate::app::{App, Event, update};
use crate::view::Level;

fn file() -> Body {
    Body::File(File {
        hash: ContentHash([7; 32]),
        name: Text::new("cat.png"),
        media: Text::default(),
        bytes: 9_000,
        caption: Text::default(),
    })
}

/// Red, then blue, and a hole in the middle.
fn target(width: u32, height: u32) -> Raster {
    let pixel = |n: u32| {
        let (x, y) = (n % width, n / width);
        match (x.abs_diff(width / 2) < 2, y < height / 2) {
            (true, _) => [0, 0, 0, 0],
            (false, true) => [255, 0, 0, 255],
            (false, false) => [0, 0, 255, 255],
        }
    };
    let rgba: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    Raster::new(width, height, rgba).expect("small")
}

fn tell(app: &mut App, event: Event) {
    drop(update(app, event));
}

/// Bob has sent a picture, and it is shown.
fn shown(width: u16, height: u16, raster: Raster) -> App {
    let mut app = with(
        app(width, height),
        vec![
            post(1, 0, "carol", "look"),
            entry(2, 1, "bob", file()),
            post(3, 2, "carol", "nice"),
        ],
    );
    app.pictures.surface = Some(Surface {
        cell: (8, 16),
        grain: Grain::HalfCells,
    });
    let Body::File(file) = file() else {
        panic!("a file");
    };
    drop(app.pictures.begin(GENERAL, Seq(2), &file));
    tell(
        &mut app,
        Event::Picture {
            conversation: GENERAL,
            seq: Seq(2),
            picture: Ok(Arc::new(raster)),
        },
    );
    app
}

#[test]
fn a_picture_stands_below_its_entry() {
    let app = shown(80, 16, target(12, 7));
    let drawn = drawn_with(&app, Level::True);
    let want = r"
 chat.example ● 12 ms  #general — topic of the room                       alice
┌ conversations ┬ #general ───────────────────────────────────────┬ online 3 ──┐
│ #general      │─────── this is the beginning of #general ───────│ ● alice    │
│ #ops          │─────────── Friday, 20 November 2026 ────────────│ ● bob      │
│ @bob          │14:00 carol    look                              │ ◌ carol    │
│               │14:01 bob      [cat.png · 8.8 KiB]               │            │
│               │               ▀▀▀▀▀   ▀▀▀▀                      │            │
│               │               ▀▀▀▀▀   ▀▀▀▀                      │            │
│               │               ▀▀▀▀▀   ▀▀▀▀                      │            │
│               │               ▀▀▀▀▀   ▀▀▀▀                      │            │
│               │14:02 carol    nice                              │            │
│               │                                                 │            │
";
    let got = rows(&drawn.buffer);
    for (got, want) in got.iter().zip(want.trim_matches('\n').lines()) {
        assert_eq!(got, want);
    }
    let (x, y) = (32, 6);
    let cell = &drawn.buffer[(x, y)];
    assert_eq!(
        (cell.fg, cell.bg),
        (Color::Rgb(255, 0, 0), Color::Rgb(255, 0, 0))
    );
    let cell = &drawn.buffer[(x, y + 3)];
    assert_eq!(
        (cell.fg, cell.bg),
        (Color::Rgb(0, 0, 255), Color::Rgb(0, 0, 255))
    );
    let spans: Vec<_> = drawn.pictures.iter().map(|s| (s.row, s.x, s.y)).collect();
    assert_eq!(spans, [(0, 32, 6), (1, 32, 7), (2, 32, 8), (3, 32, 9)]);
    assert_eq!(drawn.pictures[0].cells, Size::new(12, 4));
    assert_eq!(drawn.pictures[0].id, PictureId(1));
}

#[test]
fn colours_are_those_that_there_are() {
    let app = shown(80, 16, target(12, 8));
    let at = |level| drawn_with(&app, level).buffer[(32, 6)].fg;
    assert_eq!(at(Level::Ansi256), Color::Indexed(196));
    assert!(matches!(at(Level::Ansi16), Color::Red | Color::LightRed));
    let none = drawn_with(&app, Level::None).buffer;
    assert_eq!(none[(32, 6)].fg, Color::Reset);
    assert_eq!(none[(32, 6)].symbol(), ":", "by brightness");
    assert_eq!(none[(32, 9)].symbol(), ".");
}

#[test]
fn clean_screen_a_picture_is_drawn_with_nothing_but_blocks() {
    for level in [Level::None, Level::Ansi16, Level::Ansi256, Level::True] {
        // Every byte there is, as pixels.
        let rgba = (0..40 * 40 * 4).map(|n| (n * 31 % 256) as u8).collect();
        let app = shown(80, 24, Raster::new(40, 40, rgba).expect("small"));
        let drawn = drawn_with(&app, level);
        for span in &drawn.pictures {
            for x in span.x..span.x + span.width {
                let symbol = drawn.buffer[(x, span.y)].symbol();
                assert!("▀▄ .:-=+*#%@".contains(symbol), "{symbol:?}");
            }
        }
    }
}

#[test]
fn a_picture_never_leaves_its_column_nor_half_of_the_pane() {
    for (width, height) in [(80, 24), (40, 10), (20, 6), (200, 60), (12, 4), (24, 40)] {
        let mut app = shown(80, 24, target(300, 200));
        tell(&mut app, Event::Resize(Size::new(width, height)));
        let drawn = drawn_with(&app, Level::True);
        let log = crate::app::layout::areas(&app).log;
        for span in &drawn.pictures {
            assert!(log.contains((span.x, span.y).into()), "{width}x{height}");
            assert!(span.x + span.width <= log.right(), "{width}x{height}");
            assert!(span.cells.height <= (log.height / 2).max(1));
        }
    }
}

#[test]
fn what_lies_over_a_picture_takes_its_cells() {
    let mut app = shown(80, 24, target(60, 20));
    let whole = drawn_with(&app, Level::True).pictures;
    assert_eq!(whole.len(), 6);
    app.popups.push(crate::app::Popup::Help { scroll: 0 });
    let covered = drawn_with(&app, Level::True);
    let cells = |spans: &[crate::view::PictureSpan]| {
        spans
            .iter()
            .map(|span| usize::from(span.width))
            .sum::<usize>()
    };
    assert!(cells(&covered.pictures) < cells(&whole));
    for span in &covered.pictures {
        for x in span.x..span.x + span.width {
            let symbol = covered.buffer[(x, span.y)].symbol();
            assert!("▀▄ ".contains(symbol), "{symbol:?}");
        }
    }
}
