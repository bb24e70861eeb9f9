//! Bytes of a terminal to what they mean: keys as xterm, the Linux console and kitty send them, pastes
//! in brackets, the mouse (SGR), focus, and the answer about margins. Pure.
//!
//! What isn't known is passed over, so that an answer that nobody asked for is never typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::app::Event;

const ESCAPE: u8 = 0x1b;

const PASTE_BEGIN: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// A longer paste comes in pieces: nobody types so much, and what waits is bounded.
const PASTE_MAX: usize = 16 << 20;

/// Longest sequence: what is longer is none.
const SEQUENCE_MAX: usize = 64;

/// Left and right margins (DECLRMM), as private modes are numbered.
const MARGINS: u16 = 69;

/// What was read and is not yet a whole.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    bytes: Vec<u8>,
    /// What has come of a paste, while one is coming.
    paste: Option<Vec<u8>>,
}

/// How many bytes say something, and what, if anything; none: more is needed.
type Read = Option<(usize, Option<Event>)>;

impl Decoder {
    /// Takes bytes and gives what they say, together with those before.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.bytes.extend_from_slice(bytes);
        let mut heard = Vec::new();
        loop {
            if self.paste.is_some() {
                match self.take_paste() {
                    Some(text) => heard.push(Event::Paste(text)),
                    None => return heard,
                }
            } else if self.bytes.starts_with(PASTE_BEGIN) {
                self.bytes.drain(..PASTE_BEGIN.len());
                self.paste = Some(Vec::new());
            } else {
                match read(&self.bytes) {
                    Some((length, said)) => {
                        self.bytes.drain(..length);
                        heard.extend(said);
                    }
                    None => return heard,
                }
            }
        }
    }

    /// Whether something has begun that should end soon.
    pub(super) fn is_waiting(&self) -> bool {
        self.paste.is_none() && !self.bytes.is_empty()
    }

    /// Nothing more came: what looked like the beginning of a sequence were keys.
    pub(super) fn give_up(&mut self) -> Vec<Event> {
        let keys = match std::mem::take(&mut self.bytes).as_slice() {
            [ESCAPE] => vec![plain(KeyCode::Esc)],
            [ESCAPE, ESCAPE] => vec![plain(KeyCode::Esc), plain(KeyCode::Esc)],
            [ESCAPE, letter @ (b'[' | b'O')] => {
                vec![key(KeyCode::Char(char::from(*letter)), KeyModifiers::ALT)]
            }
            _ => Vec::new(),
        };
        keys.into_iter().flatten().collect()
    }

    /// The paste that is coming, if it has ended or is too long to wait for its end.
    fn take_paste(&mut self) -> Option<String> {
        let paste = self.paste.as_mut()?;
        let end = find(&self.bytes, PASTE_END);
        // The end may have come in part.
        let taken = end.unwrap_or(self.bytes.len().saturating_sub(PASTE_END.len() - 1));
        paste.extend(self.bytes.drain(..taken));
        let text = match end {
            Some(_) => {
                self.bytes.drain(..PASTE_END.len());
                self.paste.take()?
            }
            None if paste.len() >= PASTE_MAX => std::mem::take(paste),
            None => return None,
        };
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|bytes| bytes == wanted)
}

fn read(bytes: &[u8]) -> Read {
    match bytes {
        [] | [ESCAPE] | [ESCAPE, ESCAPE] => None,
        [ESCAPE, b'[', ..] => control_sequence(bytes),
        [ESCAPE, b'O', ..] => single_shift(bytes),
        // What begins with two was an escape, or a sequence with Alt.
        [ESCAPE, rest @ ..] => with_alt(rest),
        [byte, ..] => character(*byte, bytes),
    }
}

fn with_alt(rest: &[u8]) -> Read {
    match read(rest) {
        None => None,
        Some((length, Some(Event::Key(mut key)))) => {
            key.modifiers |= KeyModifiers::ALT;
            Some((length + 1, Some(Event::Key(key))))
        }
        Some((length, said)) => Some((length + 1, said)),
    }
}

