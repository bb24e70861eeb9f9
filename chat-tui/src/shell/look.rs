//! What of the settings shows on the screen, kept up with their file.

use std::time::{Duration, Instant};

use crate::app::{App, Options};
use crate::settings::{Settings, SettingsError};
use crate::shell::data::home::Home;
use crate::shell::pictures::way::{CellPixels, Way};
use crate::shell::terminal::sequences::{self, Between, Modes};
use crate::shell::terminal::{self, colour};
use crate::view::Theme;

/// How often the file is looked at, at most: each look is one question to the file system, and only
/// asked when something happens anyway.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How everything looks.
#[derive(Debug)]
pub struct Look {
    /// Styles.
    pub theme: Theme,
    /// What is switched on in the terminal.
    pub modes: Modes,
    /// What lies between this program and the terminal.
    pub between: Between,
    /// How pictures are drawn.
    pub way: Way,
    /// The pixels of a cell, as far as they are known.
    pub cell: CellPixels,
    settings: Settings,
    looked_at: Instant,
    /// What the window's title is.
    title: String,
}

impl Look {
    /// What the settings and the environment say.
    #[must_use]
    pub fn new(settings: &Settings) -> Look {
        let var = |name: &str| std::env::var(name).ok();
        let level = colour::level(settings.look.colours, var);
        let cell = terminal::cell_size();
        Look {
            theme: Theme::new(level, settings.look.theme, &settings.colours),
            modes: Modes::new(&settings.input, &settings.alerts),
            between: Between::detect(var),
            way: Way::find(settings.look.pictures, level, cell, var),
            cell,
            settings: settings.clone(),
            looked_at: Instant::now(),
            title: String::new(),
        }
    }

    /// Tells the application what it has to know.
    pub fn apply(&self, app: &mut App) {
        let options = Options::new(&self.settings, &app.zone);
        app.set_options(options);
        app.pictures.surface = self.way.surface(self.cell);
    }

    /// The terminal has another size: perhaps its cells have, too.
    pub fn resized(&mut self, app: &mut App) {
        let var = |name: &str| std::env::var(name).ok();
        self.cell = terminal::cell_size();
        let chosen = self.settings.look.pictures;
        self.way = Way::find(chosen, self.theme.level, self.cell, var);
        app.pictures.surface = self.way.surface(self.cell);
    }

    /// Reads the settings again if their file has changed. What was wrong is said once.
    pub fn reread(&mut self, home: &mut Home) -> Option<Result<(), SettingsError>> {
        if self.looked_at.elapsed() < LOOK_EVERY {
            return None;
        }
        self.looked_at = Instant::now();
        match home.settings_file.reread() {
            Ok(None) => None,
            Ok(Some(settings)) => {
                home.settings = settings;
                let title = std::mem::take(&mut self.title);
                *self = Look {
                    title,
                    ..Look::new(&home.settings)
                };
                Some(Ok(()))
            }
            Err(error) => Some(Err(error)),
        }
    }

    /// The sequence that sets the window's title, if it is another one.
    pub fn title(&mut self, app: &App) -> Option<String> {
        let title = title(app);
        if !self.modes.title || title == self.title {
            return None;
        }
        self.title = title;
        Some(sequences::title(&self.title))
    }
}

/// What the window is called: what waits, where one is, on which server.
fn title(app: &App) -> String {
    let mentions: u64 = app.conversations.iter().map(|c| c.unread.mentions).sum();
    let waiting = match mentions {
        0 => String::new(),
        n => format!("({n}) "),
    };
    match app.current() {
        Some(current) => format!("{waiting}{} — {}", current.title(), app.server.name),
        None => format!("{waiting}{}", app.server.name),
    }
}
