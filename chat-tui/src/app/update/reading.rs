//! Reading: scrolling, where a conversation opens, what counts as read. After each event the state
//! is settled: the scroll position is one that exists, what was seen is remembered, and pages that
//! come near the screen are asked for.

use chat_core::{ConversationId, Seq};

use super::{Effects, history};
use crate::app::canvas::Place;
use crate::app::conversation::{ConversationView, Opening, Scroll, Unread};
use crate::app::log::{Key, Part};
use crate::app::model::TerminalFocus;
use crate::app::popup::Popup;
use crate::app::rows::{Feed, VisibleRow};
use crate::app::{App, Effect, Store, canvas_pane, layout, mention};

/// How long reading may go on before the server learns of it, in milliseconds: a marker per entry
/// would be a message per message.
const READ_MS: u64 = 500;
/// How long typing may go on before the draft is kept, in milliseconds.
const DRAFT_MS: u64 = 1_000;
/// Entries that are loaded only to open a conversation where reading stopped: some pages.
const REACH_MAX: u64 = 1_000;
/// Rows above the unread line when a conversation opens there.
const CONTEXT_ROWS: usize = 1;

/// Columns and rows of the log on the screen.
fn extent(app: &App) -> (u16, usize) {
    let log = layout::areas(app).log;
    (log.width, usize::from(log.height).max(1))
}

