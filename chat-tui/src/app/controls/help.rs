//! The help screen's rows and `docs/keys.md`, out of the tables of keys and commands.

use std::fmt::Write as _;

use super::command::COMMANDS;
use super::keymap::KEYS;

/// A row of the help screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpLine {
    /// What the rows below have in common.
    Title(&'static str),
    /// A key or a command, and what it does.
    Entry(String, &'static str),
    /// Nothing.
    Blank,
}

/// The rows of the help screen, from top to bottom.
#[must_use]
pub fn lines() -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for section in KEYS {
        lines.push(HelpLine::Title(section.title));
        let told = section
            .bindings
            .iter()
            .filter(|binding| !binding.help.is_empty());
        lines.extend(told.map(|binding| HelpLine::Entry(binding.keys_text(), binding.help)));
        lines.push(HelpLine::Blank);
    }
    lines.push(HelpLine::Title("Commands"));
    lines.extend(
        COMMANDS
            .iter()
            .map(|spec| HelpLine::Entry(spec.usage(), spec.help)),
    );
    lines.push(HelpLine::Entry(
        "//TEXT".into(),
        "post a text that starts with a slash",
    ));
    lines
}

/// The same as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "# Keys and commands\n\nMade from the tables in `chat-tui/src/app/controls/`; a test compares.\n",
    );
    for line in lines() {
        // Writing to a String can't fail.
        let _ = match line {
            HelpLine::Title(title) => write!(out, "\n## {title}\n\n| | |\n|---|---|\n"),
            HelpLine::Entry(key, help) => {
                // Bars end a table's cell, also between backticks.
                let key = key.replace('|', "\\|");
                writeln!(out, "| `{key}` | {} |", help.trim_start())
            }
            HelpLine::Blank => Ok(()),
        };
    }
    out
}
