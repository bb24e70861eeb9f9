//! What keys do in what lies over the screen, and what closing it means.

use chat_core::{Code, Fingerprint, Refusal};

use super::{
    Effects, canvas, change, commands, emoji, files, menu, paste, picker, search, servers, time,
};
use crate::app::action::Action;
use crate::app::canvas::Errand;
use crate::app::menu::MenuKind;
use crate::app::popup::{Card, Login, LoginWants, Popup, Prompt};
use crate::app::{App, Effect, reader};
use crate::editor::Editor;

/// Does what an action means in the topmost popup.
pub(super) fn act(app: &mut App, action: Action, out: &mut Effects) {
    match (action, app.popup()) {
        (Action::Escape | Action::No, Some(_)) => close(app, out),
        (Action::Edit(edit), Some(_)) => {
            if let Some(field) = field(app) {
                field.apply(edit);
                picker::filter(app);
                search::typed(app, out);
            }
        }
        (Action::Yes, Some(Popup::Quit(leaving))) => {
            let text = leaving.text.clone();
            time::leave(app, text, out);
        }
        (Action::Yes, Some(Popup::Certificate { fingerprint })) => {
            let fingerprint = *fingerprint;
            app.popups.pop();
            out.push(Effect::AcceptCertificate(fingerprint));
        }
        (Action::Yes | Action::EditPaste | Action::PasteAsFile, Some(Popup::Paste(_))) => {
            answer_paste(app, action, out);
        }
        (Action::Yes, Some(Popup::Offer(offer))) => {
            let offer = offer.clone();
            app.popups.pop();
            files::accept_offer(app, &offer, out);
        }
        (Action::Yes, Some(Popup::TakeBack(asked))) => {
            let asked = asked.clone();
            app.popups.pop();
            change::delete(app, &asked, out);
        }
        (Action::Complete, Some(_)) => emoji::step_group(app, 1),
        (Action::CompleteBack, Some(_)) => emoji::step_group(app, -1),
        (Action::Yes, Some(Popup::ResetCanvas(parent))) => {
            let parent = *parent;
            app.popups.pop();
            canvas::add(app, parent, Errand::Reset, out);
        }
        (Action::Accept, Some(Popup::Nick(_))) => accept_nick(app, out),
        (Action::Accept, Some(Popup::Login(_))) => accept_login(app, out),
        (Action::Accept, Some(Popup::Picker(_))) => picker::accept(app, out),
        (Action::Accept, Some(Popup::Search(_))) => search::accept(app, out),
        (Action::Search, Some(Popup::Search(_))) => search::widen(app, out),
        (Action::Yes, Some(Popup::Forget { .. })) => servers::forget(app, out),
        (Action::Accept, Some(Popup::Connect(_))) => servers::accept_prompt(app, out),
        (Action::Drop, Some(Popup::Menu(menu))) if menu.kind == MenuKind::Connection => {
            servers::ask_forget(app, menu::picked(app));
        }
        (Action::Accept, Some(Popup::Menu(_))) => menu::accept(app, out),
        (Action::Up, Some(Popup::Menu(_))) => menu::step(app, -1),
        (Action::Down, Some(Popup::Menu(_))) => menu::step(app, 1),
        (Action::Up, Some(_)) => step(app, -1),
        (Action::Down, Some(_)) => step(app, 1),
        (Action::PageUp, Some(_)) => step(app, -page(app)),
        (Action::PageDown, Some(_)) => step(app, page(app)),
        _ => {}
    }
}

/// Closes the topmost popup. Saying no to a certificate, or closing the login, is leaving: nothing
/// can be done without.
pub(super) fn close(app: &mut App, out: &mut Effects) {
    let closed = app.popups.pop();
    if let Some(Popup::Certificate { .. } | Popup::Login(_)) = closed {
        servers::give_up(app, out);
    }
}

/// The line that is typed in the topmost popup.
pub(super) fn field(app: &mut App) -> Option<&mut Editor> {
    match app.popups.last_mut()? {
        Popup::Nick(prompt) | Popup::Connect(prompt) => Some(&mut prompt.input),
        Popup::Login(login) => Some(&mut login.input),
        Popup::Picker(picker) => Some(&mut picker.query),
        Popup::Search(search) => Some(&mut search.query),
        Popup::Help { .. }
        | Popup::Quit(_)
        | Popup::Forget { .. }
        | Popup::ResetCanvas(_)
        | Popup::Menu(_)
        | Popup::TakeBack(_)
        | Popup::Paste(_)
        | Popup::Offer(_)
        | Popup::Certificate { .. }
        | Popup::Card(_) => None,
    }
}

/// Rows of a screen of a popup.
fn page(app: &App) -> isize {
    isize::try_from(app.size.height.saturating_sub(6).max(1)).unwrap_or(1)
}

