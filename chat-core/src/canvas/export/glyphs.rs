//! Characters whose shape is a pattern of filled parts: half blocks (1 × 2 parts), braille and
//! octants (2 × 4).

/// Which characters show a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Glyphs {
    /// `▀` and its like: every font has them; each half has a colour of its own.
    #[default]
    Half,
    /// `⣿`: fine, nearly every font has them; one colour a cell.
    Braille,
    /// Unicode 16's octants: fine and without gaps, where the font is new enough; one colour a cell,
    /// two where it is full.
    Octants,
}

impl Glyphs {
    /// Parts of a cell across and down.
    #[must_use]
    pub fn parts(self) -> (u16, u16) {
        match self {
            Glyphs::Half => (1, 2),
            Glyphs::Braille | Glyphs::Octants => (2, 4),
        }
    }
}

/// The braille pattern in which the dots of `bits` are raised. Bits count row by row, the lowest the
/// top left.
#[must_use]
pub fn braille(bits: u8) -> char {
    // Braille numbers its dots down the left column, then down the right one, and the lowest row last
    // (Unicode 16, chapter 21.1).
    const DOTS: [u32; 8] = [0, 3, 1, 4, 2, 5, 6, 7];
    let dots = (0..).zip(DOTS).filter(|(bit, _)| bits >> bit & 1 == 1);
    let code = dots.fold(0x2800, |code, (_, dot)| code | 1 << dot);
    char::from_u32(code).unwrap_or(' ')
}

/// The character in which the parts of `bits` are filled. Bits count row by row, the lowest the top
/// left.
#[must_use]
pub fn octant(bits: u8) -> char {
    OCTANTS[usize::from(bits)]
}

/// Patterns that Unicode has had before the octants, or has among the pieces of sixteen.
const OTHERS: [(u8, char); 26] = [
    (0x00, ' '),
    (0x01, '\u{1cea8}'), // left half upper one quarter block
    (0x02, '\u{1ceab}'), // right half upper one quarter block
    (0x03, '\u{1fb82}'), // upper one quarter block
    (0x05, '▘'),
    (0x0a, '▝'),
    (0x0f, '▀'),
    (0x14, '\u{1fbe6}'), // middle left one quarter block
    (0x28, '\u{1fbe7}'), // middle right one quarter block
    (0x3f, '\u{1fb85}'), // upper three quarters block
    (0x40, '\u{1cea3}'), // left half lower one quarter block
    (0x50, '▖'),
    (0x55, '▌'),
    (0x5a, '▞'),
    (0x5f, '▛'),
    (0x80, '\u{1cea0}'), // right half lower one quarter block
    (0xa0, '▗'),
    (0xa5, '▚'),
    (0xaa, '▐'),
    (0xaf, '▜'),
    (0xc0, '▂'),
    (0xf0, '▄'),
    (0xf5, '▙'),
    (0xfa, '▟'),
    (0xfc, '▆'),
    (0xff, '█'),
];

/// The octants stand in the order of their patterns, without those that are elsewhere.
const OCTANTS: [char; 256] = {
    let mut table = [' '; 256];
    let (mut bits, mut other, mut code) = (0, 0, 0x1cd00);
    while bits < table.len() {
        if other < OTHERS.len() && OTHERS[other].0 as usize == bits {
            table[bits] = OTHERS[other].1;
            other += 1;
        } else {
            table[bits] = match char::from_u32(code) {
                Some(octant) => octant,
                None => panic!("the octants are characters"),
            };
            code += 1;
        }
        bits += 1;
    }
    table
};
