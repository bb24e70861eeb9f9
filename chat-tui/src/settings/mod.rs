//! The settings of the client: what `client.toml` may say. `Default` is the only source of
//! defaults; a test holds `config/client.toml` against it.
//!
//! What the client itself remembers (last server, accepted certificates, drafts) is not here but in
//! the data directory: this file is written by people only.

mod colour;
mod load;
mod time;

use serde::{Deserialize, Serialize};

pub use colour::ColourChoice;
pub use load::{SettingsError, SettingsFile};
pub use time::TimeFormat;

/// Everything that `client.toml` may say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who one is.
    pub person: PersonSettings,
    /// How it looks.
    pub look: Look,
    /// Single colours, where the theme's are not liked.
    pub colours: ThemeColours,
    /// What stands beside the log.
    pub panes: Panes,
    /// Keys and mouse.
    pub input: Input,
    /// When to call for attention.
    pub alerts: Alerts,
    /// Files.
    pub files: FileSettings,
    /// The connection.
    pub connection: Connection,
    /// What is kept on disk to be shown before the network answers.
    pub cache: CacheLimits,
    /// The log file.
    pub log: Log,
}

/// `[person]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonSettings {
    /// The nick to wish for on a server where one has no account yet. Empty: the last one used, or
    /// the login name.
    pub nick: String,
}

/// `[look]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// Which set of colours.
    pub theme: Theme,
    /// How many colours the terminal has.
    pub colours: Colours,
    /// How emoji are drawn.
    pub emoji: Emoji,
    /// How pictures are drawn when they are asked for.
    pub pictures: Pictures,
    /// How a line's time is written, as in strftime. Empty: not at all.
    pub time: TimeFormat,
    /// Whether joins and parts are shown in the log.
    pub joins: Joins,
    /// How what was missed is told on return.
    pub returning: Returning,
    /// With which characters a canvas is shown.
    pub canvas: CanvasGlyphs,
}

/// With which characters a canvas is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CanvasGlyphs {
    /// Half blocks where it is large, braille where it is small.
    #[default]
    Auto,
    /// Half blocks: two points a cell, each of its own colour. Every font has them.
    Half,
    /// Braille: eight points a cell, all of one colour.
    Braille,
    /// Octants: eight points without gaps, in fonts with Unicode 16.
    Octant,
}

/// Which set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// The terminal's own colours, which are right on dark and on light.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
}

/// How many colours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colours {
    /// What NO_COLOR, COLORTERM and TERM say.
    #[default]
    Auto,
    /// None; bold, underline and reverse only.
    None,
    /// The 16 that every terminal has.
    #[serde(rename = "16")]
    Ansi16,
    /// The 256 of xterm.
    #[serde(rename = "256")]
    Ansi256,
    /// 24 bits.
    True,
}

/// How emoji are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Emoji {
    /// Sequences whose width terminals disagree on (families, professions, skin tones) are shown as
    /// their parts, so that no border breaks.
    #[default]
    Safe,
    /// As they came, for terminals that measure by grapheme cluster.
    Full,
}

/// How pictures are drawn when they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pictures {
    /// In the terminal's own way where it is known to have one, else with half blocks.
    #[default]
    Auto,
    /// Not at all.
    Off,
    /// With half blocks, in the colours that there are.
    Half,
    /// In kitty's way (unicode placeholders).
    Kitty,
    /// In iTerm2's way.
    Iterm,
    /// As sixels.
    Sixel,
}

/// What the log shows of people who come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Joins {
    /// A line each.
    Show,
    /// A run folded into one line.
    #[default]
    Fold,
    /// Nothing.
    Hide,
}

/// How what was missed is told on return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Returning {
    /// A list over the screen, unless somebody has begun to type.
    #[default]
    View,
    /// A line above the input that offers it.
    Hint,
    /// Not, until it is asked for.
    Off,
}

