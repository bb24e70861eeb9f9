//! Prompts and questions.

use chat_core::Fingerprint;
use ratatui::layout::Rect;

use super::{Canvas, Frame, Line, dialog, lines, room, rows, wrapped};
use crate::app::App;
use crate::app::popup::{Leaving, Login, LoginWants, Paste, PasteSource, Prompt};
use crate::editor::Editor;
use crate::view::input;

/// Rows of a paste that are shown.
const PREVIEW_ROWS: usize = 5;

/// F2.
pub(super) fn nick(prompt: &Prompt, screen: Rect, canvas: &mut Canvas<'_>) {
    let frame = Frame {
        title: "your nick",
        hint: "Enter: take it · Esc: back",
    };
    let bad = canvas.theme.bad;
    let error = prompt.error.as_deref();
    let said = error.map_or_else(Vec::new, |why| wrapped(why, room(screen), bad, canvas));
    typed(&frame, &said, "nick: ", &prompt.input, screen, canvas);
}

/// The login was refused.
pub(super) fn login(login: &Login, screen: Rect, canvas: &mut Canvas<'_>) {
    let frame = Frame {
        title: "log in",
        hint: "Enter: try again · F10: quit",
    };
    let label = match login.wants {
        LoginWants::Nick => "nick: ",
        LoginWants::Invite => "invite: ",
    };
    let said = wrapped(&login.reason, room(screen), canvas.theme.warning, canvas);
    typed(&frame, &said, label, &login.input, screen, canvas);
}

/// Text, and a line to type below it.
fn typed(
    frame: &Frame<'_>,
    said: &[Line],
    label: &str,
    editor: &Editor,
    screen: Rect,
    canvas: &mut Canvas<'_>,
) {
    let gap = usize::from(!said.is_empty());
    let inner = dialog(
        frame,
        room(screen).min(50),
        rows(said.len() + gap + 1),
        screen,
        canvas,
    );
    // Where there is little room, what is typed matters more than what is said.
    let typed_at = inner.y + rows(said.len() + gap).min(inner.height.saturating_sub(1));
    let above = Rect {
        height: typed_at - inner.y,
        ..inner
    };
    lines(said, above, canvas);
    field(
        label,
        editor,
        Rect::new(inner.x, typed_at, inner.width, 1),
        canvas,
    );
}

/// A label and one row of an editor, which has the cursor.
pub(super) fn field(label: &str, editor: &Editor, row: Rect, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.accent;
    let x = canvas.text(row.x, row.y, row.width / 2, label, style);
    let area = Rect::new(x, row.y, row.right().saturating_sub(x), row.height.min(1));
    canvas.cursor = input::editor(editor, area, canvas);
}

/// Leave?
pub(super) fn quit(leaving: &Leaving, screen: Rect, canvas: &mut Canvas<'_>) {
    let text = match leaving.others {
        0 => "Leave the chat?".to_owned(),
        1 => "One other person is connected to the server in this window. Leave and end it?".into(),
        others => {
            format!("{others} others are connected to the server in this window. Leave and end it?")
        }
    };
    question("quit", &text, "y: leave · n: stay", screen, canvas);
}

/// A long paste.
pub(super) fn paste(paste: &Paste, screen: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let posts = match paste.posts {
        0 | 1 => "one post".to_owned(),
        posts => format!("{posts} posts"),
    };
    let text = match paste.source {
        PasteSource::Pasted => format!("You pasted {} lines, which makes {posts}:", paste.lines),
        PasteSource::Typed => format!("That is too long for one post. It makes {posts}:"),
    };
    let width = room(screen);
    let mut said = wrapped(&text, width, theme.text, canvas);
    let preview: Vec<&str> = paste.text.lines().take(PREVIEW_ROWS).collect();
    let mut preview = wrapped(&preview.join("\n"), width, theme.faint, canvas);
    preview.truncate(PREVIEW_ROWS);
    said.append(&mut preview);
    if paste.lines > PREVIEW_ROWS {
        said.append(&mut wrapped("…", width, theme.faint, canvas));
    }
    let frame = Frame {
        title: "paste",
        hint: "s: send · e: edit · c: cancel",
    };
    let inner = dialog(&frame, width, rows(said.len()), screen, canvas);
    lines(&said, inner, canvas);
}

/// An unknown certificate.
pub(super) fn certificate(
    app: &App,
    fingerprint: &Fingerprint,
    screen: Rect,
    canvas: &mut Canvas<'_>,
) {
    let text = format!(
        "{} shows a certificate that this client has not seen before. Ask whoever runs the server \
         whether its fingerprint is\n\n{fingerprint}\n\nand trust it only if it is the same to the \
         last letter.",
        app.server.name
    );
    let hint = "y: trust it from now on · n: leave";
    question("unknown server", &text, hint, screen, canvas);
}

fn question(title: &str, text: &str, hint: &str, screen: Rect, canvas: &mut Canvas<'_>) {
    let said = wrapped(text, room(screen), canvas.theme.text, canvas);
    let width = said.iter().map(|line| super::columns(&line.text)).max();
    let frame = Frame { title, hint };
    let inner = dialog(&frame, width.unwrap_or(0), rows(said.len()), screen, canvas);
    lines(&said, inner, canvas);
}
