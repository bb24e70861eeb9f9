//! The pen: colours and attributes of what is written next (ECMA-48 §8.3.117, SGR).

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What the terminal writes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Default for Pen {
    fn default() -> Pen {
        Pen {
            fg: Color::Reset,
            bg: Color::Reset,
            modifier: Modifier::empty(),
        }
    }
}

/// Attributes with what turns them on and off. Bold and dim share what turns them off.
const ATTRIBUTES: [(Modifier, u8, u8); 7] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    pub(super) fn of(cell: &Cell) -> Pen {
        // Of a blank without line or background nothing shows but the background.
        let lines = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
        if cell.symbol() == " " && !cell.modifier.intersects(lines) {
            return Pen {
                bg: cell.bg,
                ..Pen::default()
            };
        }
        Pen {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// Writes what makes this pen the default one.
    pub(super) fn become_plain(&mut self, out: &mut Vec<u8>) {
        self.become_pen(out, Pen::default());
    }

    /// Writes what makes this pen that one: the differences, or everything anew if that is shorter.
    pub(super) fn become_pen(&mut self, out: &mut Vec<u8>, next: Pen) {
        if *self == next {
            return;
        }
        let change = self.change_to(next);
        let mut anew = vec!["0".to_owned()];
        anew.extend(Pen::default().change_to(next));
        let parameters = |parts: &[String]| parts.join(";");
        let (change, anew) = (parameters(&change), parameters(&anew));
        // `ESC [ m` is reset, too.
        let anew = if anew == "0" { String::new() } else { anew };
        let shorter = if anew.len() < change.len() {
            anew
        } else {
            change
        };
        out.extend_from_slice(format!("\x1b[{shorter}m").as_bytes());
        *self = next;
    }

    fn change_to(self, next: Pen) -> Vec<String> {
        let mut parts = Vec::new();
        let mut have = self.modifier;
        for (attribute, _, off) in ATTRIBUTES {
            if have.contains(attribute) && !next.modifier.contains(attribute) {
                parts.push(off.to_string());
                if off == 22 {
                    have -= Modifier::BOLD | Modifier::DIM;
                }
            }
        }
        for (attribute, on, _) in ATTRIBUTES {
            if next.modifier.contains(attribute) && !have.contains(attribute) {
                parts.push(on.to_string());
            }
        }
        if self.fg != next.fg {
            parts.push(colour(next.fg, 30));
        }
        if self.bg != next.bg {
            parts.push(colour(next.bg, 40));
        }
        parts
    }
}

/// The parameters of a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let ansi = |n: u8| if n < 8 { base + n } else { base + 60 + n - 8 }.to_string();
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => ansi(0),
        Color::Red => ansi(1),
        Color::Green => ansi(2),
        Color::Yellow => ansi(3),
        Color::Blue => ansi(4),
        Color::Magenta => ansi(5),
        Color::Cyan => ansi(6),
        Color::Gray => ansi(7),
        Color::DarkGray => ansi(8),
        Color::LightRed => ansi(9),
        Color::LightGreen => ansi(10),
        Color::LightYellow => ansi(11),
        Color::LightBlue => ansi(12),
        Color::LightMagenta => ansi(13),
        Color::LightCyan => ansi(14),
        Color::White => ansi(15),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}
