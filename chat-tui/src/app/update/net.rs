//! What the connection says: dispatch, and the state of the connection itself.

use chat_client::Event;
use chat_core::event::Welcome;
use chat_core::{Person, Presence};

use super::{
    Effects, answers, canvas, conversations, entries, files, missed, outbox, popups, promise,
    reading,
};
use crate::app::model::{Connection, Me};
use crate::app::security::Security;
use crate::app::{App, Effect, Store};

/// Something came from the connection.
pub(super) fn net(app: &mut App, event: Event, out: &mut Effects) {
    match event {
        Event::Connecting { attempt } => {
            popups::forget_login(app);
            app.security = Security::Unsettled;
            app.connection = Connection::Connecting { attempt };
        }
        Event::UnknownCertificate { fingerprint } => {
            app.connection = Connection::LoggingIn;
            popups::ask_certificate(app, fingerprint);
        }
        Event::Secured { .. } => app.connection = Connection::LoggingIn,
        Event::LoginRefused(refusal) => {
            app.connection = Connection::LoggingIn;
            popups::login_refused(app, refusal);
        }
        Event::Online { welcome, new_epoch } => {
            if new_epoch {
                conversations::forget_all(app);
                canvas::forget_all(app);
            }
            online(app, welcome, out);
        }
        Event::Offline { why, retry_in } => {
            popups::forget_login(app);
            let retry_in = u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX);
            app.server.latency_ms = None;
            missed::gone(app);
            app.connection = Connection::Offline {
                why,
                retry_at: app.now.plus(retry_in),
            };
        }
        Event::Announced(info) => conversations::announced(app, info, out),
        Event::Ready => {
            app.connection = Connection::Online;
            canvas::ready(app, out);
            missed::ready(app);
            conversations::all_announced(app, out);
            // What was read without a connection is told now.
            app.due.read = Some(app.now);
        }
        Event::Entry(entry) if canvas::entry(app, &entry) => {}
        Event::Entry(entry) => entries::entry(app, entry, out),
        Event::Skipped {
            conversation,
            before,
            ..
        } => entries::skipped(app, conversation, before),
        Event::Posted { post, seq, .. } if canvas::posted(app, post, seq) => {}
        Event::Posted {
            post,
            conversation,
            seq,
        } => outbox::posted(app, post, conversation, seq, out),
        Event::PostRefused { pending, refusal } if canvas::refused(app, &pending, &refusal) => {}
        Event::PostRefused { pending, refusal } => outbox::refused(app, &pending, refusal, out),
        Event::Answer { request, answer } => answers::answer(app, request, answer, out),
        Event::Roster {
            conversation,
            people,
        } => conversations::roster(app, conversation, people, out),
        Event::RosterChanged {
            conversation,
            change,
        } => entries::roster_changed(app, conversation, &change, out),
        Event::ReadMarker { conversation, seq } => {
            reading::read_elsewhere(app, conversation, seq, out);
        }
        Event::Left { conversation } => conversations::left(app, conversation, out),
        Event::Me(person) => me(app, &person, out),
        Event::Latency(took) => {
            app.server.latency_ms = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        }
        Event::Transfer(transfer) => files::transfer(app, &transfer),
        Event::Canvas {
            canvas: info,
            parent,
            seq,
            picture,
        } => canvas::opened(app, &info, parent, seq, &picture),
        Event::CanvasClosed { parent, refusal } => canvas::closed(app, parent, refusal),
        Event::Closed(error) => {
            canvas::disconnected(app);
            closed(app, &error);
        }
        // One that a newer client library tells and this application doesn't know.
        _ => {}
    }
}

fn online(app: &mut App, welcome: Welcome, out: &mut Effects) {
    popups::forget_login(app);
    app.connection = Connection::Syncing;
    app.announced.clear();
    promise::connected(app);
    missed::connected(app);
    app.easel.ahead_ms = welcome.now.0.cast_signed() - app.now.0.cast_signed();
    app.server.name = welcome.server.to_string();
    app.server.text_bytes = usize::try_from(welcome.text_bytes).unwrap_or(usize::MAX);
    let presence = app.me.as_ref().map_or(Presence::Online, |me| me.presence);
    app.me = Some(Me {
        account: welcome.account,
        nick: welcome.nick,
        presence,
    });
    out.push(Effect::Store(Store::Epoch(welcome.epoch)));
    store_me(app, out);
}

fn store_me(app: &App, out: &mut Effects) {
    if let Some(me) = &app.me {
        out.push(Effect::Store(Store::Me {
            server: app.server.name.clone(),
            account: me.account,
            nick: me.nick.clone(),
        }));
    }
}

/// What the own account is called and shown as.
fn me(app: &mut App, person: &Person, out: &mut Effects) {
    let renamed = app
        .me
        .as_ref()
        .is_some_and(|me| me.account == person.account && me.nick != person.nick);
    app.me = Some(Me {
        account: person.account,
        nick: person.nick.clone(),
        presence: person.presence,
    });
    if renamed {
        app.inform(format!("you are {} now", person.nick));
        let ids: Vec<_> = app.conversations.iter().map(|view| view.id()).collect();
        for id in ids {
            reading::recount(app, id);
        }
    }
    store_me(app, out);
}

/// Nothing more comes. Reading goes on.
fn closed(app: &mut App, error: &chat_client::Error) {
    popups::forget_login(app);
    let why = error.to_string();
    app.server.latency_ms = None;
    app.connection = Connection::Closed { why: why.clone() };
    let lines = vec![
        why,
        String::new(),
        "What is on the screen can still be read. F10 leaves, /reconnect tries again.".into(),
    ];
    popups::card(app, "Not connected", lines);
}
