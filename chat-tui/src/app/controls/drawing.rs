//! What keys and clicks mean on a canvas.

use chat_core::canvas::Tool;

/// Something to do on a canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Draw {
    /// Take a tool.
    Tool(Tool),
    /// Take the colour of this number, from 1.
    Colour(u8),
    /// Take the bright one of the same colour, or back.
    Bright,
    /// Take the colour after this one.
    NextColour,
    /// Take the colour before this one.
    PreviousColour,
    /// Draw broader.
    Thicker,
    /// Draw finer.
    Thinner,
    /// Move the cursor.
    Move(Way, Pace),
    /// Put the pen down or lift it; set a point of a shape; fill; begin a text.
    Put,
    /// Undo the own last stroke.
    Undo,
    /// Empty the canvas, which is asked first.
    Reset,
    /// Take the last reset back, whoever did it.
    Unreset,
    /// Write the command that saves it.
    Save,
    /// Let the keys go to the input.
    Leave,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// How far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pace {
    /// To the next point that the screen can show.
    Step,
    /// Some of them.
    Leap,
}
