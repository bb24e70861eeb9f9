//! Drawing together, in scripts. The words beside those of `script`:
//!
//! | line | meaning |
//! |---|---|
//! | `canvas #a [SEQ]` | the canvas is there: an empty picture up to SEQ, further entries come |
//! | `no-canvas #a TEXT` | it is closed, for this reason |
//! | `drawn bob ID X,Y …` | the next entry of #a's canvas: a green pen's piece; `more` goes on with it |
//! | `undid bob ID`, `emptied bob`, `unemptied bob SEQ` | likewise |
//! | `drag X Y`, `release X Y`, `right X Y` | the mouse |
//! | `at: X,Y COLOUR …` | what is shown at these points; 0 is nothing |
//! | `kit:`, `keys-go:`, `own:`, `place:` | what one draws with; to what the keys go; acts on their way; where it is shown |

mod commands;
mod drawing;
mod hands;
mod properties;
mod sending;

use chat_client::Event;
use chat_core::canvas::{Act, Colour, Part, Point, Shape, Size, Stroke, StrokeId};
use chat_core::{Body, Conversation, ConversationId, ConversationKind, Refusal, Seq, Text};
use crossterm::event::{MouseButton, MouseEventKind};

use super::script::{Player, same};
use super::world::{id, number};
use crate::app::App;
use crate::app::canvas::OwnState;
use crate::app::canvas_pane;

type Held = Result<(), (String, String)>;

/// The number of a conversation's canvas.
pub(super) fn canvas_of(parent: &str) -> ConversationId {
    ConversationId(id(parent).0 + 1_000_000)
}

fn point(text: &str) -> Point {
    let (x, y) = text.split_once(',').expect("X,Y");
    Point::new(number(x), number(y)).expect("on the grid")
}

/// A green pen of one point.
pub(super) fn piece(stroke: u32, part: Part, points: Vec<Point>) -> Act {
    let colour = Colour::new(3).expect("a colour");
    let shape = Shape::Pen(points);
    Act::Stroke(Stroke::new(StrokeId(stroke), part, colour, Size::ONE, shape).expect("a stroke"))
}

/// Plays a line about canvases; nothing if it isn't about them.
pub(super) fn play(player: &mut Player, word: &str, rest: &str) -> Option<Held> {
    let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
    let on = canvas_of("#a");
    let did = |player: &mut Player, act| player.entry(on, first, None, Body::Draw(act));
    match word {
        "canvas" => open(player, first, more),
        "no-canvas" => player.net(Event::CanvasClosed {
            parent: id(first),
            refusal: Refusal::new(chat_core::Code::Other, more),
        }),
        "drawn" | "more" => {
            let part = if word == "drawn" {
                Part::First
            } else {
                Part::Next
            };
            let (stroke, points) = more.split_once(' ').expect("ID X,Y …");
            let points = points.split(' ').map(point).collect();
            did(player, piece(number(stroke), part, points));
        }
        "undid" => did(player, Act::Undo(StrokeId(number(more)))),
        "emptied" => did(player, Act::Reset),
        "unemptied" => did(player, Act::Unreset(Seq(number(more)))),
        "drag" => player.mouse(MouseEventKind::Drag(MouseButton::Left), rest),
        "release" => player.mouse(MouseEventKind::Up(MouseButton::Left), rest),
        "at:" => return Some(at(&player.app, rest)),
        "kit:" => return Some(same(canvas_pane::kit_name(&player.app), rest)),
        "keys-go:" => return Some(same(format!("{:?}", player.app.focus()), rest)),
        "own:" => return Some(same(own(&player.app), rest)),
        "place:" => {
            let place = canvas_pane::shown(&player.app);
            return Some(same(format!("{place:?}"), rest));
        }
        _ => return None,
    }
    Some(Ok(()))
}

fn open(player: &mut Player, parent: &str, seq: &str) {
    let canvas = canvas_of(parent);
    let seq = match seq {
        "" => Seq(0),
        seq => Seq(number(seq)),
    };
    let head = player.heads.entry(canvas).or_default();
    *head = (*head).max(seq);
    let head = *head;
    player.net(Event::Canvas {
        canvas: Conversation {
            id: canvas,
            kind: ConversationKind::Canvas,
            name: Text::new(""),
            peer: None,
            topic: Text::new(""),
            head,
            read: Seq(0),
            base: Some(seq),
        },
        parent: id(parent),
        seq,
        picture: Vec::new(),
    });
}

/// What is shown at some points of the canvas on the screen.
fn at(app: &App, rest: &str) -> Held {
    let current = app.current.expect("a conversation");
    let sheet = app.easel.sheet(current).expect("a canvas");
    let me = app.me.as_ref().expect("logged in").account;
    let picture = app.easel.picture(sheet, me, app.now);
    let words: Vec<_> = rest.split_whitespace().collect();
    let got: Vec<_> = words
        .chunks(2)
        .map(|pair| format!("{} {}", pair[0], picture.at(point(pair[0]))))
        .collect();
    same(got.join(" "), &words.join(" "))
}

fn own(app: &App) -> String {
    let said = app.easel.own.iter().map(|own| {
        let state = match own.state {
            OwnState::Waiting => "waits",
            OwnState::Sent(_) => "sent",
            OwnState::Stored(..) => "stored",
        };
        format!("{} {state}", act(&own.act))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// An act as short text; strokes without their numbers, which are random.
pub(super) fn act(act: &Act) -> String {
    let stroke = match act {
        Act::Undo(_) => return "undo".into(),
        Act::Reset => return "reset".into(),
        Act::Unreset(seq) => return format!("unreset {seq}"),
        Act::Stroke(stroke) => stroke,
    };
    let points = |points: &[Point]| {
        let said = points.iter().map(|p| format!("{},{}", p.x(), p.y()));
        said.collect::<Vec<_>>().join(" ")
    };
    let said = match stroke.shape() {
        Shape::Pen(way) => format!("pen {}", points(way)),
        Shape::Eraser(way) => format!("eraser {}", points(way)),
        Shape::Line(a, b) => format!("line {}", points(&[*a, *b])),
        Shape::Rectangle(a, b) => format!("rectangle {}", points(&[*a, *b])),
        Shape::FilledRectangle(a, b) => format!("filled {}", points(&[*a, *b])),
        Shape::Ellipse(a, b) => format!("ellipse {}", points(&[*a, *b])),
        Shape::Fill(at) => format!("fill {}", points(&[*at])),
        Shape::Text(at, text) => format!("text {} {text:?}", points(&[*at])),
    };
    let more = if stroke.part() == Part::Next {
        "more "
    } else {
        ""
    };
    format!("{more}{said}")
}
