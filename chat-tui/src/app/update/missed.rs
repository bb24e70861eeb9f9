//! Looks through what was missed: once everything that the server sends by itself is there, fetches
//! what lies before it, within limits, and shows what one has to know.

use chat_core::command::{Direction, History};
use chat_core::event::Page;
use chat_core::limits::PAGE_ENTRIES;
use chat_core::{Conversation, ConversationId, ConversationKind, Entry, Seq};

use super::{Effects, reading};
use crate::app::conversation::Scroll;
use crate::app::menu::{Menu, MenuKind};
use crate::app::missed::{
    Count, Hint, LOOKED_THROUGH_ALL_MAX, LOOKED_THROUGH_MAX, Listed, Missed, Range, Stage, Typing,
    Unseen, Visit,
};
use crate::app::model::{Focus, TerminalFocus};
use crate::app::popup::Popup;
use crate::app::request::Asked;
use crate::app::{App, ConversationView, Effect, Store};
use crate::settings::Returning;

/// The connection is gone: an absence begins.
pub(super) fn gone(app: &mut App) {
    app.away.stage = Stage::Idle;
    app.away.typing = Typing::NotYet;
}

/// There is a login.
pub(super) fn connected(app: &mut App) {
    app.away.stage = Stage::Announcing;
    app.away.ranges.clear();
    app.away.gaps.clear();
    app.away.budget = match app.options.returning {
        Returning::View | Returning::Hint => LOOKED_THROUGH_ALL_MAX,
        // Nobody waits for it: nothing is fetched that may not be wanted.
        Returning::Off => 0,
    };
}

/// A conversation is announced that had entries up to `held` before; it was read up to `read`.
pub(super) fn announced(app: &mut App, info: &Conversation, held: Option<Seq>, read: Seq) {
    if app.away.stage == Stage::Announcing && read < info.head {
        app.away.ranges.push(Range {
            conversation: info.id,
            after: read,
            until: info.head,
            known: match app.away.visit {
                Visit::First => read,
                Visit::Again => held.unwrap_or(read),
            },
            fetched: Default::default(),
            looked_through: 0,
            skipped: 0,
        });
    }
}

/// All conversations are announced.
pub(super) fn ready(app: &mut App) {
    if app.away.stage == Stage::Announcing {
        app.away.stage = Stage::CatchingUp;
    }
}

/// After each event.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    if app.away.stage != Stage::CatchingUp {
        return;
    }
    let is_here = |range: &Range| {
        app.conversation(range.conversation)
            .is_none_or(|view| view.log.last() >= range.until)
    };
    if !app.away.ranges.iter().all(is_here) {
        return;
    }
    let gaps: Vec<Unseen> = app
        .away
        .ranges
        .iter()
        .filter_map(|range| Some((range, app.conversation(range.conversation)?)))
        .flat_map(|(range, view)| unseen(view, range))
        .collect();
    app.away.gaps = gaps;
    app.away.stage = Stage::Fetching;
    next(app, out);
}

/// The parts of what was missed that are not held.
fn unseen(view: &ConversationView, range: &Range) -> Vec<Unseen> {
    let held = view.log.entries_after(range.after);
    let held = held.map(|entry| entry.seq);
    let mut gaps = Vec::new();
    let mut after = range.after;
    for before in held
        .take_while(|seq| *seq <= range.until)
        .chain([range.until.next()])
    {
        if before > after.next() {
            gaps.push(Unseen {
                conversation: range.conversation,
                after,
                before,
            });
        }
        after = before;
    }
    gaps
}

/// Fetches what is to be looked through next; when there is nothing more, tells what was missed.
fn next(app: &mut App, out: &mut Effects) {
    while let Some(gap) = app.away.gaps.last().copied() {
        let conversation = gap.conversation;
        let budget = app.away.budget;
        let range = range(app, conversation);
        if budget > 0 && range.is_some_and(|range| range.looked_through < LOOKED_THROUGH_MAX) {
            let asked = Asked::Missed {
                conversation,
                before: gap.before,
            };
            let history = |request| {
                History {
                    request,
                    conversation,
                    from: gap.before,
                    direction: Direction::Before,
                    entries_max: Some(PAGE_ENTRIES),
                }
                .into()
            };
            if app.ask(asked, history, out).is_some() {
                return;
            }
        }
        give_up(app, gap);
    }
    app.away.stage = Stage::Idle;
    tell(app);
    app.away.visit = Visit::Again;
}

fn range(app: &mut App, conversation: ConversationId) -> Option<&mut Range> {
    let mut ranges = app.away.ranges.iter_mut();
    ranges.find(|range| range.conversation == conversation)
}

