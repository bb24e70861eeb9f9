//! What slash commands do. A command that can't be done now stays in the input.

use chat_core::command::{Direct, Join, Part, Rooms, SetNick, SetPresence, Topic, Who};
use chat_core::limits::LINE_BYTES;
use chat_core::{Body, ConversationId, ConversationKind, Presence, RequestId, RoomName, Text};

use super::canvas::{self, Wanted};
use super::{
    Effects, change, editing, emoji, files, keys, missed, navigate, outbox, paste, picker,
    pictures, popups, reading, servers,
};
use crate::app::canvas::Errand;
use crate::app::command::{CanvasWanted, Command};
use crate::app::conversation::Sound;
use crate::app::popup::{Card, Popup};
use crate::app::request::{Asked, Asks, Line};
use crate::app::roster::fold;
use crate::app::{App, Effect, Store};

/// What becomes of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done, or asked of the server: the input is emptied.
    Done,
    /// Not done, and said why: it stays.
    Kept,
}

use Outcome::{Done, Kept};

/// Runs a command. `typed` is what stands in the input for it; empty if it came by a key.
pub(super) fn run(app: &mut App, command: Command, typed: &str, out: &mut Effects) {
    let here = app.current;
    let line = |what| Line {
        what,
        typed: typed.to_owned(),
        conversation: here,
    };
    // What opens something else empties the input of the conversation that it was typed in, so that
    // has to happen first.
    let outcome = match command {
        Command::Nick(None) => shown(|| popups::prompt_nick(app, None, None)),
        Command::Nick(Some(nick)) => set_nick(app, nick, line(Asks::Nick), out),
        Command::Msg { nick: None, .. } => shown(|| picker::people(app)),
        Command::Msg {
            nick: Some(nick),
            text,
        } => return message(app, &nick, text, typed, out),
        Command::Join(name) if name.starts_with('@') => {
            return message(app, &name, None, typed, out);
        }
        Command::Join(name) => return join(app, &name, typed, out),
        Command::Part(text) => part(app, text.as_deref(), line(Asks::Part), out),
        Command::Rooms => rooms(app, out),
        Command::Topic(text) => topic(app, text.as_deref(), line(Asks::Topic), out),
        Command::Me(text) => match here {
            Some(here) => {
                let text = Text::new(&editing::written(app, &text));
                post(app, here, Body::Action(text), out)
            }
            None => refuse(app, "there is no conversation yet: /join a room"),
        },
        Command::Send { path, caption } => done(files::send(app, &path, &caption, out)),
        Command::Save(name) => done(files::save_named(app, name.as_deref(), out)),
        Command::View(name) => done(pictures::view_named(app, name.as_deref(), out)),
        Command::Cancel(name) => done(files::cancel_named(app, name.as_deref(), out)),
        Command::Edit(text) => {
            // What is edited goes into the input, which is emptied for that.
            editing::sent(app, typed);
            if !change::edit_last(app, text.as_deref(), out) {
                editing::give_back(app, here, typed);
            }
            return;
        }
        Command::Delete => done_if(change::delete_last(app)),
        Command::React(with) => done_if(change::react_last(app, with.as_deref(), out)),
        Command::Emoji => shown(|| emoji::pick(app)),
        Command::Who(None) => who_is_here(app),
        Command::Who(Some(nick)) => request(
            app,
            line(Asks::Who),
            |request| Who { request, nick }.into(),
            out,
        ),
        Command::Away(text) => presence(app, Presence::Away, text.as_deref(), line, out),
        Command::Back => presence(app, Presence::Online, None, line, out),
        Command::Mute => mute(app, out),
        Command::Link => link(app, out),
        Command::Reconnect => {
            out.push(Effect::Reconnect);
            Done
        }
        Command::Servers => shown(|| servers::open(app)),
        Command::Connect(None) => shown(|| servers::prompt(app, "", None)),
        Command::Connect(Some(link)) => {
            // What is unsaved is kept on the way: this line is no draft.
            editing::sent(app, typed);
            if !servers::connect(app, &link, out) {
                editing::give_back(app, here, typed);
            }
            return;
        }
        Command::Missed => shown(|| missed::open(app)),
        Command::Clear => shown(|| reading::clear(app)),
        Command::Canvas(wanted) => canvas(app, wanted, out),
        Command::Help => shown(|| app.popups.push(Popup::Help { scroll: 0 })),
        Command::Quit(text) => {
            editing::sent(app, typed);
            return keys::quit(app, text, out);
        }
    };
    if outcome == Done {
        editing::sent(app, typed);
    }
}

