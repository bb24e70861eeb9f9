//! Own acts on their way: at most fifteen pieces a second and few unacknowledged at a time, so that
//! the server never has to refuse them and a slow line gets longer pieces instead of a queue. They
//! are not kept on disk: what the server has not taken within a minute is given up.

use std::collections::BTreeSet;

use chat_client::Pending;
use chat_core::canvas::{Act, StrokeId};
use chat_core::{Body, ConversationId, Millis, PostId, Refusal, Seq};

use super::super::Effects;
use super::hand;
use crate::app::canvas::{Easel, Hand, Own, OwnState, Sheet};
use crate::app::{App, Effect};

/// Shortest time between two pieces, in milliseconds: not quite fifteen a second.
const PIECE_MS: u64 = 67;

/// Acts that may be on their way: a second's, so that a line of a second's delay carries all.
const SENT_MAX: usize = 15;

/// How long an act may wait to be sent, in milliseconds: what comes later than that would surprise.
/// The client library gives up as late what it has sent.
const GIVE_UP_MS: u64 = 60_000;

/// An own act: sent as soon as it may be.
pub(super) fn push(app: &mut App, canvas: ConversationId, act: Act) {
    app.easel.own.push_back(Own {
        canvas,
        act,
        made: app.now,
        state: OwnState::Waiting,
    });
}

/// A pen was put down: its first piece is more than a point.
pub(super) fn hold(app: &mut App) {
    let first = app.now.plus(PIECE_MS);
    app.easel.not_before = app.easel.not_before.max(first);
}

/// Sends what is due, and gives up what is too late.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    give_up(app);
    pump(app, out);
}

/// Sends the next act, if one may be sent now.
pub(super) fn pump(app: &mut App, out: &mut Effects) {
    if !app.is_online() || app.now < app.easel.not_before || app.easel.sent() >= SENT_MAX {
        return;
    }
    let waiting = |own: &Own| own.state == OwnState::Waiting;
    if !app.easel.own.iter().any(waiting) {
        take_pieces(app);
    }
    let post = app.post_ids.make(app.now);
    let Some(own) = app.easel.own.iter_mut().find(|own| waiting(own)) else {
        return;
    };
    own.state = OwnState::Sent(post);
    out.push(Effect::Post(Pending {
        post,
        conversation: own.canvas,
        body: Body::Draw(own.act.clone()),
    }));
    app.easel.not_before = app.now.plus(PIECE_MS);
}

/// What pens that are down have drawn since they last were asked.
fn take_pieces(app: &mut App) {
    let mut pieces = Vec::new();
    for sheet in &mut app.easel.sheets {
        let canvas = sheet.canvas;
        if let (Some(canvas), Hand::Down { trail, fresh, .. }) = (canvas, &mut sheet.hand) {
            match trail.take() {
                Some(piece) => pieces.push((canvas, piece)),
                None => *fresh = false,
            }
        }
    }
    for (canvas, piece) in pieces {
        push(app, canvas, Act::Stroke(piece));
    }
}

/// Leaving: what is drawn goes on its way, at whatever pace the server takes it.
pub(in super::super) fn finish(app: &mut App, out: &mut Effects) {
    let parents: Vec<_> = app.easel.sheets.iter().map(|sheet| sheet.parent).collect();
    for parent in parents {
        hand::lift(app, parent, out);
    }
    while app.is_online() && app.easel.own.iter().any(|own| own.post().is_none()) {
        let sent = out.len();
        app.easel.not_before = Millis(0);
        pump(app, out);
        if out.len() == sent {
            return;
        }
    }
}

/// The server has stored a post. `false` when it is none of a canvas.
pub(in super::super) fn posted(app: &mut App, post: PostId, seq: Seq) -> bool {
    let found = app.easel.own.iter_mut();
    let Some(own) = found.into_iter().find(|own| own.post() == Some(post)) else {
        return false;
    };
    own.state = OwnState::Stored(post, seq);
    let canvas = own.canvas;
    let drawn = app
        .easel
        .by_canvas(canvas)
        .map(|sheet| sheet.board().head());
    match drawn {
        Some(head) => app.easel.settle(canvas, head),
        None => app.easel.settle(canvas, seq),
    }
    true
}

/// The server has refused a post. `false` when it is none of a canvas.
pub(in super::super) fn refused(app: &mut App, pending: &Pending, refusal: &Refusal) -> bool {
    let own = app.easel.own.iter();
    let Some(place) = own
        .into_iter()
        .position(|own| own.post() == Some(pending.post))
    else {
        // Given up already; nobody waits for it.
        return matches!(pending.body, Body::Draw(_));
    };
    if let Some(own) = app.easel.own.remove(place) {
        let strokes = own.stroke().into_iter().collect();
        forget_strokes(app, own.canvas, &strokes);
    }
    app.warn(refusal.text.clone());
    true
}

/// What is left of these strokes can't be drawn, because they miss a part.
fn forget_strokes(app: &mut App, canvas: ConversationId, strokes: &BTreeSet<StrokeId>) {
    let is_rest = |own: &Own| {
        let theirs = own.stroke().is_some_and(|stroke| strokes.contains(&stroke));
        own.canvas == canvas && own.state == OwnState::Waiting && theirs
    };
    app.easel.own.retain(|own| !is_rest(own));
    if let Some(sheet) = app.easel.by_canvas(canvas)
        && matches!(&sheet.hand, Hand::Down { trail, .. } if strokes.contains(&trail.id()))
    {
        sheet.hand = Hand::Idle;
    }
}

fn is_late(own: &Own, now: Millis) -> bool {
    own.state == OwnState::Waiting && own.made.plus(GIVE_UP_MS) <= now
}

fn give_up(app: &mut App) {
    let now = app.now;
    // The oldest come first.
    if !app.easel.own.iter().any(|own| is_late(own, now)) {
        return;
    }
    let own = std::mem::take(&mut app.easel.own);
    let (late, rest): (Vec<_>, Vec<_>) = own.into_iter().partition(|own| is_late(own, now));
    app.easel.own = rest.into();
    for own in late {
        let strokes = own.stroke().into_iter().collect();
        forget_strokes(app, own.canvas, &strokes);
    }
    app.warn("what you drew a minute ago could not be sent and is gone: draw it again");
}

/// When something is to be sent, given up or drawn without anything happening.
pub(in super::super) fn wakes(app: &App) -> impl Iterator<Item = Millis> {
    let Easel {
        sheets,
        own,
        not_before,
        ..
    } = &app.easel;
    let may_send = app.is_online() && app.easel.sent() < SENT_MAX;
    let waits = || {
        let fresh = |sheet: &Sheet| sheet.hand.is_fresh();
        own.iter().any(|own| own.post().is_none()) || sheets.iter().any(fresh)
    };
    let next = (may_send && waits()).then_some(*not_before);
    let late = own.iter().filter(|own| own.state == OwnState::Waiting);
    let late = late.map(|own| own.made.plus(GIVE_UP_MS)).min();
    let sheets = sheets.iter().flat_map(Sheet::wakes);
    // What is over is not due again.
    let now = app.now;
    let sheets = sheets.filter(move |at| *at > now);
    sheets.chain(next).chain(late)
}
