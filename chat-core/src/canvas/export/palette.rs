//! What the colours look like in files. A terminal shows its own sixteen.

use crate::canvas::Colour;

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// Names and values in the order of a terminal's sixteen colours.
const PALETTE: [(&str, Rgb); 16] = [
    ("black", [0x00, 0x00, 0x00]),
    ("red", [0xcd, 0x31, 0x31]),
    ("green", [0x0d, 0x9b, 0x50]),
    ("yellow", [0xc4, 0xa0, 0x00]),
    ("blue", [0x24, 0x72, 0xc8]),
    ("magenta", [0xbc, 0x3f, 0xbc]),
    ("cyan", [0x11, 0xa8, 0xcd]),
    ("white", [0xd0, 0xd0, 0xd0]),
    ("grey", [0x76, 0x76, 0x76]),
    ("bright red", [0xf1, 0x4c, 0x4c]),
    ("bright green", [0x23, 0xd1, 0x8b]),
    ("bright yellow", [0xf5, 0xd9, 0x43]),
    ("bright blue", [0x3b, 0x8e, 0xea]),
    ("bright magenta", [0xd6, 0x70, 0xd6]),
    ("bright cyan", [0x29, 0xb8, 0xdb]),
    ("bright white", [0xff, 0xff, 0xff]),
];

/// What is behind the ink in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// As in most terminals: the inks are chosen before this.
    #[default]
    Dark,
    /// White.
    Light,
    /// Nothing: what shows it puts its own behind.
    Clear,
}

impl Paper {
    /// Its colour, if it has one.
    #[must_use]
    pub fn rgb(self) -> Option<Rgb> {
        match self {
            Paper::Dark => Some([0x1e, 0x1e, 0x1e]),
            Paper::Light => Some([0xff, 0xff, 0xff]),
            Paper::Clear => None,
        }
    }
}

/// A colour's value in a file.
#[must_use]
pub fn rgb(colour: Colour) -> Rgb {
    PALETTE[usize::from(colour.number() - 1)].1
}

/// What a colour is called.
#[must_use]
pub fn name(colour: Colour) -> &'static str {
    PALETTE[usize::from(colour.number() - 1)].0
}
