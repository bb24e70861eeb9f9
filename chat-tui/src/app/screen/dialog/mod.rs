//! Where everything is in what lies over the screen: from the popup and the terminal's size to
//! rectangles and rows of text. The view draws them and `update` tests clicks against them, so that
//! both always agree.

mod asks;
mod lists;
mod made;

use ratatui::layout::{Constraint, Position, Rect, Size};

use super::menu::MenuRow;
use super::reader::Row;
use crate::app::action::Action;
use crate::app::model::App;
use crate::app::popup::Popup;
use asks::{
    ask_certificate, ask_forget, ask_login, ask_offer, ask_paste, ask_quit, ask_reset,
    ask_take_back,
};
use lists::{choose, find, pick, read};
use made::{columns, count, typed, typed_columns, wrapped_to};

/// Most rows of a list: more are found faster by typing.
const LIST_ROWS_MAX: u16 = 14;
/// Columns of a list of names, and of a line to type.
const LIST_COLUMNS: u16 = 60;
const TYPED_COLUMNS: u16 = 50;
/// Rows of a paste that are shown.
const PREVIEW_ROWS: usize = 5;
/// Between two hints.
const BETWEEN: u16 = 3;

/// A popup on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    /// Stands in its upper border.
    pub title: String,
    /// All of it.
    pub area: Rect,
    /// What its border leaves; the same where there is no room for one.
    pub inside: Rect,
    /// What can be done, in its lower border, as far as there is room.
    pub hints: Vec<Hint>,
    /// What stands inside.
    pub body: Body,
}

/// What can be done in a popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where it stands.
    pub area: Rect,
    /// As in `Esc: back`.
    pub text: String,
    /// What a click on it means.
    pub action: Option<Action>,
}

/// What stands in a popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Rows of text.
    Said(Vec<Line>),
    /// Rows of text, and a row to type in.
    Typed {
        /// What is said.
        said: Vec<Line>,
        /// Where.
        said_at: Rect,
        /// What stands before what is typed.
        label: &'static str,
        /// The row with both.
        field: Rect,
    },
    /// A row to type in and a list.
    List {
        /// The row.
        field: Rect,
        /// The list.
        rows: Rect,
        /// The item in its first row.
        first: usize,
        /// How many items there are.
        count: usize,
    },
    /// Lines, of which some can be picked.
    Menu {
        /// The rows that are visible.
        rows: Vec<MenuRow>,
        /// Which of those that can be picked is.
        selected: usize,
    },
    /// Text to scroll.
    Read {
        /// The rows that are visible.
        rows: Vec<Row>,
        /// The columns that they were made for.
        columns: u16,
    },
}

/// A row of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As a terminal can show it.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// How a row of text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As text.
    Plain,
    /// What the rows below have in common.
    Title,
    /// Beside the point.
    Faint,
    /// Something is to be done.
    Warning,
    /// Something was wrong.
    Bad,
}

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// An item of a list, by its place in it.
    Item(usize),
    /// Something that can be done.
    Hint(Action),
    /// Something else of the popup.
    Inside,
    /// Not the popup.
    Outside,
}

type Hints = &'static [(&'static str, &'static str, Option<Action>)];

/// Text, title and hints, before it is known where they are.
struct Plan {
    title: String,
    hints: Hints,
    /// What the text takes.
    size: Size,
}

const ESCAPE: (&str, &str, Option<Action>) = ("Esc", "back", Some(Action::Escape));
const GO: (&str, &str, Option<Action>) = ("Enter", "go there", Some(Action::Accept));

