//! Which canvases are open: the one on the screen, and those with an errand. What comes of them is
//! drawn a stride at a time.

use chat_core::canvas::{Act, Picture};
use chat_core::{Body, Conversation, ConversationId, Entry, Refusal, Seq};

use super::super::{Effects, reading};
use super::hand;
use crate::app::canvas::{EaselFocus, OwnState, Place, Sheet, Shows};
use crate::app::{App, Effect, canvas_pane, layout};

/// F6: the canvas of the conversation on the screen beside its log, then in its place, then closed.
pub(in super::super) fn toggle(app: &mut App, out: &mut Effects) {
    match canvas_pane::shown(app) {
        None => show(app, Place::Beside),
        Some(Place::Beside) => show(app, Place::Alone),
        Some(Place::Alone) => hide(app, out),
    }
}

/// `/canvas`: shows it, or closes it. `false`, and said why, when it can't be.
pub(in super::super) fn close_or_open(app: &mut App, out: &mut Effects) -> bool {
    match canvas_pane::shown(app) {
        None => show(app, Place::Beside),
        Some(_) => hide(app, out),
    }
    let shows = app.easel.shows == Shows::Canvases;
    app.current.is_some() && layout::is_roomy(app.size) && shows
}

fn show(app: &mut App, place: Place) {
    let Some(current) = app.current else {
        return app.warn("there is no conversation yet: /join a room");
    };
    if app.easel.shows == Shows::Nothing {
        return app.warn(
            "a canvas is shown where there is a screen: /canvas save FILE.txt writes it as text",
        );
    }
    if !layout::is_roomy(app.size) {
        return app.warn("the terminal is too small for a canvas");
    }
    app.easel.places.insert(current, place);
    app.easel.focus = EaselFocus::Here;
    if let Some(view) = app.current_mut() {
        view.selected = None;
    }
}

fn hide(app: &mut App, out: &mut Effects) {
    let Some(current) = app.current else {
        return;
    };
    let hidden = layout::areas(app).log.height == 0;
    hand::lift(app, current, out);
    app.easel.places.remove(&current);
    app.easel.focus = EaselFocus::Elsewhere;
    let unread = app.current().is_some_and(|view| view.unread.entries > 0);
    if hidden && unread {
        reading::open(app);
    }
}

/// Opens and closes what the screen wants, and draws what is due.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    let known: Vec<_> = app.conversations.iter().map(|view| view.id()).collect();
    app.easel.places.retain(|parent, _| known.contains(parent));
    let shown = app
        .current
        .filter(|current| app.easel.places.contains_key(current));
    let unwanted = |sheet: &Sheet| {
        let wanted = shown == Some(sheet.parent) || !sheet.errands.is_empty();
        !wanted || !known.contains(&sheet.parent)
    };
    let sheets = app.easel.sheets.iter();
    let gone: Vec<_> = sheets.filter(|s| unwanted(s)).map(|s| s.parent).collect();
    for parent in gone {
        hand::lift(app, parent, out);
        app.easel.sheets.retain(|sheet| sheet.parent != parent);
        if app.easel.places.contains_key(&parent) {
            // It was shown, and another conversation is now.
            app.easel.focus = EaselFocus::Elsewhere;
        }
        out.push(Effect::CloseCanvas(parent));
    }
    if shown.is_none() {
        app.easel.focus = EaselFocus::Elsewhere;
    }
    if let Some(parent) = shown.filter(|parent| app.easel.sheet(*parent).is_none()) {
        ask(app, parent, out);
    }
    app.easel.settle_closed();
    stride(app);
}

/// Asks for the canvas of a conversation.
pub(super) fn ask(app: &mut App, parent: ConversationId, out: &mut Effects) {
    app.easel.sheets.push(Sheet::new(parent));
    out.push(Effect::OpenCanvas(parent));
}

fn stride(app: &mut App) {
    let now = app.now;
    for index in 0..app.easel.sheets.len() {
        let sheet = &mut app.easel.sheets[index];
        if sheet
            .drawing
            .as_ref()
            .is_some_and(|(_, until)| *until <= now)
        {
            sheet.drawing = None;
        }
        if sheet.due.is_some_and(|due| due <= now) {
            take_in(app, index);
        }
    }
}

/// Draws what has come of a canvas, and lets go what of it is one's own.
pub(super) fn take_in(app: &mut App, index: usize) {
    let now = app.now;
    let Some(sheet) = app.easel.sheets.get_mut(index) else {
        return;
    };
    let head = sheet.stride(now);
    if let Some(canvas) = sheet.canvas {
        app.easel.settle(canvas, head);
    }
}

/// A canvas that was asked for is there, or anew.
pub(in super::super) fn opened(
    app: &mut App,
    canvas: &Conversation,
    parent: ConversationId,
    seq: Seq,
    picture: &[u8],
) {
    let picture = match Picture::from_snapshot(picture) {
        Ok(picture) => picture,
        Err(error) => {
            app.easel.places.remove(&parent);
            app.easel.sheets.retain(|sheet| sheet.parent != parent);
            return app.warn(format!("the canvas can't be shown: {error}"));
        }
    };
    if let Some(sheet) = app.easel.sheet_mut(parent) {
        sheet.open(canvas.id, seq, canvas.head, picture);
        app.easel.settle(canvas.id, seq);
    }
}

/// A canvas is not followed any more.
pub(in super::super) fn closed(app: &mut App, parent: ConversationId, refusal: Refusal) {
    app.easel.places.remove(&parent);
    let index = app.easel.sheets.iter().position(|s| s.parent == parent);
    // One that was closed here is no news.
    let Some(sheet) = index.map(|index| app.easel.sheets.remove(index)) else {
        return;
    };
    app.easel.own.retain(|own| Some(own.canvas) != sheet.canvas);
    app.warn(refusal.text);
}

/// An entry has come. `false` when it is none of a canvas.
pub(in super::super) fn entry(app: &mut App, entry: &Entry) -> bool {
    let (canvas, now) = (entry.conversation, app.now);
    let mine = app.is_me(entry.author).then_some(entry.post).flatten();
    let own = app
        .easel
        .own
        .iter_mut()
        .find(|own| own.canvas == canvas && mine.is_some() && own.post() == mine);
    let is_own = own.is_some();
    if let (Some(own), Some(post)) = (own, mine) {
        own.state = OwnState::Stored(post, entry.seq);
    }
    let Some(sheet) = app.easel.by_canvas(canvas) else {
        return matches!(entry.body, Body::Draw(_));
    };
    if !is_own && sheet.is_ready() && matches!(entry.body, Body::Draw(Act::Stroke(_))) {
        sheet.draws(entry.nick.clone(), now);
    }
    sheet.push(entry.clone(), now);
    true
}

/// The connection is gone for good: a new one knows nothing of open canvases.
pub(in super::super) fn disconnected(app: &mut App) {
    for sheet in &mut app.easel.sheets {
        sheet.lost = true;
    }
}

/// There is a connection again.
pub(in super::super) fn ready(app: &mut App, out: &mut Effects) {
    for sheet in &mut app.easel.sheets {
        if std::mem::take(&mut sheet.lost) {
            out.push(Effect::OpenCanvas(sheet.parent));
        }
    }
}

/// It is another store: nothing that was open is there.
pub(in super::super) fn forget_all(app: &mut App) {
    app.easel.places.clear();
    app.easel.sheets.clear();
    app.easel.own.clear();
    app.easel.focus = EaselFocus::Elsewhere;
}
