//! The terminal: taken for the whole screen, drawn on, and given back as it was, whatever happens.

pub mod colour;
pub mod input;
mod paper;
pub mod sequences;

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal;
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};

use self::paper::Paper;
use self::sequences::{LEAVE, LEAVE_TITLE, Modes};
use crate::shell::paint::{Painter, Picture};
use crate::view::LinkSpan;

/// Whether the terminal is taken: a panic hook has to know, and it owns nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the title was kept aside.
static TITLED: AtomicBool = AtomicBool::new(false);

/// The screen of this process. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<Paper>,
    painter: Painter,
    modes: Modes,
}

impl Screen {
    /// Takes the terminal. A panic gives it back before anything is printed.
    ///
    /// # Errors
    /// When this is no terminal, or it is gone.
    pub fn take(modes: Modes) -> io::Result<Screen> {
        restore_on_panic();
        let screen = Screen {
            terminal: Terminal::new(Paper::new(size()?))?,
            painter: Painter::default(),
            modes,
        };
        screen.enter()?;
        Ok(screen)
    }

    fn enter(&self) -> io::Result<()> {
        TITLED.store(self.modes.title, Ordering::SeqCst);
        TAKEN.store(true, Ordering::SeqCst);
        terminal::enable_raw_mode()?;
        write(self.modes.enter().as_bytes())
    }

    /// How large it is.
    #[must_use]
    pub fn size(&self) -> Size {
        self.terminal.backend().size
    }

    /// It has another size: the next frame is drawn for that.
    pub fn resize(&mut self, size: Size) {
        if size != self.size() {
            self.terminal.backend_mut().size = size;
            self.painter.forget();
        }
    }

    /// The next frame is drawn as a whole: something else has written on the terminal.
    pub fn forget(&mut self) {
        self.painter.forget();
    }

    /// Draws a frame: only what differs from the last one is written.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>) -> Vec<LinkSpan>) -> io::Result<()> {
        let mut links = Vec::new();
        self.terminal.backend_mut().cursor = None;
        let drawn = self.terminal.draw(|frame| links = draw(frame))?;
        let cells = drawn.buffer.clone();
        let bytes = self.painter.paint(&Picture {
            cells: &cells,
            links: &links,
            cursor: self.terminal.backend().cursor,
        });
        write(&bytes)
    }

    /// Writes a sequence that changes no cell and doesn't move the cursor.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn write(&self, sequence: &str) -> io::Result<()> {
        write(sequence.as_bytes())
    }

    /// Uses other modes from here on.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_modes(&mut self, modes: Modes) -> io::Result<()> {
        if modes != self.modes {
            restore();
            self.modes = modes;
            self.take_again()?;
        }
        Ok(())
    }

    /// Takes the terminal again after it was given back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        self.enter()?;
        self.resize(size()?);
        self.forget();
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn size() -> io::Result<Size> {
    let (width, height) = terminal::size()?;
    // A terminal that doesn't know its size says 0.
    Ok(match (width, height) {
        (0, _) | (_, 0) => Size::new(80, 24),
        (width, height) => Size::new(width, height),
    })
}

fn write(bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Gives the terminal back if it is taken. May be called at any moment, and more than once.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut leave = LEAVE.to_owned();
    if TITLED.load(Ordering::SeqCst) {
        leave += LEAVE_TITLE;
    }
    // A terminal that is gone can't be given back.
    if let Err(error) = write(leave.as_bytes()).and_then(|()| terminal::disable_raw_mode()) {
        tracing::debug!(%error, "terminal not restored");
    }
}

/// A panic's message belongs on the terminal as it was, not on the screen that is about to go.
fn restore_on_panic() {
    static HOOKED: AtomicBool = AtomicBool::new(false);
    if HOOKED.swap(true, Ordering::SeqCst) {
        return;
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        tracing::error!(%panic, "panicked");
        before(panic);
    }));
}
