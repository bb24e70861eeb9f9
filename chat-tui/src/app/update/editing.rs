//! The input: changing it, completing it, what was sent before, and sending it.

use std::borrow::Cow;

use chat_core::{Body, Text};

use super::{Effects, change, commands, files, outbox, paste};
use crate::app::command::{self, Typed};
use crate::app::model::Completion;
use crate::app::smileys;
use crate::app::{App, completion};
use crate::editor::Edit;

/// Changes the text.
pub(super) fn edit(app: &mut App, edit: Edit) {
    app.input_mut().apply(edit);
}

/// Empties the input; what stood in it can be had back with `↑`.
pub(super) fn clear(app: &mut App) {
    if change::leave(app) {
        return;
    }
    let recall_max = app.options.recall_max;
    let text = app.input_mut().take();
    if let Some(view) = app.current_mut() {
        view.sent.push(&text, recall_max);
    }
}

/// Enter: sends the text, or runs the command.
pub(super) fn submit(app: &mut App, out: &mut Effects) {
    let typed = app.input().text().to_owned();
    if !typed.is_empty() {
        // What was said was about what was done before.
        app.notice = None;
    }
    let editing = app.current().and_then(|view| view.editing.as_ref());
    if let Some(of) = editing.map(|editing| editing.of) {
        return change::submit(app, of, out);
    }
    match command::parse(&typed) {
        Typed::Nothing => {}
        Typed::Wrong(why) => app.warn(why),
        Typed::Command(command) => commands::run(app, command, &typed, out),
        Typed::Text(text) => match app.current {
            None => app.warn("there is no conversation yet: wait for the server, or /join a room"),
            Some(_) if paste::is_long(app, &text) => paste::ask(app, text, paste::Source::Typed),
            Some(conversation) => {
                let text = Text::new(&written(app, &text));
                if outbox::post(app, conversation, Body::Post(text), out).is_some() {
                    sent(app, &typed);
                }
            }
        },
    }
}

/// What was written, with its smileys as emoji where that is wanted.
pub(super) fn written<'a>(app: &App, text: &'a str) -> Cow<'a, str> {
    match app.options.smileys {
        true => smileys::replaced(text),
        false => Cow::Borrowed(text),
    }
}

/// What was typed is sent: remembers it and empties the input.
pub(super) fn sent(app: &mut App, typed: &str) {
    if typed.is_empty() {
        return;
    }
    let recall_max = app.options.recall_max;
    app.input_mut().take();
    if let Some(view) = app.current_mut() {
        view.sent.push(typed.trim_end(), recall_max);
    }
}

/// Puts back what was typed and not done: into the input if that is empty, else it can be had with
/// `↑`.
pub(super) fn give_back(
    app: &mut App,
    conversation: Option<chat_core::ConversationId>,
    typed: &str,
) {
    if typed.is_empty() {
        return;
    }
    let there = conversation.filter(|id| app.conversation(*id).is_some());
    let Some(id) = there.or(app.current) else {
        let before = app.spare_input.take();
        app.spare_input.insert(typed);
        if !before.is_empty() {
            app.spare_input.insert(&format!("\n{before}"));
        }
        return;
    };
    let recall_max = app.options.recall_max;
    if let Some(view) = app.conversation_mut(id) {
        if view.input.is_empty() {
            view.input.set_text(typed);
        } else {
            view.sent.push(typed, recall_max);
        }
    }
}

/// A line up; from the first: what was sent before.
pub(super) fn up(app: &mut App) {
    let on_first = app.input().is_on_first_line();
    let Some(view) = app.current_mut().filter(|_| on_first) else {
        return edit(app, Edit::Up);
    };
    let at = match &view.sent.at {
        Some((at, _)) => *at,
        None => view.sent.lines.len(),
    };
    let Some(before) = at.checked_sub(1) else {
        return;
    };
    let typed = match view.sent.at.take() {
        Some((_, typed)) => typed,
        None => view.input.text().to_owned(),
    };
    view.input.set_text(&view.sent.lines[before]);
    view.sent.at = Some((before, typed));
}

/// A line down; from the last: what was sent after, and in the end what was typed.
pub(super) fn down(app: &mut App) {
    let on_last = app.input().is_on_last_line();
    let Some(view) = app.current_mut().filter(|_| on_last) else {
        return edit(app, Edit::Down);
    };
    let Some((at, typed)) = view.sent.at.take() else {
        return;
    };
    match view.sent.lines.get(at + 1) {
        Some(line) => {
            view.input.set_text(line);
            view.sent.at = Some((at + 1, typed));
        }
        None => view.input.set_text(&typed),
    }
}

/// Completes to the way with this index, and that's it.
pub(super) fn complete_as(app: &mut App, index: usize) {
    let Some(mut way) = app.completion.take() else {
        return;
    };
    let standing = way.standing().len();
    way.at = Some(index).filter(|at| *at < way.candidates.len());
    put(app, &way, standing);
}

/// Completes to the way with this index, from which Tab goes on.
pub(super) fn complete_to(app: &mut App, index: usize) {
    let Some(mut way) = completion::begin(app) else {
        return;
    };
    let standing = way.standing().len();
    way.at = Some(index).filter(|at| *at < way.candidates.len());
    put(app, &way, standing);
    app.completion = (way.candidates.len() > 1).then_some(way);
}

/// Puts what a completion says in place of the `standing` bytes that stand there for it.
fn put(app: &mut App, way: &Completion, standing: usize) {
    let range = way.start..way.start + standing;
    let text = way.standing().to_owned();
    app.input_mut().replace(range, &text);
}

/// Completes the word before the cursor: the next way, or the one before. Past the end stands what
/// was typed.
pub(super) fn complete(app: &mut App, step: isize, out: &mut Effects) {
    if app.completion.is_none() {
        // What there is on the disk is not known here: it is asked for, and completed then.
        if files::complete(app, out).is_some() {
            return;
        }
        app.completion = completion::begin(app);
    }
    self::step(app, step);
}

/// Goes on with the completion that was begun.
pub(super) fn step(app: &mut App, step: isize) {
    let Some(mut way) = app.completion.take() else {
        return;
    };
    let standing = way.standing().len();
    way.step(step);
    put(app, &way, standing);
    // With one way there is nothing to go on with: Tab completes what comes next.
    app.completion = (way.candidates.len() > 1).then_some(way);
}
