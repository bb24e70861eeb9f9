//! Tests of what lies over cells: graphics of terminals that draw them as a whole.

use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::style::{Color, Style};

use super::*;

/// Columns and rows of the screen.
const SIZE: (u16, u16) = (40, 12);

/// What a graphic's sequence is here: it writes over its cells as a picture would, and leaves the
/// cursor somewhere.
fn graphic(area: Rect, sign: char) -> Graphic {
    let row = String::from(sign).repeat(usize::from(area.width));
    let back = format!("\x1b[{}D\x1b[B", area.width);
    let sequence = vec![row; usize::from(area.height)].join(&back);
    Graphic {
        area,
        sequence: sequence.into(),
    }
}

struct Rig {
    terminal: vt100::Parser,
    painter: Painter,
}

impl Rig {
    fn new() -> Rig {
        let size = |n| NonZeroU16::new(n).expect("a screen is not empty");
        Rig {
            terminal: vt100::Parser::new(size(SIZE.1), size(SIZE.0), 0),
            painter: Painter::default(),
        }
    }

    /// Paints text with graphics over it, and checks every cell; gives the bytes.
    #[track_caller]
    fn paint(&mut self, text: &[String], graphics: &[Graphic]) -> String {
        let mut cells = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (line, y) in text.iter().zip(0..SIZE.1) {
            cells.set_string(0, y, line, Style::new().fg(Color::Red));
        }
        for at in graphics.iter().flat_map(|graphic| graphic.area.positions()) {
            cells[at].reset();
            cells[at].set_diff_option(CellDiffOption::Skip);
        }
        let bytes = self.painter.paint(&Picture {
            cells: &cells,
            links: &[],
            graphics,
            log: Rect::ZERO,
            cursor: Some(Position::new(0, SIZE.1 - 1)),
        });
        self.terminal.process(&bytes);
        for at in cells.area.positions() {
            let over = graphics.iter().find(|graphic| graphic.area.contains(at));
            let want = match over {
                Some(graphic) => &graphic.sequence[..1],
                None => cells[at].symbol(),
            };
            let shown = self.terminal.screen().cell(at.y, at.x).expect("within");
            let shown = match shown.contents() {
                "" => " ",
                contents => contents,
            };
            assert_eq!(shown, want, "at {at}");
        }
        assert_eq!(self.terminal.screen().cursor_position(), (SIZE.1 - 1, 0));
        String::from_utf8(bytes).expect("text")
    }
}

fn log(from: usize) -> Vec<String> {
    let words = [
        "green",
        "again",
        "who",
        "broke",
        "the printer",
        "lunch",
        "at",
    ];
    let word = |n: usize, i: usize| words[(n * 5 + i * i * 3 + n * i) % words.len()];
    let line = |n: usize| {
        (0..4 + n % 3)
            .map(|i| word(n, i))
            .collect::<Vec<_>>()
            .join(" ")
    };
    (from..from + 11).map(line).collect()
}

#[test]
fn a_graphic_is_sent_once_and_text_goes_around_it() {
    let mut rig = Rig::new();
    rig.paint(&log(0), &[]);
    let picture = graphic(Rect::new(8, 3, 10, 4), 'P');
    let bytes = rig.paint(&log(0), std::slice::from_ref(&picture));
    assert_eq!(bytes.matches(&*picture.sequence).count(), 1);
    assert_eq!(rig.paint(&log(0), std::slice::from_ref(&picture)), "");
    let mut changed = log(0);
    changed[4] = "another line that is long enough to go on".into();
    let bytes = rig.paint(&changed, std::slice::from_ref(&picture));
    assert!(!bytes.contains('P'), "{bytes:?}");
}

#[test]
fn what_was_under_a_graphic_is_written_when_it_goes() {
    let mut rig = Rig::new();
    let picture = graphic(Rect::new(8, 3, 10, 4), 'P');
    rig.paint(&log(0), std::slice::from_ref(&picture));
    rig.paint(&log(0), &[]);
    // Also where nothing stands.
    rig.paint(&[], std::slice::from_ref(&picture));
    rig.paint(&[], &[]);
    // Something lies over a part of it: then it isn't drawn, but what is left of it in text.
    rig.paint(&log(0), std::slice::from_ref(&picture));
    rig.paint(&log(3), &[]);
}

#[test]
fn no_rows_are_moved_while_there_is_a_graphic() {
    let mut rig = Rig::new();
    rig.paint(&log(0), &[]);
    let moved = rig.paint(&log(1), &[]);
    assert!(moved.contains('\n'), "a region scrolls: {moved:?}");
    let at = |y| [graphic(Rect::new(8, y, 10, 4), 'P')];
    rig.paint(&log(1), &at(5));
    for (from, y) in [(2, 4), (3, 3), (2, 4)] {
        let bytes = rig.paint(&log(from), &at(y));
        assert!(
            !bytes.contains('\n') && !bytes.contains("\x1bM"),
            "{bytes:?}"
        );
        assert!(bytes.contains(&*at(y)[0].sequence), "drawn where it is now");
    }
    let bytes = rig.paint(&log(4), &[]);
    assert!(
        !bytes.contains('\n'),
        "it would be moved with them: {bytes:?}"
    );
}

#[test]
fn a_screen_that_is_forgotten_is_drawn_with_its_graphics() {
    let mut rig = Rig::new();
    let picture = graphic(Rect::new(0, 0, 40, 2), 'P');
    rig.paint(&log(0), std::slice::from_ref(&picture));
    rig.painter.forget();
    let bytes = rig.paint(&log(0), std::slice::from_ref(&picture));
    assert!(bytes.contains(&*picture.sequence));
}

#[test]
fn a_row_with_an_emoji_beside_a_graphic_leaves_it() {
    let mut rig = Rig::new();
    let picture = graphic(Rect::new(20, 0, 10, 3), 'P');
    let text = |word: &str| vec![format!("{word}"), "x".into(), "y".into()];
    rig.paint(&text("a"), std::slice::from_ref(&picture));
    // Its row is written as a whole.
    let mut cells = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    cells.set_string(0, 0, "a 👩‍👧 b", Style::new());
    for at in picture.area.positions() {
        cells[at].reset();
        cells[at].set_diff_option(CellDiffOption::Skip);
    }
    let bytes = rig.painter.paint(&Picture {
        cells: &cells,
        links: &[],
        graphics: std::slice::from_ref(&picture),
        log: Rect::ZERO,
        cursor: None,
    });
    rig.terminal.process(&bytes);
    for at in picture.area.positions() {
        let shown = rig.terminal.screen().cell(at.y, at.x).expect("within");
        assert_eq!(shown.contents(), "P", "at {at}");
    }
}

fn any_graphic() -> impl Strategy<Value = Option<Graphic>> {
    let area = (0..30_u16, 0..8_u16, 1..10_u16, 1..4_u16);
    let one = (area, prop::sample::select(vec!['P', 'Q']));
    prop::option::of(
        one.prop_map(|((x, y, width, height), sign)| graphic(Rect::new(x, y, width, height), sign)),
    )
}

proptest! {
    #[test]
    fn any_screens_follow_each_other(
        frames in prop::collection::vec((0..6_usize, any_graphic()), 1..12)
    ) {
        let mut rig = Rig::new();
        for (from, graphic) in frames {
            let graphics: Vec<_> = graphic.into_iter().collect();
            rig.paint(&log(from), &graphics);
        }
    }
}
