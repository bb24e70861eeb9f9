//! The reactions to an entry as they stand below it: `👍 2  ❤ alice  🎉 you`.

use chat_core::Entry;

use super::Feed;
use crate::app::marks::{Own, Reactions};
use crate::text;

/// Most kinds of reactions below one entry: more of them say less. The rest is counted.
const CHIPS_MAX: usize = 12;
/// Columns of the name of one who reacts alone: of more, it is cut.
const NAME_COLUMNS: usize = 12;
/// A larger count is not exact any more.
const COUNT_MAX: usize = 999;
/// Columns between two.
const BETWEEN: u16 = 2;

/// The reactions with one emoji, in their row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// In columns from the left of the log.
    pub x: u16,
    /// Its width.
    pub width: u16,
    /// As a terminal can show it.
    pub text: String,
    /// What a click joins in with or takes back; `None` where the rest is counted.
    pub emoji: Option<String>,
    /// Whether one is among them.
    pub own: Own,
}

impl Feed<'_> {
    /// The rows of reactions to an entry. At least one.
    #[must_use]
    pub fn chips(&self, entry: &Entry) -> Vec<Vec<Chip>> {
        let all = self.view.reactions(entry.seq, self.me());
        let rest = all.len().saturating_sub(CHIPS_MAX);
        let shown = all.into_iter().take(CHIPS_MAX);
        let mut chips: Vec<_> = shown
            .map(|reactions| {
                let text = label(&reactions);
                (text, Some(reactions.emoji), reactions.own)
            })
            .collect();
        if rest > 0 {
            chips.push((format!("and {rest} more"), None, Own::No));
        }
        self.placed(chips)
    }

    fn placed(&self, chips: Vec<(String, Option<String>, Own)>) -> Vec<Vec<Chip>> {
        let (left, room) = (self.columns.text_at, self.columns.text.max(1));
        let mut rows = vec![Vec::new()];
        let mut x = left;
        for (label, emoji, own) in chips {
            let label = text::shown_line(&label, self.app.options.emoji);
            let text = text::fit(&label, usize::from(room)).into_owned();
            let width = u16::try_from(text::width(&text)).unwrap_or(room);
            if x > left && x + width > left + room {
                rows.push(Vec::new());
                x = left;
            }
            if let Some(row) = rows.last_mut() {
                row.push(Chip {
                    x,
                    width,
                    text,
                    emoji,
                    own,
                });
            }
            x += width + BETWEEN;
        }
        rows
    }
}

/// Who alone reacts is named; more are counted, and oneself is named among them.
fn label(reactions: &Reactions) -> String {
    let emoji = &reactions.emoji;
    let others = reactions.count - usize::from(reactions.own.stands());
    let name = || {
        let nick = reactions.nick.as_ref().map(|nick| nick.as_str());
        text::fit(nick.unwrap_or("1"), NAME_COLUMNS).into_owned()
    };
    let count = |count: usize| match count {
        ..=COUNT_MAX => count.to_string(),
        _ => format!("{COUNT_MAX}+"),
    };
    let said = match (reactions.own.stands(), others) {
        (true, 0) => format!("{emoji} you"),
        (true, others) => format!("{emoji} you +{}", count(others)),
        (false, 1) => format!("{emoji} {}", name()),
        (false, others) => format!("{emoji} {}", count(others)),
    };
    match reactions.own {
        Own::Pending(_) => format!("{said} …"),
        Own::Yes | Own::No => said,
    }
}
