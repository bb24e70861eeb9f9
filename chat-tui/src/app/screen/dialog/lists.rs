//! Lists to pick from and text to scroll.

use emojis::Group;
use ratatui::layout::Size;

use super::made::{columns, count, list, room};
use super::{Body, Dialog, ESCAPE, GO, Hints, LIST_COLUMNS, LIST_ROWS_MAX, Plan};
use crate::app::action::Action;
use crate::app::menu::{Menu, MenuKind};
use crate::app::model::App;
use crate::app::popup::{EmojiFor, Picker, PickerKind, Popup, Search, SearchScope};
use crate::app::screen::menu;
use crate::app::screen::reader::{self, Row};

pub(super) fn read(app: &App, popup: &Popup, title: &str, scroll: usize) -> Dialog {
    let width = room(app).width;
    let rows = reader::rows(app, popup, width);
    let widest = rows.iter().map(|row| match row {
        Row::Title(title) => columns(title),
        Row::Entry(..) => width,
        Row::Text(text) => columns(text),
    });
    let plan = Plan {
        title: title.to_owned(),
        hints: &[("↑ ↓ PgUp PgDn", "scroll", None), ESCAPE],
        size: Size::new(widest.max().unwrap_or(0), count(rows.len())),
    };
    let mut dialog = Dialog::place(app, plan);
    let height = usize::from(dialog.inside.height);
    let first = scroll.min(rows.len().saturating_sub(height));
    dialog.body = Body::Read {
        rows: rows.into_iter().skip(first).take(height).collect(),
        columns: width,
    };
    dialog
}

pub(super) fn choose(app: &App, menu: &Menu) -> Dialog {
    let width = room(app).width;
    let rows = menu::rows(app, menu.kind, width);
    let widest = rows.iter().map(|row| {
        let detail = match row.detail.as_str() {
            "" => 0,
            detail => columns(detail) + 1,
        };
        columns(&row.text).saturating_add(detail)
    });
    let plan = Plan {
        title: menu::title(menu.kind).to_owned(),
        hints: match menu.kind {
            MenuKind::Missed => &[GO, ESCAPE],
            MenuKind::Connection => &[
                ("Enter", "do it", Some(Action::Accept)),
                ("d", "forget", Some(Action::Drop)),
                ESCAPE,
            ],
        },
        size: Size::new(widest.max().unwrap_or(0).min(width), count(rows.len())),
    };
    let mut dialog = Dialog::place(app, plan);
    let height = usize::from(dialog.inside.height);
    let first = menu.scroll.min(rows.len().saturating_sub(height));
    dialog.body = Body::Menu {
        rows: rows.into_iter().skip(first).take(height).collect(),
        selected: menu.selected,
    };
    dialog
}

pub(super) fn pick(app: &App, picker: &Picker) -> Dialog {
    let title = match picker.kind {
        PickerKind::GoTo => "go to",
        PickerKind::Person => "write to",
        PickerKind::Room => "rooms",
        PickerKind::Emoji { what, group } => emoji_title(what, group),
    };
    let hints: Hints = match picker.kind {
        PickerKind::Room => &[("Enter", "join", Some(Action::Accept)), ESCAPE],
        PickerKind::Emoji { .. } => &[
            ("Enter", "take it", Some(Action::Accept)),
            ("Tab", "category", Some(Action::Complete)),
            ESCAPE,
        ],
        _ => &[GO, ESCAPE],
    };
    let plan = Plan {
        title: title.to_owned(),
        hints,
        size: Size::new(room(app).width.min(LIST_COLUMNS), LIST_ROWS_MAX + 1),
    };
    list(app, plan, picker.matches.len(), picker.selected)
}

pub(super) fn emoji_title(what: EmojiFor, group: Option<Group>) -> &'static str {
    match (group, what) {
        (None, EmojiFor::Input) => "emoji",
        (None, EmojiFor::Reaction { .. }) => "react with",
        (Some(Group::SmileysAndEmotion), _) => "smileys and emotion",
        (Some(Group::PeopleAndBody), _) => "people and body",
        (Some(Group::AnimalsAndNature), _) => "animals and nature",
        (Some(Group::FoodAndDrink), _) => "food and drink",
        (Some(Group::TravelAndPlaces), _) => "travel and places",
        (Some(Group::Activities), _) => "activities",
        (Some(Group::Objects), _) => "objects",
        (Some(Group::Symbols), _) => "symbols",
        (Some(Group::Flags), _) => "flags",
    }
}

pub(super) fn find(app: &App, search: &Search) -> Dialog {
    let (title, hints): (String, Hints) = match search.scope {
        SearchScope::Here(id) => {
            let name = app.conversation(id).map(|view| view.title());
            let title = format!("search in {}", name.unwrap_or_default());
            let widen = &[GO, ("Ctrl+F", "everywhere", Some(Action::Search)), ESCAPE];
            (title, widen)
        }
        SearchScope::Everywhere => ("search everywhere".to_owned(), &[GO, ESCAPE]),
    };
    let plan = Plan {
        title,
        hints,
        size: Size::new(room(app).width, LIST_ROWS_MAX + 1),
    };
    list(app, plan, search.hits.len(), search.selected)
}
