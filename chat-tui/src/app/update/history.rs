//! Pages: what comes near the screen and is not held is asked of the cache first, then of the
//! server. One page at a time and conversation.

use chat_core::command::{Direction, History};
use chat_core::event::Page;
use chat_core::limits::PAGE_ENTRIES;
use chat_core::{ConversationId, Entry, Seq};

use super::{Effects, reading};
use crate::app::conversation::{Opening, Scroll};
use crate::app::event::CachedPage;
use crate::app::log::{Gap, GapState, Key, Load, Part, Stage};
use crate::app::request::Asked;
use crate::app::rows::{Feed, Item, VisibleRow};
use crate::app::{App, Effect, Store};

/// How long to wait after a page was refused, in milliseconds.
const RETRY_MS: u64 = 3_000;

/// Asks for what is missing near the screen.
pub(super) fn want(app: &mut App, out: &mut Effects) {
    let online = app.is_online();
    let busy = app.current().is_none_or(|view| {
        let comes_by_itself = online && view.log.last() < view.live_after;
        comes_by_itself || view.log.load.is_some() || view.log.retry_at.is_some()
    });
    if busy {
        return;
    }
    if nothing_missing(app) {
        return;
    }
    let Some((gap, direction)) = reading::with_feed(app, near).flatten() else {
        return;
    };
    let from = match direction {
        Direction::Before => gap.before,
        Direction::After => gap.after,
    };
    let Some(view) = app.current_mut() else {
        return;
    };
    if !view.log.cache_lacks(from, direction) {
        let conversation = view.id();
        view.log.load = Some(Load {
            from,
            direction,
            stage: Stage::Cache,
        });
        out.push(Effect::LoadPage {
            conversation,
            from,
            direction,
            entries_max: PAGE_ENTRIES,
        });
    } else if online {
        let conversation = view.id();
        ask(app, conversation, from, direction, out);
    }
}

/// Whether it can be told without looking at rows that there is no gap near the screen: entries are
/// a row at least.
fn nothing_missing(app: &App) -> bool {
    let height = usize::from(app.size.height);
    app.current()
        .is_none_or(|view| view.scroll == Scroll::Newest && view.log.is_whole_at_end(height * 2))
}

/// The gap that should be filled next, and from which end: one within a screen of the screen,
/// nearest to what is being read.
fn near(feed: &Feed<'_>, height: usize) -> Option<(Gap, Direction)> {
    let top = feed.top(height);
    let newest = feed.view().scroll == Scroll::Newest;
    // Where reading stopped is reached from what is new, however much there is before it.
    let opening = matches!(feed.view().opening, Opening::WhenHeld(_));
    let first = feed.up(top, height);
    let mut rows = 0;
    let mut at = Some(first.key);
    let mut found: Option<(Gap, Direction)> = None;
    while let Some(key) = at {
        if let Some(Item::Gap(gap)) = feed.item(key)
            && gap.state == GapState::Missing
            // What lies behind the last entry is on its way by itself.
            && feed.view().log.get(gap.before).is_some()
        {
            let above = newest || opening || key <= top.key;
            let direction = if above {
                Direction::Before
            } else {
                Direction::After
            };
            match direction {
                Direction::Before => found = Some((gap, direction)),
                // One above is nearer, or was found before.
                Direction::After => return found.or(Some((gap, direction))),
            }
        }
        rows += feed.height(key);
        if rows > height * 3 {
            break;
        }
        at = feed.next(key);
    }
    found
}

fn ask(
    app: &mut App,
    conversation: ConversationId,
    from: Seq,
    direction: Direction,
    out: &mut Effects,
) {
    let asked = Asked::History {
        conversation,
        from,
        direction,
    };
    let history = |request| {
        History {
            request,
            conversation,
            from,
            direction,
            entries_max: Some(PAGE_ENTRIES),
        }
        .into()
    };
    let request = app.ask(asked, history, out);
    let again = app.now.plus(RETRY_MS);
    if let Some(view) = app.conversation_mut(conversation) {
        view.log.load = request.map(|request| Load {
            from,
            direction,
            stage: Stage::Network(request),
        });
        if request.is_none() {
            view.log.retry_at = Some(again);
        }
    }
}

