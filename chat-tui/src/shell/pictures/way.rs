//! Which way of drawing pictures the terminal has, from what its environment says. Pure.

use crate::app::pictures::{Grain, Surface};
use crate::settings::Pictures;
use crate::shell::terminal::sequences::Between;
use crate::view::Level;

/// A way of drawing pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// None: they are switched off.
    Off,
    /// As text: half blocks, or characters where there are no colours.
    Blocks,
    /// kitty's graphics with unicode placeholders.
    Kitty,
    /// iTerm2's inline images.
    Iterm,
    /// Sixels.
    Sixel,
}

/// Parts of TERM of terminals that have kitty's placeholders. (WezTerm and Konsole have kitty's
/// graphics without them.)
const KITTY: [&str; 2] = ["kitty", "ghostty"];

/// TERM_PROGRAM of terminals with iTerm2's images.
const ITERM: [&str; 4] = ["iTerm.app", "WezTerm", "mintty", "rio"];

/// The beginnings of TERM of terminals that draw sixels as they come.
const SIXEL: [&str; 4] = ["foot", "mlterm", "contour", "yaft"];

/// What is drawn on, in pixels: those of a cell, where the terminal says them.
pub type CellPixels = Option<(u16, u16)>;

impl Way {
    /// What the settings say, or else what is known of the terminal. Through tmux and screen only
    /// text gets as it is meant; through ssh, pictures take longer than text. Where there are no
    /// colours, there are none in pictures.
    #[must_use]
    pub fn find(
        chosen: Pictures,
        level: Level,
        cell: CellPixels,
        var: impl Fn(&str) -> Option<String>,
    ) -> Way {
        match chosen {
            Pictures::Off => Way::Off,
            Pictures::Half => Way::Blocks,
            Pictures::Kitty => Way::Kitty,
            Pictures::Iterm => Way::Iterm,
            Pictures::Sixel => Way::Sixel,
            Pictures::Auto if level == Level::None => Way::Blocks,
            Pictures::Auto => detect(cell, var),
        }
    }

    /// What the application has to know of it.
    #[must_use]
    pub fn surface(self, cell: CellPixels) -> Option<Surface> {
        let grain = match self {
            Way::Off => return None,
            Way::Blocks => Grain::HalfCells,
            Way::Kitty | Way::Iterm | Way::Sixel => Grain::Pixels,
        };
        Some(Surface {
            cell: cell.unwrap_or(Surface::USUAL_CELL),
            grain,
        })
    }
}

fn detect(cell: CellPixels, var: impl Fn(&str) -> Option<String>) -> Way {
    let get = |name| var(name).filter(|value: &String| !value.is_empty());
    let far = ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"];
    if Between::detect(&var) != Between::Nothing || far.into_iter().any(|name| get(name).is_some())
    {
        return Way::Blocks;
    }
    let term = get("TERM").unwrap_or_default();
    if term == "dumb" || term == "linux" || term.starts_with("screen") || term.starts_with("tmux") {
        return Way::Blocks;
    }
    let program = get("TERM_PROGRAM").unwrap_or_default();
    // The outermost that says so is not always the one that draws: what TERM says counts first.
    if KITTY.iter().any(|name| term.contains(name)) {
        return Way::Kitty;
    }
    if ITERM.contains(&program.as_str()) || get("LC_TERMINAL").as_deref() == Some("iTerm2") {
        return Way::Iterm;
    }
    if program == "ghostty" || get("KITTY_WINDOW_ID").is_some() {
        return Way::Kitty;
    }
    // Sixels have pixels: where those of a cell aren't known, a picture would lie over its
    // neighbours.
    let sixel = SIXEL.iter().any(|name| term.starts_with(name));
    match cell.is_some() && sixel {
        true => Way::Sixel,
        false => Way::Blocks,
    }
}

/// The pixels of a cell, from those of the window.
#[must_use]
pub fn cell_pixels(columns: u16, rows: u16, width: u16, height: u16) -> CellPixels {
    let (cell_width, cell_height) = (width.checked_div(columns)?, height.checked_div(rows)?);
    // What no font is like is a terminal that says something else with these numbers.
    let likely = (2..=200).contains(&cell_width) && (4..=200).contains(&cell_height);
    likely.then_some((cell_width, cell_height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(environment: &[(&str, &str)], want: Way) {
        let var = |name: &str| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let cell = Some((8, 16));
        let auto = Way::find(Pictures::Auto, Level::True, cell, var);
        assert_eq!(auto, want, "{environment:?}");
        let none = Way::find(Pictures::Auto, Level::None, cell, var);
        assert_eq!(none, Way::Blocks, "without colours: {environment:?}");
        let chosen = Way::find(Pictures::Sixel, Level::None, None, var);
        assert_eq!(chosen, Way::Sixel, "the settings win");
    }

    #[test]
    fn terminals_are_known_by_their_environment() {
        check(&[], Way::Blocks);
        check(&[("TERM", "xterm-256color")], Way::Blocks);
        check(&[("TERM", "xterm-kitty")], Way::Kitty);
        check(&[("TERM", "xterm-ghostty")], Way::Kitty);
        check(
            &[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")],
            Way::Kitty,
        );
        check(&[("TERM_PROGRAM", "iTerm.app")], Way::Iterm);
        check(&[("TERM_PROGRAM", "WezTerm")], Way::Iterm);
        check(&[("LC_TERMINAL", "iTerm2")], Way::Iterm);
        check(
            &[("TERM_PROGRAM", "WezTerm"), ("KITTY_WINDOW_ID", "1")],
            Way::Iterm,
        );
        check(&[("TERM", "foot")], Way::Sixel);
        check(&[("TERM", "mlterm-256color")], Way::Sixel);
        check(&[("TERM_PROGRAM", "Apple_Terminal")], Way::Blocks);
    }

    #[test]
    fn through_something_else_they_are_text() {
        check(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")], Way::Blocks);
        check(
            &[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")],
            Way::Blocks,
        );
        check(
            &[("TERM", "xterm-kitty"), ("SSH_TTY", "/dev/pts/1")],
            Way::Blocks,
        );
        check(
            &[("LC_TERMINAL", "iTerm2"), ("SSH_CONNECTION", "1 2 3 4")],
            Way::Blocks,
        );
        check(&[("TERM", "foot"), ("STY", "1.x")], Way::Blocks);
    }

    #[test]
    fn a_cell_is_a_part_of_the_window() {
        assert_eq!(cell_pixels(80, 24, 800, 480), Some((10, 20)));
        assert_eq!(cell_pixels(80, 24, 0, 0), None);
        assert_eq!(cell_pixels(0, 0, 800, 480), None);
        let sixel = Way::find(Pictures::Auto, Level::True, None, |name| {
            (name == "TERM").then(|| "foot".into())
        });
        assert_eq!(sixel, Way::Blocks, "nothing is known of its pixels");
        assert_eq!(Way::Off.surface(None), None);
    }
}