/// `[colours]`: each a name (`red`, `light-blue`), a number from 0 to 255, `#rrggbb`, or `auto` for
/// the theme's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThemeColours {
    /// Text.
    pub text: ColourChoice,
    /// Times, hints, what matters less.
    pub faint: ColourChoice,
    /// Borders between panes.
    pub border: ColourChoice,
    /// Titles, the chosen conversation, links.
    pub accent: ColourChoice,
    /// Mentions of the own nick.
    pub mention: ColourChoice,
    /// The unread line and counts.
    pub unread: ColourChoice,
    /// Online, confirmed.
    pub good: ColourChoice,
    /// Away, pending, reconnecting.
    pub warning: ColourChoice,
    /// Refused, offline.
    pub bad: ColourChoice,
}

/// `[panes]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Panes {
    /// Whether the list of conversations is shown at first.
    pub conversations: bool,
    /// Whether the list of people is shown at first.
    pub people: bool,
    /// Width of the list of conversations in columns, on a terminal of 80; a wider one gives it more.
    pub conversations_columns: u16,
    /// Width of the list of people in columns, likewise.
    pub people_columns: u16,
}

impl Default for Panes {
    fn default() -> Panes {
        Panes {
            conversations: true,
            people: true,
            conversations_columns: 15,
            people_columns: 12,
        }
    }
}

/// `[input]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Whether the mouse is used. Without it the terminal selects text by itself.
    pub mouse: bool,
    /// Lines of a paste above which is asked what to do with it.
    pub paste_lines_max: usize,
    /// What was sent and can be brought back with ↑, per conversation.
    pub recall_max: usize,
    /// Whether smileys such as `:)` become emoji when they are sent.
    pub smileys: bool,
}

impl Default for Input {
    fn default() -> Input {
        Input {
            mouse: true,
            paste_lines_max: 10,
            recall_max: 100,
            smileys: false,
        }
    }
}

/// `[alerts]`: only while the terminal has no focus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alerts {
    /// What to be called for.
    pub about: AlertsAbout,
    /// Whether to ring the terminal's bell.
    pub bell: bool,
    /// Whether to ask the terminal for a desktop notification (OSC 9).
    pub desktop: bool,
    /// Whether the window's title shows the conversation and what is unread.
    pub title: bool,
}

impl Default for Alerts {
    fn default() -> Alerts {
        Alerts {
            about: AlertsAbout::Mentions,
            bell: true,
            desktop: true,
            title: true,
        }
    }
}

/// What to be called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertsAbout {
    /// Nothing.
    Nothing,
    /// Mentions of the own nick, and direct messages.
    #[default]
    Mentions,
    /// Every message.
    Everything,
}

/// `[files]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// Where files are saved; `~` is the home directory. Empty: the system's directory for downloads.
    pub download_dir: String,
}

/// `[connection]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connection {
    /// How many missed messages of a conversation are fetched at once when connecting. What lies
    /// before them is fetched when scrolled to.
    pub catch_up_max: u64,
}

impl Default for Connection {
    fn default() -> Connection {
        Connection { catch_up_max: 200 }
    }
}

/// `[cache]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheLimits {
    /// Entries kept per conversation; the oldest go first.
    pub entries_max: u64,
    /// Size of the whole in MiB.
    pub size_mib_max: u64,
}

impl Default for CacheLimits {
    fn default() -> CacheLimits {
        CacheLimits {
            entries_max: 10_000,
            size_mib_max: 256,
        }
    }
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// What is written, as in `RUST_LOG`: `error`, `warn`, `info`, `debug`, or per module.
    pub level: String,
    /// Files kept, one a day.
    pub files_max: usize,
}

impl Default for Log {
    fn default() -> Log {
        Log {
            level: "info".into(),
            files_max: 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../config/client.toml");

    #[test]
    fn the_shipped_file_says_the_defaults() {
        let shipped: Settings = toml::from_str(SHIPPED).expect("config/client.toml is valid");
        assert_eq!(shipped, Settings::default());
    }

    #[test]
    fn the_shipped_file_has_every_key() {
        let whole = toml::Table::try_from(Settings::default()).expect("settings are a table");
        let shipped: toml::Table = SHIPPED.parse().expect("config/client.toml is valid");
        for (section, keys) in &whole {
            let keys = keys.as_table().expect("each section is a table");
            for key in keys.keys() {
                assert!(
                    shipped.get(section).and_then(|s| s.get(key)).is_some(),
                    "{section}.{key} is missing"
                );
            }
        }
    }
}