/// Goes or scrolls that many rows.
pub(super) fn step(app: &mut App, rows: isize) {
    if let Some(Popup::Menu(_)) = app.popup() {
        return menu::scroll(app, rows);
    }
    let read_max = reader::scroll_max(app) + 1;
    match app.popups.last_mut() {
        Some(Popup::Help { scroll }) => move_by(scroll, rows, read_max),
        Some(Popup::Card(card)) => move_by(&mut card.scroll, rows, read_max),
        Some(Popup::Picker(picker)) => {
            let count = picker.matches.len();
            move_by(&mut picker.selected, rows, count);
        }
        Some(Popup::Search(search)) => {
            let count = search.hits.len();
            move_by(&mut search.selected, rows, count);
        }
        _ => {}
    }
}

/// Takes an item of a list.
pub(super) fn pick(app: &mut App, place: usize, out: &mut Effects) {
    match app.popups.last_mut() {
        Some(Popup::Picker(picker)) => picker.selected = place,
        Some(Popup::Search(search)) => search.selected = place,
        Some(Popup::Menu(_)) => menu::select(app, place),
        _ => {}
    }
    act(app, Action::Accept, out);
}

fn move_by(index: &mut usize, rows: isize, count: usize) {
    *index = index
        .saturating_add_signed(rows)
        .min(count.saturating_sub(1));
}

/// Asks for another nick, with the own one or `wish` filled in.
pub(super) fn prompt_nick(app: &mut App, wish: Option<&str>, error: Option<String>) {
    let mut input = Editor::new();
    input.offer(wish.unwrap_or(app.nick()));
    app.popups.push(Popup::Nick(Prompt { input, error }));
}

fn accept_nick(app: &mut App, out: &mut Effects) {
    let Some(Popup::Nick(prompt)) = app.popups.last_mut() else {
        return;
    };
    let nick = typed_nick(&prompt.input).to_owned();
    // What can be seen here need not be asked of the server.
    if let Err(error) = chat_core::Nick::parse(&nick) {
        prompt.error = Some(error.to_string());
        return;
    }
    app.popups.pop();
    if nick != app.nick() {
        commands::ask_nick(app, nick, "", out);
    }
}

/// The nick that was typed where one is asked for; some type the command there, out of habit.
fn typed_nick(input: &Editor) -> &str {
    let typed = input.text().trim();
    typed.strip_prefix("/nick ").map_or(typed, str::trim_start)
}

/// The server doesn't take the login: asks in place for what it wants.
pub(super) fn login_refused(app: &mut App, refusal: Refusal) {
    let wants = match refusal.code {
        Code::InviteNeeded => LoginWants::Invite,
        _ => LoginWants::Nick,
    };
    let mut input = Editor::new();
    if wants == LoginWants::Nick {
        input.offer(refusal.suggestion.as_deref().unwrap_or(&app.wished_nick));
    }
    forget_login(app);
    app.popups.push(Popup::Login(Login {
        reason: refusal.text,
        wants,
        input,
    }));
}

fn accept_login(app: &mut App, out: &mut Effects) {
    let Some(Popup::Login(login)) = app.popups.last_mut() else {
        return;
    };
    let typed = login.input.text().trim().to_owned();
    if typed.is_empty() {
        return;
    }
    let invite = match login.wants {
        LoginWants::Nick => {
            let nick = typed_nick(&login.input).to_owned();
            if let Err(error) = chat_core::Nick::parse(&nick) {
                login.reason = error.to_string();
                return;
            }
            app.wished_nick = nick;
            None
        }
        LoginWants::Invite => Some(typed),
    };
    app.popups.pop();
    if invite.is_some() {
        app.invite.clone_from(&invite);
    }
    out.push(Effect::LoginAs {
        nick: app.wished_nick.clone(),
        invite: app.invite.clone(),
    });
}

/// Asks whether to trust a certificate.
pub(super) fn ask_certificate(app: &mut App, fingerprint: Fingerprint) {
    forget_login(app);
    app.popups.push(Popup::Certificate { fingerprint });
}

/// Questions of a login that is over go.
pub(super) fn forget_login(app: &mut App) {
    app.popups
        .retain(|popup| !matches!(popup, Popup::Login(_) | Popup::Certificate { .. }));
}

/// Shows lines to read.
pub(super) fn card(app: &mut App, title: impl Into<String>, lines: Vec<String>) {
    app.popups.push(Popup::Card(Card {
        title: title.into(),
        lines,
        scroll: 0,
    }));
}

fn answer_paste(app: &mut App, action: Action, out: &mut Effects) {
    let Some(Popup::Paste(asked)) = app.popups.pop() else {
        return;
    };
    match action {
        Action::EditPaste => paste::put_into_input(app, &asked),
        Action::PasteAsFile => {
            if files::send_paste(app, &asked, out).is_none() {
                paste::put_into_input(app, &asked);
            }
        }
        _ => paste::send(app, &asked, out),
    }
}