/// Looks at the log on the screen: gives what `look` says of it and its height.
pub(super) fn with_feed<T>(app: &App, look: impl FnOnce(&Feed<'_>, usize) -> T) -> Option<T> {
    let view = app.current()?;
    let (width, height) = extent(app);
    Some(look(&Feed::new(app, view, width), height))
}

fn scroll(app: &mut App, to: Option<Scroll>) {
    if let (Some(view), Some(to)) = (app.current_mut(), to) {
        view.scroll = to;
    }
}

/// Scrolls by rows; down is positive.
pub(super) fn scroll_rows(app: &mut App, rows: isize) {
    let to = with_feed(app, |feed, height| {
        let top = feed.top(height);
        if rows < 0 {
            let up = feed.up(top, rows.unsigned_abs());
            return feed.scroll_to(up, height);
        }
        let down = feed.down(top, rows.unsigned_abs());
        match feed.scroll_to(down, height) {
            // Already as low as a screen can be.
            Scroll::At { key, row } if (key, row) == (top.key, top.row) => Scroll::Newest,
            to => to,
        }
    });
    scroll(app, to);
}

/// Scrolls by screens, less one row that stays.
pub(super) fn scroll_screens(app: &mut App, screens: isize) {
    let (_, height) = extent(app);
    let rows = isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(isize::MAX);
    scroll_rows(app, rows.saturating_mul(screens));
}

/// `/clear`: what is there by now is not shown, until somebody scrolls up.
pub(super) fn clear(app: &mut App) {
    newest(app);
    let last = with_feed(app, |feed, _| feed.last_said());
    if let Some(view) = app.current_mut() {
        // Reactions that come to what was cleared away don't bring a part of it back.
        view.cleared = last.map(|key| Key {
            part: key.part.max(Part::Reactions),
            ..key
        });
    }
}

/// Scrolls to the newest entry.
pub(super) fn newest(app: &mut App) {
    scroll(app, Some(Scroll::Newest));
}

/// Scrolls to the unread line.
pub(super) fn unread_line(app: &mut App) {
    match with_feed(app, at_unread_line).flatten() {
        Some(to) => scroll(app, Some(to)),
        None => app.inform("everything here is read"),
    }
}

fn at_unread_line(feed: &Feed<'_>, height: usize) -> Option<Scroll> {
    let key = feed.unread()?;
    let top = feed.up(VisibleRow { key, row: 0 }, CONTEXT_ROWS);
    Some(feed.scroll_to(top, height))
}

/// Scrolls so that an entry stands in the middle.
pub(super) fn centre(app: &mut App, seq: Seq) {
    let key = Key {
        seq,
        part: Part::Entry,
    };
    let to = with_feed(app, |feed, height| {
        let top = feed.up(VisibleRow { key, row: 0 }, height / 2);
        feed.scroll_to(top, height)
    });
    scroll(app, to);
}

/// Scrolls just so far that an item is on the screen.
pub(super) fn reveal(app: &mut App, key: Key) {
    let to = with_feed(app, |feed, height| {
        let visible = feed.visible(height);
        let (first, last) = (visible.first()?, visible.last()?);
        if key <= first.key {
            return Some(feed.scroll_to(VisibleRow { key, row: 0 }, height));
        }
        let bottom = VisibleRow {
            key,
            row: feed.height(key) - 1,
        };
        if (bottom.key, bottom.row) <= (last.key, last.row) {
            return None;
        }
        let top = feed.up(bottom, height - 1);
        Some(feed.scroll_to(top, height))
    });
    scroll(app, to.flatten());
}

/// The conversation on the screen is looked at anew: draws the unread line where reading stopped,
/// and goes there if it is not on the last screen.
pub(super) fn open(app: &mut App) {
    let Some(view) = app.current_mut() else {
        return;
    };
    if view.log.last() < view.live_after {
        // What was missed is still coming.
        view.opening = Opening::WhenCaughtUp;
        return;
    }
    view.opening = Opening::Done;
    if view.unread.entries == 0 {
        return;
    }
    view.unread_line = Some(view.info.read);
    view.seen = view.info.read;
    view.scroll = Scroll::Newest;
    go_to_opening(app);
}

/// Goes to the unread line of a conversation that opens. Where reading stopped may have to be loaded
/// first: then the line moves up with what is, and the screen with it.
fn go_to_opening(app: &mut App) {
    let to = with_feed(app, |feed, height| {
        let key = feed.unread()?;
        let top = feed.top(height);
        // On the last screen already: nothing to go to.
        if top.key <= key && feed.scroll_to(top, height) == Scroll::Newest {
            return None;
        }
        at_unread_line(feed, height)
    });
    scroll(app, to.flatten());
    let Some(view) = app.current_mut() else {
        return;
    };
    let line = view.unread_line.unwrap_or(view.info.read);
    let first_below = view.log.entries_after(line).next().map(|entry| entry.seq);
    let missing = first_below.map_or(0, |first| first.0.saturating_sub(line.0 + 1));
    // Beside what is held the line stands where it stays.
    let is_held = line == Seq(0) || view.log.get(line).is_some();
    view.opening = match missing {
        1..=REACH_MAX if !is_held => Opening::WhenHeld(view.scroll),
        _ => Opening::Done,
    };
}

/// The terminal has the keyboard, as it says or as a key shows (not every terminal says it each
/// time): what came meanwhile is new.
pub(super) fn look(app: &mut App) {
    let was = std::mem::replace(&mut app.terminal, TerminalFocus::Here);
    let unread = app.current().is_some_and(|view| view.unread.entries > 0);
    let at_end = app
        .current()
        .is_some_and(|view| view.scroll == Scroll::Newest);
    if was == TerminalFocus::Elsewhere && unread && at_end {
        open(app);
    }
}

/// After each event.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    note_draft(app);
    if app.current().is_some() {
        settle_scroll(app);
        mark_read(app);
        history::want(app, out);
    }
}

fn note_draft(app: &mut App) {
    let changed = app
        .current()
        .is_some_and(|view| view.draft() != view.draft_stored || view.sent.is_unkept());
    if changed && app.due.drafts.is_none() {
        app.due.drafts = Some(app.now.plus(DRAFT_MS));
    }
}

