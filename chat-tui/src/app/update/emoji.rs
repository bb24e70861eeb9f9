//! Emoji: the list to pick one from, the ones offered while a name is typed, those used last.

use chat_core::{ConversationId, Seq};
use emojis::Group;

use super::{Effects, change, editing, picker};
use crate::app::action::Action;
use crate::app::model::{OfferState, RECENT_EMOJI_MAX};
use crate::app::popup::{EmojiFor, Picker, PickerItem, PickerKind, PickerState, Popup, Target};
use crate::app::{App, Effect, Store, completion, offer};
use crate::editor::Editor;

/// Opens the list, for the input.
pub(super) fn pick(app: &mut App) {
    open(app, EmojiFor::Input);
}

/// Opens the list, for a reaction.
pub(super) fn pick_reaction(app: &mut App, conversation: ConversationId, of: Seq) {
    open(app, EmojiFor::Reaction { conversation, of });
}

fn open(app: &mut App, what: EmojiFor) {
    let group = None;
    let items = items(app, group);
    app.popups.push(Popup::Picker(Picker {
        kind: PickerKind::Emoji { what, group },
        query: Editor::new(),
        matches: (0..items.len()).collect(),
        items,
        selected: 0,
        state: PickerState::Complete,
    }));
}

/// Those used last first, unless only a category is wanted.
fn items(app: &App, wanted: Option<Group>) -> Vec<PickerItem> {
    let recent = app.recent_emoji.iter();
    let recent: Vec<_> = recent.filter_map(|text| emojis::get(text)).collect();
    let known = completion::known_emoji(app.options.emoji);
    let others = known.filter(|emoji| match wanted {
        Some(group) => emoji.group() == group,
        None => !recent.contains(emoji),
    });
    let first = recent.iter().copied().filter(|_| wanted.is_none());
    first.chain(others).map(item).collect()
}

fn item(emoji: &'static emojis::Emoji) -> PickerItem {
    let name = emoji.shortcode().unwrap_or(emoji.name());
    let others = emoji.shortcodes().skip(1);
    let known: Vec<_> = others
        .chain([emoji.name()])
        .filter(|other| *other != name)
        .collect();
    PickerItem {
        label: format!("{emoji} {name}"),
        detail: known.join(", "),
        target: Target::Emoji(emoji.as_str().to_owned()),
    }
}

/// The next category, or the one before; all of them are one, too.
pub(super) fn step_group(app: &mut App, step: isize) {
    let Some(Popup::Picker(Picker {
        kind: PickerKind::Emoji { group, .. },
        ..
    })) = app.popup()
    else {
        return picker_step(app, step);
    };
    let groups: Vec<_> = std::iter::once(None)
        .chain(Group::iter().map(Some))
        .collect();
    let at = groups.iter().position(|other| other == group).unwrap_or(0);
    let next = groups[(at + groups.len()).saturating_add_signed(step) % groups.len()];
    let items = items(app, next);
    if let Some(Popup::Picker(picker)) = app.popups.last_mut() {
        if let PickerKind::Emoji { group, .. } = &mut picker.kind {
            *group = next;
        }
        picker.items = items;
    }
    picker::filter(app);
}

fn picker_step(app: &mut App, step: isize) {
    super::popups::step(app, step);
}

/// One was picked.
pub(super) fn picked(app: &mut App, what: EmojiFor, emoji: &str, out: &mut Effects) {
    match what {
        EmojiFor::Input => {
            app.input_mut().insert(emoji);
            used(app, emoji, out);
        }
        EmojiFor::Reaction { conversation, of } => {
            if let Some(view) = app.conversation_mut(conversation) {
                view.selected = None;
            }
            change::react(app, conversation, of, emoji, out);
        }
    }
}

/// Remembers one as used last.
pub(super) fn used(app: &mut App, emoji: &str, out: &mut Effects) {
    if app.recent_emoji.first().is_some_and(|last| last == emoji) {
        return;
    }
    app.recent_emoji.retain(|other| other != emoji);
    app.recent_emoji.insert(0, emoji.to_owned());
    app.recent_emoji.truncate(RECENT_EMOJI_MAX);
    out.push(Effect::Store(Store::EmojiUsed(emoji.to_owned())));
}

/// The emoji that somebody means: itself, or its name with or without colons.
pub(super) fn named(meant: &str) -> Option<&'static str> {
    let meant = meant.trim();
    let name = meant.strip_prefix(':').unwrap_or(meant);
    let name = name.strip_suffix(':').unwrap_or(name).to_lowercase();
    let found = emojis::get(meant).or_else(|| emojis::get_by_shortcode(&name))?;
    Some(found.as_str())
}

/// What keys mean while emoji are offered for what is typed; `None` if they mean what they always do.
pub(super) fn act(app: &mut App, action: Action, out: &mut Effects) -> Option<()> {
    let offer = offer::offer(app)?;
    let count = offer.items.len();
    let (selected, dismissed) = match action {
        Action::Up => ((offer.selected + count - 1) % count, false),
        Action::Down => ((offer.selected + 1) % count, false),
        Action::Escape => (0, true),
        Action::Complete => {
            take(app, offer.selected, out);
            return Some(());
        }
        _ => return None,
    };
    app.offer = OfferState {
        word: offer.word,
        selected,
        dismissed,
    };
    Some(())
}

/// Takes one of those that are offered.
pub(super) fn take(app: &mut App, index: usize, out: &mut Effects) {
    let Some(offer) = offer::offer(app) else {
        return;
    };
    if let Some(item) = offer.items.get(index) {
        editing::complete_to(app, index);
        used(app, item.emoji.as_str(), out);
    }
}
