//! Pictures for people: the characters, the way from a pane to the grid and back, and files.

use std::collections::BTreeSet;

use chat_core::canvas::export::{
    Cell, Glyphs, Paper, Scale, braille, octant, rgb, to_plain, to_png, to_svg, to_text,
};
use chat_core::canvas::limits::{HEIGHT, PIXELS, WIDTH};
use chat_core::canvas::{Colour, Part, Picture, Point, Shape, Size, Stroke, StrokeId};
use proptest::prelude::*;

use crate::any;

fn at(x: u16, y: u16) -> Point {
    Point::new(x, y).expect("inside")
}

fn drawn(shapes: &[(u8, Shape)]) -> Picture {
    let mut picture = Picture::new();
    for (colour, shape) in shapes {
        let colour = Colour::new(*colour).expect("a colour");
        let stroke = Stroke::new(StrokeId(1), Part::First, colour, Size::ONE, shape.clone());
        picture.draw(&stroke.expect("a stroke"));
    }
    picture
}

/// The parts of a cell from the digits in an octant's Unicode name: 1 and 2 are the highest.
fn named(digits: &str) -> u8 {
    digits
        .bytes()
        .fold(0, |bits, digit| bits | 1 << (digit - b'1'))
}

#[test]
fn octants_are_where_unicode_has_them() {
    // From UnicodeData.txt of version 16: code point and the digits behind BLOCK OCTANT-.
    let names = [
        (0x1cd00, "3"),
        (0x1cd01, "23"),
        (0x1cd02, "123"),
        (0x1cd03, "4"),
        (0x1cd05, "124"),
        (0x1cd09, "5"),
        (0x1cd18, "6"),
        (0x1cd20, "146"),
        (0x1cd35, "23456"),
        (0x1cd36, "17"),
        (0x1cd49, "2357"),
        (0x1cd51, "67"),
        (0x1cd70, "1234567"),
        (0x1cd71, "18"),
        (0x1cd94, "2368"),
        (0x1cdab, "1234568"),
        (0x1cdc3, "4578"),
        (0x1cddb, "15678"),
        (0x1cddf, "235678"),
        (0x1cde4, "1345678"),
        (0x1cde5, "2345678"),
    ];
    for (code, digits) in names {
        assert_eq!(octant(named(digits)) as u32, code, "BLOCK OCTANT-{digits}");
    }
    let others = [
        ("", ' '),
        ("12", '\u{1fb82}'),
        ("123456", '\u{1fb85}'),
        ("35", '\u{1fbe6}'),
        ("46", '\u{1fbe7}'),
        ("1", '\u{1cea8}'),
        ("2", '\u{1ceab}'),
        ("7", '\u{1cea3}'),
        ("8", '\u{1cea0}'),
        ("78", '▂'),
        ("345678", '▆'),
        ("13", '▘'),
        ("24", '▝'),
        ("57", '▖'),
        ("68", '▗'),
        ("1234", '▀'),
        ("5678", '▄'),
        ("1357", '▌'),
        ("2468", '▐'),
        ("1368", '▚'),
        ("2457", '▞'),
        ("123457", '▛'),
        ("123468", '▜'),
        ("135678", '▙'),
        ("245678", '▟'),
        ("12345678", '█'),
    ];
    for (digits, glyph) in others {
        assert_eq!(octant(named(digits)), glyph, "parts {digits}");
    }
    let all: BTreeSet<char> = (0..=255).map(octant).collect();
    assert_eq!(all.len(), 256, "each pattern has its own");
    let own = all
        .iter()
        .filter(|c| ('\u{1cd00}'..='\u{1cde5}').contains(c));
    assert_eq!(own.count(), 230, "and all octants are used");
}

#[test]
fn braille_dots_are_where_unicode_has_them() {
    // U+2800 and a bit for each dot: 1, 2, 3 down the left, 4, 5, 6 down the right, 7 and 8 below.
    assert_eq!(braille(0), '\u{2800}');
    assert_eq!(braille(0b0000_0001), '⠁');
    assert_eq!(braille(0b0000_0010), '⠈');
    assert_eq!(braille(0b0000_0100), '⠂');
    assert_eq!(braille(0b0001_0000), '⠄');
    assert_eq!(braille(0b0100_0000), '⡀');
    assert_eq!(braille(0b1000_0000), '⢀');
    assert_eq!(braille(0b0101_0101), '⡇');
    assert_eq!(braille(255), '⣿');
    let all: BTreeSet<char> = (0..=255).map(braille).collect();
    assert_eq!(all.len(), 256);
}