/// A character, or what a key sends in place of one.
fn character(byte: u8, bytes: &[u8]) -> Read {
    let control = |letter: u8| key(KeyCode::Char(char::from(letter)), KeyModifiers::CONTROL);
    let said = match byte {
        0 => control(b' '),
        b'\r' => plain(KeyCode::Enter),
        b'\t' => plain(KeyCode::Tab),
        0x7f => plain(KeyCode::Backspace),
        0x01..=0x1a => control(byte - 1 + b'a'),
        0x1c..=0x1f => control(byte - 0x1c + b'4'),
        _ => return text(bytes),
    };
    Some((1, said))
}

fn text(bytes: &[u8]) -> Read {
    let length = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let Some(whole) = bytes.get(..length) else {
        let follows = bytes[1..].iter().all(|byte| byte & 0xc0 == 0x80);
        return match follows {
            true => None,
            false => Some((1, None)),
        };
    };
    match std::str::from_utf8(whole)
        .ok()
        .and_then(|text| text.chars().next())
    {
        Some(c) => Some((length, typed(c, KeyModifiers::NONE))),
        None => Some((1, None)),
    }
}

/// SS3: keys of the keypad in application mode, and F1 to F4.
fn single_shift(bytes: &[u8]) -> Read {
    match bytes.get(2) {
        None => None,
        Some(b'M') => Some((3, plain(KeyCode::Enter))),
        Some(last) => Some((3, named(*last).and_then(plain))),
    }
}

/// CSI (ECMA-48 §5.4): parameters, intermediates, and what it is.
fn control_sequence(bytes: &[u8]) -> Read {
    let body = &bytes[2..];
    // The Linux console's F1 to F5.
    if let [b'[', rest @ ..] = body {
        return match rest {
            [] => None,
            [last @ b'A'..=b'E', ..] => Some((4, plain(KeyCode::F(last - b'A' + 1)))),
            _ => Some((3, None)),
        };
    }
    // The mouse of terminals without SGR: three characters, from a blank on.
    if let [b'M', rest @ ..] = body {
        return match rest {
            [what, column, row, ..] => {
                let [what, column, row] = [what, column, row].map(|n| n.saturating_sub(32));
                let mouse = mouse(&format!("{what};{column};{row}"), b'M');
                Some((6, mouse.map(Event::Mouse)))
            }
            _ => None,
        };
    }
    let inside = body.iter().take_while(|byte| (0x20..0x40).contains(*byte));
    let inside = inside.count();
    match body.get(inside) {
        None if inside > SEQUENCE_MAX => Some((bytes.len(), None)),
        None => None,
        Some(last @ 0x40..=0x7e) => {
            let inside_text = std::str::from_utf8(&body[..inside]).unwrap_or_default();
            Some((inside + 3, sequence(inside_text, *last)))
        }
        // Broken off by something else.
        Some(_) => Some((inside + 2, None)),
    }
}

fn sequence(inside: &str, last: u8) -> Option<Event> {
    if let Some(report) = inside.strip_prefix('?') {
        return (last == b'y').then(|| mode(report)).flatten();
    }
    if let Some(report) = inside.strip_prefix('<') {
        return mouse(report, last).map(Event::Mouse);
    }
    let mut fields = inside.split(';');
    let first = number(fields.next());
    let second = fields.next().unwrap_or_default();
    let (modifiers, kind) = second.split_once(':').unwrap_or((second, ""));
    // A key that is let go.
    if kind == "3" {
        return None;
    }
    let modifiers = held(number(Some(modifiers)));
    match last {
        b'I' => Some(Event::FocusGained),
        b'O' => Some(Event::FocusLost),
        b'Z' => key(KeyCode::BackTab, modifiers | KeyModifiers::SHIFT),
        b'~' if first == 27 => coded(number(fields.next()), modifiers),
        b'~' => key(numbered(first)?, modifiers),
        b'u' => coded(first, modifiers),
        _ => key(named(last)?, modifiers),
    }
}

/// What the terminal says of a mode (DECRPM): it can be switched unless it is unknown (0) or off for
/// good (4).
fn mode(report: &str) -> Option<Event> {
    let (mode, setting) = report.strip_suffix('$')?.split_once(';')?;
    (number(Some(mode)) == MARGINS && matches!(setting, "1" | "2" | "3")).then_some(Event::Margins)
}

