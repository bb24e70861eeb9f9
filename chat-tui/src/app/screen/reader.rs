//! What is read in a popup, in rows: help and cards. The view draws these rows and `update` scrolls
//! by them, so that both always agree.

use ratatui::layout::Size;

use crate::app::help::{self, HelpLine};
use crate::app::model::App;
use crate::app::popup::Popup;
use crate::text;

/// Most columns of text in a popup: longer lines are hard to read.
const COLUMNS_MAX: u16 = 76;

/// Columns for the names of keys, where there is room.
const KEYS_COLUMNS: u16 = 24;

/// A row to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// What the rows below have in common.
    Title(&'static str),
    /// A key or a command and what it does, as much of both as stands on this row.
    Entry(String, String),
    /// A row of text.
    Text(String),
}

/// How much text a popup on a screen of this size has room for: inside of a border, with a column
/// of white on both sides.
#[must_use]
pub fn room(screen: Size) -> Size {
    Size::new(
        screen.width.saturating_sub(6).clamp(1, COLUMNS_MAX),
        screen.height.saturating_sub(2).max(1),
    )
}

/// The columns for the keys in a help of this width.
#[must_use]
pub fn keys_columns(width: u16) -> u16 {
    KEYS_COLUMNS.min(width / 2)
}

/// The rows of a popup that is read; none for others.
#[must_use]
pub fn rows(app: &App, popup: &Popup, width: u16) -> Vec<Row> {
    match popup {
        Popup::Help { .. } => help_rows(app, width),
        Popup::Card(card) => card
            .lines
            .iter()
            .flat_map(|line| wrapped(app, line, width))
            .map(Row::Text)
            .collect(),
        _ => Vec::new(),
    }
}

/// How far the topmost popup can be scrolled: until its last row is on the screen.
#[must_use]
pub fn scroll_max(app: &App) -> usize {
    let room = room(app.size);
    let rows = app
        .popup()
        .map_or(0, |popup| rows(app, popup, room.width).len());
    rows.saturating_sub(usize::from(room.height))
}

fn help_rows(app: &App, width: u16) -> Vec<Row> {
    let keys = keys_columns(width);
    let mut rows = Vec::new();
    for line in help::lines() {
        match line {
            HelpLine::Title(title) => rows.push(Row::Title(title)),
            HelpLine::Blank => rows.push(Row::Title("")),
            HelpLine::Entry(key, what) => {
                let mut key = wrapped(app, &key, keys).into_iter();
                let mut what = wrapped(app, what, width.saturating_sub(keys + 1)).into_iter();
                loop {
                    match (key.next(), what.next()) {
                        (None, None) => break,
                        (key, what) => rows.push(Row::Entry(
                            key.unwrap_or_default(),
                            what.unwrap_or_default(),
                        )),
                    }
                }
            }
        }
    }
    rows
}

fn wrapped(app: &App, said: &str, width: u16) -> Vec<String> {
    let shown = text::shown(said, app.options.emoji);
    let rows = text::wrap(&shown, usize::from(width));
    rows.into_iter().map(|row| shown[row].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::app::popup::Card;

    fn app(width: u16, height: u16, popup: Popup) -> App {
        let mut app = App::new("example", TimeZone::UTC, 1);
        app.size = Size::new(width, height);
        app.popups.push(popup);
        app
    }

    #[test]
    fn what_fits_is_not_scrolled_and_what_does_not_ends_with_its_last_row() {
        let card = |lines| {
            Popup::Card(Card {
                title: "card".into(),
                lines: vec!["a line of words".into(); lines],
                scroll: 0,
            })
        };
        assert_eq!(scroll_max(&app(80, 12, card(10))), 0);
        assert_eq!(scroll_max(&app(80, 12, card(14))), 4);
        assert_eq!(
            scroll_max(&app(15, 12, card(10))),
            10,
            "each takes two rows"
        );
    }

    #[test]
    fn the_help_says_every_key_in_any_width() {
        for width in [20, 40, 80, 200] {
            let app = app(width, 24, Popup::Help { scroll: 0 });
            let popup = app.popup().expect("pushed above");
            let width = room(app.size).width;
            let rows = rows(&app, popup, width);
            for row in &rows {
                if let Row::Entry(key, what) = row {
                    let keys = usize::from(keys_columns(width));
                    assert!(text::width(key) <= keys.max(2), "{key}");
                    assert!(text::width(what) <= usize::from(width) - keys, "{what}");
                }
            }
            assert!(rows.len() >= help::lines().len());
        }
    }
}
