use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::margins::Margined;
use super::*;

/// A terminal and what paints on it.
struct Rig {
    terminal: Margined,
    painter: Painter,
    /// Where rows move together.
    log: Rect,
}

impl Rig {
    fn new(width: u16, height: u16) -> Rig {
        Rig {
            terminal: Margined::new(columns(height), columns(width)),
            painter: Painter::default(),
            log: Rect::ZERO,
        }
    }

    /// A terminal with left and right margins.
    fn with_margins(width: u16, height: u16, log: Rect) -> Rig {
        let mut rig = Rig::new(width, height);
        rig.terminal.process(b"\x1b[?69h");
        rig.painter.margins = Margins::Usable;
        rig.log = log;
        rig
    }

    /// Paints and gives the bytes that it took, after checking every cell.
    #[track_caller]
    fn paint(&mut self, cells: &Buffer, cursor: Option<Position>) -> String {
        let bytes = self.painter.paint(&Picture {
            cells,
            links: &[],
            graphics: &[],
            log: self.log,
            cursor,
        });
        self.terminal.process(&bytes);
        self.check(cells, cursor);
        String::from_utf8(bytes).expect("text")
    }

    #[track_caller]
    fn check(&self, cells: &Buffer, cursor: Option<Position>) {
        let screen = self.terminal.screen();
        let area = cells.area;
        for y in 0..area.height {
            for x in 0..area.width {
                let shown = screen.cell(y, x).expect("within the screen");
                if shown.is_wide_continuation() {
                    continue;
                }
                let want = &cells[(x, y)];
                let contents = match shown.contents() {
                    "" => " ",
                    contents => contents,
                };
                assert_eq!(contents, want.symbol(), "at {x},{y}");
                assert_eq!(shown.bgcolor(), colour(want.bg), "background at {x},{y}");
                if want.symbol() != " " {
                    assert_eq!(shown.fgcolor(), colour(want.fg), "colour at {x},{y}");
                    let bold = want.modifier.contains(Modifier::BOLD);
                    assert_eq!(shown.bold(), bold, "bold at {x},{y}");
                    let underlined = want.modifier.contains(Modifier::UNDERLINED);
                    assert_eq!(shown.underline(), underlined, "underline at {x},{y}");
                }
            }
        }
        assert_eq!(screen.hide_cursor(), cursor.is_none());
        if let Some(at) = cursor {
            assert_eq!(screen.cursor_position(), (at.y, at.x));
        }
    }
}

fn columns(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a screen is not empty")
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        other => panic!("{other} is not used here"),
    }
}

fn screen(lines: &[&str]) -> Buffer {
    Buffer::with_lines(lines.iter().copied())
}

/// A chat of 100 by 30: panes at both sides, the log between them, the input below.
fn chat(log: &[String], input: &str) -> Buffer {
    let (width, height) = (100, 30);
    let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
    let blue = Style::new().fg(Color::LightBlue);
    for y in 1..height - 2 {
        cells.set_string(15, y, "│", blue);
        cells.set_string(84, y, "│", blue);
        if y <= 8 {
            cells.set_string(0, y, format!(" #room{y}"), Style::new());
            cells.set_string(86, y, format!("● nick{y}"), Style::new().fg(Color::Red));
        }
    }
    let rows = usize::from(height - 3);
    for (y, line) in log.iter().skip(log.len().saturating_sub(rows)).enumerate() {
        let y = u16::try_from(y + 1).expect("small");
        cells.set_string(17, y, "14:02", blue);
        cells.set_string(23, y, line, Style::new());
    }
    cells.set_string(0, height - 1, input, Style::new());
    cells
}

