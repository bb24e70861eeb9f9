//! The cursor: where it is as far as that is known, and the shortest way to another place.

/// The terminal's cursor.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    at: Option<(u16, u16)>,
    visibility: Visibility,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Visibility {
    #[default]
    Unknown,
    Shown,
    Hidden,
}

impl Cursor {
    pub(super) fn is(&self, x: u16, y: u16) -> bool {
        self.at == Some((x, y))
    }

    /// Learns where it is.
    pub(super) fn is_at(&mut self, x: u16, y: u16) {
        self.at = Some((x, y));
    }

    pub(super) fn forget(&mut self) {
        self.at = None;
    }

    /// Text of so many columns was written. At the right edge terminals differ on where it is then.
    pub(super) fn advanced(&mut self, columns: u16, width: u16) {
        self.at = self
            .at
            .map(|(x, y)| (x + columns, y))
            .filter(|(x, _)| *x < width);
    }

    pub(super) fn show(&mut self, out: &mut Vec<u8>) {
        if self.visibility != Visibility::Shown {
            self.visibility = Visibility::Shown;
            out.extend_from_slice(b"\x1b[?25h");
        }
    }

    pub(super) fn hide(&mut self, out: &mut Vec<u8>) {
        if self.visibility != Visibility::Hidden {
            self.visibility = Visibility::Hidden;
            out.extend_from_slice(b"\x1b[?25l");
        }
    }

    /// Goes there by the shortest sequence.
    pub(super) fn go(&mut self, out: &mut Vec<u8>, x: u16, y: u16) {
        if self.is(x, y) {
            return;
        }
        let anywhere = match (x, y) {
            (0, 0) => "\x1b[H".to_owned(),
            (0, y) => format!("\x1b[{}H", y + 1),
            (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let relative = self.at.and_then(|from| way(from, (x, y)));
        let shortest = relative
            .filter(|way| way.len() < anywhere.len())
            .unwrap_or(anywhere);
        out.extend_from_slice(shortest.as_bytes());
        self.at = Some((x, y));
    }
}

/// The way from one place to another along a row or a column.
fn way((from_x, from_y): (u16, u16), (x, y): (u16, u16)) -> Option<String> {
    let steps = |n: u16, letter: char| match n {
        1 => format!("\x1b[{letter}"),
        n => format!("\x1b[{n}{letter}"),
    };
    if y == from_y {
        return Some(match x {
            0 => "\r".to_owned(),
            x if x < from_x && from_x - x <= 3 => "\u{8}".repeat(usize::from(from_x - x)),
            x if x < from_x => steps(from_x - x, 'D'),
            x => steps(x - from_x, 'C'),
        });
    }
    if x == from_x {
        return Some(if y < from_y {
            steps(from_y - y, 'A')
        } else {
            steps(y - from_y, 'B')
        });
    }
    None
}