#[test]
fn the_grid_fits_a_pane_with_its_proportions() {
    let fit =
        |columns, rows| Scale::fit(columns, rows).map(|scale| (scale.columns(), scale.rows()));
    assert_eq!(fit(0, 10), None);
    assert_eq!(fit(10, 0), None);
    assert_eq!(fit(160, 48), Some((160, 48)));
    assert_eq!(fit(200, 60), Some((200, 60)));
    assert_eq!(fit(100, 50), Some((100, 30)));
    assert_eq!(fit(100, 10), Some((33, 10)));
    assert_eq!(fit(80, 24), Some((80, 24)));
    assert_eq!(fit(1, 1), Some((1, 1)));
    assert_eq!(fit(1, 500), Some((1, 1)));
    assert_eq!(fit(500, 1), Some((3, 1)));
    assert_eq!(fit(u16::MAX, u16::MAX), Some((u16::MAX, 19_661)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_place_in_the_pane_and_the_pixel_there_agree(
        columns in 1..600u16,
        rows in 1..200u16,
        point in any::point(),
        place in (0.0..1.0f64, 0.0..1.0f64),
    ) {
        let scale = Scale::fit(columns, rows).expect("cells");
        prop_assert!(scale.columns() <= columns && scale.rows() <= rows);
        for parts in [(1, 1), Glyphs::Half.parts(), Glyphs::Octants.parts()] {
            let (across, down) = (scale.columns() * parts.0, scale.rows() * parts.1);
            // Each pixel is somewhere, and where parts are larger than pixels they know each other.
            let (x, y) = scale.sub_cell(point, parts);
            prop_assert!(x < across && y < down);
            let back = scale.sub_point(x, y, parts).expect("beside the grid");
            prop_assert!(back.x().abs_diff(point.x()) <= WIDTH / across + 1);
            prop_assert!(back.y().abs_diff(point.y()) <= HEIGHT / down + 1);
            let x = (f64::from(across) * place.0) as u16;
            let y = (f64::from(down) * place.1) as u16;
            let pixel = scale.sub_point(x, y, parts).expect("in the grid");
            let (back_x, back_y) = scale.sub_cell(pixel, parts);
            if across <= WIDTH {
                prop_assert_eq!(back_x, x);
            }
            if down <= HEIGHT {
                prop_assert_eq!(back_y, y);
            }
        }
        prop_assert_eq!(scale.point(scale.columns(), 0), None);
        prop_assert_eq!(scale.point(0, scale.rows()), None);
    }

    #[test]
    fn no_drawn_pixel_vanishes_in_a_small_pane(
        columns in 1..330u16,
        rows in 1..100u16,
        point in any::point(),
    ) {
        let picture = drawn(&[(5, Shape::Pen(vec![point]))]);
        let scale = Scale::fit(columns, rows).expect("cells");
        for glyphs in [Glyphs::Half, Glyphs::Braille, Glyphs::Octants] {
            let lines = to_text(&picture, columns, rows, glyphs);
            prop_assert_eq!(lines.len(), usize::from(scale.rows()));
            prop_assert!(lines.iter().all(|line| line.len() == usize::from(scale.columns())));
            prop_assert!(lines.iter().flatten().any(|cell| cell.ink == 5));
            let (column, row) = scale.cell(point);
            let near = lines[usize::from(row)][usize::from(column)];
            prop_assert!(near.ink == 5, "where the pointer was: {:?}", near);
        }
    }

    #[test]
    fn a_png_holds_the_pixels(
        strokes in prop::collection::vec(any::stroke(), 0..10),
        scale in 1..4u8,
    ) {
        let mut picture = Picture::new();
        strokes.iter().for_each(|stroke| picture.draw(stroke));
        for paper in [Paper::Dark, Paper::Light, Paper::Clear] {
            let file = to_png(&picture, scale, paper).expect("a file");
            let mut reader = png::Decoder::new(std::io::Cursor::new(&file))
                .read_info()
                .expect("a PNG");
            let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
            let frame = reader.next_frame(&mut pixels).expect("pixels");
            let times = usize::from(scale);
            prop_assert_eq!(frame.width as usize, usize::from(WIDTH) * times);
            prop_assert_eq!(frame.height as usize, usize::from(HEIGHT) * times);
            for (place, pixel) in pixels.iter().enumerate() {
                let (x, y) = (place % frame.width as usize / times, place / frame.width as usize / times);
                prop_assert_eq!(*pixel, picture.at(at(x as u16, y as u16)));
            }
            let palette = reader.info().palette.as_deref().expect("a palette");
            prop_assert_eq!(&palette[..3], &paper.rgb().unwrap_or_default()[..]);
            prop_assert_eq!(&palette[3 * 5..3 * 6], &rgb(Colour::new(5).expect("a colour"))[..]);
            prop_assert_eq!(reader.info().trns.is_some(), paper == Paper::Clear);
        }
    }

    #[test]
    fn an_svg_holds_the_pixels(strokes in prop::collection::vec(any::stroke(), 0..12)) {
        let mut picture = Picture::new();
        strokes.iter().for_each(|stroke| picture.draw(stroke));
        let svg = to_svg(&picture, Paper::Clear);
        let mut pixels = vec![0u8; PIXELS];
        for line in svg.lines().filter(|line| line.starts_with("<path")) {
            let fill = between(line, "fill=\"#", "\"");
            let colour = Colour::all()
                .find(|colour| rgb(*colour).map(|part| format!("{part:02x}")).concat() == fill)
                .expect("one of the colours");
            for rectangle in between(line, "d=\"M", "z\"").split("zM") {
                let numbers: Vec<usize> = rectangle
                    .split(|c: char| !c.is_ascii_digit())
                    .filter_map(|number| number.parse().ok())
                    .collect();
                let [x, y, width, height, _] = numbers[..] else {
                    panic!("{rectangle}");
                };
                for row in y..y + height {
                    for pixel in &mut pixels[row * 320 + x..row * 320 + x + width] {
                        prop_assert_eq!(*pixel, 0, "drawn twice");
                        *pixel = colour.number();
                    }
                }
            }
        }
        prop_assert!(pixels == picture.pixels());
    }
}

fn between<'a>(text: &'a str, before: &str, behind: &str) -> &'a str {
    let start = text.find(before).expect("there") + before.len();
    let end = text[start..].find(behind).expect("there") + start;
    &text[start..end]
}

