//! Standard output, line by line.

use std::io::{self, Write};

use super::PlainError;

/// Whether anybody reads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Reads,
    /// The other end of the pipe is closed, as `head` does: a good reason to end.
    Gone,
}

/// Writes lines and hands them over at once.
pub(super) fn write(lines: &[impl AsRef<str>]) -> Result<Reader, PlainError> {
    if lines.is_empty() {
        return Ok(Reader::Reads);
    }
    let mut text = String::new();
    for line in lines {
        text += line.as_ref();
        text.push('\n');
    }
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::Reads),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(PlainError::Output(error)),
    }
}
