//! Standard output and standard error: the only way out. Whatever is written here becomes clean
//! lines: that no byte of a peer reaches a terminal as a control sequence is ensured in this one
//! place, whatever others did before.

use std::io;

use tokio::io::{AsyncWriteExt, Stderr, Stdout};

use super::error::PlainError;

/// The two outputs.
#[derive(Debug)]
pub(super) struct Paper {
    out: Stdout,
    err: Stderr,
}

impl Paper {
    /// Writes nothing yet.
    pub(super) fn new() -> Paper {
        Paper {
            out: tokio::io::stdout(),
            err: tokio::io::stderr(),
        }
    }

    /// Writes lines to standard output, in one write, and sees to it that they are out.
    pub(super) async fn say(&mut self, lines: &[String]) -> Result<(), PlainError> {
        if lines.is_empty() {
            return Ok(());
        }
        let text = printed(lines);
        let written = async {
            self.out.write_all(text.as_bytes()).await?;
            self.out.flush().await
        };
        written.await.map_err(PlainError::Output)
    }

    /// Writes lines to standard error. Where nobody listens to errors, nothing can be said of it.
    pub(super) async fn remark(&mut self, lines: &[String]) {
        let text = printed(lines);
        let written: io::Result<()> = async {
            self.err.write_all(text.as_bytes()).await?;
            self.err.flush().await
        }
        .await;
        if let Err(error) = written {
            tracing::info!(%error, "remark not written");
        }
    }
}

/// Waits until nobody reads standard output any more, also while nothing is written: so that
/// `tail … | head -1` ends when `head` does. Where that can't be known, waits for ever.
#[cfg(unix)]
pub(super) async fn closed() {
    use std::os::fd::AsFd;
    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;

    let out = io::stdout().as_fd().try_clone_to_owned();
    // Only watched, never written through, so that it need not be a pipe and stays as it is. Files
    // are refused: they have no other end that could be closed.
    let ready = match out.and_then(Sender::from_owned_fd_unchecked) {
        Ok(out) => out.ready(Interest::ERROR).await,
        Err(error) => Err(error),
    };
    if !ready.is_ok_and(|ready| ready.is_error()) {
        std::future::pending().await
    }
}

/// As above; here the next write tells.
#[cfg(not(unix))]
pub(super) async fn closed() {
    std::future::pending().await
}

/// Lines as they are written: each one line, each with its end.
fn printed(lines: &[String]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    for line in lines {
        let clean = chat_core::text::clean(line);
        text.extend(clean.chars().map(|c| if c == '\n' { ' ' } else { c }));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_screen_whatever_is_written_is_clean_lines() {
        let hard = [
            "a\x1b[31mred\x1b]52;c;aGk=\x07b",
            "c1 \u{9b}2J\u{9d}0;t\u{9c} end",
            "bidi \u{202e}cba\u{2066}",
            "two\nlines\r\nor\u{2028}more",
            "bell\x07 nul\0 del\x7f",
        ];
        let text = printed(&hard.map(str::to_owned));
        assert_eq!(text.lines().count(), hard.len());
        assert!(
            text.chars().all(|c| c == '\n' || !c.is_control()),
            "{text:?}"
        );
        assert_eq!(
            text,
            "aredb\nc1  end\nbidi cba\ntwo lines or more\nbell nul del\n"
        );
    }
}
