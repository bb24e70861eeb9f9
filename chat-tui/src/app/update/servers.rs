//! Going from one server to another, and the list of those that are known.

use chat_core::Link;

use super::{Effects, files, time};
use crate::app::menu::{Menu, MenuKind, Pick};
use crate::app::model::{Connection, Place};
use crate::app::popup::{Popup, Prompt};
use crate::app::security::Security;
use crate::app::{App, Effect};
use crate::editor::Editor;

/// F4: shows the connection and the servers.
pub(super) fn open(app: &mut App) {
    app.popups
        .push(Popup::Menu(Menu::new(MenuKind::Connection)));
}

/// Asks where to.
pub(super) fn prompt(app: &mut App, typed: &str, error: Option<String>) {
    let mut input = Editor::new();
    input.set_text(typed);
    app.popups.push(Popup::Connect(Prompt { input, error }));
}

/// What was typed when asked where to.
pub(super) fn accept_prompt(app: &mut App, out: &mut Effects) {
    let Some(Popup::Connect(prompt)) = app.popups.last_mut() else {
        return;
    };
    let typed = prompt.input.text().trim().to_owned();
    match typed.parse::<Link>() {
        Err(error) => prompt.error = Some(error.to_string()),
        Ok(link) => {
            app.popups.pop();
            go(app, link, out);
        }
    }
}

/// `/connect`: goes to another server. Gives whether the line was understood.
pub(super) fn connect(app: &mut App, typed: &str, out: &mut Effects) -> bool {
    match typed.parse::<Link>() {
        Ok(link) => {
            go(app, link, out);
            true
        }
        Err(error) => {
            app.warn(error.to_string());
            false
        }
    }
}

/// Goes to a known server.
pub(super) fn go_to_known(app: &mut App, address: &str, out: &mut Effects) {
    if let Some(link) = app.servers.get(address).map(|server| server.link.clone()) {
        go(app, link, out);
    }
}

/// Leaves this server and goes to another; what is unsaved is kept first.
fn go(app: &mut App, link: Link, out: &mut Effects) {
    let ended = matches!(app.connection, Connection::Closed { .. });
    if link.address().to_lowercase() == app.servers.here && link.fingerprint.is_none() && !ended {
        return app.inform("you are there: /reconnect connects anew");
    }
    let files = files::under_way(app);
    if files > 0 {
        return app.warn(format!(
            "{files} files are on their way and would be cut off: go there when they are done"
        ));
    }
    time::keep(app, out);
    out.push(Effect::Connect(link));
}

/// Nothing can be done at a server without an answer that a person doesn't give: back to the one
/// before, if there is one, else the end.
pub(super) fn give_up(app: &mut App, out: &mut Effects) {
    match app.servers.back.clone() {
        Some(link) => out.push(Effect::Connect(link)),
        None => time::leave(app, None, out),
    }
}

/// Asks whether to forget the server that is picked.
pub(super) fn ask_forget(app: &mut App, pick: Option<Pick>) {
    match pick {
        Some(Pick::Server(address)) if address == app.servers.here => {
            app.inform("you are there: go to another server before you forget this one");
        }
        Some(Pick::Server(address)) => app.popups.push(Popup::Forget { address }),
        _ => app.inform("pick a server: it is forgotten with d"),
    }
}

/// Forgets the server that was asked about.
pub(super) fn forget(app: &mut App, out: &mut Effects) {
    if let Some(Popup::Forget { address }) = app.popups.pop() {
        app.servers.known.retain(|known| known.address() != address);
        app.inform(format!("{address} is forgotten"));
        out.push(Effect::ForgetServer(address));
        super::menu::step(app, 0);
    }
}

/// Copies the fingerprint of the certificate.
pub(super) fn copy_fingerprint(app: &mut App, out: &mut Effects) {
    if let Security::Tls { fingerprint, .. } = app.security {
        out.push(Effect::Copy(fingerprint.to_string()));
        app.inform("the fingerprint was copied, if your terminal allows that");
    } else {
        app.warn("there is no certificate: the connection is not encrypted, or not made yet");
    }
}

/// Copies a link that others can join with; with what proves the server, without an invite but
/// where one hosts.
pub(super) fn copy_link(app: &mut App, out: &mut Effects) {
    let hosted = app.host.as_ref().filter(|host| host.place == Place::Here);
    let link = match (hosted, app.servers.here.parse::<Link>()) {
        (Some(host), _) => host.link.clone(),
        (None, Ok(link)) => {
            let (fingerprint, plaintext) = match app.security {
                Security::Tls { fingerprint, .. } => (Some(fingerprint), false),
                Security::Plain => (None, true),
                Security::Unsettled => (None, false),
            };
            Link {
                fingerprint,
                plaintext,
                ..link
            }
            .to_string()
        }
        (None, Err(error)) => return app.warn(error.to_string()),
    };
    app.inform(format!("copied, if your terminal allows that: {link}"));
    out.push(Effect::Copy(link));
}
