//! Where everything is in what lies over the screen: from the popup and the terminal's size to
//! rectangles and rows of text. The view draws them and `update` tests clicks against them, so that
//! both always agree.

use std::ops::Range;

use chat_core::ConversationId;
use emojis::Group;
use ratatui::layout::{Constraint, Position, Rect, Size};

use super::menu::{self, MenuRow};
use super::reader::{self, Row};
use crate::app::action::Action;
use crate::app::conversation::ConversationView;
use crate::app::menu::{Menu, MenuKind};
use crate::app::model::{App, Place};
use crate::app::popup::{
    EmojiFor, Leaving, Login, LoginWants, Offer, Paste, PasteSource, Picker, PickerKind, Popup,
    Search, SearchScope, TakeBack,
};
use crate::text;

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

fn read(app: &App, popup: &Popup, title: &str, scroll: usize) -> Dialog {
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

fn choose(app: &App, menu: &Menu) -> Dialog {
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

fn ask_login(app: &App, login: &Login) -> Dialog {
    let label = match login.wants {
        LoginWants::Nick => "nick: ",
        LoginWants::Invite => "invite: ",
    };
    let hints: Hints = &[
        ("Enter", "try again", Some(Action::Accept)),
        ("F10", "quit", Some(Action::Quit)),
    ];
    let said = wrapped_to(app, &login.reason, Tone::Warning, typed_columns(app));
    typed(app, "log in", hints, label, said)
}

/// Text, and a line to type below it.
fn typed(app: &App, title: &str, hints: Hints, label: &'static str, said: Vec<Line>) -> Dialog {
    let above = said.len() + usize::from(!said.is_empty());
    let plan = Plan {
        title: title.to_owned(),
        hints,
        size: Size::new(typed_columns(app), count(above + 1)),
    };
    let mut dialog = Dialog::place(app, plan);
    let inside = dialog.inside;
    // Where there is little room, what is typed matters more than what is said.
    let above = count(above).min(inside.height.saturating_sub(1));
    dialog.body = Body::Typed {
        said,
        said_at: Rect {
            height: above,
            ..inside
        },
        label,
        field: Rect::new(inside.x, inside.y + above, inside.width, 1),
    };
    dialog
}

fn ask_quit(app: &App, leaving: &Leaving) -> Dialog {
    let text = match leaving.others {
        0 if leaving.serves == Some(Place::Elsewhere) => {
            "The server that you host runs in this window. Leave and end it?".to_owned()
        }
        0 => "Leave the chat?".to_owned(),
        1 => "One other person is connected to the server in this window. Leave and end it?".into(),
        others => {
            format!("{others} others are connected to the server in this window. Leave and end it?")
        }
    };
    let text = match leaving.files {
        0 => text,
        1 => format!("One file is on its way and would be cut off. {text}"),
        files => format!("{files} files are on their way and would be cut off. {text}"),
    };
    let hints: Hints = &[
        ("y", "leave", Some(Action::Yes)),
        ("n", "stay", Some(Action::No)),
    ];
    said(app, "quit", hints, wrapped(app, &text, Tone::Plain))
}

fn ask_offer(app: &App, offer: &Offer) -> Dialog {
    let to = app.current().map(ConversationView::title);
    let text = format!(
        "Send {} ({}) to {} as a file?",
        offer.name,
        offer.size,
        to.unwrap_or_default()
    );
    let hints: Hints = &[
        ("y", "send the file", Some(Action::Yes)),
        ("n", "keep it as text", Some(Action::No)),
    ];
    said(app, "file", hints, wrapped(app, &text, Tone::Plain))
}

fn ask_take_back(app: &App, asked: &TakeBack) -> Dialog {
    let mut lines = wrapped(
        app,
        "Take this back? Its text is gone for everybody:",
        Tone::Plain,
    );
    let mut preview = wrapped(app, &asked.text, Tone::Faint);
    preview.truncate(PREVIEW_ROWS);
    lines.append(&mut preview);
    let hints: Hints = &[
        ("y", "take it back", Some(Action::Yes)),
        ("n", "leave it", Some(Action::No)),
    ];
    said(app, "take back", hints, lines)
}

fn ask_forget(app: &App, address: &str) -> Dialog {
    let text = format!(
        "Forget {address}: its certificate, and what is kept of its messages? What you wrote there \
         and did not send stays."
    );
    let hints: Hints = &[
        ("y", "forget", Some(Action::Yes)),
        ("n", "keep", Some(Action::No)),
    ];
    said(app, "forget", hints, wrapped(app, &text, Tone::Plain))
}

fn ask_reset(app: &App, parent: ConversationId) -> Dialog {
    let title = app.conversation(parent).map(|view| view.title());
    let title = title.unwrap_or_default();
    let text = format!(
        "Empty the canvas of {title} for everybody? Anybody can take that back for a minute."
    );
    let hints: Hints = &[
        ("y", "empty it", Some(Action::Yes)),
        ("n", "keep it", Some(Action::No)),
    ];
    said(app, "canvas", hints, wrapped(app, &text, Tone::Plain))
}

fn ask_paste(app: &App, paste: &Paste) -> Dialog {
    let posts = match paste.posts {
        0 | 1 => "one post".to_owned(),
        posts => format!("{posts} posts"),
    };
    let text = match paste.source {
        PasteSource::Pasted => format!("You pasted {} lines, which makes {posts}:", paste.lines),
        PasteSource::Typed => format!("That is too long for one post. It makes {posts}:"),
    };
    let mut lines = wrapped(app, &text, Tone::Plain);
    let preview: Vec<&str> = paste.text.lines().take(PREVIEW_ROWS).collect();
    let mut preview = wrapped(app, &preview.join("\n"), Tone::Faint);
    preview.truncate(PREVIEW_ROWS);
    lines.append(&mut preview);
    if paste.lines > PREVIEW_ROWS {
        lines.append(&mut wrapped(app, "…", Tone::Faint));
    }
    let hints: Hints = &[
        ("s", "send", Some(Action::Yes)),
        ("e", "edit", Some(Action::EditPaste)),
        ("f", "as file", Some(Action::PasteAsFile)),
        ("c", "cancel", Some(Action::No)),
    ];
    let plan = Plan {
        title: "paste".to_owned(),
        hints,
        size: Size::new(room(app).width, count(lines.len())),
    };
    Dialog {
        body: Body::Said(lines),
        ..Dialog::place(app, plan)
    }
}

/// Where there is little room, the fingerprint matters more than what is said about it.
fn ask_certificate(app: &App, fingerprint: &str) -> Dialog {
    let server = &app.server.name;
    let texts = [
        format!(
            "{server} shows a certificate that this client has not seen before. Ask whoever runs \
             the server whether its fingerprint is\n\n{fingerprint}\n\nand trust it only if it is \
             the same to the last letter."
        ),
        format!(
            "{server} is new. Ask whoever runs it whether this is its fingerprint:\n{fingerprint}"
        ),
        fingerprint.to_owned(),
    ];
    let [long, short, least] = texts.map(|text| wrapped(app, &text, Tone::Plain));
    let height = usize::from(room(app).height);
    let fitting = [long, short].into_iter().find(|text| text.len() <= height);
    let hints: Hints = &[
        ("y", "trust it from now on", Some(Action::Yes)),
        ("n", "leave", Some(Action::No)),
    ];
    said(app, "unknown server", hints, fitting.unwrap_or(least))
}

fn said(app: &App, title: &str, hints: Hints, lines: Vec<Line>) -> Dialog {
    let width = lines.iter().map(|line| columns(&line.text)).max();
    let plan = Plan {
        title: title.to_owned(),
        hints,
        size: Size::new(width.unwrap_or(0), count(lines.len())),
    };
    Dialog {
        body: Body::Said(lines),
        ..Dialog::place(app, plan)
    }
}

fn pick(app: &App, picker: &Picker) -> Dialog {
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

fn emoji_title(what: EmojiFor, group: Option<Group>) -> &'static str {
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

fn find(app: &App, search: &Search) -> Dialog {
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

/// A line to type and the part of a list with the picked item in it.
fn list(app: &App, plan: Plan, items: usize, selected: usize) -> Dialog {
    let mut dialog = Dialog::place(app, plan);
    let inside = dialog.inside;
    let field = Rect {
        height: inside.height.min(1),
        ..inside
    };
    let rows = Rect {
        y: field.bottom(),
        height: inside.height - field.height,
        ..inside
    };
    let height = usize::from(rows.height);
    dialog.body = Body::List {
        field,
        rows,
        first: selected
            .saturating_sub(height / 2)
            .min(items.saturating_sub(height)),
        count: items,
    };
    dialog
}

/// How much text a popup has room for.
fn room(app: &App) -> Size {
    reader::room(app.size)
}

/// A text in rows.
fn wrapped(app: &App, said: &str, tone: Tone) -> Vec<Line> {
    wrapped_to(app, said, tone, room(app).width)
}

/// The columns of a popup in which something is typed.
fn typed_columns(app: &App) -> u16 {
    room(app).width.min(TYPED_COLUMNS)
}

fn wrapped_to(app: &App, said: &str, tone: Tone, width: u16) -> Vec<Line> {
    let shown = text::shown(said, app.options.emoji);
    let rows = text::wrap(&shown, usize::from(width));
    let line = |row: Range<usize>| Line {
        text: shown[row].to_owned(),
        tone,
    };
    rows.into_iter().map(line).collect()
}

/// The columns that a text takes on one line.
fn columns(said: &str) -> u16 {
    count(text::width(said))
}

/// As many as fit on a screen.
fn count(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