fn done(done: Option<()>) -> Outcome {
    match done {
        Some(()) => Done,
        None => Kept,
    }
}

fn canvas(app: &mut App, wanted: CanvasWanted, out: &mut Effects) -> Outcome {
    let done = match wanted {
        CanvasWanted::Toggle => canvas::close_or_open(app, out),
        CanvasWanted::Save(path) => canvas::want(app, Wanted::Errand(Errand::Save(path)), out),
        CanvasWanted::Undo => canvas::want(app, Wanted::Errand(Errand::Undo), out),
        CanvasWanted::Reset => canvas::want(app, Wanted::Reset, out),
        CanvasWanted::Unreset => canvas::want(app, Wanted::Errand(Errand::Unreset), out),
    };
    if done { Done } else { Kept }
}

fn shown(show: impl FnOnce()) -> Outcome {
    show();
    Done
}

fn done_if(done: bool) -> Outcome {
    if done { Done } else { Kept }
}

fn refuse(app: &mut App, why: &str) -> Outcome {
    app.warn(why);
    Kept
}

/// Sends a request for what a person typed; not while there is no connection.
fn request(
    app: &mut App,
    line: Line,
    command: impl FnOnce(RequestId) -> chat_core::Command,
    out: &mut Effects,
) -> Outcome {
    if !app.is_online() {
        return refuse(
            app,
            "not connected: try again when the connection is back, or /reconnect",
        );
    }
    match app.ask(Asked::Line(line), command, out) {
        Some(_) => Done,
        None => Kept,
    }
}

/// Asks for another nick.
pub(super) fn ask_nick(app: &mut App, nick: String, typed: &str, out: &mut Effects) {
    let line = Line {
        what: Asks::Nick,
        typed: typed.to_owned(),
        conversation: app.current,
    };
    set_nick(app, nick, line, out);
}

fn set_nick(app: &mut App, nick: String, line: Line, out: &mut Effects) -> Outcome {
    request(app, line, |request| SetNick { request, nick }.into(), out)
}

/// Opens the direct conversation with somebody; posts there.
pub(super) fn message(
    app: &mut App,
    nick: &str,
    text: Option<String>,
    typed: &str,
    out: &mut Effects,
) {
    if let Some(text) = text.as_deref().filter(|text| paste::is_long(app, text)) {
        let bytes = Text::new(text).len();
        app.warn(format!(
            "that is too long for one message ({bytes} bytes): open @{nick} with F3 and paste it there"
        ));
        return;
    }
    let name = fold(nick.strip_prefix('@').unwrap_or(nick));
    let open = app.conversations.iter().find(|view| {
        view.info.kind == ConversationKind::Direct && fold(view.info.name.as_str()) == name
    });
    if let Some(conversation) = open.map(|view| view.id()) {
        let writes = text.is_some();
        let posted = match text {
            Some(text) => {
                let text = Text::new(&editing::written(app, &text));
                post(app, conversation, Body::Post(text), out)
            }
            None => Done,
        };
        if posted == Done {
            editing::sent(app, typed);
            navigate::show(app, conversation, out);
            // It opens at the unread line, above what was just written.
            if let Some(view) = app.conversation_mut(conversation).filter(|_| writes) {
                outbox::wrote(view);
            }
        }
        return;
    }
    let line = Line {
        what: Asks::Direct { text },
        typed: typed.to_owned(),
        conversation: app.current,
    };
    let nick = nick.to_owned();
    if request(app, line, |request| Direct { request, nick }.into(), out) == Done {
        editing::sent(app, typed);
    }
}

/// Joins a room, or shows it if it is joined.
pub(super) fn join(app: &mut App, name: &str, typed: &str, out: &mut Effects) {
    let room = match RoomName::parse(name) {
        Ok(room) => room,
        Err(error) => return app.warn(error.to_string()),
    };
    let joined = app
        .conversations
        .iter()
        .find(|view| view.info.name.as_str() == room.as_str());
    if let Some(conversation) = joined.map(|view| view.id()) {
        editing::sent(app, typed);
        return navigate::show(app, conversation, out);
    }
    let line = Line {
        what: Asks::Join,
        typed: typed.to_owned(),
        conversation: app.current,
    };
    let join = |request| {
        Join {
            request,
            room: room.to_string(),
        }
        .into()
    };
    if request(app, line, join, out) == Done {
        editing::sent(app, typed);
    }
}

/// The room on the screen; direct conversations have neither topic nor members.
fn current_room(app: &App) -> Option<ConversationId> {
    app.current()
        .filter(|view| view.info.kind == ConversationKind::Room)
        .map(|view| view.id())
}

