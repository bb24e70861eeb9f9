//! What keys do. A key is resolved to an action first; here actions go to whom they are for.

use std::collections::HashSet;

use chat_core::Presence;
use crossterm::event::KeyEvent;

use super::{
    Effects, canvas, change, commands, editing, emoji, files, missed, navigate, picker, popups,
    reading, search, select, servers, time,
};
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::keymap;
use crate::app::missed::Hint;
use crate::app::model::{Focus, Pane, Place};
use crate::app::popup::{Leaving, Popup};
use crate::app::{App, Effect, layout};
use crate::editor::Edit;

/// A key was pressed.
pub(super) fn press(app: &mut App, key: KeyEvent, out: &mut Effects) {
    if let Some(action) = keymap::resolve(app.focus(), key) {
        act(app, action, out);
    }
}

/// Does what an action means where the keys go now.
pub(super) fn act(app: &mut App, action: Action, out: &mut Effects) {
    if !matches!(action, Action::Complete | Action::CompleteBack) {
        app.completion = None;
    }
    match action {
        Action::Redraw => out.push(Effect::Redraw),
        Action::Suspend => suspend(app, out),
        Action::Interrupt => interrupt(app, out),
        Action::Quit => quit(app, None, out),
        _ if app.popup().is_some() => popups::act(app, action, out),
        _ if app.focus() == Focus::Select && select::act(app, action, out).is_some() => {}
        _ if app.focus() == Focus::Input && emoji::act(app, action, out).is_some() => {}
        _ if canvas::act(app, action, out).is_some() => {}
        _ => screen(app, action, out),
    }
}

/// With nothing over the screen.
fn screen(app: &mut App, action: Action, out: &mut Effects) {
    match action {
        Action::Help => commands::run(app, Command::Help, "", out),
        Action::PromptNick => popups::prompt_nick(app, None, None),
        Action::PickPerson => picker::people(app),
        Action::GoTo if app.input().is_empty() => picker::go_to(app),
        Action::GoTo => app.input_mut().apply(Edit::DeleteToEnd),
        Action::Search => search::open(app),
        Action::Escape => escape(app),
        Action::NextConversation => navigate::step(app, 1, out),
        Action::PreviousConversation => navigate::step(app, -1, out),
        Action::Conversation(number) => navigate::numbered(app, number, out),
        Action::Missed => missed::open(app),
        Action::Servers => servers::open(app),
        Action::NextNew => navigate::next_new(app, out),
        Action::PageUp => reading::scroll_screens(app, -1),
        Action::PageDown => reading::scroll_screens(app, 1),
        Action::Newest => reading::newest(app),
        Action::UnreadLine => reading::unread_line(app),
        Action::ToggleConversations => {
            let shown = layout::areas(app).conversations.is_some();
            app.panes.conversations = toggled(shown);
        }
        Action::ToggleRoster => {
            let shown = layout::areas(app).roster.is_some();
            app.panes.roster = toggled(shown);
        }
        Action::Select => select::start(app),
        Action::PickEmoji => emoji::pick(app),
        Action::Accept => editing::submit(app, out),
        Action::Edit(edit) => editing::edit(app, edit),
        Action::Up => editing::up(app),
        Action::Down => editing::down(app),
        Action::ToggleCanvas => canvas::toggle(app, out),
        Action::Complete if canvas::take_focus(app) => {}
        Action::Complete => editing::complete(app, 1, out),
        Action::CompleteBack => editing::complete(app, -1, out),
        // These have keys only where something is open or picked.
        Action::Copy
        | Action::OpenLink
        | Action::Reply
        | Action::EditEntry
        | Action::TakeBack
        | Action::React
        | Action::Drop
        | Action::Draw(_)
        | Action::Yes
        | Action::No
        | Action::EditPaste
        | Action::PasteAsFile
        | Action::Save
        | Action::View
        | Action::Redraw
        | Action::Suspend
        | Action::Interrupt
        | Action::Quit => {}
    }
}

fn toggled(shown: bool) -> Pane {
    if shown { Pane::Hidden } else { Pane::Shown }
}

/// Leaves an edit and closes the notice and the hint first, then goes to the newest entry.
fn escape(app: &mut App) {
    let left = change::leave(app);
    let hint = std::mem::take(&mut app.away.hint);
    if app.notice.take().is_none() && hint == Hint::Hidden && !left {
        reading::newest(app);
    }
}

fn is_editing(app: &App) -> bool {
    app.current().is_some_and(|view| view.editing.is_some())
}

/// A server that stands still serves nobody: hosting, this process stays.
fn suspend(app: &mut App, out: &mut Effects) {
    if app.host.is_some() {
        app.warn("the server runs in this process, so it can't be suspended: use another terminal");
    } else {
        out.push(Effect::Suspend);
    }
}

/// Ctrl+C.
fn interrupt(app: &mut App, out: &mut Effects) {
    match app.popup() {
        Some(Popup::Quit(_)) => quit(app, None, out),
        Some(_) => popups::close(app, out),
        None if app.focus() == Focus::Select => select::end(app),
        None if matches!(app.focus(), Focus::Canvas | Focus::Lettering) => {
            canvas::interrupt(app, out);
        }
        None if !app.input().is_empty() || is_editing(app) => editing::clear(app),
        None => {
            let leaving = leaving(app, None);
            app.popups.push(Popup::Quit(leaving));
        }
    }
}

/// F10, `/quit`: asks first if others would lose their server or files are on their way. Asked already, leaves.
pub(super) fn quit(app: &mut App, text: Option<String>, out: &mut Effects) {
    if let Some(Popup::Quit(leaving)) = app.popup() {
        let text = leaving.text.clone();
        return time::leave(app, text, out);
    }
    let leaving = leaving(app, text);
    let asks = leaving.others > 0
        || leaving.files > 0
        // Who is connected to a server that one hosts and is not on can't be seen from here.
        || leaving.serves == Some(Place::Elsewhere);
    if asks {
        app.popups.push(Popup::Quit(leaving));
    } else {
        time::leave(app, leaving.text, out);
    }
}

/// The question before leaving.
fn leaving(app: &App, text: Option<String>) -> Leaving {
    let serves = app.host.as_ref().map(|host| host.place);
    let there = app
        .conversations
        .iter()
        .flat_map(|view| view.roster.people())
        .filter(|person| person.presence != Presence::Offline && !app.is_me(person.account))
        .map(|person| person.account)
        .collect::<HashSet<_>>();
    Leaving {
        others: match serves {
            Some(Place::Here) => there.len(),
            Some(Place::Elsewhere) | None => 0,
        },
        files: files::under_way(app),
        serves,
        text,
    }
}
