//! What keys and the mouse mean on a canvas.

use chat_core::ConversationId;
use chat_core::canvas::limits::{COLOURS, TEXT_CHARS};
use chat_core::canvas::{Colour, Point, Size};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::super::Effects;
use super::errands::{self, Wanted};
use super::hand;
use crate::app::App;
use crate::app::action::Action;
use crate::app::canvas::{By, EaselFocus, Errand, Hand};
use crate::app::canvas_pane::{self, Over};
use crate::app::drawing::{Draw, Pace, Way};
use crate::app::model::Focus;
use crate::editor::Edit;

/// Points that the screen can show, to go at once.
const LEAP: i32 = 8;

/// Colours before the bright ones.
const PLAIN_COLOURS: u8 = COLOURS / 2;

/// Does what an action means while the keys go to the canvas; `None` if it means nothing special
/// here.
pub(in super::super) fn act(app: &mut App, action: Action, out: &mut Effects) -> Option<()> {
    let parent = app.current?;
    match (app.focus(), action) {
        (_, Action::Draw(draw)) => self::draw(app, parent, draw, out),
        (Focus::Canvas | Focus::Lettering, Action::Escape) => escape(app, parent, out),
        (Focus::Lettering, Action::Accept) => hand::lift(app, parent, out),
        (Focus::Lettering, Action::Edit(edit)) => letter(app, parent, edit),
        _ => return None,
    }
    Some(())
}

/// Ctrl+C while the keys go there.
pub(in super::super) fn interrupt(app: &mut App, out: &mut Effects) {
    if let Some(parent) = app.current {
        escape(app, parent, out);
    }
}

/// Lets what was begun go; then the keys go to the input again.
fn escape(app: &mut App, parent: ConversationId, out: &mut Effects) {
    if app.notice.take().is_none() && !hand::drop_begun(app, parent, out) {
        app.easel.focus = EaselFocus::Elsewhere;
    }
}

/// Tab in an empty input: the keys go to the canvas, if one is shown.
pub(in super::super) fn take_focus(app: &mut App) -> bool {
    let takes = app.input().is_empty() && canvas_pane::pane(app).is_some();
    if takes {
        app.easel.focus = EaselFocus::Here;
    }
    takes
}

/// Text was pasted among letters that are typed there: its first line.
pub(in super::super) fn paste(app: &mut App, text: &str) {
    let line = text.lines().next().unwrap_or_default();
    let letters = line.chars().filter(|c| *c != '\t').take(TEXT_CHARS);
    if let Some(parent) = app.current {
        letters.for_each(|c| letter(app, parent, Edit::Insert(c)));
    }
}

fn letter(app: &mut App, parent: ConversationId, edit: Edit) {
    let sheet = app.easel.sheet_mut(parent);
    let Some(Hand::Lettering { text, .. }) = sheet.map(|sheet| &mut sheet.hand) else {
        return;
    };
    let full = text.text().chars().count() >= TEXT_CHARS;
    match edit {
        Edit::Newline => {}
        Edit::Insert(_) if full => {}
        edit => text.apply(edit),
    }
}

fn draw(app: &mut App, parent: ConversationId, draw: Draw, out: &mut Effects) {
    let errand = match draw {
        Draw::Tool(tool) => {
            hand::lift(app, parent, out);
            app.easel.kit.tool = tool;
            return;
        }
        Draw::Colour(number) => return take_colour(app, parent, number, out),
        Draw::Bright | Draw::NextColour | Draw::PreviousColour => {
            let now = app.easel.kit.colour.number();
            let other = |step: u8| (now - 1 + step) % COLOURS + 1;
            let number = match draw {
                Draw::Bright => other(PLAIN_COLOURS),
                Draw::NextColour => other(1),
                _ => other(COLOURS - 1),
            };
            return take_colour(app, parent, number, out);
        }
        Draw::Thicker => return resize(app, parent, 1, out),
        Draw::Thinner => return resize(app, parent, -1, out),
        Draw::Move(way, pace) => return step(app, parent, way, pace),
        Draw::Put => return put(app, parent, out),
        Draw::Leave => {
            hand::lift(app, parent, out);
            app.easel.focus = EaselFocus::Elsewhere;
            return;
        }
        Draw::Save => {
            app.easel.focus = EaselFocus::Elsewhere;
            if app.input().is_empty() {
                app.input_mut().insert("/canvas save ");
            } else {
                app.inform("write /canvas save FILE.png, FILE.svg or FILE.txt");
            }
            return;
        }
        Draw::Undo => Wanted::Errand(Errand::Undo),
        Draw::Reset => Wanted::Reset,
        Draw::Unreset => Wanted::Errand(Errand::Unreset),
    };
    errands::want(app, errand, out);
}

