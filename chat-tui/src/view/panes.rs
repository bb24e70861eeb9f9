//! The panes at the sides: conversations on the left, people on the right.

use chat_core::{ConversationKind, Presence};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use crate::app::conversation::{ConversationView, Sound};
use crate::app::{App, layout};

/// The conversations, with what is unread in each.
pub(super) fn conversations(app: &App, area: Rect, canvas: &mut Canvas<'_>) {
    let visible = layout::visible_conversations(app, area);
    for (view, y) in app.conversations[visible].iter().zip(area.y..) {
        let row = Rect::new(area.x, y, area.width, 1);
        conversation(view, row, canvas);
        if app.current == Some(view.id()) {
            canvas.restyle(row, canvas.theme.picked);
        }
    }
}

fn conversation(view: &ConversationView, row: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let (count, count_style) = count(view, canvas);
    let mut end = row.right().saturating_sub(1);
    if !count.is_empty() {
        end = canvas
            .text_right(end, row.y, &count, count_style)
            .saturating_sub(1);
    }
    let name_style = match (view.sound, view.unread.entries) {
        (Sound::Muted, _) => theme.faint,
        (Sound::On, 0) => theme.text,
        (Sound::On, _) => theme.text.patch(Style::new().bold()),
    };
    let x = row.x + 1;
    canvas.text(x, row.y, end.saturating_sub(x), &view.title(), name_style);
}

/// How many entries are unread; in a room `@` and how many mentions where there are some.
fn count(view: &ConversationView, canvas: &Canvas<'_>) -> (String, Style) {
    let theme = canvas.theme;
    let unread = view.unread;
    match (unread.entries, unread.mentions, view.info.kind) {
        (0, 0, _) => (String::new(), theme.text),
        (entries, 0, _) => (short(entries), theme.unread),
        (_, mentions, ConversationKind::Room | ConversationKind::Canvas) => {
            (format!("@{}", short(mentions)), theme.mention)
        }
        (entries, _, ConversationKind::Direct) => (short(entries), theme.mention),
    }
}

fn short(count: u64) -> String {
    match count {
        0..1000 => count.to_string(),
        _ => "999+".to_owned(),
    }
}

/// Who is there: `●` online, `◌` away, `○` not there; `·` while nobody knows.
pub(super) fn people(app: &App, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(view) = app.current() else {
        return;
    };
    let theme = canvas.theme;
    let visible = layout::visible_people(app, area);
    for (person, y) in view.roster.people()[visible].iter().zip(area.y..) {
        let (sign, style, nick) = match person.presence {
            // What was last heard may be long over.
            _ if !app.is_online() => ("·", theme.faint, theme.faint),
            Presence::Online => ("●", theme.good, theme.nick(person.account)),
            Presence::Away => ("◌", theme.warning, theme.faint),
            Presence::Offline => ("○", theme.faint, theme.faint),
        };
        canvas.text(area.x + 1, y, area.width.saturating_sub(1), sign, style);
        let width = area.width.saturating_sub(4);
        canvas.text(area.x + 3, y, width, person.nick.as_str(), nick);
    }
}
