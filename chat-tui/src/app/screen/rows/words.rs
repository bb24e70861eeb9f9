//! The words of a log's items and how they wrap into rows.

use std::borrow::Cow;
use std::ops::Range;

use chat_core::{Body, Entry, File, Nick};

use super::{Feed, Item, Lines};
use crate::app::conversation::{Outgoing, OutgoingState};
use crate::app::files::{self, Progress};
use crate::app::marks::{Edited, Now};
use crate::app::model::Host;
use crate::app::promise;
use crate::app::screen::layout::Columns;
use crate::text;

impl<'a> Feed<'a> {
    /// The rows that an item's text takes; `None` for items that are one row and no text.
    #[must_use]
    pub fn lines(&self, item: Item<'_>) -> Option<Lines> {
        match item {
            Item::Entry(entry, _) => Some(self.entry_lines(entry)),
            Item::Upload(file) => {
                let text = format!("[{} · {}]", file.name, files::size(file.bytes));
                Some(self.wrapped(&text, &file.words()))
            }
            Item::Outgoing(outgoing) => {
                let remark = match &outgoing.state {
                    OutgoingState::Refused { reason, .. } => reason.as_str(),
                    _ => "",
                };
                Some(self.wrapped(&self.outgoing_text(outgoing), remark))
            }
            Item::Picture(hung) => hung.state.words().map(|said| self.wrapped(said, "")),
            Item::Promise(nick) => Some(self.wrapped(&promise::sentence(nick), "")),
            Item::Note(host) => Some(self.note_lines(host)),
            _ => None,
        }
    }

    /// What an entry says now, what is to be said of that, and why an edit of it was refused or how
    /// far its file has come.
    fn entry_lines(&self, entry: &Entry) -> Lines {
        let now = self.view.now(entry);
        let file = self.app.downloads.get(self.view.id(), entry.seq);
        let remark = match now.refused {
            Some(why) => Some(format!("not changed: {why}")),
            None => file.map(Progress::words),
        };
        let said = entry_text(&entry.nick, &now.body);
        let mark = mark_of(&now);
        let text = match mark {
            "" => said,
            mark => Cow::Owned(format!("{said} {mark}")),
        };
        let mut lines = self.wrapped(&text, remark.as_deref().unwrap_or_default());
        let end = lines.rows[lines.remark_at - 1].end;
        lines.mark = end.saturating_sub(mark.len())..end;
        lines
    }

    fn wrapped(&self, text: &str, remark: &str) -> Lines {
        let shown = text::shown(text, self.app.options.emoji);
        let width = usize::from(self.columns.text);
        let mut rows = text::wrap(&shown, width);
        let remark_at = rows.len();
        if remark.is_empty() {
            return Lines {
                shown: shown.into_owned(),
                rows,
                at: self.columns.text_at,
                mark: 0..0,
                remark_at,
            };
        }
        let remark = text::shown_line(remark, self.app.options.emoji);
        let start = shown.len();
        let moved = |row: Range<usize>| row.start + start..row.end + start;
        rows.extend(text::wrap(&remark, width).into_iter().map(moved));
        Lines {
            shown: shown.into_owned() + &remark,
            rows,
            at: self.columns.text_at,
            mark: 0..0,
            remark_at,
        }
    }

    fn outgoing_text(&self, outgoing: &'a Outgoing) -> Cow<'a, str> {
        match &outgoing.body {
            Body::Action(text) => Cow::Owned(format!("{} {text}", self.app.nick())),
            Body::Edit { text, .. } => Cow::Owned(format!("{text} (edit of an older message)")),
            body => Cow::Borrowed(body.text()),
        }
    }

    /// The command, or else the link alone, stands on a row of its own, in the text's column or from
    /// the left, so that it can be selected as one piece. Where neither fits, it is said where the
    /// link is: one that is cut in two joins nobody.
    fn note_lines(&self, host: &Host) -> Lines {
        let Columns { text_at, text, .. } = self.columns;
        let said = [
            format!(
                "others join with\n{}\n/link copies it again",
                host.command()
            ),
            format!(
                "others join with chat-tui join and\n{}\n/link copies it again",
                host.link
            ),
            "others join with the link that /link shows and copies".into(),
        ];
        let [command, link, elsewhere] =
            said.map(|said| text::shown(&said, self.app.options.emoji).into_owned());
        let fits = |said: &str, width: u16| {
            let widest = said.lines().map(text::width).max().unwrap_or(0);
            widest <= usize::from(width)
        };
        let whole = text_at + text;
        let (shown, at, width) = if fits(&command, text) {
            (command, text_at, text)
        } else if fits(&command, whole) {
            (command, 0, whole)
        } else if fits(&link, whole) {
            (link, 0, whole)
        } else {
            (elsewhere, text_at, text)
        };
        let rows = text::wrap(&shown, usize::from(width));
        Lines {
            at,
            mark: 0..0,
            remark_at: rows.len(),
            rows,
            shown,
        }
    }
}

/// What is to be said of an entry's text, if anything.
fn mark_of(now: &Now<'_>) -> &'static str {
    match (now.going, now.edited) {
        (true, _) => "(being taken back …)",
        (false, Edited::Pending) => "(edited …)",
        (false, Edited::Yes) => "(edited)",
        (false, Edited::No) => "",
    }
}

/// What is said of a file, and below it what its author says.
fn file_text(file: &File) -> String {
    let mut text = format!("[{} · {}", file.name, files::size(file.bytes));
    // What is only said to be bytes is not said at all.
    if !matches!(file.media.as_str(), "" | "application/octet-stream") {
        text += &format!(" · {}", file.media);
    }
    text.push(']');
    if !file.caption.is_empty() {
        text += &format!("\n{}", file.caption);
    }
    text
}

/// What an entry of somebody with this nick says, as it stands in the text column.
#[must_use]
pub fn entry_text<'a>(nick: &Nick, body: &'a Body) -> Cow<'a, str> {
    match body {
        Body::Post(text) => Cow::Borrowed(text.as_str()),
        Body::Action(text) => Cow::Owned(format!("{nick} {text}")),
        Body::Topic(text) if text.is_empty() => Cow::Owned(format!("{nick} removed the topic")),
        Body::Topic(text) => Cow::Owned(format!("{nick} set the topic: {text}")),
        Body::Removed => Cow::Borrowed("(taken back)"),
        // These have no row of their own, but may be told one by one.
        Body::Edit { text, .. } => Cow::Owned(format!("{nick} edited a message: {text}")),
        Body::Deletion { .. } => Cow::Owned(format!("{nick} took a message back")),
        Body::Reaction { emoji, .. } => Cow::Owned(format!("{nick} reacts with {emoji}")),
        Body::Unreaction { emoji, .. } => {
            Cow::Owned(format!("{nick} no longer reacts with {emoji}"))
        }
        Body::File(file) => Cow::Owned(file_text(file)),
        _ => Cow::Borrowed("(something that this version can't show: update it)"),
    }
}
