//! The mouse: the wheel scrolls what it is over, clicks open and press.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{
    Effects, canvas, change, commands, editing, emoji, keys, missed, navigate, picker, popups,
    reading, servers,
};
use crate::app::App;
use crate::app::action::Action;
use crate::app::dialog::{self, Over};
use crate::app::layout::{self, Hit};
use crate::app::model::Mouse;
use crate::app::popup::Popup;
use crate::app::rows::Item;

/// Rows that one notch of the wheel scrolls.
const WHEEL_ROWS: isize = 3;

/// The mouse did something.
pub(super) fn mouse(app: &mut App, event: MouseEvent, out: &mut Effects) {
    let at = Position::new(event.column, event.row);
    app.mouse = Mouse::Used;
    if canvas::mouse(app, event, out).is_some() {
        return;
    }
    match event.kind {
        MouseEventKind::ScrollUp => wheel(app, at, -WHEEL_ROWS),
        MouseEventKind::ScrollDown => wheel(app, at, WHEEL_ROWS),
        MouseEventKind::Down(MouseButton::Left) => click(app, at, out),
        _ => {}
    }
}

fn wheel(app: &mut App, at: Position, rows: isize) {
    if app.popup().is_some() {
        return popups::step(app, rows);
    }
    match layout::hit(app, at) {
        Hit::Person(_) | Hit::Roster => scroll_roster(app, rows),
        _ => reading::scroll_rows(app, rows),
    }
}

fn scroll_roster(app: &mut App, rows: isize) {
    let count = app.current().map_or(0, |view| view.roster.people().len());
    let height = layout::areas(app).roster.map_or(0, |area| area.height);
    let most = count.saturating_sub(usize::from(height));
    app.roster_scroll = app.roster_scroll.saturating_add_signed(rows).min(most);
}

fn click(app: &mut App, at: Position, out: &mut Effects) {
    if let Some(popup) = app.popup() {
        let over = dialog::dialog(app, popup).hit(at);
        return click_popup(app, over, at, out);
    }
    let hit = layout::hit(app, at);
    if let Hit::Candidate(index) = hit {
        return editing::complete_as(app, index);
    }
    app.completion = None;
    match hit {
        Hit::Conversation(index) => {
            if let Some(id) = app.conversations.get(index).map(|view| view.id()) {
                navigate::show(app, id, out);
            }
        }
        Hit::Person(index) => {
            let person = app
                .current()
                .and_then(|view| view.roster.people().get(index));
            let person = person.map(|person| (person.account, person.nick.to_string()));
            if let Some((_, nick)) = person.filter(|(account, _)| !app.is_me(*account)) {
                commands::message(app, &nick, None, "", out);
            }
        }
        // The key deletes where something is typed; a click never does.
        Hit::Button(Action::GoTo) => picker::go_to(app),
        Hit::Button(action) => keys::act(app, action, out),
        Hit::Send => editing::submit(app, out),
        Hit::Input(row, column) => place_cursor(app, row, column),
        Hit::Below => reading::newest(app),
        Hit::Missed => missed::open(app),
        Hit::Offered(index) => emoji::take(app, index, out),
        Hit::Log(row) => click_reaction(app, row, at.x, out),
        Hit::Header => servers::open(app),
        Hit::Candidate(_) | Hit::Canvas(_) | Hit::Roster | Hit::Nothing => {}
    }
}

/// Joins in with the reaction that was clicked, or takes the own one back.
fn click_reaction(app: &mut App, row: u16, x: u16, out: &mut Effects) {
    let left = layout::areas(app).log.x;
    let clicked = reading::with_feed(app, |feed, height| {
        let visible = *feed.visible(height).get(usize::from(row))?;
        let Some(Item::Reactions(entry)) = feed.item(visible.key) else {
            return None;
        };
        let chips = feed.chips(entry);
        let mut chips = chips.get(visible.row)?.iter();
        let chip = chips.find(|chip| (chip.x..chip.x + chip.width).contains(&(x - left)))?;
        Some((entry.conversation, entry.seq, chip.emoji.clone()?))
    });
    if let Some((conversation, of, picked)) = clicked.flatten() {
        change::react(app, conversation, of, &picked, out);
    }
}

/// Beside a popup only the bar answers, which shows the popup's keys. Anything else closes it, but
/// not what can only be closed by leaving.
fn click_popup(app: &mut App, over: Over, at: Position, out: &mut Effects) {
    match over {
        Over::Item(place) => popups::pick(app, place, out),
        Over::Hint(action) => keys::act(app, action, out),
        Over::Inside => {}
        Over::Outside => match (layout::hit(app, at), app.popup()) {
            (Hit::Button(action), _) => keys::act(app, action, out),
            (_, Some(Popup::Certificate { .. } | Popup::Login(_))) => {}
            _ => keys::act(app, Action::Escape, out),
        },
    }
}

/// Puts the cursor where the input was clicked.
fn place_cursor(app: &mut App, row: u16, column: u16) {
    let area = layout::areas(app).input_text();
    let text = app.input().text().to_owned();
    let lines = app.input().layout(area.width, area.height.max(1)).rows;
    let Some(range) = lines.get(usize::from(row)).or(lines.last()) else {
        return;
    };
    let mut at = range.start;
    let mut x = 0;
    for (unit, columns) in crate::text::cells(&text[range.clone()]) {
        if x + columns > usize::from(column) {
            break;
        }
        x += columns;
        at += unit.len();
    }
    app.input_mut().set_cursor(at);
}
