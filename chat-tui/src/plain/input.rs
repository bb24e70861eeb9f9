//! Bytes of standard input to lines. Owns what was read and not taken yet, which is bounded.

use std::io::{self, IsTerminal};

use tokio::io::{AsyncReadExt, Stdin};

use super::error::PlainError;

/// Longest line in bytes. The server takes far less; a line this long is kept only to say how long
/// it was.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Most bytes that `send` reads.
const ALL_BYTES_MAX: u64 = 1024 * 1024;

/// Bytes per read.
const READ: usize = 8 * 1024;

/// Who types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attended {
    /// A person who can be asked.
    ByPerson,
    /// A pipe or a file.
    ByNobody,
}

/// One line of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// What it says, without its end. What is no UTF-8 has become U+FFFD.
    Text(String),
    /// A line of so many bytes, which is more than is kept.
    TooLong(usize),
}

/// Bytes to lines. Pure.
#[derive(Debug, Default)]
struct Lines {
    bytes: Vec<u8>,
    /// Bytes of the line at the front that were dropped because it is too long.
    dropped: usize,
    /// Where the end of a line has not been looked for yet.
    looked_at: usize,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line.
    fn next(&mut self) -> Option<Line> {
        let unseen = &self.bytes[self.looked_at..];
        let Some(end) = unseen.iter().position(|byte| *byte == b'\n') else {
            if self.bytes.len() > LINE_BYTES_MAX {
                self.dropped += self.bytes.len();
                self.bytes.clear();
            }
            self.looked_at = self.bytes.len();
            return None;
        };
        let end = self.looked_at + end;
        let line = self.line(end);
        self.bytes.drain(..=end);
        self.looked_at = 0;
        Some(line)
    }

    /// What stands behind the last line's end, once nothing more comes.
    fn rest(&mut self) -> Option<Line> {
        let end = self.bytes.len();
        if end == 0 && self.dropped == 0 {
            return None;
        }
        let line = self.line(end);
        *self = Lines::default();
        Some(line)
    }

    /// The line up to `end`.
    fn line(&mut self, end: usize) -> Line {
        let dropped = std::mem::take(&mut self.dropped);
        if dropped + end > LINE_BYTES_MAX {
            return Line::TooLong(dropped + end);
        }
        let line = &self.bytes[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Line::Text(String::from_utf8_lossy(line).into_owned())
    }
}

/// Standard input.
#[derive(Debug)]
pub(super) struct Input {
    stdin: Stdin,
    lines: Lines,
    attended: Attended,
    ended: Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    NotYet,
    Yes,
}

impl Input {
    /// Reads nothing yet.
    pub(super) fn new() -> Input {
        Input {
            stdin: tokio::io::stdin(),
            lines: Lines::default(),
            attended: match io::stdin().is_terminal() {
                true => Attended::ByPerson,
                false => Attended::ByNobody,
            },
            ended: Ended::NotYet,
        }
    }

    /// Who types.
    pub(super) fn attended(&self) -> Attended {
        self.attended
    }

    /// The next line; none at the end. Cancel safe.
    pub(super) async fn line(&mut self) -> Result<Option<Line>, PlainError> {
        loop {
            if let Some(line) = self.lines.next() {
                return Ok(Some(line));
            }
            if self.ended == Ended::Yes {
                return Ok(self.lines.rest());
            }
            let mut bytes = [0; READ];
            match self.stdin.read(&mut bytes).await {
                Ok(0) => self.ended = Ended::Yes,
                Ok(read) => self.lines.push(&bytes[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(PlainError::Input(error)),
            }
        }
    }

    /// Everything up to the end, or as much as is worth reading.
    pub(super) async fn all(&mut self) -> Result<String, PlainError> {
        let mut bytes = Vec::new();
        let mut some = (&mut self.stdin).take(ALL_BYTES_MAX);
        some.read_to_end(&mut bytes)
            .await
            .map_err(PlainError::Input)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes each piece; gives every line that comes out, with `|` before each push.
    #[track_caller]
    fn check(pieces: &[&[u8]], want: &str) {
        let mut lines = Lines::default();
        let mut got = String::new();
        for piece in pieces {
            got.push('|');
            lines.push(piece);
            while let Some(line) = lines.next() {
                got.push_str(&shown(line));
            }
        }
        got.push('|');
        got.extend(lines.rest().map(shown));
        assert_eq!(got, want);
    }

    fn shown(line: Line) -> String {
        match line {
            Line::Text(text) => format!("[{text}]"),
            Line::TooLong(bytes) => format!("[too long: {bytes}]"),
        }
    }

    #[test]
    fn lines_come_whole_however_they_are_cut() {
        check(&[b"one\ntwo\n"], "|[one][two]|");
        check(&[b"o", b"ne\ntw", b"o"], "||[one]||[two]");
        check(&[b"", b"\n\n"], "||[][]|");
        check(&[b"windows\r\nline\r\n"], "|[windows][line]|");
        let (first, second) = "é\n".as_bytes().split_at(1);
        check(&[first, second], "||[é]|");
        check(&[b"no \xff utf-8\n"], "|[no \u{fffd} utf-8]|");
    }

    #[test]
    fn bounded_a_line_without_an_end_is_counted_and_not_kept() {
        let much = vec![b'x'; LINE_BYTES_MAX];
        check(
            &[&much, b"x", b"xx\nnext\n"],
            &format!("|||[too long: {}][next]|", LINE_BYTES_MAX + 3),
        );
        let mut lines = Lines::default();
        for _ in 0..100 {
            lines.push(&much);
            assert_eq!(lines.next(), None);
            assert!(lines.bytes.len() <= LINE_BYTES_MAX, "not kept");
        }
        assert_eq!(lines.rest(), Some(Line::TooLong(100 * LINE_BYTES_MAX)));
    }
}
