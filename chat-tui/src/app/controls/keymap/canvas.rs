//! The keys of canvases, a part of the table.

use chat_core::canvas::Tool;
use crossterm::event::{KeyCode, KeyModifiers};

use super::table::{bind, ctrl, in_bar, key, plain, with};
use super::{Binding, CTRL, Chord, Section};
use crate::app::action::Action;
use crate::app::drawing::Draw::{
    Bright, Leave, Move, NextColour, PreviousColour, Put, Reset, Save, Thicker, Thinner, Undo,
    Unreset,
};
use crate::app::drawing::{Draw, Pace, Way};
use crate::app::model::Focus;
use crate::app::model::Focus::{Canvas, Input, Lettering, Select};

const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

const fn draw(keys: &'static [Chord], draw: Draw, help: &'static str) -> Binding {
    bind(&[Canvas], keys, Action::Draw(draw), help)
}

const fn tool(c: &'static [Chord], tool: Tool, help: &'static str) -> Binding {
    draw(c, Draw::Tool(tool), help)
}

const fn step(code: &'static [Chord], way: Way, help: &'static str) -> Binding {
    draw(code, Move(way, Pace::Step), help)
}

const fn leap(code: &'static [Chord], way: Way, help: &'static str) -> Binding {
    draw(code, Move(way, Pace::Leap), help)
}

const fn colour(keys: &'static [Chord], number: u8, help: &'static str) -> Binding {
    draw(keys, Draw::Colour(number), help)
}

/// Where F6 holds.
const SHOWN: &[Focus] = &[Input, Select, Canvas];

/// The keys of canvases.
pub(super) const SECTION: Section = Section {
    title: "Draw together",
    bindings: &[
        in_bar(
            bind(
                SHOWN,
                &[key(KeyCode::F(6))],
                Action::ToggleCanvas,
                "the conversation's canvas: beside the log, alone, closed",
            ),
            "F6",
            "canvas",
        ),
        bind(
            &[Canvas],
            &[key(KeyCode::Tab), key(KeyCode::BackTab)],
            Action::Draw(Leave),
            "from the empty input to the canvas, and back; also a click",
        ),
        in_bar(
            draw(
                &[plain(' '), key(KeyCode::Enter)],
                Put,
                "pen down or up; a corner of a shape; fill; begin a text. Also drag the mouse",
            ),
            "Space",
            "draw",
        ),
        step(&[key(KeyCode::Left)], Way::Left, "move: ← → ↑ ↓"),
        step(&[key(KeyCode::Right)], Way::Right, ""),
        step(&[key(KeyCode::Up)], Way::Up, ""),
        step(&[key(KeyCode::Down)], Way::Down, ""),
        leap(
            &[with(KeyCode::Left, SHIFT), with(KeyCode::Left, CTRL)],
            Way::Left,
            "faster, in each direction",
        ),
        leap(
            &[with(KeyCode::Right, SHIFT), with(KeyCode::Right, CTRL)],
            Way::Right,
            "",
        ),
        leap(
            &[with(KeyCode::Up, SHIFT), with(KeyCode::Up, CTRL)],
            Way::Up,
            "",
        ),
        leap(
            &[with(KeyCode::Down, SHIFT), with(KeyCode::Down, CTRL)],
            Way::Down,
            "",
        ),
        tool(&[plain('p')], Tool::Pen, "pen"),
        tool(&[plain('e')], Tool::Eraser, "eraser"),
        tool(&[plain('l')], Tool::Line, "line"),
        tool(&[plain('r')], Tool::Rectangle, "rectangle"),
        tool(&[plain('R')], Tool::FilledRectangle, "filled rectangle"),
        tool(&[plain('o')], Tool::Ellipse, "ellipse"),
        tool(&[plain('f')], Tool::Fill, "fill"),
        tool(
            &[plain('t')],
            Tool::Text,
            "text: Space, then type it, then Enter",
        ),
        colour(&[plain('1')], 1, "colour: 1 to 8"),
        colour(&[plain('2')], 2, ""),
        colour(&[plain('3')], 3, ""),
        colour(&[plain('4')], 4, ""),
        colour(&[plain('5')], 5, ""),
        colour(&[plain('6')], 6, ""),
        colour(&[plain('7')], 7, ""),
        colour(&[plain('8')], 8, ""),
        draw(&[plain('9')], Bright, "the bright one of it, and back"),
        draw(&[plain('c')], NextColour, "next colour"),
        draw(&[plain('C')], PreviousColour, "previous colour"),
        draw(
            &[plain('+'), plain('=')],
            Thicker,
            "broader, also the wheel",
        ),
        draw(&[plain('-')], Thinner, "finer"),
        in_bar(
            draw(
                &[plain('u'), ctrl('z')],
                Undo,
                "undo your last stroke; again: the one before",
            ),
            "u",
            "undo",
        ),
        in_bar(
            draw(&[plain('X')], Reset, "empty the canvas for everybody; asks"),
            "X",
            "reset",
        ),
        draw(
            &[plain('U')],
            Unreset,
            "take a reset back, whoever did it, within a minute",
        ),
        in_bar(
            draw(
                &[plain('s')],
                Save,
                "save it: /canvas save FILE.png, FILE.svg or FILE.txt",
            ),
            "s",
            "save",
        ),
        in_bar(
            bind(&[Lettering], &[key(KeyCode::Enter)], Action::Accept, ""),
            "Enter",
            "put the text there",
        ),
    ],
};
