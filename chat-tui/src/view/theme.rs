//! Styles by role, for what a terminal can show and for what a person chose. What a terminal can
//! show is found out by the shell.

use chat_core::AccountId;
use ratatui::style::{Color, Modifier, Style};

use super::palette;
use crate::settings::{self, ThemeColours};

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// None (`NO_COLOR`): bold, dim, underlined and reversed only.
    None,
    /// The 16 that every terminal has, as it is set up.
    #[default]
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// 24 bits.
    True,
}

/// A style for each role. Without colours every role but `text` still differs by its modifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Text.
    pub text: Style,
    /// Times, hints, what matters less.
    pub faint: Style,
    /// Borders between panes.
    pub border: Style,
    /// Titles, the chosen conversation.
    pub accent: Style,
    /// Mentions of the own nick.
    pub mention: Style,
    /// The unread line and counts.
    pub unread: Style,
    /// Online, confirmed.
    pub good: Style,
    /// Away, pending, reconnecting.
    pub warning: Style,
    /// Refused, offline.
    pub bad: Style,
    /// Links.
    pub link: Style,
    /// The row that is picked in a list or in the log: over the style that it has.
    pub picked: Style,
    /// Keys in the bar and in the help.
    pub key: Style,
    /// How many colours there are.
    pub level: Level,
    /// Whether it is for light backgrounds.
    pub is_light: bool,
    nicks: Vec<Color>,
}

impl Theme {
    /// The theme for a terminal with this many colours on this background, with what a person chose
    /// instead. Chosen colours that the terminal doesn't have become the nearest that it has.
    #[must_use]
    pub fn new(level: Level, ground: settings::Theme, chosen: &ThemeColours) -> Theme {
        let roles = palette::roles(ground);
        let colour = |own: (u32, Color), choice: settings::ColourChoice| match choice.0 {
            Some(chosen) => palette::at_level(chosen, level),
            None => palette::role(own, level),
        };
        let of = |own, choice| Style::new().fg(colour(own, choice));
        // Where a role has no colour, a modifier tells it apart.
        let with = |style: Style, modifier: Modifier| match style.fg {
            None | Some(Color::Reset) => style.add_modifier(modifier),
            Some(_) => style,
        };
        let accent = of(roles.accent, chosen.accent);
        let text = match chosen.text.0 {
            Some(chosen) => Style::new().fg(palette::at_level(chosen, level)),
            None => Style::new(),
        };
        Theme {
            text,
            faint: with(of(roles.faint, chosen.faint), Modifier::DIM),
            border: with(of(roles.border, chosen.border), Modifier::DIM),
            accent: accent.add_modifier(Modifier::BOLD),
            mention: with(of(roles.mention, chosen.mention), Modifier::REVERSED)
                .add_modifier(Modifier::BOLD),
            unread: of(roles.unread, chosen.unread).add_modifier(Modifier::BOLD),
            good: of(roles.good, chosen.good),
            warning: of(roles.warning, chosen.warning),
            bad: of(roles.bad, chosen.bad).add_modifier(Modifier::BOLD),
            link: accent.add_modifier(Modifier::UNDERLINED),
            picked: Style::new().add_modifier(Modifier::REVERSED),
            key: accent.add_modifier(Modifier::BOLD),
            level,
            is_light: ground == settings::Theme::Light,
            nicks: palette::nicks(ground, level),
        }
    }

    /// The style of somebody's nick: the same in every conversation and on every start.
    #[must_use]
    pub fn nick(&self, account: AccountId) -> Style {
        match self.nicks.get(place(account, self.nicks.len())) {
            Some(colour) => Style::new().fg(*colour),
            None => Style::new().add_modifier(Modifier::BOLD),
        }
    }
}

/// Which of `count` colours an account has. Accounts are numbered from 1, and those of a small server
/// follow each other: all of them differ, and neighbours differ by about a quarter of the circle.
fn place(account: AccountId, count: usize) -> usize {
    let count = count.max(1) as u64;
    let is_coprime =
        |step: &u64| (2..=*step).all(|d| !step.is_multiple_of(d) || !count.is_multiple_of(d));
    let step = (count / 4 + 1..count).find(is_coprime).unwrap_or(1);
    usize::try_from(account.0 % count * step % count).unwrap_or(0)
}

impl Default for Theme {
    fn default() -> Theme {
        Theme::new(
            Level::default(),
            settings::Theme::default(),
            &ThemeColours::default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::settings::ColourChoice;

    fn theme(level: Level) -> Theme {
        Theme::new(level, settings::Theme::Auto, &ThemeColours::default())
    }

    #[test]
    fn without_colours_there_is_no_colour() {
        let theme = theme(Level::None);
        let roles = [
            theme.text,
            theme.faint,
            theme.border,
            theme.accent,
            theme.mention,
            theme.unread,
            theme.good,
            theme.warning,
            theme.bad,
            theme.link,
            theme.picked,
            theme.key,
            theme.nick(AccountId(7)),
        ];
        for style in roles {
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{style:?}");
            assert_eq!(style.bg, None);
        }
        assert_ne!(theme.mention, theme.text);
        assert_ne!(theme.unread, theme.text);
    }

    #[test]
    fn a_chosen_colour_is_used_as_far_as_the_terminal_has_it() {
        let chosen = ThemeColours {
            bad: ColourChoice(Some(Color::Rgb(255, 0, 0))),
            ..ThemeColours::default()
        };
        let bad = |level| Theme::new(level, settings::Theme::Dark, &chosen).bad.fg;
        assert_eq!(bad(Level::True), Some(Color::Rgb(255, 0, 0)));
        assert_eq!(bad(Level::Ansi256), Some(Color::Indexed(196)));
        assert_eq!(bad(Level::Ansi16), Some(Color::LightRed));
        assert_eq!(bad(Level::None), Some(Color::Reset));
    }

    #[test]
    fn a_nick_keeps_its_colour_and_those_of_a_small_server_differ() {
        for (level, count) in [(Level::Ansi16, 8), (Level::Ansi256, 12), (Level::True, 15)] {
            let theme = theme(level);
            assert_eq!(theme.nick(AccountId(1)), theme.nick(AccountId(1)));
            let colours: HashSet<_> = (1..=count).map(|n| theme.nick(AccountId(n)).fg).collect();
            assert_eq!(colours.len() as u64, count, "{level:?}");
        }
    }
}
