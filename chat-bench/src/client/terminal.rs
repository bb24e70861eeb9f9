//! A program in a terminal of 100 by 30: what it writes is counted and read off a screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde::Serialize;

use crate::process;

/// Columns and rows.
const SIZE: (u16, u16) = (100, 30);

/// Longest wait for what follows at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// So long nothing is written once a program is done with something.
const QUIET: Duration = Duration::from_millis(40);

/// What the terminal says when it is asked for left and right margins (DECRQM of mode 69).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Margins {
    /// It has them.
    Yes,
    /// It doesn't know what that is.
    No,
}

/// What something cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) bytes: u64,
    pub(super) cpu: Duration,
}

/// See the module.
pub(super) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    margins: Margins,
    /// What was written since the last mark.
    written: Vec<u8>,
    bytes: u64,
    // Open for as long as the program runs.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(super) fn start(mut command: CommandBuilder, margins: Margins) -> anyhow::Result<Terminal> {
        let size = PtySize {
            rows: SIZE.1,
            cols: SIZE.0,
            pixel_width: 0,
            pixel_height: 0,
        };
        command.env("TERM", "xterm-256color");
        for name in ["NO_COLOR", "COLORTERM", "TMUX", "STY", "TERM_PROGRAM"] {
            command.env_remove(name);
        }
        let pair = native_pty_system().openpty(size)?;
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader()?;
        let keyboard = pair.master.take_writer()?;
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let nonzero = |n| NonZeroU16::new(n).context("a terminal is not empty");
        Ok(Terminal {
            child,
            keyboard,
            output,
            screen: vt100::Parser::new(nonzero(SIZE.1)?, nonzero(SIZE.0)?, 0),
            margins,
            written: Vec::new(),
            bytes: 0,
            _master: pair.master,
        })
    }

    pub(super) fn keys(&mut self, keys: &str) -> anyhow::Result<()> {
        self.keyboard.write_all(keys.as_bytes())?;
        Ok(self.keyboard.flush()?)
    }

    /// Takes in what is written until then, or one piece of it.
    pub(super) fn take(&mut self, until: Instant) -> anyhow::Result<bool> {
        let left = until.saturating_duration_since(Instant::now());
        let bytes = match self.output.recv_timeout(left) {
            Ok(bytes) => bytes,
            Err(RecvTimeoutError::Timeout) => return Ok(false),
            Err(RecvTimeoutError::Disconnected) => bail!("it ended:\n{}", self.shown()),
        };
        let before = self.written.len().saturating_sub(8);
        self.bytes += bytes.len() as u64;
        self.screen.process(&bytes);
        self.written.extend(bytes);
        self.answer(before)?;
        Ok(true)
    }

    /// Answers what was asked in what was written from there.
    fn answer(&mut self, from: usize) -> anyhow::Result<()> {
        let new = String::from_utf8_lossy(&self.written[from..]).into_owned();
        if new.contains("\x1b[?69$p") {
            self.keys(match self.margins {
                Margins::Yes => "\x1b[?69;2$y",
                Margins::No => "\x1b[?69;0$y",
            })?;
        }
        Ok(())
    }

    pub(super) fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// Whether this stands on the screen or was just written. (The screen knows no margins: with
    /// them it is right on the rows that were written last.)
    pub(super) fn has(&self, text: &str) -> bool {
        self.shown().contains(text) || String::from_utf8_lossy(&self.written).contains(text)
    }

    /// Row and column.
    pub(super) fn cursor(&self) -> (u16, u16) {
        self.screen.screen().cursor_position()
    }

    /// How many frames were long enough for the marks of a synchronised update, since the last mark.
    pub(super) fn frames(&self) -> usize {
        let mark = b"\x1b[?2026h";
        self.written
            .windows(mark.len())
            .filter(|w| w == mark)
            .count()
    }

    /// Waits until something is so.
    pub(super) fn wait(
        &mut self,
        what: &str,
        so: impl Fn(&Terminal) -> bool,
    ) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while !so(self) {
            if Instant::now() >= until {
                bail!("waited for {what}:\n{}", self.shown());
            }
            self.take(until)?;
        }
        Ok(())
    }

    /// Waits until nothing more is written.
    pub(super) fn settle(&mut self) -> anyhow::Result<()> {
        while self.take(Instant::now() + QUIET)? {}
        Ok(())
    }

    /// Takes in whatever is written for so long.
    pub(super) fn pass(&mut self, time: Duration) -> anyhow::Result<()> {
        let until = Instant::now() + time;
        while self.take(until)? {}
        Ok(())
    }

    /// What is written from here on is what [`Terminal::has`] and [`Terminal::frames`] see.
    pub(super) fn mark(&mut self) {
        self.written.clear();
    }

    /// What something costs.
    pub(super) fn cost(
        &mut self,
        something: impl FnOnce(&mut Terminal) -> anyhow::Result<()>,
    ) -> anyhow::Result<Cost> {
        self.mark();
        let (bytes, cpu) = (self.bytes, self.cpu()?);
        something(self)?;
        Ok(Cost {
            bytes: self.bytes - bytes,
            cpu: self.cpu()?.saturating_sub(cpu),
        })
    }

    fn cpu(&self) -> anyhow::Result<Duration> {
        process::threads(self.pid()?)
            .map(|threads| threads.total())
            .context("the system doesn't say what a process runs")
    }

    pub(super) fn resident_kib(&self) -> anyhow::Result<u64> {
        process::resident_kib(self.pid()?).context("the system doesn't say what is resident")
    }

    fn pid(&self) -> anyhow::Result<u32> {
        self.child.process_id().context("it has ended")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
