//! How many colours the terminal has, from what its environment says. Pure.

use crate::settings::Colours;
use crate::view::Level;

/// Terminals with 24 bits that say so in TERM alone.
const TRUE_TERMS: [&str; 6] = ["direct", "kitty", "alacritty", "ghostty", "foot", "wezterm"];

/// What the settings say, or else what the environment does (<https://no-color.org>, COLORTERM,
/// TERM).
#[must_use]
pub fn level(chosen: Colours, var: impl Fn(&str) -> Option<String>) -> Level {
    match chosen {
        Colours::None => Level::None,
        Colours::Ansi16 => Level::Ansi16,
        Colours::Ansi256 => Level::Ansi256,
        Colours::True => Level::True,
        Colours::Auto => detect(var),
    }
}

fn detect(var: impl Fn(&str) -> Option<String>) -> Level {
    let var = |name| var(name).filter(|value| !value.is_empty());
    let term = var("TERM").unwrap_or_default();
    let colorterm = var("COLORTERM").unwrap_or_default();
    if var("NO_COLOR").is_some() || term == "dumb" {
        Level::None
    } else if matches!(colorterm.as_str(), "truecolor" | "24bit")
        || TRUE_TERMS.iter().any(|name| term.contains(name))
        || var("WT_SESSION").is_some()
    {
        Level::True
    } else if term.contains("256") {
        Level::Ansi256
    } else {
        Level::Ansi16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(environment: &[(&str, &str)], want: Level) {
        let var = |name: &str| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(level(Colours::Auto, var), want, "{environment:?}");
        assert_eq!(
            level(Colours::Ansi16, var),
            Level::Ansi16,
            "the settings win"
        );
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        check(&[], Level::Ansi16);
        check(&[("TERM", "linux")], Level::Ansi16);
        check(&[("TERM", "xterm-256color")], Level::Ansi256);
        check(
            &[("TERM", "tmux-256color"), ("COLORTERM", "truecolor")],
            Level::True,
        );
        check(&[("TERM", "xterm-kitty")], Level::True);
        check(&[("WT_SESSION", "x")], Level::True);
        check(&[("TERM", "dumb"), ("COLORTERM", "24bit")], Level::None);
        check(&[("NO_COLOR", "1"), ("COLORTERM", "24bit")], Level::None);
        check(
            &[("NO_COLOR", ""), ("TERM", "xterm-256color")],
            Level::Ansi256,
        );
    }
}
