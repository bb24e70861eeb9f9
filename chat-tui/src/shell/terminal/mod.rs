//! The terminal: taken for the whole screen, drawn on, and given back as it was, whatever happens.

pub mod colour;
pub mod input;
mod outlet;
mod paper;
pub mod sequences;

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};

use self::outlet::Outlet;
use self::paper::Paper;
use self::sequences::{LEAVE, LEAVE_TITLE, MARGINS, Modes};
use crate::shell::paint::{Margins, Painter, Picture};
use crate::shell::pictures::gallery::Hanging;
use crate::shell::pictures::way::{CellPixels, cell_pixels};
use crate::view::{Beside, LinkSpan, PictureSpan};

/// Whether the terminal is taken: a panic hook has to know, and it owns nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the title was kept aside.
static TITLED: AtomicBool = AtomicBool::new(false);

/// The screen of this process. Dropping it gives the terminal back; [`Screen::give_back`] does so
/// without waiting for a terminal that takes nothing.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<Paper>,
    painter: Painter,
    modes: Modes,
    outlet: Outlet,
}

impl Screen {
    /// Takes the terminal. A panic gives it back before anything is printed.
    ///
    /// # Errors
    /// When this is no terminal, or it is gone.
    pub fn take(modes: Modes) -> io::Result<Screen> {
        restore_on_panic();
        let mut screen = Screen {
            terminal: Terminal::new(Paper::new(size()?))?,
            painter: Painter::default(),
            modes,
            outlet: Outlet::start(&TAKEN),
        };
        screen.enter()?;
        Ok(screen)
    }

    fn enter(&mut self) -> io::Result<()> {
        TITLED.store(self.modes.title, Ordering::SeqCst);
        TAKEN.store(true, Ordering::SeqCst);
        terminal::enable_raw_mode()?;
        self.outlet.write(self.modes.enter().into_bytes());
        Ok(())
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

    /// It has left and right margins: from here on the log is moved between the lists beside it.
    pub fn has_margins(&mut self) {
        self.outlet.write(MARGINS.as_bytes().to_vec());
        self.painter.margins = Margins::Usable;
    }

    /// Draws a frame: only what differs from the last one is written. While the last one is on its
    /// way ([`Screen::is_busy`]) it is better to wait.
    ///
    /// # Errors
    /// None that is known: what can't be written is told by [`Screen::written`].
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>) -> Vec<LinkSpan>) -> io::Result<()> {
        let beside = |frame: &mut Frame<'_>| Beside {
            links: draw(frame),
            ..Beside::default()
        };
        self.draw_hung(beside, |_, _| Hanging::default())
    }

    /// As [`Screen::draw`], with pictures: `hang` puts them into the cells.
    ///
    /// # Errors
    /// None that is known.
    pub fn draw_hung(
        &mut self,
        draw: impl FnOnce(&mut Frame<'_>) -> Beside,
        hang: impl FnOnce(&mut Buffer, &[PictureSpan]) -> Hanging,
    ) -> io::Result<()> {
        let (mut beside, mut hanging) = (Beside::default(), Hanging::default());
        let cursor = self.terminal.backend().cursor.clone();
        cursor.take();
        let drawn = self.terminal.draw(|frame| {
            beside = draw(frame);
            hanging = hang(frame.buffer_mut(), &beside.pictures);
        })?;
        let frame = self.painter.paint(&Picture {
            cells: drawn.buffer,
            links: &beside.links,
            graphics: &hanging.graphics,
            log: beside.log,
            cursor: cursor.get(),
        });
        let mut bytes = hanging.before.into_bytes();
        bytes.extend(frame);
        self.outlet.write(bytes);
        Ok(())
    }

    /// Writes a sequence that changes no cell and doesn't move the cursor.
    pub fn write(&mut self, sequence: String) {
        self.outlet.write(sequence.into_bytes());
    }

    /// Whether something is still on its way to the terminal.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.outlet.is_busy()
    }

    /// Waits until something has arrived; for ever, if nothing is on its way. Cancel safe.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn written(&mut self) -> io::Result<()> {
        self.outlet.written().await
    }

    /// Uses other modes from here on.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn set_modes(&mut self, modes: Modes) -> io::Result<()> {
        if modes != self.modes {
            self.give_back().await;
            self.modes = modes;
            self.take_again()?;
        }
        Ok(())
    }

    /// Gives the terminal back. One that takes nothing is left as it is: whatever holds it up will
    /// hardly show the rest.
    pub async fn give_back(&mut self) {
        match self.outlet.drained().await {
            Ok(()) => restore(),
            Err(error) => {
                tracing::info!(%error, "terminal not restored");
                TAKEN.store(false, Ordering::SeqCst);
                cooked();
            }
        }
    }

    /// Takes the terminal again after it was given back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        self.painter.margins = Margins::Unknown;
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

/// The pixels of a cell, if the terminal says them. It is the system that is asked.
#[must_use]
pub fn cell_size() -> CellPixels {
    let window = terminal::window_size().ok()?;
    cell_pixels(window.columns, window.rows, window.width, window.height)
}

thread_local! {
    /// Whether a panic of this thread is caught, and no reason to give the terminal back.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Does some work that may panic over what somebody else wrote, such as a damaged picture; then
/// there is no result, and the screen stays.
pub fn catching<T>(work: impl FnOnce() -> T) -> Option<T> {
    let outer = CAUGHT.replace(true);
    // What it was about to make is gone with it.
    let result = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(outer);
    result.ok()
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
    if let Err(error) = outlet::write(leave.as_bytes()) {
        tracing::debug!(%error, "terminal not restored");
    }
    cooked();
}

/// Lets the terminal edit lines again.
fn cooked() {
    if let Err(error) = terminal::disable_raw_mode() {
        tracing::debug!(%error, "terminal left raw");
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
        if CAUGHT.get() {
            tracing::warn!(%panic, "panicked over what somebody sent");
            return;
        }
        restore();
        tracing::error!(%panic, "panicked");
        before(panic);
    }));
}
