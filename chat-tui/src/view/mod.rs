//! Drawing: the whole screen out of [`App`], which it never changes. It decides nothing about where
//! things are ([`crate::app::layout`], [`crate::app::rows`]); it computes only what is visible.
//!
//! | module | draws |
//! |---|---|
//! | `chrome` | header, borders, the line with what there is to say, the bar |
//! | `panes` | conversations and people |
//! | `log` | the rows of the log that are visible |
//! | `drawing` | the conversation's canvas |
//! | `input` | the input line and inputs in popups |
//! | `offer` | the emoji that are offered while the name of one is typed |
//! | `popup` | what lies over the screen |
//! | [`theme`], [`palette`] | styles by role, colours |
//! | [`links`] | where links are, for OSC 8 |
//! | `raster` | pictures in half blocks, and where they are |
//! | `canvas` | what all of them draw with |

mod canvas;
mod chrome;
mod drawing;
mod input;
pub mod links;
mod log;
mod offer;
pub mod palette;
mod panes;
mod popup;
mod raster;
#[cfg(test)]
mod tests;
pub mod theme;

pub use links::LinkSpan;
pub use raster::PictureSpan;
pub use theme::{Level, Theme};

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::{App, layout};
use canvas::Canvas;

/// What belongs to a frame and can't stand in its cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// The links that are visible, for the shell to write around their cells (see [`links`]).
    pub links: Vec<LinkSpan>,
    /// The pictures that are visible, for the shell to put finer ones over their cells.
    pub pictures: Vec<PictureSpan>,
    /// Where rows move up and down together, for the shell to have the terminal move them.
    pub log: Rect,
}

/// Draws the screen and puts the cursor.
pub fn draw(app: &App, theme: &Theme, frame: &mut Frame<'_>) -> Beside {
    let screen = frame.area();
    let mut canvas = Canvas::new(frame.buffer_mut(), theme, app.options.emoji);
    if is_too_small(screen) {
        canvas.text(screen.x, screen.y, screen.width, "too small", theme.text);
        return Beside::default();
    }
    let areas = layout::areas(app);
    chrome::header(app, areas.header, &mut canvas);
    chrome::borders(app, &areas, &mut canvas);
    if let Some(area) = areas.conversations {
        panes::conversations(app, area, &mut canvas);
    }
    log::log(app, areas.log, &mut canvas);
    if let Some(area) = areas.roster {
        panes::people(app, area, &mut canvas);
    }
    drawing::drawing(app, &areas, &mut canvas);
    chrome::status(app, &areas, &mut canvas);
    input::input(app, &areas, &mut canvas);
    chrome::bar(app, areas.bar, &mut canvas);
    offer::offer(app, &mut canvas);
    popup::popup(app, &mut canvas);
    let Canvas {
        links,
        pictures,
        cursor,
        ..
    } = canvas;
    if let Some(cursor) = cursor.filter(|cursor| screen.contains(*cursor)) {
        frame.set_cursor_position(cursor);
    }
    Beside {
        links,
        pictures,
        log: areas.log,
    }
}

/// Where not even a line of the log and one of the input have room.
fn is_too_small(screen: Rect) -> bool {
    screen.width < 10 || screen.height < 3
}