/// The cache has answered: if it has nothing, the server is asked.
pub(super) fn cached(app: &mut App, page: CachedPage, out: &mut Effects) {
    let online = app.is_online();
    let Some(view) = app.conversation_mut(page.conversation) else {
        return;
    };
    let Some(load) = view
        .log
        .load
        .filter(|load| load.stage == Stage::Cache && load.from == page.from)
    else {
        return;
    };
    view.log.load = None;
    let adjoins = joined(&page.entries, load.from, load.direction);
    if adjoins {
        insert(app, page.conversation, page.entries);
        return;
    }
    view.log.note_cache_lacks(load.from, load.direction);
    if online {
        ask(app, page.conversation, load.from, load.direction, out);
    }
}

/// Whether a page is not empty and begins or ends right beside `from`.
fn joined(entries: &[Entry], from: Seq, direction: Direction) -> bool {
    match direction {
        Direction::Before => entries.last().is_some_and(|last| last.seq.next() == from),
        Direction::After => entries
            .first()
            .is_some_and(|first| from.next() == first.seq),
    }
}

/// The server has answered.
pub(super) fn page(
    app: &mut App,
    conversation: ConversationId,
    from: Seq,
    direction: Direction,
    page: Page,
    out: &mut Effects,
) {
    let Some(view) = app.conversation_mut(conversation) else {
        return;
    };
    view.log.load = None;
    let entries = page.entries;
    // What the server has no more is said, never skipped.
    let (nearest, furthest) = match direction {
        Direction::Before => (entries.last(), entries.first()),
        Direction::After => (entries.first(), entries.last()),
    };
    let end = match direction {
        Direction::Before => Seq(0),
        Direction::After => view.log.head().next(),
    };
    let mut lost = Vec::new();
    if !joined(&entries, from, direction) {
        lost.push((from, nearest.map_or(end, |entry| entry.seq)));
    }
    if let Some(furthest) = furthest.filter(|_| !page.more) {
        lost.push((furthest.seq, end));
    }
    for (one, other) in lost {
        view.log.lose(one.min(other), one.max(other));
    }
    if !entries.is_empty() {
        out.push(Effect::Store(Store::Entries(entries.clone())));
    }
    insert(app, conversation, entries);
}

/// The server didn't give a page: later, if it is still wanted.
pub(super) fn failed(app: &mut App, conversation: ConversationId) {
    let again = app.now.plus(RETRY_MS);
    let online = app.is_online();
    if let Some(view) = app.conversation_mut(conversation) {
        view.log.load = None;
        view.log.retry_at = online.then_some(again);
    }
}

/// Puts a page in its place. What is being read stays where it is, although a gap, or the line that
/// names a day, may go above it.
fn insert(app: &mut App, conversation: ConversationId, entries: Vec<Entry>) {
    let anchor = anchor(app).filter(|_| app.current == Some(conversation));
    let Some(view) = app.conversation_mut(conversation) else {
        return;
    };
    for entry in entries {
        view.log.insert(entry);
    }
    let to = anchor.and_then(|(key, offset)| {
        reading::with_feed(app, |feed, height| {
            feed.scroll_to(feed.up(VisibleRow { key, row: 0 }, offset), height)
        })
    });
    if let (Some(view), Some(to)) = (app.current_mut(), to) {
        view.scroll = to;
    }
    reading::recount(app, conversation);
}

/// The first entry on the screen and its row there, when what is above it may go: a gap, or the line
/// that names a day. Whatever else is topmost stays by itself.
fn anchor(app: &App) -> Option<(Key, usize)> {
    let found = reading::with_feed(app, |feed, height| {
        let visible = feed.visible(height);
        let top = visible.first()?;
        if !matches!(top.key.part, Part::Gap | Part::Day) {
            return None;
        }
        let is_entry = |row: &VisibleRow| row.row == 0 && Feed::is_selectable(row.key);
        let offset = visible.iter().position(is_entry)?;
        Some((visible[offset].key, offset))
    });
    let scrolled = app
        .current()
        .is_some_and(|view| view.scroll != Scroll::Newest);
    found.flatten().filter(|_| scrolled)
}