fn give_up(app: &mut App, gap: Unseen) {
    app.away.gaps.pop();
    if let Some(range) = range(app, gap.conversation) {
        range.skipped += gap.before.0 - gap.after.0 - 1;
    }
}

/// A page came, or none for whatever reason.
pub(super) fn page(
    app: &mut App,
    conversation: ConversationId,
    before: Seq,
    page: Option<Page>,
    out: &mut Effects,
) {
    let asked = |gap: &Unseen| gap.conversation == conversation && gap.before == before;
    let gap = app.away.gaps.last().copied().filter(asked);
    let (Stage::Fetching, Some(gap)) = (app.away.stage, gap) else {
        // It was asked on a connection that is gone.
        return;
    };
    let mut entries = page.map(|page| page.entries).unwrap_or_default();
    entries.retain(|entry| entry.seq < before);
    let Some(first) = entries.first().map(|entry| entry.seq) else {
        give_up(app, gap);
        return next(app, out);
    };
    let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let missed = entries.iter().filter(|entry| entry.seq > gap.after);
    let missed: Vec<_> = missed.map(|entry| (entry.seq, entry.clone())).collect();
    out.push(Effect::Store(Store::Entries(entries)));
    app.away.budget = app.away.budget.saturating_sub(count);
    if let Some(range) = range(app, conversation) {
        range.looked_through += count;
        range.fetched.extend(missed);
    }
    if let Some(gap) = app.away.gaps.last_mut() {
        gap.before = first;
        if gap.after.next() >= first {
            app.away.gaps.pop();
        }
    }
    next(app, out);
}

/// Everything has been looked through, or given up.
fn tell(app: &mut App) {
    let ranges = std::mem::take(&mut app.away.ranges);
    let mut missed = Missed::default();
    let (mut mentions, mut direct) = (Vec::new(), Vec::new());
    let mut is_new = false;
    for range in ranges {
        let Some(view) = app.conversation(range.conversation) else {
            continue;
        };
        let held = view.log.entries_after(range.after);
        let held = held.take_while(|entry| entry.seq <= range.until);
        let held = held.map(|entry| (entry.seq, entry.clone()));
        let mut entries = range.fetched;
        // What is held is newer, if it was changed since.
        entries.extend(held);
        entries.retain(|_, entry| reading::counts(app, entry));
        let last = entries.keys().next_back();
        is_new |= last.is_some_and(|last| *last > range.known);
        let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let entries = entries.into_values();
        let named: Vec<Entry> = entries
            .filter(|entry| reading::mentions(app, view, entry))
            .collect();
        let count = Count {
            conversation: range.conversation,
            entries: count + range.skipped,
            mentions: u64::try_from(named.len()).unwrap_or(u64::MAX),
        };
        if count.entries > 0 {
            missed.counts.push(count);
        }
        match view.info.kind {
            ConversationKind::Direct => direct.extend(named),
            _ => {
                mentions.extend(named);
                missed.skipped += range.skipped;
            }
        }
    }
    if !is_new {
        return;
    }
    missed.mentions = Listed::new(mentions);
    missed.direct = Listed::new(direct);
    let places: Vec<_> = app.conversations.iter().map(ConversationView::id).collect();
    let place = |count: &Count| places.iter().position(|id| *id == count.conversation);
    missed.counts.sort_by_key(place);
    app.away.missed = Some(missed);
    if missed_in_view(app) {
        return;
    }
    let is_busy = app.away.typing == Typing::Yes || app.focus() != Focus::Input;
    match app.options.returning {
        Returning::Off => {}
        Returning::View if !is_busy => open(app),
        Returning::View | Returning::Hint => app.away.hint = Hint::Shown,
    }
}

/// Whether all that was missed stands on the screen already: after an outage somebody who reads along
/// needs no list.
fn missed_in_view(app: &App) -> bool {
    let followed = app.current().filter(|view| view.scroll == Scroll::Newest);
    let followed = followed.map(ConversationView::id);
    let counts = app.away.missed.iter().flat_map(|missed| &missed.counts);
    app.away.visit == Visit::Again
        && app.terminal == TerminalFocus::Here
        && counts
            .into_iter()
            .all(|count| Some(count.conversation) == followed)
}

/// F7: shows what was missed on the last return.
pub(super) fn open(app: &mut App) {
    app.away.hint = Hint::Hidden;
    if app.away.missed.is_some() {
        app.popups.push(Popup::Menu(Menu::new(MenuKind::Missed)));
    } else {
        app.inform("nothing was missed while you were away");
    }
}

/// A key was pressed, or something pasted. `before` stood in the input.
pub(super) fn typed(app: &mut App, before: &str) {
    if app.input().text() != before {
        app.away.typing = Typing::Yes;
    }
}
