//! Lists to pick from: go to, people, rooms. Filtered as one types, best match first.

use std::collections::HashSet;

use chat_core::event::RoomList;
use chat_core::{ConversationKind, Presence};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Matcher, Utf32Str};

use super::{Effects, commands, emoji, navigate};
use crate::app::App;
use crate::app::popup::{Picker, PickerItem, PickerKind, PickerState, Popup, Target};
use crate::editor::Editor;

/// Most rooms in the list; with more of them, one types a name.
const ROOMS_MAX: usize = 2_000;

/// Ctrl+K: conversations first, then people to open one with.
pub(super) fn go_to(app: &mut App) {
    let mut items: Vec<_> = app
        .conversations
        .iter()
        .filter(|view| Some(view.id()) != app.current)
        .map(|view| PickerItem {
            label: view.title(),
            detail: match view.unread.entries {
                0 => view.info.topic.to_string(),
                unread => format!("{unread} new"),
            },
            target: Target::Conversation(view.id()),
        })
        .collect();
    // What is new is most likely wanted.
    items.sort_by_key(|item| !item.detail.ends_with(" new"));
    let known: HashSet<_> = items.iter().map(|item| item.label.clone()).collect();
    let others = person_items(app)
        .into_iter()
        .filter(|item| !known.contains(&item.label));
    items.extend(others);
    open(app, PickerKind::GoTo, items, PickerState::Complete);
}

/// F3: everybody that is known.
pub(super) fn people(app: &mut App) {
    let items = person_items(app);
    open(app, PickerKind::Person, items, PickerState::Complete);
}

/// `/rooms`: filled as the pages come.
pub(super) fn rooms(app: &mut App) {
    open(app, PickerKind::Room, Vec::new(), PickerState::Loading);
}

/// Everybody in any roster but oneself: present ones first, in the order of the rosters.
fn person_items(app: &App) -> Vec<PickerItem> {
    let mut seen = HashSet::new();
    let here = app.current().into_iter();
    let mut people: Vec<_> = here
        .chain(&app.conversations)
        .flat_map(|view| view.roster.people())
        .filter(|person| !app.is_me(person.account) && seen.insert(person.account))
        .collect();
    people.sort_by_key(|person| person.presence == Presence::Offline);
    let offline = app.conversations.iter().filter(|view| {
        view.info.kind == ConversationKind::Direct
            && view.info.peer.is_none_or(|peer| !seen.contains(&peer))
    });
    let item = |nick: String, presence: Presence| PickerItem {
        label: format!("@{nick}"),
        detail: match presence {
            _ if !app.is_online() => String::new(),
            Presence::Online => "online".into(),
            Presence::Away => "away".into(),
            Presence::Offline => "offline".into(),
        },
        target: Target::Person(nick),
    };
    let offline = offline.map(|view| item(view.info.name.to_string(), Presence::Offline));
    people
        .into_iter()
        .map(|person| item(person.nick.to_string(), person.presence))
        .chain(offline)
        .collect()
}

fn open(app: &mut App, kind: PickerKind, items: Vec<PickerItem>, state: PickerState) {
    app.popups.push(Popup::Picker(Picker {
        kind,
        query: Editor::new(),
        matches: (0..items.len()).collect(),
        items,
        selected: 0,
        state,
    }));
}

/// A page of the room list came. Asks for the next one.
pub(super) fn add_rooms(app: &mut App, page: RoomList, out: &mut Effects) {
    let open = app.popups.iter_mut().rev().find_map(|popup| match popup {
        Popup::Picker(picker) if picker.kind == PickerKind::Room => Some(picker),
        _ => None,
    });
    // Closed meanwhile: the rest is not wanted.
    let Some(picker) = open else {
        return;
    };
    let last = page.rooms.last().map(|room| room.name.to_string());
    picker
        .items
        .extend(page.rooms.into_iter().map(|room| PickerItem {
            label: room.name.to_string(),
            detail: match room.topic.as_str() {
                "" => format!("{} of {} here", room.present, room.members),
                topic => format!("{} of {} here · {topic}", room.present, room.members),
            },
            target: Target::Room(room.name.to_string()),
        }));
    let more = page.more && last.is_some() && picker.items.len() < ROOMS_MAX;
    picker.state = if more {
        PickerState::Loading
    } else {
        PickerState::Complete
    };
    refilter(picker);
    if more {
        commands::ask_rooms(app, last, out);
    }
}

