//! A terminal with left and right margins (DECLRMM, DECSLRM), over one without: what is moved between
//! them is written anew where it comes to stand.

use std::num::NonZeroU16;

/// A parser of what is written to such a terminal.
pub(crate) struct Margined {
    parser: vt100::Parser,
    /// What is not yet a whole sequence.
    rest: Vec<u8>,
    mode: Mode,
    /// First and last column, first and last row, from 0.
    columns: (u16, u16),
    rows: (u16, u16),
    /// How often something was moved between margins.
    pub(crate) moved: usize,
}

#[derive(PartialEq)]
enum Mode {
    Off,
    On,
}

impl Margined {
    pub(crate) fn new(rows: NonZeroU16, columns: NonZeroU16) -> Margined {
        Margined {
            parser: vt100::Parser::new(rows, columns, 0),
            rest: Vec::new(),
            mode: Mode::Off,
            columns: (0, columns.get() - 1),
            rows: (0, rows.get() - 1),
            moved: 0,
        }
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    pub(crate) fn set_size(&mut self, rows: NonZeroU16, columns: NonZeroU16) {
        self.parser.screen_mut().set_size(rows, columns);
        self.columns = (0, columns.get() - 1);
        self.rows = (0, rows.get() - 1);
    }

    pub(crate) fn process(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        while let Some(length) = whole(&self.rest) {
            let piece: Vec<u8> = self.rest.drain(..length).collect();
            self.piece(&piece);
        }
    }

    fn piece(&mut self, piece: &[u8]) {
        let text = std::str::from_utf8(piece).unwrap_or_default();
        match text {
            "\x1b[?69h" => self.mode = Mode::On,
            "\x1b[?69l" => {
                self.mode = Mode::Off;
                self.columns = (0, self.size().1 - 1);
            }
            "\n" if self.narrow() => self.index(),
            "\x1bM" if self.narrow() => self.reverse_index(),
            _ if text.starts_with("\x1b[") && text.ends_with('s') && self.mode == Mode::On => {
                self.columns = range(text, self.size().1);
                self.parser.process(b"\x1b[H");
            }
            _ => {
                if text.starts_with("\x1b[") && text.ends_with('r') {
                    self.rows = range(text, self.size().0);
                }
                self.parser.process(piece);
            }
        }
    }

    fn size(&self) -> (u16, u16) {
        let (rows, columns) = self.screen().size();
        (rows.get(), columns.get())
    }

    fn narrow(&self) -> bool {
        self.columns != (0, self.size().1 - 1)
    }

    fn is_between(&self, column: u16) -> bool {
        (self.columns.0..=self.columns.1).contains(&column)
    }

    fn index(&mut self) {
        let (row, column) = self.screen().cursor_position();
        if row != self.rows.1 {
            self.parser.process(b"\x1b[B");
        } else if self.is_between(column) {
            let (top, bottom) = self.rows;
            self.shift((top..=bottom).map(|y| (y, y + 1)).collect());
        }
    }

    fn reverse_index(&mut self) {
        let (row, column) = self.screen().cursor_position();
        if row != self.rows.0 {
            self.parser.process(b"\x1b[A");
        } else if self.is_between(column) {
            let (top, bottom) = self.rows;
            self.shift((top..=bottom).map(|y| (y, y.wrapping_sub(1))).collect());
        }
    }

    /// Lets each row be what another was; one that was not among them is erased.
    fn shift(&mut self, rows: Vec<(u16, u16)>) {
        self.moved += 1;
        let ((left, right), (top, bottom)) = (self.columns, self.rows);
        let width = right - left + 1;
        let screen = self.screen();
        let before: Vec<String> = screen.rows_formatted(left, width).collect();
        let pen = screen.attributes_formatted();
        let (row, column) = screen.cursor_position();
        let mut out = String::new();
        for (y, from) in rows {
            out += &format!("\x1b[{};{}H\x1b[m", y + 1, left + 1);
            let comes = (top..=bottom).contains(&from);
            if !comes {
                out += &pen;
            }
            out += &format!("\x1b[{width}X");
            if comes {
                out += &before[usize::from(from)];
            }
        }
        out += &format!("\x1b[m{pen}\x1b[{};{}H", row + 1, column + 1);
        self.parser.process(out.as_bytes());
    }
}

/// First and last, from 0, as a sequence with two parameters sets them.
fn range(sequence: &str, size: u16) -> (u16, u16) {
    let inside = &sequence[2..sequence.len() - 1];
    let (first, last) = inside.split_once(';').unwrap_or((inside, ""));
    let first: u16 = first.parse().unwrap_or(1);
    let last: u16 = last.parse().unwrap_or(size);
    (first - 1, last.min(size) - 1)
}

/// The length of what stands at the beginning: a sequence, or text up to the next one.
fn whole(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [] | [0x1b] => None,
        [b'\n', ..] => Some(1),
        [0x1b, b'[', rest @ ..] => {
            let last = rest.iter().position(|byte| (0x40..=0x7e).contains(byte))?;
            Some(last + 3)
        }
        [0x1b, ..] => Some(2),
        _ => {
            let next = bytes.iter().position(|byte| matches!(byte, 0x1b | b'\n'));
            Some(next.unwrap_or(bytes.len()))
        }
    }
}
