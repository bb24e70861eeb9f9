//! The lines of the lists that lie over the screen, in rows, and what can be picked of them. The
//! view draws these rows and `update` scrolls and picks by them, so that both always agree.

mod connection;
mod missed;

use super::dialog::Tone;
use super::reader;
use crate::app::menu::{Menu, MenuKind, Pick};
use crate::app::model::App;
use crate::text;

/// What a list says, before it is known how wide it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What stands at its left. What can't be picked is wrapped.
    pub text: String,
    /// What stands at its right, as far as there is room.
    pub detail: String,
    /// How it is meant.
    pub tone: Tone,
    /// What picking it does.
    pub pick: Option<Pick>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuRow {
    /// As a terminal can show it.
    pub text: String,
    /// What stands at its right.
    pub detail: String,
    /// How it is meant.
    pub tone: Tone,
    /// Its place among those that can be picked.
    pub place: Option<usize>,
}

impl Piece {
    fn said(text: impl Into<String>, tone: Tone) -> Piece {
        Piece {
            text: text.into(),
            detail: String::new(),
            tone,
            pick: None,
        }
    }

    fn picked(text: impl Into<String>, detail: impl Into<String>, pick: Pick) -> Piece {
        Piece {
            text: text.into(),
            detail: detail.into(),
            tone: Tone::Plain,
            pick: Some(pick),
        }
    }
}

/// What a list is called.
#[must_use]
pub fn title(kind: MenuKind) -> &'static str {
    match kind {
        MenuKind::Connection => "connection",
        MenuKind::Missed => "since you were away",
    }
}

/// What a list says.
#[must_use]
pub fn pieces(app: &App, kind: MenuKind) -> Vec<Piece> {
    match kind {
        MenuKind::Connection => connection::pieces(app),
        MenuKind::Missed => missed::pieces(app),
    }
}

/// What can be picked, in order.
#[must_use]
pub fn picks(app: &App, kind: MenuKind) -> Vec<Pick> {
    let pieces = pieces(app, kind).into_iter();
    pieces.filter_map(|piece| piece.pick).collect()
}

/// The rows of a list of this width.
#[must_use]
pub fn rows(app: &App, kind: MenuKind, width: u16) -> Vec<MenuRow> {
    let mut rows = Vec::new();
    let mut place = 0;
    for piece in pieces(app, kind) {
        let Piece {
            text,
            detail,
            tone,
            pick,
        } = piece;
        if pick.is_some() {
            rows.push(MenuRow {
                text: text::shown_line(&text, app.options.emoji).into_owned(),
                detail,
                tone,
                place: Some(place),
            });
            place += 1;
            continue;
        }
        let shown = text::shown(&text, app.options.emoji);
        let wrapped = text::wrap(&shown, usize::from(width));
        rows.extend(wrapped.into_iter().map(|row| MenuRow {
            text: shown[row].to_owned(),
            detail: String::new(),
            tone,
            place: None,
        }));
    }
    rows
}

/// How far a list can be scrolled: until its last row is on the screen.
#[must_use]
pub fn scroll_max(app: &App, kind: MenuKind) -> usize {
    let room = reader::room(app.size);
    let rows = rows(app, kind, room.width).len();
    rows.saturating_sub(usize::from(room.height))
}

/// How far a list has to be scrolled so that what is picked is on the screen; as it is, if it is.
#[must_use]
pub fn scroll_to_picked(app: &App, menu: &Menu) -> usize {
    let room = reader::room(app.size);
    let height = usize::from(room.height);
    let rows = rows(app, menu.kind, room.width);
    let Some(at) = rows.iter().position(|row| row.place == Some(menu.selected)) else {
        return menu.scroll;
    };
    // With the first one stands what is above it.
    let top = if menu.selected == 0 { 0 } else { at };
    let scroll = menu.scroll.min(rows.len().saturating_sub(height));
    let lowest = (at + 1).saturating_sub(height);
    scroll.min(top.max(lowest)).max(lowest)
}