/// Lines that differ as what people say does.
fn said(n: usize) -> String {
    let words = [
        "build", "is", "green", "again", "who", "broke", "the", "printer", "lunch", "at",
    ];
    let word = |i: usize| words[(n * 7 + i * i * 3 + n * i) % words.len()];
    (0..4 + n % 5).map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_key_costs_a_byte_and_an_arriving_line_scrolls() {
    let mut rig = Rig::new(100, 30);
    let mut log: Vec<String> = (0..40).map(said).collect();
    let cursor = |x| Some(Position::new(x, 29));
    rig.paint(&chat(&log, "hell"), cursor(4));
    assert_eq!(rig.paint(&chat(&log, "hell"), cursor(4)), "", "nothing new");
    assert_eq!(rig.paint(&chat(&log, "hello"), cursor(5)), "o");
    assert_eq!(rig.paint(&chat(&log, "hello"), cursor(3)), "\u{8}\u{8}");
    let erased = rig.paint(&chat(&log, "hell"), cursor(4));
    assert!(erased.len() < 20, "{erased:?}");

    log.push("ann says that a line arrives".into());
    let line = rig.paint(&chat(&log, "hell"), cursor(4));
    assert!(line.contains('\n'), "scrolled");
    assert!(line.len() < 336, "{} bytes: {line:?}", line.len());
}

#[test]
fn between_margins_the_log_moves_and_full_lists_stay() {
    let log_area = Rect::new(17, 1, 67, 27);
    let screen = |log: &[String]| {
        let mut cells = chat(log, "");
        for y in 1..28 {
            cells.set_stringn(1, y, said(usize::from(y) + 50), 13, Style::new());
            cells.set_stringn(
                86,
                y,
                said(usize::from(y) + 90),
                14,
                Style::new().fg(Color::Red),
            );
            cells.set_string(15, y, "│ ", Style::new());
            cells.set_string(84, y, "│", Style::new());
        }
        cells
    };
    let cursor = Some(Position::new(0, 29));
    let mut log: Vec<String> = (0..40).map(said).collect();
    let mut with = Rig::with_margins(100, 30, log_area);
    let mut without = Rig::new(100, 30);
    with.paint(&screen(&log), cursor);
    without.paint(&screen(&log), cursor);
    log.push("ann says that a line of usual length arrives".into());
    let with_bytes = with.paint(&screen(&log), cursor);
    let without_bytes = without.paint(&screen(&log), cursor);
    assert_eq!(with.terminal.moved, 1);
    assert!(
        with_bytes.len() < 120,
        "{} bytes: {with_bytes:?}",
        with_bytes.len()
    );
    assert!(
        without_bytes.len() > 500,
        "lists are full: {without_bytes:?}"
    );
    // Back, as when somebody scrolls.
    log.pop();
    with.paint(&screen(&log), cursor);
    assert_eq!(with.terminal.moved, 2);
    // Something wide lies across a side: nothing is moved there.
    let mut across = screen(&log);
    across.set_string(16, 20, "小", Style::new());
    with.paint(&across, cursor);
    log.push("another line of usual length that is not short".into());
    with.paint(&screen(&log), cursor);
    assert_eq!(with.terminal.moved, 2);
}

#[test]
fn rows_of_their_own_scroll_cheaply() {
    let mut rig = Rig::new(60, 12);
    let lines = |from: usize| -> Vec<String> {
        (from..from + 10)
            .map(said)
            .chain(["status".into(), "> ".into()])
            .collect()
    };
    let cells = |from| {
        let lines = lines(from);
        screen(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mut rig_paint = |from| rig.paint(&pad(&cells(from), 60), Some(Position::new(2, 11)));
    rig_paint(5);
    let up = rig_paint(6);
    assert!(up.len() < 110, "{up:?}");
    let down = rig_paint(4);
    assert!(down.contains("\x1bM\x1bM"), "{down:?}");
}

fn pad(cells: &Buffer, width: u16) -> Buffer {
    let mut padded = Buffer::empty(Rect::new(0, 0, width, cells.area.height));
    padded.merge(cells);
    padded.resize(Rect::new(0, 0, width, cells.area.height));
    padded
}

#[test]
fn wide_characters_come_and_go() {
    let mut rig = Rig::new(6, 1);
    for line in [
        "ab小cd",
        "a小明d",
        "小明小",
        "abcdef",
        "小bc小",
        "a小明f",
        "      ",
    ] {
        rig.paint(&screen(&[line]), None);
    }
}

#[test]
fn behind_an_emoji_sequence_nothing_is_taken_for_granted() {
    let mut painter = Painter::default();
    let picture = |line| screen(&[line]);
    let mut paint = |cells: &Buffer| {
        let bytes = painter.paint(&Picture {
            cells,
            links: &[],
            graphics: &[],
            log: Rect::ZERO,
            cursor: None,
        });
        String::from_utf8(bytes).expect("text")
    };
    paint(&picture("a         "));
    let bytes = paint(&picture("a👩‍👧 bc    "));
    assert!(bytes.contains("👩‍👧\x1b[1;4H"), "{bytes:?}");
    let again = paint(&picture("a👩‍👧 xc    "));
    assert!(
        again.contains("👩‍👧"),
        "the row is written as a whole: {again:?}"
    );
}

#[test]
fn links_open_and_close_around_their_cells() {
    let cells = screen(&["see http://x ok"]);
    let link = LinkSpan {
        x: 4,
        y: 0,
        width: 8,
        url: "http://x/".into(),
    };
    let mut painter = Painter::default();
    let mut paint = |links: &[LinkSpan]| {
        let bytes = painter.paint(&Picture {
            cells: &cells,
            links,
            graphics: &[],
            log: Rect::ZERO,
            cursor: None,
        });
        String::from_utf8(bytes).expect("text")
    };
    paint(&[]);
    let linked = paint(std::slice::from_ref(&link));
    assert_eq!(
        linked,
        "\x1b]8;;http://x/\x1b\\\x1b[1;5Hhttp://x\x1b]8;;\x1b\\"
    );
    assert_eq!(paint(&[link]), "");
    assert!(paint(&[]).contains("http://x"), "written without the link");
}

#[test]
fn a_long_frame_is_synchronised_and_a_resize_begins_anew() {
    let mut rig = Rig::new(40, 20);
    let full = vec!["x".repeat(40); 20];
    let lines: Vec<&str> = full.iter().map(String::as_str).collect();
    let bytes = rig.paint(&screen(&lines), None);
    assert!(bytes.starts_with("\x1b[?2026h") && bytes.ends_with("\x1b[?2026l"));
    rig.terminal.set_size(columns(5), columns(20));
    let small = rig.paint(&screen(&["y".repeat(20).as_str(); 5]), None);
    assert!(small.contains("\x1b[2J"));
}

/// A text or a scroll, as a step from one screen to the next.
#[derive(Debug, Clone)]
enum Step {
    Write(u16, u16, String, Style),
    Scroll(u16, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let colour = prop_oneof![
        Just(Color::Reset),
        Just(Color::Red),
        Just(Color::LightBlue),
        Just(Color::Indexed(200)),
        Just(Color::Rgb(1, 2, 3)),
    ];
    let modifier = prop_oneof![
        Just(Modifier::empty()),
        Just(Modifier::BOLD),
        Just(Modifier::BOLD | Modifier::UNDERLINED),
    ];
    let style = (colour.clone(), colour, modifier)
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier));
    prop_oneof![
        4 => (0u16..24, 0u16..8, "[ab小é  ]{1,20}", style)
            .prop_map(|(x, y, text, style)| Step::Write(x, y, text, style)),
        1 => (1u16..4, any::<bool>()).prop_map(|(rows, up)| Step::Scroll(rows, up)),
    ]
}

proptest! {
    #[test]
    fn any_screen_becomes_any_other(
        steps in prop::collection::vec(step(), 1..24),
        log in prop::option::of((0u16..12, 0u16..4, 4u16..24, 3u16..8)),
    ) {
        let area = Rect::new(0, 0, 24, 8);
        let log = log.map(|(x, y, width, height)| Rect::new(x, y, width, height));
        let mut rig = match log {
            Some(log) => Rig::with_margins(area.width, area.height, log),
            None => Rig::new(area.width, area.height),
        };
        let mut cells = Buffer::empty(area);
        for step in steps {
            match step {
                Step::Write(x, y, text, style) => {
                    cells.set_string(x, y, text, style);
                }
                Step::Scroll(rows, up) => {
                    let before = cells.clone();
                    let moving = log.unwrap_or(area).intersection(area);
                    for Position { x, y } in moving.positions() {
                        let from = if up { y + rows } else { y.wrapping_sub(rows) };
                        let from = Position::new(x, from);
                        let comes = moving.contains(from).then(|| before[from].clone());
                        cells[(x, y)] = comes.unwrap_or_default();
                    }
                }
            }
            mend(&mut cells);
            rig.paint(&cells, Some(Position::new(3, 2)));
        }
    }
}

/// Blanks what stands under or is cut off from a wide character, as a drawing does.
fn mend(cells: &mut Buffer) {
    for y in 0..cells.area.height {
        let mut x = 0;
        while x < cells.area.width {
            let columns = cells[(x, y)].cell_width().max(1);
            if x + columns > cells.area.width {
                cells[(x, y)].set_symbol(" ");
            }
            let style = cells[(x, y)].style();
            for covered in x + 1..(x + columns).min(cells.area.width) {
                cells[(covered, y)].set_symbol(" ").set_style(style);
            }
            x += columns;
        }
    }
}