/// Keys that have a number.
fn numbered(number: u16) -> Option<KeyCode> {
    // The numbers have gaps where the keyboard of the VT220 had some.
    let function = |number: u16, gaps: u16| u8::try_from(number - 10 - gaps).ok().map(KeyCode::F);
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(number, 0),
        17..=21 => function(number, 1),
        23..=26 => function(number, 2),
        28..=29 => function(number, 3),
        31..=34 => function(number, 4),
        _ => None,
    }
}

/// Keys that have a letter.
fn named(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        _ => return None,
    })
}

/// A key by its code point, as kitty and xterm (modifyOtherKeys) send what has no sequence.
fn coded(code: u16, modifiers: KeyModifiers) -> Option<Event> {
    match code {
        9 if modifiers.contains(KeyModifiers::SHIFT) => key(KeyCode::BackTab, modifiers),
        9 => key(KeyCode::Tab, modifiers),
        13 => key(KeyCode::Enter, modifiers),
        27 => key(KeyCode::Esc, modifiers),
        127 => key(KeyCode::Backspace, modifiers),
        0..=31 => None,
        // Private use: kitty's numbers of keys that have no character.
        0xe000..=0xf8ff => None,
        code => typed(char::from_u32(u32::from(code))?, modifiers),
    }
}

fn typed(c: char, modifiers: KeyModifiers) -> Option<Event> {
    let shift = match c.is_uppercase() {
        true => KeyModifiers::SHIFT,
        false => KeyModifiers::NONE,
    };
    key(KeyCode::Char(c), modifiers | shift)
}

/// One less than this has a bit for each key that is held.
fn held(parameter: u16) -> KeyModifiers {
    bits(
        parameter.saturating_sub(1),
        [
            (1, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
            (8, KeyModifiers::SUPER),
        ],
    )
}

/// SGR: what was done, column and row from 1; `m` when a button is let go.
fn mouse(report: &str, last: u8) -> Option<MouseEvent> {
    let mut fields = report.split(';');
    let (what, column, row) = (fields.next()?, fields.next()?, fields.next()?);
    let what: u16 = what.parse().ok()?;
    let button = [MouseButton::Left, MouseButton::Middle, MouseButton::Right]
        .get(usize::from(what & 3))
        .copied();
    let (wheel, moves) = (what & 64 != 0, what & 32 != 0);
    let kind = match (wheel, moves, button) {
        (true, ..) => match what & 3 {
            0 => MouseEventKind::ScrollUp,
            1 => MouseEventKind::ScrollDown,
            2 => MouseEventKind::ScrollLeft,
            _ => MouseEventKind::ScrollRight,
        },
        (false, true, None) => MouseEventKind::Moved,
        (false, true, Some(button)) => MouseEventKind::Drag(button),
        (false, false, Some(button)) if last == b'M' => MouseEventKind::Down(button),
        (false, false, Some(button)) => MouseEventKind::Up(button),
        (false, false, None) => MouseEventKind::Up(MouseButton::Left),
    };
    Some(MouseEvent {
        kind,
        column: column.parse::<u16>().ok()?.checked_sub(1)?,
        row: row.parse::<u16>().ok()?.checked_sub(1)?,
        modifiers: bits(
            what,
            [
                (4, KeyModifiers::SHIFT),
                (8, KeyModifiers::ALT),
                (16, KeyModifiers::CONTROL),
                (0, KeyModifiers::NONE),
            ],
        ),
    })
}

fn bits(set: u16, meanings: [(u16, KeyModifiers); 4]) -> KeyModifiers {
    let held = meanings.into_iter().filter(|(bit, _)| set & bit != 0);
    held.fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

/// A number; 0 where there is none.
fn number(field: Option<&str>) -> u16 {
    field
        .and_then(|field| field.split(':').next()?.parse().ok())
        .unwrap_or(0)
}

fn plain(code: KeyCode) -> Option<Event> {
    key(code, KeyModifiers::NONE)
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Event> {
    Some(Event::Key(KeyEvent::new(code, modifiers)))
}
