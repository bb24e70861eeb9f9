//! Answers to requests. What was refused goes back to where it was typed, with the reason.

use chat_core::event::Profile;
use chat_core::{Event, Presence, Refusal, RequestId};

use super::{
    Effects, commands, conversations, editing, history, missed, navigate, picker, popups, reading,
};
use crate::app::request::{Asked, Asks, Line};
use crate::app::{App, rows};

/// A request is answered.
pub(super) fn answer(
    app: &mut App,
    request: RequestId,
    answer: Result<Event, Refusal>,
    out: &mut Effects,
) {
    let Some(asked) = app.asked.remove(&request) else {
        return;
    };
    match (asked, answer) {
        (Asked::Line(line), Ok(event)) => done(app, line, event, out),
        (Asked::Line(line), Err(refusal)) => refused(app, line, refusal),
        (
            Asked::History {
                conversation,
                from,
                direction,
            },
            Ok(Event::Page(page)),
        ) => history::page(app, conversation, from, direction, page, out),
        (Asked::History { conversation, .. }, _) => history::failed(app, conversation),
        (
            Asked::Missed {
                conversation,
                before,
            },
            answer,
        ) => {
            let page = match answer {
                Ok(Event::Page(page)) => Some(page),
                _ => None,
            };
            missed::page(app, conversation, before, page, out);
        }
        (Asked::Read { conversation, seq }, Ok(_)) => {
            reading::read_elsewhere(app, conversation, seq, out);
        }
        // Told again when there is a connection again.
        (Asked::Read { .. }, Err(_)) => {}
        (Asked::Rooms, Ok(Event::RoomList(page))) => picker::add_rooms(app, page, out),
        (Asked::Rooms, Ok(_)) => picker::rooms_failed(app),
        (Asked::Rooms, Err(refusal)) => {
            picker::rooms_failed(app);
            app.warn(refusal.text);
        }
    }
}

fn done(app: &mut App, line: Line, event: Event, out: &mut Effects) {
    match (line.what, event) {
        (Asks::Join, Event::Opened(opened)) => {
            let id = opened.conversation.id;
            opened_here(app, opened.conversation, out);
            navigate::show(app, id, out);
        }
        (Asks::Direct { text }, Event::Opened(opened)) => {
            let id = opened.conversation.id;
            let nick = opened.conversation.name.to_string();
            opened_here(app, opened.conversation, out);
            navigate::show(app, id, out);
            if let Some(text) = text {
                commands::message(app, &nick, Some(text), "", out);
            }
        }
        (Asks::Part, _) => {
            if let Some(conversation) = line.conversation {
                conversations::left(app, conversation, out);
            }
        }
        (Asks::Presence { done }, _) => app.inform(done),
        (Asks::Who, Event::Profile(profile)) => show_profile(app, &profile),
        // The nick comes as an event of its own, the topic as an entry.
        _ => {}
    }
}

/// A conversation that this client opened; mostly it was announced just before.
fn opened_here(app: &mut App, info: chat_core::Conversation, out: &mut Effects) {
    if app.conversation(info.id).is_none() {
        conversations::announced(app, info, out);
    }
}

fn refused(app: &mut App, line: Line, refusal: Refusal) {
    if line.what == Asks::Nick {
        // Asked again in place, with what would be accepted.
        let wish = refusal.suggestion.clone();
        return popups::prompt_nick(app, wish.as_deref(), Some(refusal.text));
    }
    editing::give_back(app, line.conversation, &line.typed);
    app.warn(refusal.text);
}

fn show_profile(app: &mut App, profile: &Profile) {
    let person = &profile.person;
    let zone = app.zone.clone();
    let when = |at| rows::moment(at, &zone);
    let presence = match (person.presence, profile.seen) {
        (Presence::Online, _) => "online".to_owned(),
        (Presence::Away, _) => match &person.away {
            Some(why) if !why.is_empty() => format!("away: {why}"),
            _ => "away".to_owned(),
        },
        (Presence::Offline, Some(seen)) => format!("offline since {}", when(seen)),
        (Presence::Offline, None) => "offline".to_owned(),
    };
    let mut lines = vec![presence, format!("here since {}", when(profile.since))];
    if profile.sessions > 1 {
        lines.push(format!("on {} terminals", profile.sessions));
    }
    lines.push(format!("key {}", profile.key));
    popups::card(app, person.nick.to_string(), lines);
}
