//! Pasted text: it goes into the input and never runs as a command; what is too long for one post
//! is asked about.

use chat_core::{Body, Text};

use super::{Effects, canvas, editing, outbox};
use crate::app::canvas::EaselFocus;
use crate::app::model::Focus;
use crate::app::popup::{Paste, Popup};
use crate::app::{App, Effect, path};

pub(super) use crate::app::popup::PasteSource as Source;

/// Text was pasted.
pub(super) fn paste(app: &mut App, raw: &str, out: &mut Effects) {
    let text = chat_core::text::clean(raw).into_owned();
    app.completion = None;
    match app.focus() {
        Focus::Input => paste_into_input(app, text, out),
        Focus::Canvas => {
            app.easel.focus = EaselFocus::Elsewhere;
            paste_into_input(app, text, out);
        }
        Focus::Lettering => canvas::paste(app, &text),
        // One line fields: no line feed can press a button.
        Focus::Prompt | Focus::List => {
            let line = text.replace(['\n', '\t'], " ");
            if let Some(field) = super::popups::field(app) {
                field.insert(line.trim());
            }
        }
        Focus::Select | Focus::Menu | Focus::Question | Focus::Paste | Focus::Reader => {}
    }
}

fn paste_into_input(app: &mut App, text: String, out: &mut Effects) {
    if is_long(app, &text) || text.lines().count() > app.options.paste_lines_max {
        return ask(app, text, Source::Pasted);
    }
    let path = path::pasted(&text).filter(|_| app.input().is_empty());
    insert(app, &text);
    if let Some(path) = path {
        let typed = app.input().text().to_owned();
        out.push(Effect::Probe { typed, path });
    }
}

/// Puts pasted text into the input. At its start a slash is doubled: it is text, not a command.
fn insert(app: &mut App, text: &str) {
    let input = app.input_mut();
    let text = text.strip_suffix('\n').unwrap_or(text);
    if input.cursor() == 0 && text.starts_with('/') && !text.starts_with("//") {
        input.insert(&format!("/{text}"));
    } else {
        input.insert(text);
    }
}

/// Whether a text is more than one post can be.
pub(super) fn is_long(app: &App, text: &str) -> bool {
    Text::new(text).len() > app.server.text_bytes
}

/// Asks what to do with a long text.
pub(super) fn ask(app: &mut App, text: String, source: Source) {
    app.popups.push(Popup::Paste(Paste {
        lines: text.lines().count(),
        posts: split(&text, app.server.text_bytes).len(),
        text,
        source,
    }));
}

/// Sends it, as several posts if need be.
pub(super) fn send(app: &mut App, paste: &Paste, out: &mut Effects) {
    let Some(conversation) = app.current else {
        app.warn("there is no conversation yet: wait for the server, or /join a room");
        return put_into_input(app, paste);
    };
    let posts = split(&paste.text, app.server.text_bytes);
    if !outbox::has_room(app, conversation, posts.len()) {
        app.warn("too many posts are waiting: wait until they are sent");
        return put_into_input(app, paste);
    }
    for post in &posts {
        outbox::post(app, conversation, Body::Post(Text::new(post)), out);
    }
    if paste.source == Source::Typed {
        editing::sent(app, &paste.text);
    }
}

/// Puts it into the input, to be changed.
pub(super) fn put_into_input(app: &mut App, paste: &Paste) {
    if paste.source == Source::Pasted {
        insert(app, &paste.text);
    }
}

/// Cuts a text into pieces of at most `bytes_max` bytes: at line ends, and within a line only if
/// that alone is longer. Pieces of nothing but white space go.
pub(super) fn split(text: &str, bytes_max: usize) -> Vec<String> {
    let bytes_max = bytes_max.max(4);
    let mut posts = Vec::new();
    let mut post = String::new();
    for line in text.split('\n') {
        let mut line = line;
        while !post.is_empty() && post.len() + 1 + line.len() > bytes_max || line.len() > bytes_max
        {
            if post.is_empty() {
                let (head, rest) = line.split_at(cut(line, bytes_max));
                posts.push(head.to_owned());
                line = rest;
            } else {
                posts.push(std::mem::take(&mut post));
            }
        }
        if !post.is_empty() {
            post.push('\n');
        }
        post.push_str(line);
    }
    posts.push(post);
    posts.retain(|post| !Text::new(post).is_empty());
    posts
}

/// Where to cut a line that is too long: behind a space in its last half, or else at a character.
fn cut(line: &str, bytes_max: usize) -> usize {
    let end = line.floor_char_boundary(bytes_max);
    match line[..end].rfind(' ') {
        Some(space) if space >= end / 2 => space + 1,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_line_ends() {
        assert_eq!(split("one\ntwo\nthree", 8), ["one\ntwo", "three"]);
        assert_eq!(split("one", 8), ["one"]);
        assert_eq!(split("a word too long", 8), ["a word ", "too long"]);
        assert_eq!(split("äöüäöü", 5), ["äö", "üä", "öü"]);
        assert_eq!(split("x\n\n\n\n\n\n\n\n\n\ny", 4).len(), 2);
        assert_eq!(split("\n \n", 8), Vec::<String>::new());
    }

    #[test]
    fn cutting_loses_nothing_but_line_ends() {
        let text = "lorem ipsum\ndolor sit amet consectetur\n\nadipiscing";
        for bytes_max in 4..60 {
            let posts = split(text, bytes_max);
            assert!(
                posts.iter().all(|post| post.len() <= bytes_max),
                "{posts:?}"
            );
            let flat = |text: &str| text.replace(['\n', ' '], "");
            assert_eq!(flat(&posts.concat()), flat(text));
        }
    }
}