/// The popup on the screen as it is now.
#[must_use]
pub fn dialog(app: &App, popup: &Popup) -> Dialog {
    match popup {
        Popup::Help { scroll } => read(app, popup, "help", *scroll),
        Popup::Card(card) => read(app, popup, &card.title, card.scroll),
        Popup::Nick(prompt) => {
            let said = match &prompt.error {
                Some(why) => wrapped_to(app, why, Tone::Bad, typed_columns(app)),
                None => Vec::new(),
            };
            let hints: Hints = &[("Enter", "take it", Some(Action::Accept)), ESCAPE];
            typed(app, "your nick", hints, "nick: ", said)
        }
        Popup::Connect(prompt) => {
            let (said, tone) = match &prompt.error {
                Some(why) => (why.as_str(), Tone::Bad),
                None => ("a chat:// link, HOST or HOST:PORT", Tone::Faint),
            };
            let said = wrapped_to(app, said, tone, typed_columns(app));
            let hints: Hints = &[("Enter", "connect", Some(Action::Accept)), ESCAPE];
            typed(app, "another server", hints, "to: ", said)
        }
        Popup::Forget { address } => ask_forget(app, address),
        Popup::Login(login) => ask_login(app, login),
        Popup::Quit(leaving) => ask_quit(app, leaving),
        Popup::TakeBack(asked) => ask_take_back(app, asked),
        Popup::ResetCanvas(parent) => ask_reset(app, *parent),
        Popup::Paste(paste) => ask_paste(app, paste),
        Popup::Offer(offer) => ask_offer(app, offer),
        Popup::Certificate { fingerprint } => ask_certificate(app, &fingerprint.to_string()),
        Popup::Picker(picker) => pick(app, picker),
        Popup::Search(search) => find(app, search),
        Popup::Menu(menu) => choose(app, menu),
    }
}

impl Dialog {
    /// What is at a place on the screen.
    #[must_use]
    pub fn hit(&self, at: Position) -> Over {
        if !self.area.contains(at) {
            return Over::Outside;
        }
        let hint = self.hints.iter().find(|hint| hint.area.contains(at));
        if let Some(action) = hint.and_then(|hint| hint.action) {
            return Over::Hint(action);
        }
        match &self.body {
            Body::List { rows, .. } if rows.contains(at) => self
                .items()
                .find(|(_, row)| row.contains(at))
                .map_or(Over::Inside, |(place, _)| Over::Item(place)),
            Body::Menu { rows, .. } => {
                let index = usize::from(at.y.saturating_sub(self.inside.y));
                let row = rows.get(index).filter(|_| self.inside.contains(at));
                row.and_then(|row| row.place)
                    .map_or(Over::Inside, Over::Item)
            }
            _ => Over::Inside,
        }
    }

    /// The places of a list that are visible, and their rows.
    pub fn items(&self) -> impl Iterator<Item = (usize, Rect)> {
        let (rows, first, count) = match self.body {
            Body::List {
                rows, first, count, ..
            } => (rows, first, count),
            _ => (Rect::default(), 0, 0),
        };
        (first..count)
            .zip(rows.top()..rows.bottom())
            .map(move |(place, y)| (place, Rect::new(rows.x, y, rows.width, 1)))
    }

    /// An empty one in the middle of the screen, as large as is planned and possible.
    fn place(app: &App, plan: Plan) -> Dialog {
        let screen = Rect::from((Position::ORIGIN, app.size));
        let texts = plan.hints.iter().map(|(key, what, action)| {
            let text = format!("{key}: {what}");
            (columns(&text), text, *action)
        });
        let texts: Vec<_> = texts.collect();
        let between = BETWEEN * count(texts.len().saturating_sub(1));
        let hints_columns = texts.iter().map(|(width, ..)| width).sum::<u16>() + between;
        // Title and hints have a space on both sides.
        let wide = plan
            .size
            .width
            .max(hints_columns.max(columns(&plan.title)).saturating_add(2));
        let area = screen.centered(
            Constraint::Length(wide.saturating_add(4).min(screen.width)),
            Constraint::Length(plan.size.height.saturating_add(2).min(screen.height)),
        );
        let mut dialog = Dialog {
            title: plan.title,
            area,
            inside: area,
            hints: Vec::new(),
            body: Body::Said(Vec::new()),
        };
        if area.width < 10 || area.height < 3 {
            return dialog;
        }
        dialog.inside = Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2);
        let mut x = dialog.inside.x + 1;
        for (width, text, action) in texts {
            if x + width >= dialog.inside.right() {
                break;
            }
            let area = Rect::new(x, area.bottom() - 1, width, 1);
            dialog.hints.push(Hint { area, text, action });
            x += width + BETWEEN;
        }
        dialog
    }
}