/// The list of rooms could not be had.
pub(super) fn rooms_failed(app: &mut App) {
    app.popups
        .retain(|popup| !matches!(popup, Popup::Picker(p) if p.kind == PickerKind::Room));
}

/// The query has changed.
pub(super) fn filter(app: &mut App) {
    if let Some(Popup::Picker(picker)) = app.popups.last_mut() {
        refilter(picker);
        picker.selected = 0;
    }
}

fn refilter(picker: &mut Picker) {
    let query = picker.query.text().trim();
    if query.is_empty() {
        picker.matches = (0..picker.items.len()).collect();
        return;
    }
    if matches!(picker.kind, PickerKind::Emoji { .. }) {
        picker.matches = named(&picker.items, &query.to_lowercase());
        picker.selected = picker.selected.min(picker.matches.len().saturating_sub(1));
        return;
    }
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::default();
    let mut buffer = Vec::new();
    let mut scored: Vec<_> = picker
        .items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let label = Utf32Str::new(&item.label, &mut buffer);
            pattern
                .score(label, &mut matcher)
                .map(|score| (std::cmp::Reverse(score), index))
        })
        .collect();
    scored.sort_unstable();
    picker.matches = scored.into_iter().map(|(_, index)| index).collect();
    picker.selected = picker.selected.min(picker.matches.len().saturating_sub(1));
}

/// The emoji that have all words of a query in their names: those of that very name first, then those
/// whose names begin so. Among so many names, letters that are only somewhere in them say nothing.
fn named(items: &[PickerItem], query: &str) -> Vec<usize> {
    let rank = |item: &PickerItem| {
        let name = item.label.split_once(' ').map_or("", |(_, name)| name);
        let names = || item.detail.split(", ").chain([name]);
        let mut words = query.split_whitespace();
        match () {
            () if names().any(|name| name == query) => Some(0),
            () if names().any(|name| name.starts_with(query)) => Some(1),
            () if words.all(|word| names().any(|name| name.contains(word))) => Some(2),
            () => None,
        }
    };
    let mut ranked: Vec<(u8, usize)> = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((rank(item)?, index)))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, index)| index).collect()
}

/// Opens what is picked; with nothing to pick, what is typed.
pub(super) fn accept(app: &mut App, out: &mut Effects) {
    let Some(Popup::Picker(picker)) = app.popups.last() else {
        return;
    };
    let picked = picker
        .matches
        .get(picker.selected)
        .and_then(|index| picker.items.get(*index))
        .map(|item| item.target.clone());
    let typed = picker.query.text().trim().to_owned();
    let target = match (picked, picker.kind) {
        (Some(target), _) => target,
        (None, _) if typed.is_empty() => return,
        (None, PickerKind::Emoji { .. }) => return,
        (None, PickerKind::Room) => Target::Room(typed),
        (None, PickerKind::GoTo) if typed.starts_with('#') => Target::Room(typed),
        (None, PickerKind::GoTo | PickerKind::Person) => Target::Person(typed),
    };
    let kind = picker.kind;
    app.popups.pop();
    match target {
        Target::Conversation(id) => navigate::show(app, id, out),
        Target::Person(nick) => commands::message(app, &nick, None, "", out),
        Target::Room(name) => commands::join(app, &name, "", out),
        Target::Emoji(picked) => {
            if let PickerKind::Emoji { what, .. } = kind {
                emoji::picked(app, what, &picked, out);
            }
        }
    }
}