/// A pen that is down is lifted: a stroke has one colour and one size.
fn take_colour(app: &mut App, parent: ConversationId, number: u8, out: &mut Effects) {
    if let Ok(colour) = Colour::new(number) {
        lift_pen(app, parent, out);
        app.easel.kit.colour = colour;
    }
}

fn resize(app: &mut App, parent: ConversationId, step: i8, out: &mut Effects) {
    let pixels = app.easel.kit.size.pixels().saturating_add_signed(step);
    if let Ok(size) = Size::new(pixels) {
        lift_pen(app, parent, out);
        app.easel.kit.size = size;
    }
}

fn lift_pen(app: &mut App, parent: ConversationId, out: &mut Effects) {
    if app
        .easel
        .sheet(parent)
        .is_some_and(|sheet| sheet.hand.is_pen())
    {
        hand::lift(app, parent, out);
    }
}

/// Space: puts the tool down, or does what was begun.
fn put(app: &mut App, parent: ConversationId, out: &mut Effects) {
    let Some(sheet) = app.easel.sheet(parent) else {
        return;
    };
    match sheet.hand.is_idle() {
        true => hand::begin(app, parent, sheet.cursor, By::Keys, out),
        false => hand::lift(app, parent, out),
    }
}

/// An arrow key: to the next point that the screen can show.
fn step(app: &mut App, parent: ConversationId, way: Way, pace: Pace) {
    let cursor = app.easel.sheet(parent).map(|sheet| sheet.cursor);
    let Some((pane, cursor)) = canvas_pane::pane(app).zip(cursor) else {
        return;
    };
    let by = match pace {
        Pace::Step => 1,
        Pace::Leap => LEAP,
    };
    let (dx, dy) = match way {
        Way::Left => (-by, 0),
        Way::Right => (by, 0),
        Way::Up => (0, -by),
        Way::Down => (0, by),
    };
    if let Some(to) = stepped(&pane, cursor, dx, dy) {
        hand::move_to(app, parent, to);
    }
}

fn stepped(pane: &canvas_pane::Pane, from: Point, dx: i32, dy: i32) -> Option<Point> {
    let scale = pane.scale?;
    let parts = pane.glyphs.parts();
    let (x, y) = scale.sub_cell(from, parts);
    let moved = |at: u16, by: i32, cells: u16, parts: u16| {
        let last = i32::from(cells) * i32::from(parts) - 1;
        u16::try_from((i32::from(at) + by).clamp(0, last.max(0))).unwrap_or(0)
    };
    let x = moved(x, dx, scale.columns(), parts.0);
    let y = moved(y, dy, scale.rows(), parts.1);
    let to = scale.sub_point(x, y, parts)?;
    // The other way it stays where it is, so that lines are straight.
    let kept = |step: i32, to: u16, from: u16| i32::from(if step == 0 { from } else { to });
    Some(Point::nearest(
        kept(dx, to.x(), from.x()),
        kept(dy, to.y(), from.y()),
    ))
}

/// The mouse did something; `None` if that is not about the canvas.
pub(in super::super) fn mouse(app: &mut App, event: MouseEvent, out: &mut Effects) -> Option<()> {
    let parent = app.current?;
    let pane = canvas_pane::pane(app)?;
    let at = Position::new(event.column, event.row);
    let drags = app
        .easel
        .sheet(parent)
        .is_some_and(|sheet| sheet.hand.is_moved(By::Mouse));
    match event.kind {
        MouseEventKind::Drag(MouseButton::Left) if drags => {
            hand::move_to(app, parent, pane.point(at)?);
            return Some(());
        }
        MouseEventKind::Up(MouseButton::Left) if drags => {
            hand::move_to(app, parent, pane.point(at)?);
            hand::lift(app, parent, out);
            return Some(());
        }
        _ if app.popup().is_some() => return None,
        _ => {}
    }
    let over = pane.hit(at);
    match (event.kind, over) {
        (MouseEventKind::Down(MouseButton::Left), Some(over)) => {
            focus(app);
            match over {
                Over::Grid(point) => hand::begin(app, parent, point, By::Mouse, out),
                Over::Tile(what) => draw(app, parent, what, out),
                Over::Pane => {}
            }
            Some(())
        }
        // A click elsewhere takes the keys along, and does what it does there.
        (MouseEventKind::Down(MouseButton::Left), None) => {
            app.easel.focus = EaselFocus::Elsewhere;
            None
        }
        (MouseEventKind::ScrollUp, Some(_)) => {
            resize(app, parent, 1, out);
            Some(())
        }
        (MouseEventKind::ScrollDown, Some(_)) => {
            resize(app, parent, -1, out);
            Some(())
        }
        (_, Some(_)) => Some(()),
        _ => None,
    }
}

fn focus(app: &mut App) {
    app.completion = None;
    app.easel.focus = EaselFocus::Here;
    if let Some(view) = app.current_mut() {
        view.selected = None;
    }
}