#[test]
fn an_svg_has_one_rectangle_for_what_hangs_together() {
    let picture = drawn(&[
        (2, Shape::FilledRectangle(at(10, 10), at(200, 150))),
        (3, Shape::FilledRectangle(at(300, 0), at(319, 191))),
    ]);
    assert_eq!(
        to_svg(&picture, Paper::Light),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"576\" \
         viewBox=\"0 0 320 192\" shape-rendering=\"crispEdges\">\n\
         <path fill=\"#ffffff\" d=\"M0 0h320v192H0z\"/>\n\
         <path fill=\"#cd3131\" d=\"M10 10h191v141h-191z\"/>\n\
         <path fill=\"#0d9b50\" d=\"M300 0h20v192h-20z\"/>\n\
         </svg>\n"
    );
}

/// The picture as lines of characters, then of their inks and papers (`.` is none, `a` is 1).
#[track_caller]
fn check(picture: &Picture, columns: u16, rows: u16, glyphs: Glyphs, want: [&[&str]; 3]) {
    let lines = to_text(picture, columns, rows, glyphs);
    let letter = |value: u8| {
        if value == 0 {
            '.'
        } else {
            (b'a' + value - 1) as char
        }
    };
    let of = |show: &dyn Fn(&Cell) -> char| -> Vec<String> {
        lines
            .iter()
            .map(|line| line.iter().map(show).collect())
            .collect()
    };
    assert_eq!(of(&|cell| cell.glyph), want[0]);
    assert_eq!(of(&|cell| letter(cell.ink)), want[1], "inks");
    assert_eq!(of(&|cell| letter(cell.paper)), want[2], "papers");
}

#[test]
fn cells_show_what_is_in_them() {
    // A cell of a 10 × 3 pane is 32 × 64 pixels, a quarter of it 16 × 16.
    let picture = drawn(&[
        (1, Shape::FilledRectangle(at(0, 0), at(31, 31))),
        (2, Shape::FilledRectangle(at(0, 32), at(31, 63))),
        (3, Shape::FilledRectangle(at(64, 16), at(79, 31))),
        (4, Shape::FilledRectangle(at(96, 0), at(111, 63))),
        (5, Shape::FilledRectangle(at(112, 32), at(127, 63))),
        (6, Shape::FilledRectangle(at(0, 128), at(319, 191))),
        (7, Shape::Pen(vec![at(319, 127)])),
    ]);
    check(
        &picture,
        10,
        3,
        Glyphs::Half,
        [
            &["▀ ▀█      ", "         ▄", "██████████"],
            &["a.cd......", ".........g", "ffffffffff"],
            &["b.........", "..........", ".........."],
        ]
        .map(|lines| lines as &[&str]),
    );
    check(
        &picture,
        10,
        3,
        Glyphs::Octants,
        [
            &["▀ \u{1cd00}▙      ", "         \u{1cea0}", "██████████"],
            &["a.cd......", ".........g", "ffffffffff"],
            &["b.........", "..........", ".........."],
        ]
        .map(|lines| lines as &[&str]),
    );
    check(
        &picture,
        10,
        3,
        Glyphs::Braille,
        [
            &["⣿ ⠂⣧      ", "         ⢀", "⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿"],
            &["a.cd......", ".........g", "ffffffffff"],
            &["..........", "..........", ".........."],
        ]
        .map(|lines| lines as &[&str]),
    );
    assert_eq!(
        to_text(&picture, 0, 10, Glyphs::Half),
        Vec::<Vec<Cell>>::new()
    );
}

#[test]
fn plain_text_has_no_colours_and_no_spaces_at_the_ends() {
    let picture = drawn(&[
        (1, Shape::FilledRectangle(at(0, 0), at(31, 31))),
        (2, Shape::FilledRectangle(at(0, 32), at(31, 63))),
        (3, Shape::FilledRectangle(at(64, 64), at(95, 95))),
    ]);
    assert_eq!(to_plain(&picture, 10, Glyphs::Half), "█\n  ▀\n");
    assert_eq!(to_plain(&picture, 10, Glyphs::Octants), "█\n  ▀\n");
    assert_eq!(to_plain(&picture, 10, Glyphs::Braille), "⣿\n  ⠛\n");
    assert_eq!(to_plain(&Picture::new(), 10, Glyphs::Half), "");
}
