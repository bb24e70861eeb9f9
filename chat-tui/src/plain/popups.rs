//! What would lie over the screen, as lines: questions, lists, cards. Pure.

use super::line::TOLD;
use crate::app::App;
use crate::app::help::{self, HelpLine};
use crate::app::menu::Menu;
use crate::app::menu_rows::{self, Piece};
use crate::app::model::Place;
use crate::app::popup::{LoginWants, Picker, PickerKind, PickerState, Popup};

/// A question that the next line of input answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Yes or no.
    YesNo,
    /// A line, such as a nick.
    Line,
}

/// What the next line of input answers, if it answers something.
pub(super) fn question(app: &App) -> Option<Question> {
    match app.popup()? {
        Popup::Certificate { .. }
        | Popup::Quit(_)
        | Popup::Forget { .. }
        | Popup::TakeBack(_)
        | Popup::ResetCanvas(_)
        | Popup::Paste(_) => Some(Question::YesNo),
        Popup::Login(_) | Popup::Nick(_) | Popup::Connect(_) => Some(Question::Line),
        _ => None,
    }
}

/// Whether what is open has been said as a whole, so that it can be closed.
pub(super) fn is_read(app: &App) -> bool {
    match app.popup() {
        Some(Popup::Help { .. } | Popup::Card(_) | Popup::Search(_) | Popup::Menu(_)) => true,
        Some(Popup::Picker(picker)) => picker.state == PickerState::Complete,
        _ => false,
    }
}

/// What a popup says.
pub(super) fn lines(app: &App, popup: &Popup) -> Vec<String> {
    match popup {
        Popup::Certificate { fingerprint } => vec![
            format!("{TOLD} this server is not known here yet. Its certificate is"),
            format!("{TOLD} {fingerprint}"),
            format!(
                "{TOLD} Its host sees the same behind fp= in the join link. Is it the same? (yes/no)"
            ),
        ],
        Popup::Quit(leaving) => vec![match leaving.others {
            0 if leaving.serves == Some(Place::Elsewhere) => {
                format!("{TOLD} the server that you host ends when you leave. Leave? (yes/no)")
            }
            0 => format!("{TOLD} leave? (yes/no)"),
            others => format!(
                "{TOLD} the server in this process ends when you leave, and {others} others are \
                 connected to it. Leave? (yes/no)"
            ),
        }],
        Popup::Offer(offer) => vec![format!(
            "{TOLD} send {} ({}) as a file? (yes/no)",
            offer.name, offer.size
        )],
        Popup::TakeBack(asked) => {
            let text = asked.text.replace('\n', " ");
            vec![format!("{TOLD} take this back: {text}? (yes/no)")]
        }
        Popup::ResetCanvas(_) => vec![format!(
            "{TOLD} empty the canvas for everybody? Anybody can take that back for a minute. (yes/no)"
        )],
        Popup::Paste(paste) => vec![format!(
            "{TOLD} that is {} lines in {} messages. Send them? (yes/no)",
            paste.lines, paste.posts
        )],
        Popup::Login(login) => vec![
            format!("{TOLD} {}", login.reason),
            match (login.wants, login.input.text()) {
                (LoginWants::Invite, _) => format!("{TOLD} Type the invite of this server:"),
                (LoginWants::Nick, "") => format!("{TOLD} Type a nick:"),
                (LoginWants::Nick, free) => {
                    format!("{TOLD} Type a nick, or an empty line for {free}:")
                }
            },
        ],
        Popup::Nick(prompt) => {
            let wrong = prompt.error.iter().map(|wrong| format!("{TOLD} {wrong}"));
            let ask = match prompt.input.text() {
                "" => format!("{TOLD} Type a nick:"),
                offered => format!("{TOLD} Type a nick, or an empty line for {offered}:"),
            };
            wrong.chain([ask]).collect()
        }
        Popup::Connect(prompt) => {
            let wrong = prompt.error.iter().map(|wrong| format!("{TOLD} {wrong}"));
            let ask = format!("{TOLD} Type a chat:// link, HOST or HOST:PORT:");
            wrong.chain([ask]).collect()
        }
        Popup::Forget { address } => vec![format!("{TOLD} forget {address}? (yes/no)")],
        Popup::Help { .. } => help_lines(),
        Popup::Card(card) => {
            let lines = card.lines.iter().filter(|line| !line.is_empty());
            let lines = lines.map(|line| format!("{TOLD}   {line}"));
            std::iter::once(format!("{TOLD} {}", card.title))
                .chain(lines)
                .collect()
        }
        Popup::Picker(picker) => picker_lines(picker),
        Popup::Search(_) => Vec::new(),
        Popup::Menu(menu) => menu_lines(app, menu),
    }
}

/// The lines of a list; what stands at their right comes first.
fn menu_lines(app: &App, menu: &Menu) -> Vec<String> {
    let line = |piece: Piece| match (piece.pick, piece.detail.as_str()) {
        (None, _) => format!("{TOLD} {}", piece.text.trim()),
        (Some(_), "") => format!("{TOLD}   {}", piece.text),
        (Some(_), detail) => format!("{TOLD}   {detail} {}", piece.text),
    };
    let title = format!("{TOLD} {}", menu_rows::title(menu.kind));
    let pieces = menu_rows::pieces(app, menu.kind).into_iter();
    std::iter::once(title).chain(pieces.map(line)).collect()
}

/// The commands; keys mean nothing here.
fn help_lines() -> Vec<String> {
    let lines = help::lines();
    let commands = lines
        .iter()
        .skip_while(|line| !matches!(line, HelpLine::Title("Commands")));
    commands
        .filter_map(|line| match line {
            HelpLine::Title(title) => Some(format!("{TOLD} {title}")),
            HelpLine::Entry(command, what) => Some(format!("{TOLD}   {command}: {what}")),
            HelpLine::Blank => None,
        })
        .collect()
}

fn picker_lines(picker: &Picker) -> Vec<String> {
    if matches!(picker.kind, PickerKind::Emoji { .. }) {
        return vec![format!(
            "{TOLD} write an emoji by its name: :thumbsup: in a message, or /react :thumbsup:"
        )];
    }
    if picker.state == PickerState::Loading {
        return Vec::new();
    }
    if picker.items.is_empty() {
        return vec![format!("{TOLD} there is nothing to choose from")];
    }
    let item = |item: &crate::app::popup::PickerItem| match item.detail.as_str() {
        "" => format!("{TOLD}   {}", item.label),
        detail => format!("{TOLD}   {}: {detail}", item.label),
    };
    picker.items.iter().map(item).collect()
}
