//! The one table of keys. It makes the keymap, the help screen, the bar and `docs/keys.md`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

mod canvas;
mod table;

use crate::app::action::Action;
use crate::app::model::Focus;
use crate::editor::Edit;
pub use table::KEYS;
use table::TYPING;

const ALT: KeyModifiers = KeyModifiers::ALT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub focus: &'static [Focus],
    /// Any of these keys.
    pub keys: &'static [Chord],
    /// What they mean.
    pub action: Action,
    /// The same for people; empty where the row above says it already.
    pub help: &'static str,
    /// The key and the word in the bar, where it is there.
    pub bar: Option<(&'static str, &'static str)>,
}

/// Rows that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its title.
    pub title: &'static str,
    /// Its rows.
    pub bindings: &'static [Binding],
}

/// Something in the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarItem {
    /// The key as it is shown there.
    pub key: &'static str,
    /// What it does, in a word.
    pub label: &'static str,
    /// What it means.
    pub action: Action,
}

/// What a key means where the keys go now; `None` for a key that means nothing there.
#[must_use]
pub fn resolve(focus: Focus, event: KeyEvent) -> Option<Action> {
    let chord = Chord::of(event);
    let bound = KEYS
        .iter()
        .flat_map(|section| section.bindings)
        .find(|binding| binding.focus.contains(&focus) && binding.keys.contains(&chord));
    match (bound, chord.typed()) {
        // In a list, what can be typed is typed.
        (Some(binding), None) => Some(binding.action),
        (Some(binding), Some(_)) if !TYPING.contains(&focus) => Some(binding.action),
        (_, Some(c)) if TYPING.contains(&focus) => Some(Action::Edit(Edit::Insert(c))),
        _ => None,
    }
}

/// What stands in the bar, the last at its right end.
#[must_use]
pub fn bar(focus: Focus) -> Vec<BarItem> {
    KEYS.iter()
        .flat_map(|section| section.bindings)
        .filter(|binding| binding.focus.contains(&focus))
        .filter_map(|binding| {
            binding.bar.map(|(key, label)| BarItem {
                key,
                label,
                action: binding.action,
            })
        })
        .collect()
}

impl Chord {
    /// The key of an event, as the table writes it: what terminals report in several ways becomes
    /// one.
    #[must_use]
    pub fn of(event: KeyEvent) -> Chord {
        let mut modifiers = event.modifiers & (CTRL | ALT | KeyModifiers::SHIFT);
        let mut code = event.code;
        match code {
            KeyCode::Char(c) => {
                // The character says it already.
                modifiers -= KeyModifiers::SHIFT;
                if modifiers.intersects(CTRL | ALT) {
                    code = KeyCode::Char(c.to_ascii_lowercase());
                }
                // AltGr on Windows: the character is what was meant.
                if modifiers == CTRL | ALT && !c.is_ascii_alphanumeric() {
                    modifiers = KeyModifiers::NONE;
                }
            }
            KeyCode::BackTab => modifiers -= KeyModifiers::SHIFT,
            KeyCode::Tab if modifiers == KeyModifiers::SHIFT => {
                (code, modifiers) = (KeyCode::BackTab, KeyModifiers::NONE);
            }
            _ => {}
        }
        Chord { code, modifiers }
    }

    /// The character that this key types, if it does.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Chord {
    /// As in `Ctrl+K`, `Alt+→`, `F1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (CTRL, "Ctrl+"),
            (ALT, "Alt+"),
            (KeyModifiers::SHIFT, "Shift+"),
        ];
        for (modifier, name) in names {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_uppercase()),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift+Tab"),
            other => write!(f, "{other}"),
        }
    }
}

impl Binding {
    /// Its keys, as `Ctrl+N, Alt+→`.
    #[must_use]
    pub fn keys_text(&self) -> String {
        let names: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
        names.join(", ")
    }
}
