//! The hand: a tool is put down, moved and lifted. What it drew goes on its way when it is lifted, a
//! pen's way also before.

use chat_core::ConversationId;
use chat_core::canvas::{Act, Part, Point, Shape, Stroke, Tool, Trail};

use super::super::Effects;
use super::send;
use crate::app::App;
use crate::app::canvas::{By, Hand, Kit, OWN_MAX};
use crate::editor::Editor;

/// Puts the tool down at a place.
pub(super) fn begin(app: &mut App, parent: ConversationId, at: Point, by: By, out: &mut Effects) {
    lift(app, parent, out);
    let Some(sheet) = app.easel.sheet_mut(parent) else {
        return;
    };
    sheet.cursor = at;
    if !sheet.is_ready() {
        return app.inform("the canvas is on its way: wait a moment");
    }
    if app.easel.own.len() >= OWN_MAX {
        return app.warn("much of what you drew is on its way: wait until it is sent");
    }
    let Kit { tool, colour, size } = app.easel.kit;
    let hand = match tool {
        Tool::Pen | Tool::Eraser => {
            let id = app.easel.stroke_id();
            send::hold(app);
            Hand::Down {
                trail: Trail::new(id, tool, colour, size, at),
                fresh: true,
                by,
            }
        }
        Tool::Line | Tool::Rectangle | Tool::FilledRectangle | Tool::Ellipse => {
            Hand::From { from: at, by }
        }
        Tool::Fill => return draw(app, parent, Shape::Fill(at)),
        Tool::Text => Hand::Lettering {
            at,
            text: Editor::new(),
        },
    };
    if let Some(sheet) = app.easel.sheet_mut(parent) {
        sheet.hand = hand;
    }
}

/// The hand is there now.
pub(super) fn move_to(app: &mut App, parent: ConversationId, to: Point) {
    let Some(sheet) = app.easel.sheet_mut(parent) else {
        return;
    };
    let moved = sheet.cursor != to;
    sheet.cursor = to;
    if let Hand::Down { trail, fresh, .. } = &mut sheet.hand {
        trail.add(to);
        *fresh |= moved;
    }
}

/// Lifts the tool where it is: what was begun is done.
pub(super) fn lift(app: &mut App, parent: ConversationId, out: &mut Effects) {
    let tool = app.easel.kit.tool;
    let Some(sheet) = app.easel.sheet_mut(parent) else {
        return;
    };
    let (to, canvas) = (sheet.cursor, sheet.canvas);
    match std::mem::take(&mut sheet.hand) {
        Hand::Idle => {}
        Hand::Down { mut trail, .. } => {
            if let Some(canvas) = canvas {
                while let Some(piece) = trail.take() {
                    send::push(app, canvas, Act::Stroke(piece));
                }
            }
        }
        Hand::From { from, .. } => {
            if let Some(shape) = crate::app::canvas::shape(tool, from, to) {
                draw(app, parent, shape);
            }
        }
        Hand::Lettering { at, text } => {
            let text = text.text().trim_end();
            if !text.is_empty() {
                draw(app, parent, Shape::Text(at, text.to_owned()));
            }
        }
    }
    send::pump(app, out);
}

/// Drops what was begun and is not sent: a shape, a text. A pen is lifted. Gives whether there was
/// something.
pub(super) fn drop_begun(app: &mut App, parent: ConversationId, out: &mut Effects) -> bool {
    let Some(sheet) = app.easel.sheet_mut(parent) else {
        return false;
    };
    let was_idle = sheet.hand.is_idle();
    match sheet.hand {
        Hand::Down { .. } => lift(app, parent, out),
        _ => sheet.hand = Hand::Idle,
    }
    !was_idle
}

/// A stroke that is done as a whole.
fn draw(app: &mut App, parent: ConversationId, shape: Shape) {
    let Kit { colour, size, .. } = app.easel.kit;
    let id = app.easel.stroke_id();
    let canvas = app.easel.sheet(parent).and_then(|sheet| sheet.canvas);
    match (Stroke::new(id, Part::First, colour, size, shape), canvas) {
        (Ok(stroke), Some(canvas)) => send::push(app, canvas, Act::Stroke(stroke)),
        (Ok(_), None) => {}
        (Err(error), _) => app.warn(error.to_string()),
    }
}