fn part(app: &mut App, text: Option<&str>, line: Line, out: &mut Effects) -> Outcome {
    let Some(conversation) = current_room(app) else {
        return refuse(
            app,
            "a direct conversation can't be left: /mute keeps it quiet",
        );
    };
    let text = text.map(|text| Text::line(text, LINE_BYTES));
    let part = |request| {
        Part {
            request,
            conversation,
            text,
        }
        .into()
    };
    request(app, line, part, out)
}

fn topic(app: &mut App, text: Option<&str>, line: Line, out: &mut Effects) -> Outcome {
    let Some(conversation) = current_room(app) else {
        return refuse(app, "only rooms have a topic");
    };
    let Some(text) = text else {
        let topic = app.current().map(|view| view.info.topic.to_string());
        return match topic.filter(|topic| !topic.is_empty()) {
            Some(topic) => shown(|| app.inform(format!("topic: {topic}"))),
            None => shown(|| app.inform("there is no topic: /topic TEXT sets one")),
        };
    };
    let text = Text::line(if text == "-" { "" } else { text }, LINE_BYTES);
    let topic = |request| {
        Topic {
            request,
            conversation,
            text,
        }
        .into()
    };
    request(app, line, topic, out)
}

fn rooms(app: &mut App, out: &mut Effects) -> Outcome {
    if !app.is_online() {
        return refuse(app, "not connected: the list of rooms is on the server");
    }
    picker::rooms(app);
    ask_rooms(app, None, out);
    Done
}

/// Asks for a page of the room list.
pub(super) fn ask_rooms(app: &mut App, after: Option<String>, out: &mut Effects) {
    app.ask(Asked::Rooms, |request| Rooms { request, after }.into(), out);
}

fn presence(
    app: &mut App,
    presence: Presence,
    text: Option<&str>,
    line: impl FnOnce(Asks) -> Line,
    out: &mut Effects,
) -> Outcome {
    let text = text.map(|text| Text::line(text, LINE_BYTES));
    let away = presence == Presence::Away;
    let done = if away {
        "you are away: /back when you return"
    } else {
        "you are back"
    };
    let set = |request| {
        SetPresence {
            request,
            away,
            text,
        }
        .into()
    };
    request(app, line(Asks::Presence { done }), set, out)
}

fn post(app: &mut App, conversation: ConversationId, body: Body, out: &mut Effects) -> Outcome {
    done(outbox::post(app, conversation, body, out))
}

fn who_is_here(app: &mut App) -> Outcome {
    let Some(view) = app.current() else {
        return refuse(app, "there is no conversation yet");
    };
    let online = app.is_online();
    let lines = view.roster.people().iter().map(|person| {
        let sign = match person.presence {
            _ if !online => '·',
            Presence::Online => '●',
            Presence::Away => '◌',
            Presence::Offline => '○',
        };
        match &person.away {
            Some(why) if !why.is_empty() => format!("{sign} {} ({why})", person.nick),
            _ => format!("{sign} {}", person.nick),
        }
    });
    let card = Card {
        title: match online {
            true => format!("{} · {} here", view.title(), view.roster.present()),
            false => format!("{} · not connected: who was here", view.title()),
        },
        lines: lines.collect(),
        scroll: 0,
    };
    shown(|| app.popups.push(Popup::Card(card)))
}

fn mute(app: &mut App, out: &mut Effects) -> Outcome {
    let Some(view) = app.current_mut() else {
        return refuse(app, "there is no conversation yet");
    };
    let (sound, said) = match view.sound {
        Sound::On => (
            Sound::Muted,
            "muted: nothing here rings. /mute again ends it",
        ),
        Sound::Muted => (Sound::On, "no longer muted"),
    };
    view.sound = sound;
    let muted = sound == Sound::Muted;
    out.push(Effect::Store(Store::Muted(view.info.id, muted)));
    shown(|| app.inform(said))
}

fn link(app: &mut App, out: &mut Effects) -> Outcome {
    let Some(host) = &app.host else {
        return refuse(
            app,
            "this server is hosted elsewhere: ask its host for the link",
        );
    };
    let card = Card {
        title: "Join link".into(),
        lines: vec![
            host.link.clone(),
            String::new(),
            "It was copied, if your terminal allows that. Others join with:".into(),
            host.command(),
        ],
        scroll: 0,
    };
    out.push(Effect::Copy(host.link.clone()));
    shown(|| app.popups.push(Popup::Card(card)))
}
