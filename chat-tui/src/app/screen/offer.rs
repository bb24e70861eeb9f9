//! The emoji that are offered while the name of one is typed (`:thu`): which, and where they stand.
//! Nothing is offered for `10:30`, `::` or `:/etc`.

use emojis::Emoji;
use ratatui::layout::Rect;

use super::layout;
use crate::app::completion;
use crate::app::model::{App, Focus};
use crate::text;

/// Most that are offered: more are found by typing on, or in the list.
const ITEMS_MAX: usize = 5;
/// Fewer characters behind the colon are the beginning of too many, and of smileys.
const NAME_LEAST: usize = 2;
/// Fewer rows of the log than this, and nothing is offered.
const LOG_LEAST: u16 = 3;
/// Columns of one, at most.
const COLUMNS_MAX: usize = 32;

/// What is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is typed, with its colon.
    pub word: String,
    /// From top to bottom. At least one.
    pub items: Vec<Item>,
    /// Index of the one that Tab takes.
    pub selected: usize,
    /// All of it.
    pub area: Rect,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The emoji.
    pub emoji: &'static Emoji,
    /// The name that fits what is typed.
    pub name: &'static str,
}

impl Item {
    /// As it stands on the screen.
    #[must_use]
    pub fn label(&self) -> String {
        format!(" {} {} ", self.emoji, self.name)
    }
}

/// What is offered now, if anything.
#[must_use]
pub fn offer(app: &App) -> Option<Offer> {
    if app.focus() != Focus::Input || app.completion.is_some() {
        return None;
    }
    let (start, word) = completion::word(app.input());
    let name = word.strip_prefix(':').filter(|name| is_name(name))?;
    if app.offer.word == word && app.offer.dismissed {
        return None;
    }
    let areas = layout::areas(app);
    let rows = (areas.log.height / 2).min(u16::try_from(ITEMS_MAX).unwrap_or(1));
    if areas.log.height < LOG_LEAST {
        return None;
    }
    let items: Vec<_> = completion::emoji(name, app.options.emoji)
        .into_iter()
        .take(usize::from(rows))
        .map(|(emoji, name)| Item { emoji, name })
        .collect();
    let widest = items
        .iter()
        .map(|item| text::width(&text::shown_line(&item.label(), app.options.emoji)))
        .max()?;
    let width = u16::try_from(widest.min(COLUMNS_MAX)).unwrap_or(0);
    let height = u16::try_from(items.len()).unwrap_or(rows);
    let typed = areas.input_text();
    let cursor = app.input().layout(typed.width, typed.height.max(1)).x;
    let before = text::width(&app.input().text()[start..start + word.len()]);
    let at = typed.x + cursor.saturating_sub(u16::try_from(before).unwrap_or(0));
    let width = width.min(areas.log.width);
    let selected = match app.offer.word == word {
        true => app.offer.selected.min(items.len() - 1),
        false => 0,
    };
    Some(Offer {
        word: word.to_owned(),
        items,
        selected,
        area: Rect {
            // No border is crossed.
            x: at.clamp(areas.log.x, areas.log.right() - width),
            y: areas.log.bottom() - height,
            width,
            height,
        },
    })
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    name.len() >= NAME_LEAST && name.chars().all(fits)
}
