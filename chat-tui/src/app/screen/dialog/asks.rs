//! Questions: what each says and how it is answered.

use chat_core::ConversationId;
use ratatui::layout::Size;

use super::made::{count, room, said, typed, typed_columns, wrapped, wrapped_to};
use super::{Body, Dialog, Hints, PREVIEW_ROWS, Plan, Tone};
use crate::app::action::Action;
use crate::app::conversation::ConversationView;
use crate::app::model::{App, Place};
use crate::app::popup::{Leaving, Login, LoginWants, Offer, Paste, PasteSource, TakeBack};

pub(super) fn ask_login(app: &App, login: &Login) -> Dialog {
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

pub(super) fn ask_quit(app: &App, leaving: &Leaving) -> Dialog {
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

pub(super) fn ask_offer(app: &App, offer: &Offer) -> Dialog {
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

pub(super) fn ask_take_back(app: &App, asked: &TakeBack) -> Dialog {
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

pub(super) fn ask_forget(app: &App, address: &str) -> Dialog {
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

pub(super) fn ask_reset(app: &App, parent: ConversationId) -> Dialog {
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

pub(super) fn ask_paste(app: &App, paste: &Paste) -> Dialog {
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
pub(super) fn ask_certificate(app: &App, fingerprint: &str) -> Dialog {
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
