//! The README's picture: the real screen of a scripted application, as SVG on standard output.
//!
//! `cargo run -p chat-tui --example picture > docs/screen.svg`

mod scene;
mod svg;

use chat_tui::settings::{self, ThemeColours};
use chat_tui::view::{Level, Theme, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn main() -> anyhow::Result<()> {
    let app = scene::app();
    let theme = Theme::new(Level::True, settings::Theme::Dark, &ThemeColours::default());
    let mut terminal = Terminal::new(TestBackend::new(app.size.width, app.size.height))?;
    terminal.draw(|frame| {
        // The picture has nothing to click: its links are text.
        let _ = draw(&app, &theme, frame);
    })?;
    let cursor = terminal.get_cursor_position()?;
    print!("{}", svg::picture(terminal.backend().buffer(), cursor));
    Ok(())
}