/// A position at the end is [`Scroll::Newest`]; the picked entry exists; what is on the screen is
/// seen.
fn settle_scroll(app: &mut App) {
    let caught_up = app.current().is_some_and(|view| {
        view.opening == Opening::WhenCaughtUp && view.log.last() >= view.live_after
    });
    if caught_up {
        open(app);
    }
    match app.current().map(|view| (view.opening, view.scroll)) {
        Some((Opening::WhenHeld(stood), scroll)) if stood == scroll => {
            if let Some(view) = app.current_mut() {
                view.seen = view.unread_line.unwrap_or(view.seen);
            }
            go_to_opening(app);
        }
        Some((Opening::WhenHeld(_), _)) => {
            if let Some(view) = app.current_mut() {
                view.opening = Opening::Done;
            }
        }
        _ => {}
    }
    if let Some(view) = app.current_mut()
        && view.scroll != Scroll::Newest
    {
        view.cleared = None;
    }
    if let Some(view) = app.current_mut()
        && view.scroll == Scroll::Newest
    {
        // By far the most events end here: nothing needs measuring.
        view.seen = view.log.last();
        if view.selected.is_none() {
            return;
        }
    }
    let at = with_feed(app, |feed, height| {
        let to = feed.scroll_to(feed.top(height), height);
        let bottom = feed.visible(height).last().map(|row| row.key.seq);
        (to, bottom, feed.settled_selection())
    });
    let (Some(view), Some((to, bottom, picked))) = (app.current_mut(), at) else {
        return;
    };
    if to == Scroll::Newest {
        view.scroll = Scroll::Newest;
    }
    let last = view.log.last();
    view.seen = view.seen.max(bottom.map_or(last, |seq| seq.min(last)));
    view.selected = picked;
}

/// Read is what is on the last screen while somebody looks at it.
fn mark_read(app: &mut App) {
    // What was missed lies over the log, which can't be read behind it.
    let covered = matches!(app.popup(), Some(Popup::Menu(_)));
    // Nor in the place of the log a canvas.
    let shown = canvas_pane::shown(app) != Some(Place::Alone);
    let looked_at = app.terminal == TerminalFocus::Here && !covered && shown;
    let Some(view) = app.current().filter(|_| looked_at) else {
        return;
    };
    let at_end = view.scroll == Scroll::Newest && view.opening == Opening::Done;
    if at_end && view.log.last() > view.info.read {
        let (id, last) = (view.id(), view.log.last());
        read_to(app, id, last);
        app.due.read.get_or_insert(app.now.plus(READ_MS));
    }
}

/// Moves the read marker forward.
pub(super) fn read_to(app: &mut App, id: ConversationId, seq: Seq) {
    if let Some(view) = app.conversation_mut(id) {
        view.info.read = view.info.read.max(seq);
        recount(app, id);
    }
}

/// Another session has read up to here, or the server has stored it.
pub(super) fn read_elsewhere(app: &mut App, id: ConversationId, seq: Seq, out: &mut Effects) {
    let Some(view) = app.conversation_mut(id) else {
        return;
    };
    view.read_sent = view.read_sent.max(seq);
    out.push(Effect::Store(Store::Read(id, view.read_sent)));
    read_to(app, id, seq);
}

/// Counts what is unread anew.
pub(super) fn recount(app: &mut App, id: ConversationId) {
    let unread = app.conversation(id).map(|view| unread(app, view));
    if let (Some(view), Some(unread)) = (app.conversation_mut(id), unread) {
        view.unread = unread;
    }
}

/// What is unread: news of others that is held, and all that is not: that may be reactions, which is
/// seen once it is held.
fn unread(app: &App, view: &ConversationView) -> Unread {
    let read = view.info.read;
    let behind = view.log.head().0.saturating_sub(read.0);
    let mut count = Unread::default();
    let mut held = 0;
    for entry in view.log.entries_after(read) {
        held += 1;
        if counts(app, entry) {
            count.entries += 1;
            count.mentions += u64::from(mentions(app, view, entry));
        }
    }
    count.entries += behind.saturating_sub(held);
    count
}

/// Whether an entry is news: something that somebody else said.
pub(super) fn counts(app: &App, entry: &chat_core::Entry) -> bool {
    entry.body.is_news() && !app.is_me(entry.author)
}

/// Whether an entry is for the own person: it names the nick, or nobody else is there.
pub(super) fn mentions(app: &App, view: &ConversationView, entry: &chat_core::Entry) -> bool {
    view.info.kind == chat_core::ConversationKind::Direct
        || mention::names(entry.body.text(), app.nick())
}
