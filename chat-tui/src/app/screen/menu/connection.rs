//! The connection, as lines: its state, what can be done about it, and the servers that are known.

use super::Piece;
use crate::app::dialog::Tone;
use crate::app::menu::Pick;
use crate::app::model::{App, Connection, Place};
use crate::app::security::{Security, Vouched};
use crate::app::servers::{Hosted, KnownServer};
use crate::app::{rows, status};

pub(super) fn pieces(app: &App) -> Vec<Piece> {
    let mut pieces = Vec::new();
    state(app, &mut pieces);
    security(app, &mut pieces);
    person(app, &mut pieces);
    hosting(app, &mut pieces);
    pieces.push(Piece::said("", Tone::Plain));
    actions(&mut pieces);
    pieces.push(Piece::said("\nservers", Tone::Title));
    // The one that this is comes first, also before it counts as the last one used.
    let (here, others): (Vec<_>, Vec<_>) = app
        .servers
        .known
        .iter()
        .partition(|server| server.address() == app.servers.here);
    if here.is_empty() {
        let address = app.servers.here.clone();
        let text = format!("{} {address}", status::connection(app).0);
        pieces.push(Piece::picked(text, "here", Pick::Server(address)));
    }
    let known = here.into_iter().chain(others);
    for server in known {
        pieces.push(listed(app, server));
        // That of this one stands above.
        let elsewhere = server.address() != app.servers.here;
        let pin = server.pin.filter(|_| elsewhere);
        pieces.extend(pin.map(|pin| Piece::said(format!("  {pin}"), Tone::Faint)));
    }
    pieces.push(Piece::picked("another one …", "", Pick::NewServer));
    pieces
}

fn state(app: &App, pieces: &mut Vec<Piece>) {
    let (sign, said) = status::connection(app);
    let (said, tone) = match &app.connection {
        Connection::Online if said.is_empty() => ("online".to_owned(), Tone::Plain),
        Connection::Online => (format!("online, {said}"), Tone::Plain),
        _ => (said, Tone::Warning),
    };
    let name = &app.server.name;
    pieces.push(Piece::said(format!("{name} {sign} {said}"), tone));
    match &app.connection {
        Connection::Offline { why, .. } | Connection::Closed { why } => {
            pieces.push(Piece::said(why.as_str(), Tone::Faint));
        }
        _ => {}
    }
    if app.servers.here != app.server.name {
        let address = format!("address {}", app.servers.here);
        pieces.push(Piece::said(address, Tone::Plain));
    }
}

fn security(app: &App, pieces: &mut Vec<Piece>) {
    match app.security {
        Security::Unsettled => {}
        Security::Plain => pieces.push(Piece::said(
            "NOT ENCRYPTED: plain TCP. Everybody on the way can read and change what you write.",
            Tone::Bad,
        )),
        Security::Tls {
            fingerprint,
            vouched,
        } => {
            let by = match vouched {
                Vouched::Link => "its certificate is the one that the link named:",
                Vouched::Person => "its certificate is the one that you accepted:",
                Vouched::Authority => "an authority vouches for its certificate:",
            };
            pieces.push(Piece::said(
                format!("encrypted with TLS 1.3; {by}"),
                Tone::Plain,
            ));
            pieces.push(Piece::said(fingerprint.to_string(), Tone::Faint));
        }
    }
}

fn person(app: &App, pieces: &mut Vec<Piece>) {
    let nick = app.nick();
    let said = match (&app.me, nick) {
        (None, "") => "you have no account here yet; your key:".to_owned(),
        (None, nick) => format!("you want to be {nick}; your key:"),
        (Some(_), nick) => format!("you are {nick}; the key of your account:"),
    };
    pieces.push(Piece::said(said, Tone::Plain));
    pieces.push(Piece::said(app.servers.key.as_str(), Tone::Faint));
}

fn hosting(app: &App, pieces: &mut Vec<Piece>) {
    let said = match app.host.as_ref().map(|host| host.place) {
        None => return,
        Some(Place::Here) => "this server runs in this window and ends with it",
        Some(Place::Elsewhere) => {
            "the server that you host goes on running in this window and ends with it"
        }
    };
    pieces.push(Piece::said(said, Tone::Warning));
}

/// The same whatever the connection is like: what is picked must not become something else while
/// one looks at it.
fn actions(pieces: &mut Vec<Piece>) {
    let mut action = |text: &str, pick| pieces.push(Piece::picked(text, "", pick));
    action("connect anew, now", Pick::Reconnect);
    action("another nick …", Pick::Nick);
    action("copy the certificate's fingerprint", Pick::CopyFingerprint);
    action("copy the link to this server", Pick::CopyLink);
}

fn listed(app: &App, server: &KnownServer) -> Piece {
    let address = server.address();
    let is_here = app.servers.here == address;
    let (sign, _) = match is_here {
        true => status::connection(app),
        false => ("○", String::new()),
    };
    let name = match server.name.as_str() {
        "" => String::new(),
        // It says nothing that the address doesn't.
        name if name == address || name == server.link.host => String::new(),
        name => format!("{name} "),
    };
    let nick = match server.nick.as_str() {
        "" => String::new(),
        nick => format!(" as {nick}"),
    };
    let private = match server.link.plaintext {
        true => " NOT ENCRYPTED",
        false => "",
    };
    let runs = app.host.as_ref().is_some_and(|host| host.at == address);
    let detail = match (is_here, server.hosted, server.used.0) {
        (true, ..) => "here".to_owned(),
        _ if runs => "hosted in this window".to_owned(),
        (_, Hosted::Once, _) => "was hosted here".to_owned(),
        (_, Hosted::No, 0) => String::new(),
        (_, Hosted::No, _) => rows::moment(server.used, &app.zone),
    };
    let text = format!("{sign} {name}{address}{nick}{private}");
    Piece::picked(text, detail, Pick::Server(address))
}
