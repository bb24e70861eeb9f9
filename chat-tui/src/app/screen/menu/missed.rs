//! What was missed, as lines: mentions, direct messages, and how much there is in each conversation.

use chat_core::{ConversationKind, Entry};

use super::Piece;
use crate::app::dialog::Tone;
use crate::app::menu::Pick;
use crate::app::missed::{Count, Listed};
use crate::app::model::App;
use crate::app::rows;

/// Characters of what was said that are shown: more than a row has.
const SAID_CHARS: usize = 200;

pub(super) fn pieces(app: &App) -> Vec<Piece> {
    let Some(missed) = &app.away.missed else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    listed(app, "you were mentioned", &missed.mentions, &mut pieces);
    if missed.skipped > 0 {
        let why = format!(
            "{} older messages were not looked through for your name",
            missed.skipped
        );
        pieces.push(Piece::said(why, Tone::Faint));
    }
    listed(app, "written to you", &missed.direct, &mut pieces);
    if !missed.counts.is_empty() {
        pieces.push(heading("new in", &pieces));
    }
    for count in &missed.counts {
        pieces.extend(counted(app, count));
    }
    pieces
}

fn heading(text: &str, above: &[Piece]) -> Piece {
    let before = if above.is_empty() { "" } else { "\n" };
    Piece::said(format!("{before}{text}"), Tone::Title)
}

fn listed(app: &App, title: &str, listed: &Listed, pieces: &mut Vec<Piece>) {
    if listed.is_empty() {
        return;
    }
    pieces.push(heading(title, pieces));
    if listed.earlier > 0 {
        let earlier = format!("{} earlier ones are not listed", listed.earlier);
        pieces.push(Piece::said(earlier, Tone::Faint));
    }
    for entry in &listed.entries {
        pieces.push(said(app, entry));
    }
}

/// The first line of what somebody said, and where and when.
fn said(app: &App, entry: &Entry) -> Piece {
    let view = app.conversation(entry.conversation);
    // It may have been changed since.
    let entry = view
        .and_then(|view| view.log.get(entry.seq))
        .unwrap_or(entry);
    let place = match view.map(|view| (view.info.kind, view.title())) {
        Some((ConversationKind::Direct, _)) | None => String::new(),
        Some((_, title)) => format!("{title} "),
    };
    let now = view.map(|view| view.now(entry));
    let body = now.as_ref().map_or(&entry.body, |now| &now.body);
    let whole = rows::entry_text(&entry.nick, body);
    let mut lines = whole.lines();
    let first = chat_core::text::line(lines.next().unwrap_or_default(), SAID_CHARS);
    let more = if lines.next().is_some() { " …" } else { "" };
    let text = format!("{place}{}: {first}{more}", entry.nick);
    let when = rows::moment(entry.at, &app.zone);
    let today = rows::date(app.now, &app.zone) == rows::date(entry.at, &app.zone);
    let when = match when.split_once(' ') {
        Some((_, time)) if today => time.to_owned(),
        _ => when,
    };
    Piece::picked(text, when, Pick::Entry(Box::new(entry.clone())))
}

fn counted(app: &App, count: &Count) -> Option<Piece> {
    let view = app.conversation(count.conversation)?;
    let naming = match (view.info.kind, count.mentions) {
        (ConversationKind::Direct, _) | (_, 0) => String::new(),
        (_, 1) => ", 1 names you".to_owned(),
        (_, mentions) => format!(", {mentions} name you"),
    };
    let text = format!("{}  {} new{naming}", view.title(), count.entries);
    let pick = Pick::Conversation(count.conversation);
    Some(Piece::picked(text, "", pick))
}
